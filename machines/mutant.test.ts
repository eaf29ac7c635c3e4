/** Mutants of a small machine: one part differs, the rest and the original stay as they are. */

import { describe, expect, it } from 'vitest';
import { createActor, setup } from 'xstate';
import { namedTransitions } from '../runtime/transition-names.js';
import { mutant } from './mutant.js';

const door = setup({
  types: { context: {} as { opened: number }, events: {} as { type: 'push' | 'lock' } },
  guards: { 'it is unlocked': () => true },
}).createMachine({
  id: 'door',
  context: { opened: 0 },
  initial: 'shut',
  states: {
    shut: {
      initial: 'unlocked',
      states: {
        unlocked: {
          on: { lock: 'locked', push: { guard: 'it is unlocked', target: '#door.open' } },
        },
        locked: {},
      },
    },
    open: {},
  },
});

const pushed = (machine: typeof door) => createActor(machine).start();

function stateAfter(machine: unknown, ...events: ('push' | 'lock')[]) {
  const actor = pushed(machine as typeof door);
  for (const type of events) actor.send({ type });
  return actor.getSnapshot().value;
}

describe('a mutant', () => {
  it('should differ in the state that was changed, however deep, and nowhere else', () => {
    const stuck = mutant(door, ['shut', 'unlocked'], ({ on }) => ({ on: { lock: on.lock } }));
    expect(stateAfter(door, 'push')).toBe('open');
    expect(stateAfter(stuck, 'push')).toEqual({ shut: 'unlocked' });
    expect(stateAfter(stuck, 'lock')).toEqual({ shut: 'locked' });
    expect([...namedTransitions(stuck).keys()]).toEqual(['door.shut.unlocked|lock|0']);
    expect([...namedTransitions(door).keys()]).toHaveLength(2);
  });

  it('should be made of the root too, and of a mutant', () => {
    const opening = mutant(door, [], (root) => ({ ...root, initial: 'open' }));
    expect(stateAfter(opening)).toBe('open');
    const both = mutant(opening, [], (root) => ({ ...root, context: { opened: 7 } }));
    expect(pushed(both as never).getSnapshot()).toMatchObject({
      value: 'open',
      context: { opened: 7 },
    });
  });

  it('should keep the implementations, and those that were provided', () => {
    const barred = door.provide({ guards: { 'it is unlocked': () => false } });
    const same = mutant(barred, ['open'], (state) => state);
    expect(stateAfter(same, 'push')).toEqual({ shut: 'unlocked' });
    expect(
      stateAfter(
        mutant(door, ['open'], (state) => state),
        'push',
      ),
    ).toBe('open');
  });

  it('should name a state that is not there', () => {
    expect(() => mutant(door, ['shut', 'ajar'], (state) => state)).toThrow(
      "machine 'door' has no state 'shut.ajar'",
    );
  });
});
