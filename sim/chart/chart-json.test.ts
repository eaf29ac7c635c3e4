import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createMachine, setup } from 'xstate';
import * as samples from '../../runtime/fixtures/sample-charts.js';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import { protocols } from '../protocols.js';
import { type ChartJson, chartJson } from './chart-json.js';
import type { Json } from './plain.js';

const { wanderer, chain, regions, contest } = samples;
const machines: [string, AnyStateMachine][] = [
  ...[wanderer, chain, regions, contest].map((machine): [string, AnyStateMachine] => [
    machine.id,
    machine as unknown as AnyStateMachine,
  ]),
  ...protocols.flatMap(({ name, programs }) =>
    Object.entries(programs).map(([key, { machine }]): [string, AnyStateMachine] => [
      `${name} ${key}`,
      machine,
    ]),
  ),
];

describe('a chart as JSON', () => {
  it.each(machines)('%s should come back as the machine that it was', (_, machine) => {
    const text = JSON.stringify(chartJson(machine));
    expect(text).not.toContain('undefined');
    const again = rebuilt(JSON.parse(text));
    expect(statesOf(again)).toEqual(statesOf(machine));
    expect(transitionsOf(again)).toEqual(transitionsOf(machine));
  });

  it.each(machines)('%s should have one name for each function without one', (_, machine) => {
    const names = namesIn(chartJson(machine));
    const standIns = names.filter((name) => name.startsWith('(inline'));
    // A guard made of names is the same guard wherever it stands.
    const placed = standIns.filter((name) => name.includes('|'));
    expect(new Set(placed).size).toBe(placed.length);
    expect(standIns.length).toBe(functionsIn(machine.config));
  });

  it('should keep what is data, name what has a name, and stand in for the rest', () => {
    const machine = setup({
      actions: { act: () => {}, actOn: (_, __: { at: number }) => {} },
      guards: { odd: () => true },
      delays: { patience: 7 },
    }).createMachine({
      id: 'm',
      context: () => ({ n: 0 }),
      initial: 'a b',
      description: 'all of it',
      states: {
        'a b': {
          tags: ['t'],
          meta: { rule: '4.1' },
          entry: ['act', { type: 'actOn', params: () => ({ at: 1 }) }, () => {}],
          on: {
            go: { target: 'end', guard: 'odd', reenter: true, description: 'why' },
            no: undefined,
            'w.*': [{ guard: () => true, target: 'end' }, {}],
          },
          after: { patience: 'end', 5: { target: 'past' } },
        },
        past: { id: 'other', type: 'history', history: 'deep', target: 'a b' },
        end: { type: 'final', output: () => 3 },
      },
    });
    expect(chartJson(machine as unknown as AnyStateMachine)).toEqual({
      id: 'm',
      initial: 'a b',
      description: 'all of it',
      states: {
        'a b': {
          tags: ['t'],
          meta: { rule: '4.1' },
          entry: ['act', { type: 'actOn', params: '(computed)' }, '(inline) m.a b|entry|2'],
          on: {
            go: { target: 'end', guard: 'odd', reenter: true, description: 'why' },
            no: {},
            'w.*': [{ guard: '(inline) m.a b|w.*|0', target: 'end' }, {}],
          },
          after: { patience: 'end', '5': { target: 'past' } },
        },
        past: { id: 'other', type: 'history', history: 'deep', target: 'a b' },
        end: { type: 'final', output: '(computed)' },
      },
    });
  });

  it("should say what is known of XState's own actions and guards", () => {
    const { on, states } = chartJson(chain as unknown as AnyStateMachine) as Loose;
    expect(on.d.actions).toEqual([{ type: 'drain', params: '(computed)' }, 'count']);
    expect(states.two.always.guard).toBe('(inline) not many and third');
    expect(states.two.on.b.actions).toEqual({
      type: '(inline raise) chain.two|b|0|actions|0',
      params: { event: { type: 'late' }, id: 'x', delay: 'soon' },
    });
    expect(states.three.on.turn.actions).toEqual({
      type: '(inline assign) chain.three|turn|0|actions|0',
      params: { assigns: ['n'] },
    });
    expect(states.four.on.c.actions[0]).toEqual({
      type: '(inline cancel) chain.four|c|0|actions|0',
      params: { sendId: 'x' },
    });
  });

  it('should refuse what it could not say, by name', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: { a: { invoke: { src: 'x' } } },
    } as never);
    expect(() => chartJson(machine)).toThrow("state 'm.a': 'invoke' can't be written as JSON");
  });
});

// biome-ignore lint/suspicious/noExplicitAny: looked into by the test alone.
type Loose = any;

/** A machine from the JSON, with implementations that do nothing. */
function rebuilt(chart: ChartJson): AnyStateMachine {
  const names = namesIn(chart);
  const each = <T>(value: T) => Object.fromEntries(names.map((name) => [name, value]));
  const delays = Object.fromEntries(delaysIn(chart).map((name) => [name, 1]));
  const parts = setup({ actions: each(() => {}), guards: each(() => true), delays } as never);
  return parts.createMachine(chart as never) as unknown as AnyStateMachine;
}

/** Every name of an action or guard: whatever stands where one does. */
function namesIn(json: Json, isName = false): string[] {
  if (typeof json === 'string') return isName ? [json] : [];
  if (typeof json !== 'object' || json === null) return [];
  if (Array.isArray(json)) return json.flatMap((one) => namesIn(one, isName));
  const chart = json as ChartJson;
  if (isName) return [chart['type'] as string];
  return Object.entries(chart).flatMap(([key, part]) => {
    if (['meta', 'context', 'tags'].includes(key)) return [];
    return namesIn(part, ['actions', 'guard', 'entry', 'exit'].includes(key));
  });
}

function delaysIn(json: Json): string[] {
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([key, part]) => [
    ...(key === 'after' ? Object.keys(part as object).filter((name) => !/^\d+$/.test(name)) : []),
    ...delaysIn(part as Json),
  ]);
}

/** How many functions stand where an action or a guard does. */
function functionsIn(config: unknown, isPlace = false): number {
  if (typeof config === 'function') return isPlace ? 1 : 0;
  if (typeof config !== 'object' || config === null) return 0;
  const counts = Object.entries(config).map(([key, part]) => {
    const isHere = ['actions', 'guard', 'entry', 'exit'].includes(key);
    return functionsIn(part, isHere || (isPlace && Array.isArray(config)));
  });
  return counts.reduce((sum, one) => sum + one, 0);
}

function statesOf(machine: AnyStateMachine) {
  return stateNodes(machine).map((node) => ({
    id: node.id,
    type: node.type,
    history: node.history,
    initial: node.initial?.target?.map(({ id }: { id: string }) => id),
    tags: node.tags,
    description: node.description,
    entry: node.entry.map(nameOf),
    exit: node.exit.map(nameOf),
  }));
}

/** Names hold source and event. */
function transitionsOf(machine: AnyStateMachine) {
  return [...namedTransitions(machine)].map(([name, transition]) => ({
    name,
    targets: transition.target?.map(({ id }) => id),
    reenter: transition.reenter,
    guard: transition.guard === undefined ? undefined : nameOf(transition.guard),
    actions: transition.actions.map(nameOf),
  }));
}

/** A function and its stand-in are one. */
function nameOf(part: unknown): string {
  if (typeof part === 'function') return 'a function';
  const name = typeof part === 'string' ? part : (part as { type: string }).type;
  return name.startsWith('(inline') ? 'a function' : name;
}
