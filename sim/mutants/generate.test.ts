/** Mutations of a machine made by hand, every one; and how many the protocol's machines have. */
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import { mutationsOf, type Part } from './generate.js';
import { groups, machineOf, mutations, parts } from './mutants.js';
import { mutated } from './mutate.js';
import { operators } from './mutation.js';

const shutting = { stop: { target: '#lift.works.shut', actions: 'ring' } } as const;

const lift = setup({
  types: { context: {} as { level: number } },
  actions: { ring: () => {}, brake: () => {} },
  guards: { 'it is empty': () => true },
}).createMachine({
  id: 'lift',
  context: { level: 0 },
  type: 'parallel',
  states: {
    works: {
      initial: 'shut',
      on: { 'call.*': { actions: 'ring' } },
      states: {
        shut: {
          entry: ['brake', { type: 'ring' }],
          on: { open: [{ guard: 'it is empty', target: 'ajar' }, 'going'] },
        },
        ajar: { exit: 'ring', on: shutting, after: { 100: 'shut' } },
        going: { on: shutting, always: { guard: () => false, target: '#lift.lamp.lit' } },
      },
    },
    lamp: { initial: 'lit', states: { lit: { on: { off: '#lift.works' } } } },
  },
});

const part = (region: string): Part => ({ group: 'all', machine: 'lift', region, root: 'lift' });
const idsOf = (region: string) => mutationsOf(lift, part(region)).map(({ id }) => id);

describe('the mutations of a machine', () => {
  it('should be each removal, retarget, negation and dropped action, in document order', () => {
    expect(idsOf('lift.works')).toEqual([
      'works|call.*|0:remove',
      'works|call.*|0:drop.0',
      'works.shut:drop.entry.0',
      'works.shut:drop.entry.1',
      'works.shut|open|0:remove',
      'works.shut|open|0:retarget',
      'works.shut|open|0:negate',
      'works.shut|open|1:remove',
      'works.shut|open|1:retarget',
      'works.ajar:drop.exit.0',
      'works.ajar|stop|0:remove',
      'works.ajar|stop|0:retarget',
      'works.ajar|stop|0:drop.0',
      'works.ajar|xstate.after.100.lift.works.ajar|0:remove',
      'works.ajar|xstate.after.100.lift.works.ajar|0:retarget',
      'works.going|stop|0:remove',
      'works.going|stop|0:retarget',
      'works.going|stop|0:drop.0',
      'works.going|always|0:remove',
      // The lamp has one state only: there is no other to go to.
      'works.going|always|0:negate',
    ]);
    // The target is a region, which has no siblings to go to instead.
    expect(idsOf('lift.lamp')).toEqual(['lamp.lit|off|0:remove']);
  });

  it('should retarget to the next sibling, round the end, that is not the source', () => {
    const to = (id: string) =>
      mutationsOf(lift, part('lift.works')).find((one) => one.id === id)?.to;
    expect(to('works.shut|open|0:retarget')).toBe('lift.works.going');
    // Behind `going` comes `shut`, which is the source.
    expect(to('works.shut|open|1:retarget')).toBe('lift.works.ajar');
    expect(to('works.ajar|stop|0:retarget')).toBe('lift.works.going');
    expect(to('works.going|stop|0:retarget')).toBe('lift.works.ajar');
  });

  it('should say in a sentence what is otherwise', () => {
    const texts = mutationsOf(lift, part('lift.works')).map(({ text }) => text);
    expect(texts).toEqual(
      expect.arrayContaining([
        "lift.works no longer acts on 'call.*'",
        "lift.works acts on 'call.*' without its action (ring)",
        'lift.works.shut is entered without action 1 of 2 (brake)',
        "lift.works.shut no longer goes to lift.works.ajar on 'open' when 'it is empty'",
        "lift.works.shut goes to lift.works.ajar on 'open' unless 'it is empty'",
        'lift.works.ajar goes to lift.works.going instead of lift.works.shut after 100 ms',
        'lift.works.ajar is left without its action (ring)',
        'lift.works.going goes to lift.lamp.lit at once unless its guard holds',
      ]),
    );
  });

  it('should change one place, where several share what is written', () => {
    const [, stop] = mutationsOf(lift, part('lift.works')).filter(({ id }) =>
      id.endsWith('|stop|0:remove'),
    );
    const names = [...namedTransitions(mutated(lift, stop!)).keys()];
    const left = [...namedTransitions(lift).keys()].filter((name) => name !== stop!.where);
    expect(names).toEqual(left);
    expect(names).toContain('lift.works.ajar|stop|0');
  });

  it.each(mutationsOf(lift, part('lift.works')))('should change what it says: $id', (mutation) => {
    expect(shapeOf(mutated(lift, mutation))).not.toEqual(shapeOf(lift));
    expect(stateNodes(lift).map(({ id }) => id)).toEqual(
      stateNodes(mutated(lift, mutation)).map(({ id }) => id),
    );
  });

  it('should name what is not there', () => {
    const remove = { operator: 'remove' } as const;
    expect(() => mutated(lift, { ...remove, where: 'lift.works.ajar|stop|1' })).toThrow(
      "machine 'lift' has no transition 'lift.works.ajar|stop|1'",
    );
    expect(() => mutated(lift, { ...remove, where: 'lift.roof|stop|0' })).toThrow(
      "machine 'lift' has no state 'lift.roof'",
    );
  });
});

