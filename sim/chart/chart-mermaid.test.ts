/** Mermaid's own parser is the judge: what it makes of a diagram is compared with the machine. */
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, it } from 'vitest';
import { type AnyStateMachine, type AnyStateNode, createMachine } from 'xstate';
import * as samples from '../../runtime/fixtures/sample-charts.js';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import { protocols } from '../protocols.js';
import { chartMermaid } from './chart-mermaid.js';

/** The part of Mermaid's interface that is used here. */
interface Mermaid {
  parse(text: string): Promise<{ diagramType: string }>;
  mermaidAPI: {
    getDiagramFromText(text: string): Promise<{
      db: { getData(): { nodes: Drawn[]; edges: { start: string; end: string; label: string }[] } };
    }>;
  };
}

interface Drawn {
  readonly id: string;
  readonly shape: string;
  readonly cssClasses?: string;
  readonly label: string | string[];
  readonly description?: readonly string[];
  readonly parentId?: string;
}

let mermaid: Mermaid;

beforeAll(async () => {
  const { window } = parseHTML('<!doctype html><html><body></body></html>');
  Object.assign(globalThis, { window, document: window.document });
  ({ default: mermaid } = (await import('mermaid')) as unknown as { default: Mermaid });
});

/** Names and words that Mermaid could take for its own, and ways that no arrow can draw. */
const awkward = createMachine({
  id: 'a: "c"',
  initial: 'end',
  states: {
    end: {
      on: {
        'go: now; #1 --> <b>%% {x}': { target: 'state "x" as', guard: 'x: "y" [*] & `z`' },
        '*': 'end',
      },
    },
    'state "x" as': {
      initial: 'start',
      on: { up: '#a: "c"', in: '.deep.end', self: { target: 'state "x" as', reenter: true } },
      states: {
        start: { on: { out: '#a: "c".end', whole: '#a: "c".state "x" as' } },
        deep: { initial: 'start', states: { start: {}, end: { type: 'final' } }, onDone: 'start' },
        'deep end': { on: { x: 'deep start' } },
        'deep start': {},
        deep_start_: {},
        'in any state': { on: { x: 'start' } },
      },
    },
    'a b': {},
    a_b: { type: 'parallel', states: { 'a b': { on: { x: '#two' } }, a_b: { id: 'two' } } },
    note: { after: { 7: 'a b', 'a while': 'a_b' }, always: 'direction' },
    direction: { type: 'history', target: '#two' },
  },
} as never) as unknown as AnyStateMachine;

/** Its id is a word of Mermaid's. */
const note = createMachine({ id: 'note', on: { x: {} } }) as unknown as AnyStateMachine;

