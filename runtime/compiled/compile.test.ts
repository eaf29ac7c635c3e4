import { describe, expect, it, vi } from 'vitest';
import {
  type AnyStateMachine,
  and,
  assign,
  createMachine,
  emit,
  enqueueActions,
  fromPromise,
  log,
  raise,
  setup,
  spawnChild,
  stateIn,
} from 'xstate';
import type { SavedState } from '../engine.js';
import { type CompiledStep, compile } from './compile.js';

type Held = { context: Record<string, unknown> };

const newStep = (): CompiledStep => ({ actions: [], microsteps: [], report: false });

/** A compiled machine, started. */
function started(machine: AnyStateMachine, input?: unknown) {
  const compiled = compile(machine);
  const step = newStep();
  let state = compiled.start(input, step);
  return {
    compiled,
    step,
    send: (event: { readonly type: string; readonly [field: string]: unknown }) => {
      state = compiled.take(state, event, step);
      return step.actions;
    },
    saved: (): SavedState => compiled.save(state),
    get state() {
      return state;
    },
  };
}

const context = (run: { saved: () => SavedState }) => run.saved().context;

describe('a compiled machine by itself', () => {
  it('does what its example says', () => {
    const door = compile(
      createMachine({
        initial: 'closed',
        states: {
          closed: {
            on: { open: { target: 'opened', actions: { type: 'ring', params: { times: 2 } } } },
          },
          opened: { after: { 3000: 'closed' } },
        },
      }),
    );
    const step = newStep();
    let state = door.start(undefined, step);
    state = door.take(state, { type: 'open' }, step);
    expect(step.actions).toMatchObject([
      { type: 'ring', params: { times: 2 } },
      { type: 'arm', delayMs: 3000 },
    ]);
    expect(door.save(state).value).toBe('opened');
  });

  it('asks for any action by name, and performs none', () => {
    const shout = vi.fn();
    const machine = setup({ actions: { shout } }).createMachine({ entry: ['shout', 'shout'] });
    expect(started(machine).step.actions).toEqual([
      { type: 'shout', params: {} },
      { type: 'shout', params: {} },
    ]);
    expect(shout).not.toHaveBeenCalled();
  });

  it('takes its input to make its context, anew for each start', () => {
    const machine = createMachine({ context: ({ input }) => ({ list: [input] }) });
    const compiled = compile(machine);
    const [one, other] = [1, 2].map((input) => compiled.start(input, newStep()));
    expect(compiled.save(one!).context).toEqual({ list: [1] });
    expect(compiled.save(other!).context).toEqual({ list: [2] });
  });

  it('keeps states apart that it runs in turn', () => {
    const count = assign({ n: ({ context: { n } }) => n + 1 });
    const compiled = compile(
      createMachine({ context: { n: 0 }, on: { count: { actions: count } } }),
    );
    const step = newStep();
    const one = compiled.start(undefined, step);
    const other = compiled.start(undefined, step);
    for (const type of ['count', 'count']) compiled.take(one, { type }, step);
    compiled.take(other, { type: 'count' }, step);
    expect(compiled.save(one).context).toEqual({ n: 2 });
    expect(compiled.save(other).context).toEqual({ n: 1 });
  });

  it('tells the tags of the states it is in, and its output when it is done', () => {
    const run = started(
      createMachine({
        context: { n: 3 },
        initial: 'a',
        states: {
          a: { tags: ['early', 'calm'], on: { go: 'b' } },
          b: { type: 'final', output: 'end' },
        },
        output: ({ context: { n }, event }) => [n, event.output],
      }),
    );
    expect([...run.compiled.tags(run.state)]).toEqual(['early', 'calm']);
    expect(run.compiled.output(run.state)).toBeUndefined();
    run.send({ type: 'go' });
    expect([...run.compiled.tags(run.state)]).toEqual([]);
    expect(run.compiled.done(run.state)).toBe(true);
    expect(run.compiled.output(run.state)).toEqual([3, 'end']);
  });
});

describe('refused when compiled, with place and way out', () => {
  const logic = fromPromise(async () => 0);
  const inA = (a: object) => createMachine({ id: 'm', initial: 'a', states: { a } });
  it.each<[string, object, string]>([
    [
      'invoke',
      { invoke: { src: logic } },
      "machine 'm', state 'm.a': 'invoke' is refused: run the machine with XState's createActor",
    ],
    ['spawnChild', { entry: spawnChild(logic) }, "entry of 'm.a': 'xstate.spawnChild' is refused"],
    ['emit', { exit: emit({ type: 'x' }) }, "exit of 'm.a': 'xstate.emit' is refused"],
    [
      'log',
      { on: { go: { actions: log('x') } } },
      "transition 'm.a|go|0': 'xstate.log' is refused",
    ],
    ['a function', { entry: () => {} }, 'an inline function is refused: give the action a name'],
    ['the name of a timer', { entry: 'arm' }, "action 'arm' is refused: timers are asked for so"],
    [
      'a guard with a check of its own',
      { on: { go: { guard: Object.assign(() => true, { check: () => true }) } } },
      "machine 'm', transition 'm.a|go|0': a guard with a check of its own is refused",
    ],
  ])('%s', (_, a, message) => {
    expect(() => compile(inA(a))).toThrow(message);
  });

  it('and in the step when it is decided then', () => {
    const decide = enqueueActions(({ enqueue }) => enqueue(log('x')));
    const run = started(createMachine({ id: 'm', on: { go: { actions: decide } } }));
    expect(() => run.send({ type: 'go' })).toThrow(
      "machine 'm', state {}, event 'go': 'xstate.log' is refused",
    );
  });
});

