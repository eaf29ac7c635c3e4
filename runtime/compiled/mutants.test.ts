/** Mutants of the compiler: each breaks one rule, and a few machines made by lot must show it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectsOnly } from '../purity.js';
import { xstateEngine } from '../xstate-engine.js';
import { Actions, type Builtin } from './actions.js';
import { Algorithm, type Recall } from './algorithm.js';
import { CompiledMachine, soundParts } from './compile.js';
import { Guards } from './guards.js';
import type { Arrow, Node } from './nodes.js';
import type { Behaviour } from './operation.js';
import type { Parts } from './program.js';
import { Run } from './run.js';
import { Met, walkBoth } from './test-equality.js';
import { drawnNumbers, drawnWalk } from './test-machines.js';

const budget = 600;
const samples = fc.sample(drawnNumbers, { seed: 7, numRuns: budget });

/** Which machine shows that parts are broken, undefined when none does. */
function firstToShow(parts: Parts): number | undefined {
  const found = samples.findIndex((numbers) => {
    try {
      const { machine, ...walk } = drawnWalk(numbers);
      const reference = xstateEngine.load(machine);
      const tested = new CompiledMachine(machine, effectsOnly, parts);
      walkBoth({ machine, reference, tested, ...walk }, new Met());
      return false;
    } catch {
      return true;
    }
  });
  return found === -1 ? undefined : found;
}

type Broken = Partial<Parts>;
type InOrder = <T>(of: Record<'left' | 'taken' | 'entered', readonly T[]>) => T[];

/** The algorithm with some methods of its own. */
const algorithm = (methods: Partial<Algorithm>): Broken => ({
  Algorithm: class extends Algorithm {
    constructor() {
      super();
      Object.assign(this, methods);
    }
  },
});
const sound = new Algorithm();
const inOrder = (order: InOrder) => algorithm({ inOrder: order as Algorithm['inOrder'] });

/** XState's own actions of one kind, done otherwise. */
const actions = (
  kind: 'assign' | 'raise' | 'cancel' | 'enqueueActions' | 'custom',
  change: (done: Behaviour) => Behaviour,
): Broken => ({
  Actions: class extends Actions {
    constructor(...given: ConstructorParameters<typeof Actions>) {
      super(...given);
      const make = this[kind].bind(this) as (what: Builtin & string) => Behaviour;
      Object.assign(this, { [kind]: (what: Builtin & string) => change(make(what)) });
    }
  },
});

