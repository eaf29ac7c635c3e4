/** A machine that reports its guards does what it did, under either engine, and both report the same. */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, and, assign, not, or, setup, stateIn } from 'xstate';
import type { Step } from '../../runtime/engine.js';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import type { View } from '../../runtime/vocabulary.js';
import { World } from '../../runtime/world.js';
import { worldOf } from '../cluster.js';
import { engines } from '../engines.js';
import { protocolNamed, protocols } from '../protocols.js';
import { run } from '../run.js';
import { parseScenario } from '../scenario.js';
import { scenarioNamed } from '../scenarios/index.js';
import { Collector, coveredBy } from './collector.js';
import { instrumented } from './instrumented.js';

const both = ['compiled', 'xstate'] as const;

/** A guard in every form in which it can be written, and transitions in every place. */
const forms = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'a' | 'b' | 'c' | 'd' } },
  guards: {
    'it is odd': ({ context }) => context.count % 2 === 1,
    'it is at least': ({ context }, least: number) => context.count >= least,
    'it is odd and small': and(['it is odd', not({ type: 'it is at least', params: 5 })]),
  },
}).createMachine({
  id: 'forms',
  context: { count: 0 },
  initial: 'low',
  on: { c: { guard: stateIn({ high: 'there' }), actions: assign({ count: 0 }) } },
  states: {
    low: {
      on: {
        a: [
          { guard: { type: 'it is at least', params: 3 }, target: 'high' },
          {
            guard: { type: 'it is at least', params: ({ context }) => context.count },
            actions: assign({ count: ({ context }) => context.count + 1 }),
          },
        ],
        b: { guard: 'it is odd', actions: assign({ count: ({ context }) => context.count + 2 }) },
        d: undefined,
      },
    },
    high: {
      initial: 'here',
      states: {
        here: { always: { guard: 'it is odd and small', target: 'there' }, on: { a: 'there' } },
        there: { on: { b: { guard: ({ context }) => context.count === 0, target: 'over' } } },
        over: { type: 'final' },
      },
      onDone: { guard: or(['it is odd', not('it is odd')]), target: 'low' },
      after: { 1000: { guard: 'it is odd', target: 'low' } },
    },
  },
});

const view: View = { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 };
const fired = 'xstate.after.1000.forms.high';
/** Up and down with 3, then up with 5. */
const events = [...'babcdab', fired, ...'ac', fired, ...'b', ...'aaabaa'];

/** What a machine does with the events, and what its guards answer meanwhile. */
function driven(engine: (typeof both)[number], machine: AnyStateMachine) {
  const chart = engines[engine].load(machine);
  const step: Step = { actions: [], microsteps: [], report: true };
  let state = chart.start({ view } as never, step);
  const did: unknown[] = [];
  for (const type of events) {
    state = chart.take(state, { type, view }, step);
    did.push([type, chart.save(state), structuredClone(step.microsteps)]);
  }
  return did;
}

describe('an instrumented machine', () => {
  it('should have the names of the machine that it is made of', () => {
    for (const protocol of protocols) {
      const collector = new Collector(protocol);
      for (const [name, { machine, fields }] of Object.entries(protocol.programs)) {
        const { machine: other, fields: same } = collector.listening.machines[name]!;
        expect([...namedTransitions(other).keys()]).toEqual([...namedTransitions(machine).keys()]);
        expect(stateNodes(other).map(({ id }) => id)).toEqual(
          stateNodes(machine).map(({ id }) => id),
        );
        expect(same).toBe(fields);
        const guarded = (of: AnyStateMachine) =>
          [...namedTransitions(of)].flatMap(([one, { guard }]) => (guard ? [one] : []));
        expect(guarded(other)).toEqual(guarded(machine));
      }
    }
  });

  it('should report guards of every form as both engines ask them, and do what it did', () => {
    const heard = both.map((engine) => {
      const reports: string[] = [];
      const listened = instrumented(forms, (name, passed) => reports.push(`${name} ${passed}`));
      expect(driven(engine, listened)).toEqual(driven(engine, forms));
      return reports;
    });
    expect(heard[0]).toEqual(heard[1]);
    const guarded = [...namedTransitions(forms)].filter(([, { guard }]) => guard !== undefined);
    const missing = guarded.flatMap(([name]) =>
      [true, false].map((passed) => `${name} ${passed}`).filter((one) => !heard[0]!.includes(one)),
    );
    // One that counts to what is there, and one that is true of every number.
    expect(missing).toEqual([
      'forms.low|a|1 false',
      'forms.high|xstate.done.state.forms.high|0 false',
    ]);
  });

  it('should report nothing of a guard that throws', () => {
    const throwing = setup({}).createMachine({
      id: 'throwing',
      on: {
        a: {
          guard: () => {
            throw new Error('no');
          },
          actions: [],
        },
      },
    });
    for (const engine of both) {
      const reports: string[] = [];
      const listened = instrumented(throwing, (name) => reports.push(name));
      expect(() => driven(engine, listened)).toThrow(/no/);
      expect(reports).toEqual([]);
    }
  });
});

const load = { clients: 2, operations: 40, startUs: 2_900_000 };

const samples = [
  ['graceful', 'default', {}],
  ['graceful', 'lost-takeover-reply', {}],
  ['graceful', 'master-crash', {}],
  ['graceful', 'upgrade-slave-pr3295', {}],
  ['kvrocks-pr3295', 'default', {}],
  ['kvrocks-pr3295', 'slave-power-loss', {}],
  ['graceful', 'partition', { persistence: false, preconnect: false }],
] as const;

describe('a run with instrumented machines', () => {
  it.each(samples)('should have the digest of the plain run: %s, %s, %o', (name, of, knobs) => {
    const scenario = { ...scenarioNamed(of), protocol: { name, knobs }, workload: load };
    const plain = run(scenario);
    const heard = both.map((engine) => {
      const collector = new Collector(protocolNamed(name));
      const { digest, events: count } = run(scenario, { engine, ...collector.listening });
      expect(digest).toBe(plain.digest);
      expect(count).toBe(plain.events);
      return collector.covered;
    });
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]!.filter((one) => one.endsWith(' failed')).length).toBeGreaterThan(50);
  });

  it('should give what it covers to whoever drives it, by a scenario or in a world', () => {
    const protocol = protocolNamed('graceful');
    const scenario = parseScenario({ ...scenarioNamed('default'), workload: load });
    const byRun = coveredBy(protocol, (listening) => void run(scenario, listening));
    const byWorld = coveredBy(protocol, (listening) => {
      const { protocol: _, ...config } = worldOf(scenario);
      new World({ ...config, ...listening }).run({ untilUs: 4_000_000 });
    });
    expect(byWorld.length).toBeGreaterThan(150);
    expect(byWorld.filter((one) => !byRun.includes(one))).toEqual([]);
  });

  it('should be listened to by one collector, whichever machines run elsewhere', () => {
    const collector = new Collector(protocolNamed('graceful'));
    run({ ...scenarioNamed('default'), workload: load });
    expect(collector.covered).toEqual([]);
  });
});