const { wanderer, chain, regions, contest } = samples;
const machines: [string, AnyStateMachine][] = [
  ['awkward', awkward],
  ['note', note],
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

describe('a chart as a Mermaid diagram', () => {
  it.each(machines)('%s should be accepted, with every state in its place', async (_, machine) => {
    const text = chartMermaid(machine, machine.id);
    expect(await mermaid.parse(text)).toMatchObject({ diagramType: 'stateDiagram' });
    // Beyond it Mermaid refuses to draw unless it is told otherwise.
    expect(text.length).toBeLessThan(50_000);
    const { states } = await drawn(text, machine);
    const paths = stateNodes(machine).map(pathOf);
    expect(states).toEqual(paths.slice(machine.root.type === 'compound' ? 1 : 0).sort());
  });

  it.each(machines)('%s should have a line for every transition', async (_, machine) => {
    const { lines } = await drawn(chartMermaid(machine, machine.id), machine);
    const histories = stateNodes(machine).filter(({ type }) => type === 'history');
    const transitions = [...namedTransitions(machine).values()];
    expect(lines.length).toBe(transitions.length + histories.length);
    for (const { source, target = [], guard, eventType } of transitions) {
      const found = lines.filter(({ from, to, text }) => {
        return (
          isFor(source, from) &&
          target.every((node) => isFor(node, to) && text.includes(below(node, to))) &&
          text.includes(wordOf(eventType, source)) &&
          (typeof guard === 'string' ? text.includes(`[${guard}]`) : true)
        );
      });
      expect(found, `${source.id} ${eventType}`).not.toEqual([]);
    }
  });

  it('should draw a part alone', async () => {
    const machine = regions as unknown as AnyStateMachine;
    const part = stateNodes(machine).find(({ id }) => id === 'regions.both.work')!;
    const text = chartMermaid(machine, 'work', part);
    expect(await mermaid.parse(text)).toBeTruthy();
    const labels = [...text.matchAll(/^ *state "(.*)" as/gm)].map(([, label]) => label);
    expect(labels).toEqual(['idle', 'busy', 'finished', 'in any state']);
  });

  it('should read as a person would write it', () => {
    expect(chartMermaid(contest as unknown as AnyStateMachine, 'a contest')).toBe(
      [
        '---',
        'title: "a contest"',
        '---',
        'stateDiagram-v2',
        '  state "contest" as contest_ {',
        '    state "first" as contest__first {',
        '      [*] --> contest__first__low',
        '      contest__first__low --> contest__first__high : a',
        '      contest__first__high --> contest__first__low : w.*<br>always [go]',
        '      state "low" as contest__first__low',
        '      contest__first__low : c',
        '      state "high" as contest__first__high',
        '      contest__first__high : c',
        '      state "in any state" as contest__first__in_any_state__',
        '      contest__first__in_any_state__ : d (reenter), to its start',
        '    }',
        '    --',
        '    state "second" as contest__second {',
        '      [*] --> contest__second__low',
        '      contest__second__low --> contest__second__high : w.x',
        '      contest__second__high --> contest__second__low : always [go]',
        '      state "low" as contest__second__low',
        '      contest__second__low : c',
        '      state "high" as contest__second__high',
        '      contest__second__high : c',
        '      state "in any state" as contest__second__in_any_state__',
        '      contest__second__in_any_state__ : b',
        '    }',
        '  }',
        '  classDef anywhere fill:none,stroke-dasharray:4',
        '  class contest__first__in_any_state__,contest__second__in_any_state__ anywhere',
        '',
      ].join('\n'),
    );
  });
});

/** What the dashed states are called here. */
const anywhere = '(anywhere)';

/** What Mermaid understood: states by the names on their way from the root, and every line. */
async function drawn(text: string, machine: AnyStateMachine) {
  const diagram = text.replace(/^---.*?---\n/s, '');
  const { db } = await mermaid.mermaidAPI.getDiagramFromText(diagram);
  const { nodes, edges } = db.getData();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const pathTo = (id: string): string[] => {
    const node = byId.get(id)!;
    const above = node.parentId === undefined ? top : pathTo(node.parentId);
    return node.shape === 'divider' ? above : [...above, nameOf(node)];
  };
  const top = machine.root.type === 'compound' ? [machine.id] : [];
  const isPoint = (id: string) => /^state(Start|End)$/.test(byId.get(id)!.shape);
  const states = nodes.filter(({ id, shape }) => !isPoint(id) && shape !== 'divider');
  const labelled = edges
    .filter(({ start, end }) => !isPoint(start) && !isPoint(end))
    .map(({ start, end, label }) => ({ from: pathTo(start), to: pathTo(end), label }));
  const listed = states.flatMap((node) =>
    (Array.isArray(node.label) ? node.label.slice(1) : (node.description ?? [])).map((label) => ({
      from: pathTo(node.id),
      to: pathTo(node.id),
      label,
    })),
  );
  return {
    states: states
      .filter((node) => nameOf(node) !== anywhere)
      .map(({ id }) => pathTo(id).join(' / '))
      .sort(),
    lines: [...labelled, ...listed].flatMap(({ label, from, to }) =>
      label.split(/<br\s*\/?>/).flatMap((line) => {
        const [, words, times = '1'] = /^(.*?)(?: ×(\d+))?$/s.exec(decoded(line))!;
        return Array.from({ length: Number(times) }, () => ({ from, to, text: words! }));
      }),
    ),
  };
}

function nameOf({ label, cssClasses }: Drawn): string {
  if (cssClasses?.includes('anywhere')) return anywhere;
  const name = decoded(Array.isArray(label) ? label[0]! : label);
  return name.replace(/ \((deep )?history\)$/, '');
}

/** Mermaid keeps entities under marks of its own until it draws. */
function decoded(text: string): string {
  return text.replaceAll(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code)));
}

function pathOf(node: AnyStateNode): string {
  return [node.machine.id, ...node.path].join(' / ');
}

/** Whether an end of an arrow is a state, one that it is in, or the dashed one in such a one. */
function isFor(node: AnyStateNode, end: readonly string[]): boolean {
  const shown = end.at(-1) === anywhere ? end.slice(0, -1) : end;
  const path = [node.machine.id, ...node.path];
  return shown.length <= path.length && shown.every((key, at) => key === path[at]);
}

/** How a target is called on an arrow that ends at a state that it is in. */
function below(node: AnyStateNode, end: readonly string[]): string {
  const depth = end.at(-1) === anywhere ? end.length - 2 : end.length - 1;
  return node.path.slice(depth).join('.');
}

function wordOf(eventType: string, { id }: AnyStateNode): string {
  if (eventType === '') return 'always';
  if (eventType.startsWith('xstate.done.state.')) return 'done';
  if (!eventType.startsWith('xstate.after.')) return eventType;
  return `after ${eventType.slice('xstate.after.'.length, -id.length - 1)}`;
}