const mutants: readonly (readonly [string, Broken])[] = [
  [
    'entry actions before exit actions',
    inOrder(({ left, taken, entered }) => [...entered, ...taken, ...left]),
  ],
  [
    'exit actions behind the transition',
    inOrder(({ left, taken, entered }) => [...taken, ...left, ...entered]),
  ],
  [
    'entry actions before the transition',
    inOrder(({ left, taken, entered }) => [...left, ...entered, ...taken]),
  ],
  ['no exit actions', inOrder(({ taken, entered }) => [...taken, ...entered])],
  [
    'the outermost state is left first',
    algorithm({ exitSet: (...of) => sound.exitSet(...of).reverse() }),
  ],
  [
    'the first state is not left',
    algorithm({ exitSet: (...of) => sound.exitSet(...of).slice(0, -1) }),
  ],
  ['the last state is not left', algorithm({ exitSet: (...of) => sound.exitSet(...of).slice(1) })],
  [
    'the deepest state is entered first',
    algorithm({
      entrySet: (...of) => {
        const { entered, byDefault } = sound.entrySet(...of);
        return { entered: entered.reverse(), byDefault };
      },
    }),
  ],
  [
    'no initial actions',
    algorithm({ entrySet: (...of) => ({ ...sound.entrySet(...of), byDefault: new Set() }) }),
  ],
  [
    'the outer state is asked first',
    algorithm({ byDepth: (inner, outer) => [...outer, ...inner] }),
  ],
  [
    'the outer state is never asked',
    algorithm({ byDepth: (inner, outer) => [...(inner.length > 0 ? inner : outer)] }),
  ],
  [
    'wildcards before the exact event',
    algorithm({ candidates: (...of) => [...sound.candidates(...of)].reverse() }),
  ],
  [
    'no wildcards',
    algorithm({ candidates: ({ transitions }: Node, type) => transitions.get(type) ?? [] }),
  ],
  ['no eventless transitions', algorithm({ eventless: () => [] })],
  [
    'the second eventless transition first',
    algorithm({ eventless: (node) => [...sound.eventless(node)].reverse() }),
  ],
  ['conflicts are not seen', algorithm({ withoutConflicts: (enabled) => [...enabled] })],
  [
    'of conflicting transitions the later is taken',
    algorithm({
      withoutConflicts: (enabled, active, recall) =>
        sound.withoutConflicts([...enabled].reverse(), active, recall),
    }),
  ],
  ['history is forgotten', algorithm({ recorded: () => [] })],
  [
    'deep history is taken for shallow',
    algorithm({
      remembered: ({ parent }, active) => [...active].filter((node) => node.parent === parent),
    }),
  ],
  [
    'a history state without a memory leads to the initial state',
    algorithm({
      historyDefault: ({ parent }) => ({
        target: parent!.initial.target as Node[],
        isInitial: true,
      }),
    }),
  ],
  [
    'reenter is not heeded',
    algorithm({
      domain: (arrow: Arrow, recall: Recall) => sound.domain({ ...arrow, reenter: false }, recall),
    }),
  ],
  [
    'a parallel state ends with its first region',
    algorithm({
      isAtEnd: (node, active) => node.type === 'parallel' || sound.isAtEnd(node, active),
    }),
  ],
  ['a parallel state never ends', algorithm({ isAtEnd: () => false })],
  ['cancel is dropped', actions('cancel', () => () => {})],
  ['assignments are dropped', actions('assign', () => () => {})],
  ['raised events are dropped', actions('raise', () => () => {})],
  [
    'the event raised last is taken first',
    actions('raise', (raise) => (run, params) => {
      const waiting = run.queue.splice(0);
      raise(run, params);
      run.queue.push(...waiting);
    }),
  ],
  [
    'what is decided is done twice',
    actions('enqueueActions', (decide) => (run, params) => {
      decide(run, params);
      decide(run, params);
    }),
  ],
  ['params are dropped', actions('custom', (ask) => (run) => ask(run, undefined))],
  [
    'a guard that is not asked',
    {
      Guards: class extends Guards {
        override compile() {
          return () => true;
        }
      },
    },
  ],
  [
    'guards without their params',
    {
      Guards: class extends Guards {
        override compile(guard: unknown) {
          return super.compile((guard as { type?: string }).type ?? guard);
        }
      },
    },
  ],
  [
    'a context that somebody holds is written over',
    {
      Run: class extends Run {
        override lend() {}
      },
    },
  ],
  [
    'a context that goes into itself is written over',
    {
      Run: class extends Run {
        override writable() {
          return super.writable(false);
        }
      },
    },
  ],
  [
    'an assignment is no change',
    {
      Run: class extends Run {
        override writable(mayHold: boolean) {
          const { hasChanged } = this;
          const context = super.writable(mayHold);
          this.hasChanged = hasChanged;
          return context;
        }
      },
    },
  ],
  [
    'regions stay in the order of last entry',
    {
      Run: class extends Run {
        override atRest() {
          return this.state.configuration;
        }
      },
    },
  ],
];

describe.each([
  ['on tables', Number.POSITIVE_INFINITY],
  ['in code', 0],
])('%s, a mutant is shown by a machine', (_, codeAfter) => {
  const parts = { ...soundParts, codeAfter };

  it.each(mutants)('%s', (_, broken) => {
    expect(firstToShow({ ...parts, ...broken })).toBeDefined();
  });

  it('but the sound compiler by none', () => {
    expect(firstToShow(parts)).toBeUndefined();
  });

  it('nor one that forgets its tables all the time', () => {
    expect(firstToShow({ ...parts, configurationsMax: 2 })).toBeUndefined();
  });
});