/** Everything that a mutation may change. */
function shapeOf(machine: Parameters<typeof namedTransitions>[0]) {
  return {
    transitions: [...namedTransitions(machine)].map(([name, { target, guard, actions }]) => [
      name,
      target?.map(({ id }) => id),
      guard,
      actions,
    ]),
    lists: stateNodes(machine).map(({ entry, exit }) => [entry, exit]),
  };
}

describe('the mutations of graceful', () => {
  const all = [...mutations().values()];

  it('should be so many of each group and operator', () => {
    const count = (group: string, operator: string) =>
      all.filter((one) => one.group === group && one.operator === operator).length;
    expect(
      Object.fromEntries(groups.map((group) => [group, operators.map((one) => count(group, one))])),
    ).toEqual({
      // remove, retarget, negate, drop
      coordinator: [131, 118, 55, 151],
      takeover: [25, 25, 18, 37],
      setnodes: [21, 19, 15, 26],
    });
  });

  it('should have an id each, of which no two are equal, and lead back to the change', () => {
    const generated = parts.flatMap((part) => mutationsOf(machineOf(part.machine), part));
    expect(new Set(generated.map(({ id }) => id)).size).toBe(generated.length);
    for (const one of generated) expect(mutations().get(one.id)).toEqual(one);
    expect(mutations().get('job.draining|drained|0:remove')).toEqual({
      id: 'job.draining|drained|0:remove',
      group: 'coordinator',
      machine: 'server',
      operator: 'remove',
      where: 'server.job.draining|drained|0',
      text:
        'server.job.draining no longer goes to server.job.waiting on ' +
        "'drained' when 'it is the last barrier'",
    });
    expect(JSON.parse(JSON.stringify(all))).toEqual(all);
  });

  it('should be as many removals as the regions have transitions', () => {
    for (const { machine, region } of parts) {
      const own = [...namedTransitions(machineOf(machine)).keys()].filter((name) =>
        [`${region}.`, `${region}|`].some((head) => name.startsWith(head)),
      );
      const removed = all.filter(
        ({ operator, where }) => operator === 'remove' && own.includes(where),
      );
      expect(removed.map(({ where }) => where)).toEqual(own);
    }
  });

  it('should leave the machines of graceful as they were', () => {
    const before = ['server', 'call'].map((name) => shapeOf(machineOf(name)));
    for (const one of all.filter((_, at) => at % 20 === 0)) mutated(machineOf(one.machine), one);
    expect(['server', 'call'].map((name) => shapeOf(machineOf(name)))).toEqual(before);
  });
});
