/** The probe hears what runs come by, and changes none of them. */
import { describe, expect, it } from 'vitest';
import { createActor, setup } from 'xstate';
import { drawScenario, subjectOf } from '../fuzz/draw-scenario.js';
import { runResolved } from '../run.js';
import { mutationsOf } from './generate.js';
import { mutations } from './mutants.js';
import { heardSince, listening, type Spot, spotOf } from './probe.js';
import { reachedBy } from './reach.js';

const door = setup({
  actions: { creak: () => {}, ring: () => {} },
  guards: { never: () => false, 'it is open': () => true },
}).createMachine({
  id: 'door',
  initial: 'shut',
  states: {
    shut: {
      exit: 'creak',
      on: {
        push: [{ guard: 'never', target: 'locked' }, { target: 'open' }],
        knock: { guard: 'it is open', actions: 'ring' },
      },
    },
    open: { entry: 'creak', always: { guard: 'never', target: 'locked' } },
    locked: { entry: 'ring' },
  },
});

const spots = new Set(
  mutationsOf(door, { group: 'all', machine: 'door', region: 'door', root: 'door' }).map(spotOf),
);

/** What a walk through the door comes by. */
function heard(...events: string[]): Spot[] {
  heardSince();
  const actor = createActor(listening(door, spots)).start();
  for (const type of events) actor.send({ type });
  return heardSince();
}

describe('the probe', () => {
  it('should hear what is taken, asked, entered and left, and nothing else', () => {
    expect(heard()).toEqual([]);
    expect(heard('knock')).toEqual(['asked door.shut|knock|0', 'taken door.shut|knock|0']);
    expect(heard('push')).toEqual([
      'asked door.shut|push|0',
      'exit door.shut',
      'taken door.shut|push|1',
      'entry door.open',
      'asked door.open|always|0',
    ]);
  });

  it('should change no run of graceful', () => {
    const [own, probed] = ['graceful', 'graceful:probe'].map((name) => subjectOf(name));
    for (const seed of [3, 4, 5]) {
      const [one, other] = [own!, probed!].map((subject) => drawScenario(seed, subject));
      expect({ ...other!, protocol: one!.protocol }).toEqual(one);
      expect(runResolved(other!).digest).toBe(runResolved(one!).digest);
    }
  });

  it('should hear the transitions that coverage tells of', () => {
    const taken = new Set<string>();
    heardSince();
    const coverage = (_: string, name: string) => void taken.add(`taken ${name}`);
    runResolved(drawScenario(3, subjectOf('graceful:probe')), { coverage });
    const places = new Set([...mutations().values()].map(spotOf));
    const expected = [...taken].filter((one) => places.has(one as Spot));
    expect(
      heardSince()
        .filter((one) => one.startsWith('taken'))
        .sort(),
    ).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(30);
  });

  it('should come by an attempt, and never by what graceful does not do', () => {
    const reached = new Set(reachedBy({ seed: 1, strategy: 'swarm', runs: 10 }));
    expect(reached.has('taken server.verdict.decided|always|1')).toBe(true);
    expect(reached.has('entry server.job.stepping down')).toBe(true);
    // Without `demote` the old master would be marked.
    expect(reached.has('entry server.job.marking')).toBe(false);
    // Its guard says no, and yet it is asked: negated it would be taken.
    expect(reached.has('asked server.job.checking the log|always|1')).toBe(true);
    expect(reached.has('taken server.job.checking the log|always|1')).toBe(false);
  });
});
