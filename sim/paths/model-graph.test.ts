/** A test model as a graph: its states, their names and what holds in them; models that are refused. */
import { describe, expect, it } from 'vitest';
import { assign, createMachine, setup } from 'xstate';
import { seen, stays, type TestModel } from '../../machines/test-model.js';
import { graphOf } from './model-graph.js';

const model = (machine: TestModel['machine'], deeds: TestModel['deeds']): TestModel => ({
  name: 'tiny',
  about: 'a hand-made model',
  machine,
  deeds,
  scenario: {},
});

const lamp = createMachine({
  id: 'lamp',
  initial: 'off',
  states: { off: { on: { press: 'on' } }, on: { on: { press: 'off', look: stays } } },
});

/** Counts to two, then no more. */
const counter = setup({
  types: { context: {} as { count: number; isOld: boolean } },
  guards: { 'it is low': ({ context }) => context.count < 2 },
  actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
}).createMachine({
  id: 'counter',
  context: { count: 0, isOld: false },
  initial: 'counting',
  states: {
    counting: {
      on: {
        more: { guard: 'it is low', actions: 'count' },
        age: { actions: assign({ isOld: true }) },
      },
    },
  },
});

describe('the graph of a test model', () => {
  it('should have every state and every event that one takes', () => {
    const { states, edges, leaving } = graphOf(model(lamp, { press: [], look: [] }));
    expect(states.map(({ name }) => name)).toEqual(['off', 'on']);
    expect(edges.map(({ from, event, to }) => [from, event, to])).toEqual([
      [0, 'press', 1],
      [1, 'press', 0],
      [1, 'look', 1],
    ]);
    expect(leaving.map((of) => of.map(({ at }) => at))).toEqual([[0], [1, 2]]);
  });

  it('should know a shortest way to every state', () => {
    const { shortest, states } = graphOf(model(counter, { more: [], age: [] }));
    const lengths = states.map(({ name }, at) => [name, shortest[at]!.length]);
    expect(Object.fromEntries(lengths)).toEqual({
      counting: 0,
      'counting, count 1': 1,
      'counting, count 2': 2,
      'counting, isOld true': 1,
      'counting, count 1, isOld true': 2,
      'counting, count 2, isOld true': 3,
    });
  });

  it('should leave out an event whose guard forbids it', () => {
    const { states, leaving } = graphOf(model(counter, { more: [], age: [] }));
    const full = states.find(({ name }) => name === 'counting, count 2')!;
    expect(leaving[full.at]!.map(({ event }) => event)).toEqual(['age']);
  });

  it('should name a state after the innermost of those that are active', () => {
    const machine = createMachine({
      id: 'house',
      type: 'parallel',
      states: {
        door: {
          initial: 'shut',
          states: {
            shut: { on: { open: 'open' } },
            open: { initial: 'ajar', states: { ajar: { on: { push: 'wide' } }, wide: {} } },
          },
        },
        lamp: { initial: 'off', states: { off: {} } },
      },
    });
    const { states } = graphOf(model(machine, { open: [], push: [] }));
    expect(states.map(({ name }) => name)).toEqual(['shut + off', 'ajar + off', 'wide + off']);
  });

  it('should merge what holds in all active states, node by node and field by field', () => {
    const machine = createMachine({
      id: 'merged',
      type: 'parallel',
      states: {
        one: {
          initial: 'here',
          ...seen({ info: { n1: { role: 'master' } }, write: { n1: 'OK' } }),
          states: {
            here: {
              ...seen({
                info: { n1: { cluster_failover_state: 'none' } },
                write: { n2: 'MOVED n1' },
              }),
              on: { go: 'there' },
            },
            there: seen({ info: { n1: { role: 'slave' } }, read: { n1: 'no answer' } }),
          },
        },
        other: seen({ info: { n2: 'no answer' } }),
      },
    });
    const [here, there] = graphOf(model(machine, { go: [] })).states;
    expect(here?.observe).toEqual({
      info: { n1: { role: 'master', cluster_failover_state: 'none' }, n2: 'no answer' },
      write: { n1: 'OK', n2: 'MOVED n1' },
    });
    // What an inner state says stands against what the outer one says.
    expect(there?.observe).toEqual({
      info: { n1: { role: 'slave' }, n2: 'no answer' },
      write: { n1: 'OK' },
      read: { n1: 'no answer' },
    });
  });

  it('should be made once', () => {
    const once = model(lamp, { press: [], look: [] });
    expect(graphOf(once)).toBe(graphOf(once));
  });

  it('should refuse an event for which nothing is done', () => {
    expect(() => graphOf(model(lamp, { press: [] }))).toThrow(
      new RangeError("model 'tiny': nothing is said to be done for event 'look'"),
    );
  });

  it('should refuse deeds of an event that no state takes', () => {
    expect(() => graphOf(model(lamp, { press: [], look: [], kick: [] }))).toThrow(
      new RangeError("model 'tiny': no state takes event 'kick'"),
    );
  });
});
