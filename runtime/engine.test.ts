/** What both engines do, each by itself and against XState's public functions. */
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  assign,
  cancel,
  createActor,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  type InspectionEvent,
  initialTransition,
  log,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stopChild,
  transition,
} from 'xstate';
import { compiledEngine } from './compiled/compiled-engine.js';
import { actionsOf, type Executable, restored } from './compiled/test-equality.js';
import type { Action, Chart, Engine, EngineState, Fired, Step } from './engine.js';
import { pinger } from './fixtures/ping-pong.js';
import { chain, contest, regions, sampleEvents, wanderer } from './fixtures/sample-charts.js';
import { namedTransitions } from './transition-names.js';
import type { MachineInput, View } from './vocabulary.js';
import { xstateEngine } from './xstate-engine.js';

const engines: readonly Engine[] = [xstateEngine, compiledEngine];

describe.each(engines)('the $name engine', (engine) => {
  const view: View = { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 };

  const pings: MachineInput = {
    input: { peer: 'b', rounds: 4, everyMs: 5 },
    persisted: {},
    incarnation: 1,
    self: 'a',
    key: 0,
    connection: 0,
    view,
  };

  function newStep(report = false): Step {
    return { actions: [], microsteps: [], report };
  }

  function eventOf(type: string) {
    return { type, view, connection: 7, message: { type: 'pong', round: 1 } };
  }

  /** A started machine, driven by hand. */
  function drive(machine: AnyStateMachine, { report = false, chart = engine.load(machine) } = {}) {
    const step = newStep(report);
    const driven = {
      chart,
      step,
      state: chart.start(pings, step),
      send(type: string) {
        driven.state = chart.take(driven.state, eventOf(type), step);
        return driven;
      },
      get value() {
        return chart.save(driven.state).value;
      },
      get context() {
        return chart.save(driven.state).context;
      },
      /** Effects by kind and subject, timers by id: short enough to read. */
      get asked() {
        return step.actions.map((action) => {
          if (action.type === 'arm') return `arm ${action.id} ${action.delayMs}`;
          if (action.type === 'disarm') return `disarm ${action.id}`;
          return action.type === 'note' ? action.params.subject : action.type;
        });
      },
    };
    return driven;
  }

  const note = (subject: string) => ({ type: 'note', params: { subject, value: 1 } });

  describe('effects', () => {
    const tagged = ({ context }: { context: Record<string, unknown> }) => ({ tag: context['n'] });

    it('come out in the order of exit, transition and entry, with their params', () => {
      const run = drive(
        createMachine({
          context: { n: 5 },
          initial: 'a',
          states: {
            a: {
              exit: note('exit'),
              on: { go: { target: 'b', actions: [note('on'), note('way')] } },
            },
            b: { entry: { type: 'sync', params: tagged } },
          },
        }),
      );
      run.send('go');
      expect(run.step.actions).toEqual([
        note('exit'),
        note('on'),
        note('way'),
        { type: 'sync', params: { tag: 5 } },
      ]);
    });

    it('of the initial step come out of start, the outermost first', () => {
      const machine = createMachine({
        entry: note('root'),
        initial: 'a',
        states: { a: { entry: note('a'), initial: 'b', states: { b: { entry: note('b') } } } },
      });
      expect(drive(machine).asked).toEqual(['root', 'a', 'b']);
    });

    it('see the context as it was when they were reached', () => {
      const count = assign({ n: ({ context }) => (context as { n: number }).n + 1 });
      const ask = { type: 'sync', params: ({ context }: { context: unknown }) => ({ context }) };
      const run = drive(
        createMachine({
          context: { n: 0 },
          on: { go: { actions: [ask, count, ask, count, ask] } },
        }),
      );
      run.send('go');
      const seen = run.step.actions.map((action) => (action as { params: unknown }).params);
      expect(seen).toEqual([{ context: { n: 0 } }, { context: { n: 1 } }, { context: { n: 2 } }]);
    });

    it('asked without params have empty ones', () => {
      const run = drive(createMachine({ entry: ['release', { type: 'drain' }] }));
      expect(run.step.actions).toEqual([
        { type: 'release', params: {} },
        { type: 'drain', params: {} },
      ]);
    });

    it('are asked even where a function of that name stands in for them', () => {
      const stub = vi.fn();
      const machine = createMachine({ entry: 'sync' }, { actions: { sync: stub } });
      expect(drive(machine).asked).toEqual(['sync']);
      expect(stub).not.toHaveBeenCalled();
    });

    it('of a step replace those of the step before', () => {
      const run = drive(createMachine({ entry: 'sync', on: { go: { actions: 'release' } } }));
      expect(run.send('go').asked).toEqual(['release']);
      expect(run.send('nothing').asked).toEqual([]);
    });
  });

  describe('timers', () => {
    const patient = createMachine({
      id: 'patient',
      initial: 'a',
      states: {
        a: { entry: note('a in'), exit: note('a out'), after: { 1000: 'b' }, on: { go: 'b' } },
        b: { entry: note('b in') },
      },
    });

    it('of after are armed behind the entry actions and cancelled behind the exit actions', () => {
      const run = drive(patient);
      expect(run.step.actions).toEqual([
        note('a in'),
        {
          type: 'arm',
          id: 'xstate.after.1000.patient.a',
          delayMs: 1000,
          event: { type: 'xstate.after.1000.patient.a' },
        },
      ]);
      expect(run.send('go').asked).toEqual(['a out', 'disarm xstate.after.1000.patient.a', 'b in']);
    });

    it('that have fired are cancelled all the same, as XState does', () => {
      const run = drive(patient).send('xstate.after.1000.patient.a');
      expect(run.value).toBe('b');
      expect(run.asked).toContain('disarm xstate.after.1000.patient.a');
    });

    it('are cancelled and armed anew when their state is re-entered', () => {
      const run = drive(
        createMachine({
          id: 'm',
          initial: 'a',
          states: {
            a: { after: { 9: 'a' }, on: { go: { target: 'a', reenter: true }, stay: 'a' } },
          },
        }),
      );
      expect(run.send('go').asked).toEqual([
        'disarm xstate.after.9.m.a',
        'arm xstate.after.9.m.a 9',
      ]);
      expect(run.send('stay').asked).toEqual([]);
    });

    it('give an event of their own each time they are armed', () => {
      const run = drive(
        createMachine({ on: { go: { actions: raise({ type: 'x' }, { delay: 1 }) } } }),
      );
      const [first] = [...run.send('go').step.actions] as [Action & { event: object }];
      const [second] = run.send('go').step.actions as [Action & { event: object }];
      expect(second.event).toEqual(first.event);
      expect(second.event).not.toBe(first.event);
    });

    it('take computed and named delays, with the context of the moment', () => {
      const machine = setup({
        types: { context: {} as { n: number } },
        delays: { named: ({ context }) => context.n * 2, fixed: 3 },
      }).createMachine({
        id: 'm',
        context: { n: 10 },
        initial: 'a',
        states: {
          a: {
            entry: [
              assign({ n: 20 }),
              raise({ type: 'x' }, { delay: ({ context }) => context.n, id: 'mine' }),
            ],
            after: { named: 'b', fixed: 'b' },
          },
          b: {},
        },
      });
      expect(drive(machine).asked).toEqual([
        'arm mine 20',
        'arm xstate.after.named.m.a 40',
        'arm xstate.after.fixed.m.a 3',
      ]);
    });

    it('of a delayed raise without an id have one made of the event type', () => {
      const run = drive(
        createMachine({
          on: {
            go: { actions: raise({ type: 'late', n: 1 } as Fired, { delay: 0 }) },
            stop: { actions: [cancel('raise:late'), cancel(() => 'other')] },
          },
        }),
      );
      expect(run.send('go').step.actions).toEqual([
        { type: 'arm', id: 'raise:late', delayMs: 0, event: { type: 'late', n: 1 } },
      ]);
      expect(run.send('stop').asked).toEqual(['disarm raise:late', 'disarm other']);
    });

    it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuse a delay of %d', (delay) => {
      const machine = createMachine({
        id: 'm',
        entry: raise({ type: 'x' }, { delay: () => delay }),
      });
      expect(() => drive(machine)).toThrow(
        `machine 'm', at its start: 'x' is delayed by ${delay} ms`,
      );
    });
  });

  describe('a step', () => {
    it('that no transition takes gives the same state object', () => {
      const run = drive(wanderer);
      const { state } = run;
      expect(run.send('nobody knows it').state).toBe(state);
    });

    it('takes the transition of the innermost state, and the exact event before a wildcard', () => {
      const run = drive(
        createMachine({
          initial: 'a',
          on: { go: { actions: note('outer') }, 'w.*': { actions: note('outer w') } },
          states: {
            a: {
              on: {
                '*': { actions: note('any') },
                'w.*': { actions: note('w') },
                'w.x': { actions: note('w.x') },
              },
            },
          },
        }),
      );
      expect(run.send('w.x').asked).toEqual(['w.x']);
      expect(run.send('w.y').asked).toEqual(['w']);
      expect(run.send('go').asked).toEqual(['any']);
    });

    it('goes through raised events and eventless transitions before it ends', () => {
      const run = drive(
        createMachine({
          initial: 'a',
          states: {
            a: { on: { go: { target: 'b', actions: raise({ type: 'on' }) } } },
            b: { exit: note('b out'), on: { on: 'c' } },
            c: { exit: note('c out'), always: 'd' },
            d: {},
          },
        }),
      );
      expect(run.send('go').value).toBe('d');
      expect(run.asked).toEqual(['b out', 'c out']);
    });

    it('obeys what enqueueActions decides', () => {
      const decide = enqueueActions(({ context, enqueue, check }) => {
        if (check(({ context: { n } }) => n > 0)) enqueue('release');
        enqueue.assign({ n: context['n'] + 1 });
        enqueue({ type: 'sync', params: { tag: 't' } });
        enqueue.raise({ type: 'x' }, { delay: 5, id: 'five' });
        enqueue.cancel('four');
      });
      const run = drive(createMachine({ context: { n: 0 }, on: { go: { actions: decide } } }));
      expect(run.send('go').asked).toEqual(['sync', 'arm five 5', 'disarm four']);
      expect(run.send('go').asked).toEqual(['release', 'sync', 'arm five 5', 'disarm four']);
      expect(run.context).toEqual({ n: 2 });
    });

    it('moves every region that takes the event', () => {
      const region = { initial: 'off', states: { off: { on: { go: 'on' } }, on: {} } };
      const run = drive(createMachine({ type: 'parallel', states: { one: region, two: region } }));
      expect(run.send('go').value).toEqual({ one: 'on', two: 'on' });
    });

    it('returns to where a state was left: shallow to its child, deep to its leaf', () => {
      const inner = { initial: 'x', states: { x: { on: { next: 'y' } }, y: {} } };
      const run = drive(
        createMachine({
          initial: 'a',
          states: {
            a: {
              initial: 'p',
              states: {
                p: { on: { move: 'q' } },
                q: inner,
                shallow: { type: 'history' },
                deep: { type: 'history', history: 'deep' },
              },
              on: { out: 'b' },
            },
            b: { on: { shallow: 'a.shallow', deep: 'a.deep' } },
          },
        }),
      );
      run.send('move').send('next').send('out');
      expect(run.send('deep').value).toEqual({ a: { q: 'y' } });
      expect(run.send('out').send('shallow').value).toEqual({ a: { q: 'x' } });
    });

    it('tells a parent that its final state is reached, with the output', () => {
      const run = drive(
        createMachine({
          context: { got: '' },
          initial: 'a',
          states: {
            a: {
              initial: 'x',
              states: {
                x: { on: { go: 'end' } },
                end: { type: 'final', output: ({ context }) => `from ${context['got'] || 'x'}` },
              },
              onDone: {
                target: 'b',
                actions: assign({
                  got: ({ event }) => (event as unknown as { output: string }).output,
                }),
              },
            },
            b: {},
          },
        }),
      );
      expect(run.send('go').value).toBe('b');
      expect(run.context).toEqual({ got: 'from x' });
    });

    it('of a machine that is done is never taken, though a transition fits', () => {
      const run = drive(
        createMachine({
          id: 'm',
          initial: 'a',
          exit: note('root out'),
          on: { go: { actions: note('taken') } },
          states: { a: { on: { go: 'end' } }, end: { type: 'final', after: { 5: 'a' } } },
        }),
      );
      expect(run.chart.done(run.state)).toBe(false);
      run.send('go');
      expect(run.asked).toEqual([
        'arm xstate.after.5.m.end 5',
        'disarm xstate.after.5.m.end',
        'root out',
      ]);
      expect(run.chart.done(run.state)).toBe(true);
      const { state } = run;
      expect(run.send('go').state).toBe(state);
      expect(run.asked).toEqual([]);
    });

    it('takes regions in document order, whichever of them was entered last', () => {
      const run = drive(contest);
      run.send('w.x').send('a');
      expect(run.value).toEqual({ first: 'high', second: 'high' });
      expect(run.send('c').asked).toEqual(['first c', 'second c']);
      expect(run.send('b').asked).toEqual(['first goes', 'second goes']);
    });

    it('of XState itself takes the region first that moved first: why we put them in order', () => {
      const machine: AnyStateMachine = contest;
      let [snapshot, executable]: [AnyMachineSnapshot, unknown] = initialTransition(machine);
      for (const type of ['w.x', 'a', 'b']) {
        [snapshot, executable] = transition(machine, snapshot, { type });
      }
      expect(actionsOf(executable as Executable)).toMatchObject([
        { params: { subject: 'second goes' } },
        { params: { subject: 'first goes' } },
      ]);
    });
  });

  describe('what has no rest or goes wrong', () => {
    it('an endless eventless cycle is an error naming machine, state and event', () => {
      const run = drive(
        createMachine({
          id: 'spinner',
          initial: 'rest',
          states: { rest: { on: { go: 'a' } }, a: { always: 'b' }, b: { always: 'a' } },
        }),
      );
      expect(() => run.send('go')).toThrow(
        `machine 'spinner', state "rest", event 'go': no rest after 10000 microsteps: ` +
          'eventless transitions or raised events go in a circle',
      );
    });

    it('a cycle of raised events is one too, and at the start as well', () => {
      const machine = createMachine({
        id: 'echo',
        entry: raise({ type: 'x' }),
        on: { x: { actions: raise({ type: 'x' }) } },
      });
      expect(() => drive(machine)).toThrow("machine 'echo', at its start: no rest after 10000");
    });

    it('a limit that the machine sets stands, and its own options are not touched', () => {
      const states = { a: { always: 'b' }, b: { always: 'a' } } as const;
      const short = createMachine({ initial: 'a', states, options: { maxIterations: 50 } });
      expect(() => drive(short)).toThrow('no rest after 50 microsteps');
      const free = createMachine({ initial: 'a', states });
      expect(() => drive(free)).toThrow('no rest after 10000 microsteps');
      expect(free.options.maxIterations).toBe(Number.POSITIVE_INFINITY);
    });

    it.each([
      ['guard', { guard: fails }],
      ['assignment', { actions: assign(fails) }],
      ['params', { actions: { type: 'sync', params: fails } }],
    ])('a thrown %s is an error naming machine, state and event', (_, transitionConfig) => {
      const run = drive(
        createMachine({ id: 'm', initial: 'a', states: { a: {} }, on: { go: transitionConfig } }),
      );
      expect(() => run.send('go')).toThrow(/^machine 'm', state "a", event 'go': (.|\n)*oops$/);
    });

    it('a throw at the start is an error naming the machine', () => {
      expect(() => drive(createMachine({ id: 'm', context: fails }))).toThrow(
        "machine 'm', at its start: oops",
      );
    });

    it('a transition from within a state to its history is one when it breaks the configuration', () => {
      const h = { id: 'h', type: 'history', target: '#m.b' } as const;
      const run = drive(
        createMachine({
          id: 'm',
          initial: 'a',
          states: { a: { initial: 'x', states: { x: { on: { go: '#h' } }, h } }, b: {} },
        }),
      );
      expect(() => run.send('go')).toThrow(
        'XState leaves states that it does not enter again: ' +
          'a transition from within a state to its history',
      );
    });

    it('an event to which XState gives a meaning of its own is one, but for the initial event', () => {
      const run = drive(
        createMachine({
          context: { n: 0 },
          on: { '*': { actions: note('any') } },
          always: {
            guard: ({ context, event }) => event.type === 'xstate.init' && context['n'] === 1,
            actions: [assign({ n: 2 }), note('anew')],
          },
          entry: assign({ n: 1 }),
        }),
      );
      expect(run.asked).toEqual(['anew']);
      expect(run.send('xstate.init').asked).toEqual([]);
      expect(() => run.send('*')).toThrow("cannot have the wildcard type ('*')");
      expect(() => run.send('xstate.stop')).toThrow("its status became 'stopped'");
      expect(run.send('xstate.error.actor.x').asked).toEqual(['any']);
      const deaf = drive(createMachine({}));
      expect(() => deaf.send('xstate.error.actor.x')).toThrow("its status became 'error'");
    });

    it('leaves the chart fit to run other states', () => {
      const machine = createMachine({
        on: {
          bad: { guard: fails },
          good: { actions: [note('good'), { type: 'sync', params: {} }] },
        },
      });
      const run = drive(machine, { report: true });
      expect(() => run.send('bad')).toThrow('oops');
      expect(run.send('good').asked).toEqual(['good', 'sync']);
      expect(run.step.microsteps).toHaveLength(1);
    });

    function fails(): never {
      throw new Error('oops');
    }
  });

  describe('refused when loaded, by name and place', () => {
    const logic = fromPromise(async () => 0);
    const inA = (a: object) => ({ id: 'm', initial: 'a', states: { a } });
    it.each<[string, object, string]>([
      ['invoke', inA({ invoke: { src: logic } }), "state 'm.a': 'invoke' is refused"],
      [
        'spawnChild',
        inA({ entry: spawnChild(logic) }),
        "entry of 'm.a': 'xstate.spawnChild' is refused",
      ],
      ['stopChild', inA({ exit: stopChild('x') }), "exit of 'm.a': 'xstate.stopChild' is refused"],
      [
        'sendTo',
        inA({ on: { go: { actions: sendTo('x', { type: 'y' }) } } }),
        "transition 'm.a|go|0': 'xstate.sendTo' is refused: ask for the effect 'send' or 'tell'",
      ],
      ['sendParent', inA({ always: { actions: sendParent({ type: 'y' }) } }), "'m.a|always|0'"],
      [
        'log',
        inA({ after: { 5: { actions: log('x') } } }),
        "'xstate.log' is refused: ask for the effect",
      ],
      ['emit', inA({ onDone: { actions: emit({ type: 'x' }) } }), "'xstate.emit' is refused"],
      [
        'an inline function',
        inA({ entry: () => {} }),
        "entry of 'm.a': an inline function is refused: machines are pure; ask for an effect",
      ],
      [
        'an action of an initial transition',
        { id: 'm', initial: { target: 'a', actions: 'nobody' }, states: { a: {} } },
        "initial transition of 'm': action 'nobody' is refused: machines are pure",
      ],
      ['a delay without a value', inA({ after: { soon: 'a' } }), "delay 'soon' is not implemented"],
      [
        'two states of one id',
        { id: 'm', initial: 'a', states: { a: { id: 'x' }, b: { id: 'x' } } },
        "machine 'm': two states have the id 'x'",
      ],
      [
        'an event that is named like eventless transitions',
        inA({ on: { always: {} }, always: { guard: () => false } }),
        "machine 'm': two transitions have the name 'm.a|always|0'",
      ],
    ])('%s', (_, config, message) => {
      expect(() => engine.load(createMachine(config))).toThrow(message);
    });

    it('a named action that is a function', () => {
      const machine = createMachine({ id: 'm', entry: 'shout' }, { actions: { shout: () => {} } });
      expect(() => engine.load(machine)).toThrow(
        "machine 'm', entry of 'm': action 'shout' is refused: machines are pure; ask for an effect",
      );
    });

    it('an effect that is implemented as something else', () => {
      const machine = createMachine({ id: 'm', entry: 'sync' }, { actions: { sync: assign({}) } });
      expect(() => engine.load(machine)).toThrow(
        "the effect 'sync' is implemented as 'xstate.assign': give it another name",
      );
    });
  });

  describe('refused when it happens', () => {
    const logic = fromPromise(async () => 0);
    const sync = () => {};
    type Enqueue = Parameters<Parameters<typeof enqueueActions>[0]>[0];
    it.each<[string, (args: Enqueue) => void, string | RegExp]>([
      ['a function', ({ enqueue }) => enqueue(() => {}), 'an inline function is refused'],
      ['a function with an effect as name', ({ enqueue }) => enqueue(sync), 'an inline function'],
      ['an unknown action', ({ enqueue }) => enqueue('shout'), "action 'shout' is refused"],
      ['log', ({ enqueue }) => enqueue(log('x')), "'xstate.log' is refused"],
      ['emit', ({ enqueue }) => enqueue.emit({ type: 'x' } as never), "'xstate.emit' is refused"],
      [
        'sendParent',
        ({ enqueue }) => enqueue.sendParent({ type: 'x' }),
        "'xstate.sendTo' is refused",
      ],
      [
        'sendTo itself',
        ({ enqueue, self }) => enqueue.sendTo(self, { type: 'x' }),
        "'xstate.sendTo' is refused",
      ],
      [
        'sendTo a child',
        ({ enqueue }) => enqueue.sendTo('kid', { type: 'x' }),
        // XState looks for the child first, and finds none.
        /to actor 'kid'|'xstate.sendTo' is refused/,
      ],
      ['spawnChild', ({ enqueue }) => enqueue.spawnChild(logic as never), "'spawn' is refused"],
      ['stopChild', ({ enqueue }) => enqueue.stopChild('kid'), "'xstate.stopChild' is refused"],
      ['self.send', ({ self }) => self.send({ type: 'x' }), "'self' is refused"],
      ['system.get', ({ system }) => system.get('x'), "'system' is refused"],
    ])('%s', (_, collect, message) => {
      const machine = createMachine({ id: 'm', on: { go: { actions: enqueueActions(collect) } } });
      const run = drive(machine);
      expect(() => run.send('go')).toThrow("machine 'm', state {}, event 'go': ");
      expect(() => run.send('go')).toThrow(message);
    });

    it('spawn in an assignment, and in the initial context', () => {
      const spawning = assign(({ spawn }) => ({ kid: spawn(logic) }));
      const run = drive(createMachine({ on: { go: { actions: spawning } } }));
      expect(() => run.send('go')).toThrow("'spawn' is refused: ask for the effect 'start'");
      const early = createMachine({ id: 'm', context: ({ spawn }) => ({ kid: spawn(logic) }) });
      expect(() => drive(early)).toThrow("machine 'm', at its start: 'spawn' is refused");
    });
  });

  describe('names', () => {
    it('of states and transitions follow the document', () => {
      const chart = engine.load(
        createMachine({
          id: 'm',
          initial: 'a',
          states: {
            a: {
              initial: 'x',
              always: { guard: () => false, target: 'b' },
              after: { 10: [{ guard: () => false }, { target: 'b' }] },
              onDone: 'b',
              on: { 'w.*': 'b', go: [{ guard: () => false, target: 'b' }, { actions: 'sync' }] },
              states: { x: {}, h: { type: 'history' } },
            },
            b: { id: 'mine' },
          },
          on: { '*': '.a' },
        }),
      );
      expect(chart.stateIds).toEqual(['m', 'm.a', 'm.a.x', 'm.a.h', 'mine']);
      expect(chart.transitionNames).toEqual([
        'm|*|0',
        'm.a|w.*|0',
        'm.a|go|0',
        'm.a|go|1',
        'm.a|xstate.done.state.m.a|0',
        'm.a|xstate.after.10.m.a|0',
        'm.a|xstate.after.10.m.a|1',
        'm.a|always|0',
      ]);
    });
  });

  describe('the report', () => {
    it('begins with the initial transition and goes on with what follows it', () => {
      const run = drive(
        createMachine({
          id: 'm',
          entry: note('root in'),
          initial: 'a',
          on: { up: { actions: note('up') } },
          states: {
            a: { entry: [note('a in'), raise({ type: 'up' })], always: 'b' },
            b: { entry: note('b in') },
          },
        }),
        { report: true },
      );
      expect(run.step.microsteps).toEqual([
        { transitions: ['init'], left: [], entered: ['m', 'm.a'], begin: 0, end: 2 },
        { transitions: ['m.a|always|0'], left: ['m.a'], entered: ['m.b'], begin: 2, end: 3 },
        { transitions: ['m|up|0'], left: [], entered: [], begin: 3, end: 4 },
      ]);
      expect(run.asked).toEqual(['root in', 'a in', 'b in', 'up']);
    });

    it('has states left from the deepest up and entered in document order', () => {
      const run = drive(wanderer, { report: true });
      run.send('a').send('b');
      expect(run.step.microsteps[0]).toMatchObject({
        transitions: ['wanderer.inside|b|0'],
        left: ['wanderer.inside.right.upper', 'wanderer.inside.right', 'wanderer.inside'],
        entered: ['wanderer.inside', 'wanderer.inside.left'],
      });
    });

    it('names only the transition that wins when two regions conflict', () => {
      const run = drive(regions, { report: true });
      run.send('a').send('d');
      expect(run.value).toBe('rest');
      expect(run.step.microsteps[0]?.transitions).toEqual(['regions.both.work.busy|d|0']);
    });

    it('does not call the states left in which a machine is done', () => {
      const run = drive(
        createMachine({
          id: 'm',
          initial: 'a',
          states: { a: { on: { go: 'end' } }, end: { type: 'final', exit: note('end out') } },
        }),
        { report: true },
      );
      run.send('go');
      expect(run.asked).toEqual(['end out']);
      expect(run.step.microsteps).toEqual([
        { transitions: ['m.a|go|0'], left: ['m.a'], entered: ['m.end'], begin: 0, end: 1 },
      ]);
    });

    it('is empty when no transition takes the event, and when nobody asks', () => {
      const run = drive(wanderer, { report: true });
      expect(run.send('nobody knows it').step.microsteps).toEqual([]);
      run.step.report = false;
      expect(run.send('a').step.microsteps).toEqual([]);
      run.step.report = true;
      expect(run.send('a').step.microsteps).toHaveLength(1);
    });
  });

  describe('a saved state', () => {
    it('is plain data that later steps do not alter', () => {
      const machine = createMachine({
        context: { list: [1], deep: { n: 1 } },
        on: {
          go: {
            actions: assign(({ context }) => {
              // A machine that writes in place, as none should.
              (context['list'] as number[]).push(2);
              (context['deep'] as { n: number }).n = 2;
              return {};
            }),
          },
        },
      });
      const run = drive(machine);
      const saved = run.chart.save(run.state);
      const loaded = run.chart.load(saved);
      run.send('go');
      run.chart.take(loaded, eventOf('go'), run.step);
      expect(saved).toEqual({
        value: {},
        context: { list: [1], deep: { n: 1 } },
        status: 'active',
        history: {},
      });
    });

    it('remembers history by state id, dots in ids included', () => {
      const machine = createMachine({
        id: 'dotted.machine',
        initial: 'a',
        states: {
          a: {
            initial: 'x',
            states: { x: { on: { go: 'y' } }, y: { id: 'my.y' }, h: { type: 'history' } },
            on: { out: 'b' },
          },
          b: { on: { back: 'a.h' } },
        },
      });
      const run = drive(machine).send('go').send('out');
      const saved = run.chart.save(run.state);
      expect(saved.history).toEqual({ 'dotted.machine.a.h': ['my.y'] });
      run.state = run.chart.load(JSON.parse(JSON.stringify(saved)));
      expect(run.chart.save(run.state)).toEqual(saved);
      expect(run.send('back').value).toEqual({ a: 'y' });
    });

    it('of a machine that is done is done when loaded', () => {
      const machine = createMachine({
        initial: 'a',
        states: { a: { on: { go: 'end' } }, end: { type: 'final' } },
      });
      const run = drive(machine).send('go');
      const saved = run.chart.save(run.state);
      expect(saved.status).toBe('done');
      expect(run.chart.done(run.chart.load(saved))).toBe(true);
    });

    it('means the same whatever the order of its regions', () => {
      const run = drive(contest).send('a').send('w.x');
      const { context, status, history } = run.chart.save(run.state);
      const value = { second: 'high', first: 'high' };
      run.state = run.chart.load({ value, context, status, history });
      expect(run.send('c').asked).toEqual(['first c', 'second c']);
      expect(run.send('b').asked).toEqual(['first goes', 'second goes']);
    });

    it('that does not fit the machine, or is no plain data, is refused', () => {
      const { chart } = drive(createMachine({ id: 'm', initial: 'a', states: { a: {} } }));
      const saved = { value: 'a', context: {}, status: 'active', history: {} } as const;
      expect(() => chart.load({ ...saved, value: 'b' })).toThrow("machine 'm', loaded: State 'b'");
      expect(() => chart.load({ ...saved, value: { b: {} } })).toThrow("'m' has no child 'b'");
      expect(() => chart.load({ ...saved, history: { m: ['m.b'] } })).toThrow("has no state 'm.b'");
      const odd = drive(createMachine({ id: 'm', context: { run: () => {} } }));
      expect(() => odd.chart.save(odd.state)).toThrow(
        "machine 'm', saved: its context is not plain",
      );
    });
  });

  // ---------------------------------------------------------------------------------------------
  // Against XState's public functions

  interface Sample {
    readonly machine: AnyStateMachine;
    readonly events: readonly string[];
  }

  const pingEvents = ['opened', 'unopened', 'message.pong', 'reset', 'closed'];
  /** Where the order of regions never matters, XState's own order included. */
  const unordered: readonly Sample[] = [
    { machine: pinger, events: pingEvents },
    { machine: wanderer, events: sampleEvents },
    { machine: chain, events: sampleEvents },
    { machine: regions, events: sampleEvents },
  ];
  const samples: readonly Sample[] = [...unordered, { machine: contest, events: sampleEvents }];
  const named = (all: readonly Sample[]) =>
    all.map((sample) => [sample.machine.id, sample] as const);

  const runs = { seed: 1, numRuns: 100 };
  const choices = fc.array(fc.nat(1000), { maxLength: 40 });

  /** Walks a machine over random events, its armed timers among them. */
  function walk(
    { machine, events }: Sample,
    picks: readonly number[],
    visit: (at: { chart: Chart; step: Step; state: EngineState; event?: { type: string } }) => void,
    { report = false } = {},
  ) {
    const { chart, step, ...driven } = drive(machine, { report });
    let { state } = driven;
    const armed = new Map<string, string>();
    const keep = () => {
      for (const action of step.actions) {
        if (action.type === 'arm') armed.set(action.id, action.event.type);
        if (action.type === 'disarm') armed.delete(action.id);
      }
    };
    keep();
    visit({ chart, step, state });
    for (const pick of picks) {
      const offered = [...events, ...armed.values()];
      const event = eventOf(offered[pick % offered.length]!);
      state = chart.take(state, event, step);
      keep();
      visit({ chart, step, state, event });
    }
  }

  describe('against the public initialTransition and transition', () => {
    it.each(named(unordered))('%s: states and actions are equal', (_, sample) => {
      const { machine } = sample;
      fc.assert(
        fc.property(choices, (picks) => {
          let snapshot: AnyMachineSnapshot;
          walk(sample, picks, ({ chart, step, state, event }) => {
            let executable: Executable = [];
            if (event === undefined) {
              [snapshot, executable] = initialTransition(machine, pings);
            } else if (snapshot.status === 'active') {
              [snapshot, executable] = transition(machine, snapshot, event);
            }
            expect(step.actions).toEqual(actionsOf(executable));
            const { value, context, status } = chart.save(state);
            expect({ value, context, status }).toEqual({
              value: snapshot.value,
              context: snapshot.context,
              status: snapshot.status,
            });
          });
        }),
        runs,
      );
    });

    it.each(named(samples))('%s: every step is the step from the restored state', (_, sample) => {
      const { machine } = sample;
      fc.assert(
        fc.property(choices, (picks) => {
          let before: AnyMachineSnapshot | undefined;
          walk(sample, picks, ({ chart, step, state, event }) => {
            if (before?.status === 'active') {
              const [after, executable] = transition(machine, before, event!);
              expect(step.actions).toEqual(actionsOf(executable));
              expect(chart.save(state)).toMatchObject({
                value: after.value,
                context: after.context as never,
                status: after.status as never,
              });
            }
            before = restored(machine, chart.save(state));
          });
        }),
        runs,
      );
    });

    it.each(named(samples))(
      '%s: a run that is saved and loaded at every step is the same',
      (_, sample) => {
        fc.assert(
          fc.property(choices, (picks) => {
            let loaded: EngineState | undefined;
            const other = newStep();
            walk(sample, picks, ({ chart, step, state, event }) => {
              if (loaded !== undefined) {
                const next = chart.take(loaded, event as never, other);
                expect(other.actions).toEqual(step.actions);
                loaded = next;
              }
              const saved = chart.save(loaded ?? state);
              expect(saved).toEqual(chart.save(state));
              loaded = chart.load(JSON.parse(JSON.stringify(saved)));
            });
          }),
          runs,
        );
      },
    );
  });

  describe('the report of random runs', () => {
    it.each(named(samples))('%s: changes neither states nor actions', (_, sample) => {
      fc.assert(
        fc.property(choices, (picks) => {
          const told: unknown[] = [];
          const keep = ({ chart, step, state }: { chart: Chart; step: Step; state: EngineState }) =>
            told.push([chart.save(state), [...step.actions]]);
          walk(sample, picks, keep, { report: true });
          const reported = told.splice(0);
          walk(sample, picks, keep);
          expect(told).toEqual(reported);
        }),
        runs,
      );
    });

    it.each(named(samples))('%s: leads from configuration to configuration', (_, sample) => {
      fc.assert(
        fc.property(choices, (picks) => {
          const active = new Set<string>();
          walk(
            sample,
            picks,
            ({ chart, step, state }) => {
              let end = 0;
              for (const microstep of step.microsteps) {
                expect(microstep.begin).toBe(end);
                end = microstep.end;
                for (const id of microstep.left) expect(active.delete(id)).toBe(true);
                for (const id of microstep.entered) {
                  expect(active.has(id)).toBe(false);
                  active.add(id);
                }
              }
              expect(end).toBe(step.actions.length);
              const { _nodes } = restored(sample.machine, chart.save(state));
              expect([...active].sort()).toEqual(_nodes.map((node) => node.id).sort());
            },
            { report: true },
          );
        }),
        runs,
      );
    });

    it.each(named(unordered))('%s: names the transitions that an actor shows', (_, sample) => {
      const { machine } = sample;
      const names = new Map([...namedTransitions(machine)].map(([name, taken]) => [taken, name]));
      fc.assert(
        fc.property(choices, (picks) => {
          let shown: string[][] = [];
          const inspect = (event: InspectionEvent) => {
            if (event.type !== '@xstate.microstep' || event._transitions.length === 0) return;
            shown.push(event._transitions.map((taken) => names.get(taken as never)!));
          };
          const clock = { setTimeout: () => 0, clearTimeout: () => {} };
          const actor = createActor(machine, { input: pings, inspect, clock });
          walk(
            sample,
            picks,
            ({ step, event }) => {
              if (event === undefined) {
                actor.start();
                shown.unshift(['init']);
              } else {
                if (actor.getSnapshot().status === 'active') actor.send(event);
              }
              // The loser of a conflict is shown as well: all that we name must be there, first.
              const taken = step.microsteps.map(({ transitions }) => transitions);
              expect(shown.map((all, i) => all.slice(0, taken[i]?.length))).toEqual(taken);
              shown = [];
            },
            { report: true },
          );
        }),
        runs,
      );
    });
  });

  describe('the world outside', () => {
    afterEach(() => vi.restoreAllMocks());

    it('is not asked for a clock, a die, a timer or an actor in 1,000 steps', () => {
      const spies = [
        vi.spyOn(Date, 'now'),
        vi.spyOn(Math, 'random'),
        vi.spyOn(performance, 'now'),
        vi.spyOn(globalThis, 'setTimeout'),
        vi.spyOn(globalThis, 'queueMicrotask'),
      ];
      const actorsBefore = actorsMade();
      for (const { machine, events } of samples) {
        const run = drive(machine);
        for (let i = 0; i < 1000; i++) {
          const armed = run.step.actions.find((action) => action.type === 'arm');
          const type = i % 3 === 0 ? armed?.event.type : events[(i * 7 + (i >> 3)) % events.length];
          run.send(type ?? 'a');
        }
      }
      expect(actorsMade()).toBe(actorsBefore + 1);
      for (const spy of spies) expect(spy).not.toHaveBeenCalled();
    });

    /** XState numbers its actors globally. */
    function actorsMade(): number {
      return Number(createActor(createMachine({})).sessionId.replace('x:', ''));
    }
  });
});