describe('a context', () => {
  it('is written in place while nobody else can hold it', () => {
    const seen: object[] = [];
    const look = ({ context: held }: { context: object }) => seen.push(held) > 0;
    const run = started(
      createMachine({
        context: { n: 0, m: 0 },
        on: {
          count: { guard: look, actions: assign({ n: ({ context: { n } }) => n + 1, m: 5 }) },
          ask: {
            guard: look,
            actions: { type: 'ask', params: ({ context: held }: Held) => ({ n: held['n'] }) },
          },
        },
      }),
    );
    for (const type of ['count', 'count', 'ask', 'count', 'count']) run.send({ type });
    const [first, second, third, fourth, fifth] = seen;
    expect(second).toBe(first);
    expect(third).toBe(second);
    // Whoever was asked may hold it.
    expect(fourth).toBe(third);
    expect(fifth).not.toBe(fourth);
    expect(context(run)).toEqual({ n: 4, m: 5 });
  });

  it('may get fields later, in any order', () => {
    const run = started(
      createMachine({
        context: { a: 1 },
        on: { put: { actions: assign(({ event }) => event['fields']) } },
      }),
    );
    run.send({ type: 'put', fields: { c: 3 } });
    run.send({ type: 'put', fields: { b: 2, a: 0, list: [1] } });
    run.send({ type: 'put', fields: { 2: 'two', d: undefined } });
    run.send({ type: 'put', fields: null });
    expect(JSON.stringify(context(run))).toBe('{"2":"two","a":0,"c":3,"b":2,"list":[1]}');
    expect(Object.keys(context(run))).toEqual(['2', 'a', 'c', 'b', 'list', 'd']);
  });

  it('may have fields without end, and of any name', () => {
    const run = started(
      createMachine({
        context: {},
        on: {
          put: { actions: assign(({ event }) => ({ [event['name']]: event['value'] })) },
          ask: { actions: { type: 'ask', params: ({ context: held }: Held) => ({ held }) } },
        },
      }),
    );
    const names = Array.from({ length: 300 }, (_, at) => `field ${at} "quoted"`);
    for (const [at, name] of names.entries()) {
      run.send({ type: 'put', name, value: at });
      run.send({ type: 'ask' });
    }
    expect(Object.entries(context(run))).toEqual(names.map((name, at) => [name, at]));
  });
});

describe('a guard', () => {
  it('may look for states by value or id, in a step too, as they were when it began', () => {
    const run = started(
      createMachine({
        id: 'm',
        initial: 'a',
        states: {
          a: {
            on: {
              go: {
                target: 'b',
                actions: enqueueActions(({ check, enqueue }) => {
                  const seen = [check(stateIn('a')), check(stateIn('#m.a')), check(stateIn('b'))];
                  enqueue({ type: 'seen', params: seen });
                }),
              },
            },
          },
          b: { on: { back: { guard: and([stateIn('b'), stateIn('#m.b')]), target: 'a' } } },
        },
      }),
    );
    expect(run.send({ type: 'go' })).toEqual([{ type: 'seen', params: [true, true, false] }]);
    run.send({ type: 'back' });
    expect(run.saved().value).toBe('a');
  });

  it('that is not there is missed when it is asked', () => {
    const run = started(createMachine({ id: 'm', on: { go: { guard: 'nobody' } } }));
    expect(() => run.send({ type: 'go' })).toThrow("Guard 'nobody' is not implemented");
  });
});

describe('many configurations', () => {
  it('are run, though their tables are not all kept', () => {
    // Together they are in a new configuration for 9009 * 8 steps.
    const sizes = [7, 8, 9, 11, 13];
    const region = (size: number) => ({
      initial: 's0',
      states: Object.fromEntries(
        Array.from({ length: size }, (_, at) => [`s${at}`, { on: { go: `s${(at + 1) % size}` } }]),
      ),
    });
    const states = Object.fromEntries(sizes.map((size) => [`of ${size}`, region(size)]));
    const run = started(createMachine({ type: 'parallel', states }));
    const steps = 12_345;
    for (let step = 0; step < steps; step++) run.send({ type: 'go' });
    expect(run.saved().value).toEqual(
      Object.fromEntries(sizes.map((size) => [`of ${size}`, `s${steps % size}`])),
    );
  });
});

describe('a raised event', () => {
  it('is taken before the next, with what was assigned in between', () => {
    const run = started(
      createMachine({
        context: { n: 0 },
        on: {
          go: {
            actions: [
              raise(({ context: { n } }) => ({ type: 'first', n })),
              assign({ n: 1 }),
              raise(({ context: { n } }) => ({ type: 'second', n })),
            ],
          },
          '*': { actions: { type: 'got', params: ({ event }: { event: object }) => event } },
        },
      }),
    );
    expect(run.send({ type: 'go' })).toEqual([
      { type: 'got', params: { type: 'first', n: 0 } },
      { type: 'got', params: { type: 'second', n: 1 } },
    ]);
  });
});
