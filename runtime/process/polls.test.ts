import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Clock, createClock, readClock, setRate } from '../clock.js';
import type { Entry, Instance } from '../kernel.js';
import {
  mailLog,
  queued,
  runUntil,
  type TestKernel,
  testInstance,
  testKernel,
  times,
} from '../storage/test-kernel.js';
import {
  crashedPolls,
  createPolls,
  dispatchPoll,
  endPoll,
  grew,
  type PollsState,
  pausePolls,
  poll,
  reschedulePolls,
  resumePolls,
  stoppedPolls,
  wake,
} from './polls.js';

/** One process with a clock and a machine; `applied` follows `grow`. */
function setup(clock: Clock = createClock(0, 0, 0)) {
  const kernel = testKernel();
  const state = createPolls(0);
  const feed = testInstance('feed');
  return over(kernel, state, clock, feed);
}

function over(kernel: TestKernel, state: PollsState, clock: Clock, feed: Instance) {
  const dispatch = (entry: Entry) => dispatchPoll(state, kernel, entry);
  return {
    kernel,
    state,
    clock,
    feed,
    ask: (tag: string, everyMs: number, beyond?: number, from = feed) => {
      const params = beyond === undefined ? { tag, everyMs } : { tag, everyMs, beyond };
      poll(state, kernel, clock, from, params, state.applied);
    },
    grow: (applied: number) => grew(state, kernel, clock, applied),
    poke: (tag: string) => wake(state, kernel, clock, tag),
    drift: (ppm: number) => {
      setRate(clock, kernel.now, ppm);
      reschedulePolls(state, kernel, clock);
    },
    pause: () => pausePolls(state, kernel, clock),
    resume: () => resumePolls(state, kernel, clock),
    until: (at: number) => runUntil(kernel, at, dispatch),
  };
}

describe('a poll', () => {
  it('is no entry of the queue while its condition does not hold', () => {
    const { kernel, ask, grow, until } = setup();
    ask('a', 2, 5);
    ask('b', 2);
    grow(5);
    until(1_000_000);
    expect(queued(kernel)).toEqual([]);
    expect(times(kernel)).toEqual([]);
  });

  it('wakes once, at the first point of its grid after the applied offset passed', () => {
    const { kernel, ask, grow, until } = setup();
    until(300);
    ask('a', 2, 5);
    until(5000);
    grow(6);
    until(5500);
    grow(7);
    expect(queued(kernel)).toEqual(['poll']);
    until(100_000);
    expect(mailLog(kernel)).toEqual(['6300 feed {"type":"polled","tag":"a"}']);
  });

  it('asked when its condition holds already, wakes at the next point', () => {
    const { kernel, ask, grow, until } = setup();
    grow(9);
    until(100);
    ask('a', 2, 5);
    until(100_000);
    expect(times(kernel)).toEqual(['2100 polled']);
  });

  it('tests strictly after a change at the instant of a point', () => {
    const { kernel, ask, grow, until } = setup();
    ask('a', 2, 5);
    until(4000);
    grow(6);
    until(100_000);
    expect(times(kernel)).toEqual(['6000 polled']);
  });

  it('misses a condition that held only between two points', () => {
    const { kernel, ask, grow, until } = setup();
    ask('a', 2, 5);
    until(100);
    grow(6);
    until(200);
    grow(5);
    until(3000);
    expect(times(kernel)).toEqual([]);
    grow(6);
    until(100_000);
    expect(times(kernel)).toEqual(['4000 polled']);
  });

  it('is woken by its tag, whichever machine asked, and then tests nothing else', () => {
    const { kernel, ask, poke, until } = setup();
    const other = testInstance('other');
    ask('a', 2, 5);
    ask('b', 2, 5);
    ask('a', 3, undefined, other);
    until(100);
    poke('a');
    poke('a');
    until(100_000);
    expect(mailLog(kernel)).toEqual([
      '2000 feed {"type":"polled","tag":"a"}',
      '3000 other {"type":"polled","tag":"a"}',
    ]);
  });

  it('asked again under its tag is replaced, and begins a grid of its own', () => {
    const { kernel, ask, poke, until, state } = setup();
    const other = testInstance('other');
    ask('a', 2);
    ask('a', 2, undefined, other);
    poke('a');
    until(700);
    ask('a', 2);
    until(1500);
    poke('a');
    expect(state.polls).toHaveLength(2);
    until(100_000);
    expect(mailLog(kernel).map((line) => line.split(' {')[0])).toEqual(['2000 other', '2700 feed']);
  });

  it('ended, or its machine stopped, or its process crashed, is not heard again', () => {
    const { kernel, ask, grow, until, state, feed } = setup();
    const other = testInstance('other');
    for (const from of [feed, other]) for (const tag of ['a', 'b']) ask(tag, 2, 0, from);
    grow(1);
    endPoll(state, feed, 'a');
    stoppedPolls(state, other);
    expect(state.polls).toHaveLength(1);
    expect(queued(kernel)).toEqual(['poll']);
    until(2000);
    expect(times(kernel)).toEqual(['2000 polled']);
    ask('a', 2, 0);
    pausePolls(state, kernel, createClock(0, 0, 0));
    crashedPolls(state);
    until(100_000);
    expect(times(kernel)).toEqual(['2000 polled']);
    expect(state).toEqual({ ...createPolls(0), applied: 1 });
  });

  it('refuses a grid without a step', () => {
    expect(() => setup().ask('a', 0)).toThrow("poll 'a' of feed: every 0 ms");
  });

  it('keeps its grid on a clock that drifts, and follows a change of its rate', () => {
    const { kernel, ask, poke, until, drift } = setup(createClock(0, 0, 500_000));
    ask('a', 3);
    poke('a');
    until(1000); // The clock reads 1500 of 3000.
    drift(0);
    until(100_000);
    expect(times(kernel)).toEqual(['2500 polled']);
  });
});

describe('a paused process', () => {
  it('tests at the instant of its resume when a point went by, else at the next point', () => {
    const { kernel, ask, grow, pause, resume, until } = setup();
    ask('short', 2, 5);
    ask('long', 10, 5);
    until(1500);
    pause();
    until(5000);
    grow(6); // After the only points of `short` before the resume but one, at 6000.
    until(5700);
    resume();
    until(100_000);
    expect(mailLog(kernel)).toEqual([
      '5700 feed {"type":"polled","tag":"short"}',
      '10000 feed {"type":"polled","tag":"long"}',
    ]);
  });

  it('holds the answer of a point within the pause back until it is resumed', () => {
    const { kernel, ask, poke, pause, resume, until } = setup();
    ask('a', 2);
    poke('a');
    pause();
    until(5000);
    expect(times(kernel)).toEqual([]);
    resume();
    expect(times(kernel)).toEqual(['5000 polled']);
  });

  it('keeps a test that was due at the very instant of the pause for the resume', () => {
    const { kernel, ask, poke, pause, resume, until } = setup();
    ask('a', 2);
    poke('a');
    kernel.state.now = 2000;
    pause();
    until(3000);
    resume();
    until(100_000);
    expect(times(kernel)).toEqual(['3000 polled']);
  });

  it('goes on by its grid when the condition does not hold at the resume', () => {
    const { kernel, ask, grow, pause, resume, until } = setup();
    ask('a', 2, 5);
    grow(6);
    pause();
    until(5000);
    grow(5);
    resume();
    until(7000);
    grow(6);
    until(100_000);
    expect(times(kernel)).toEqual(['8000 polled']);
  });
});

/** What may happen to a process with polls, at a time in microseconds. */
const happening = fc.oneof(
  fc.record({ at: fc.nat(40_000), applied: fc.nat(4) }),
  fc.record({ at: fc.nat(40_000), wake: fc.constantFrom('a', 'b') }),
  fc.record({ at: fc.nat(40_000), ask: fc.constantFrom('a', 'b'), beyond: fc.nat(3) }),
  fc.record({ at: fc.nat(40_000), ppm: fc.integer({ min: -400_000, max: 400_000 }) }),
  fc.record({ at: fc.nat(40_000), pause: fc.boolean() }),
);
type Happening = typeof happening extends fc.Arbitrary<infer H> ? H : never;

const grids: Record<string, number> = { a: 3, b: 7 };
const END = 60_000;

function byRuntime(plan: readonly Happening[]): string[] {
  const process = setup();
  let paused = false;
  for (const one of plan) {
    process.until(one.at);
    if ('applied' in one) process.grow(one.applied);
    else if ('wake' in one && !paused) process.poke(one.wake);
    else if ('ask' in one && !paused) process.ask(one.ask, grids[one.ask]!, one.beyond);
    else if ('ppm' in one) process.drift(one.ppm);
    else if ('pause' in one && one.pause !== paused) {
      paused = one.pause;
      if (paused) process.pause();
      else process.resume();
    }
  }
  process.until(END);
  return process.kernel.state.mail.map(({ at, mail }) => `${at} ${'tag' in mail && mail.tag}`);
}

/** Polling as a loop does it: every microsecond, every point of every grid, every test. */
function literally(plan: readonly Happening[]): string[] {
  interface Loop {
    tag: string;
    next: number;
    step: number;
    beyond: number;
    woken: boolean;
    owed: boolean;
  }
  const clock = createClock(0, 0, 0);
  const out: string[] = [];
  let loops: Loop[] = [];
  let applied = 0;
  let paused = false;
  let index = 0;
  const test = (now: number) => {
    if (paused || !loops.some(({ owed }) => owed)) return;
    loops = loops.filter((loop) => {
      if (!loop.owed) return true;
      loop.owed = false;
      if (!loop.woken && applied <= loop.beyond) return true;
      out.push(`${now} ${loop.tag}`);
      return false;
    });
  };
  for (let now = 0; now <= END; now++) {
    const reading = readClock(clock, now);
    for (const loop of loops) {
      for (; loop.next <= reading; loop.next += loop.step) loop.owed = true;
    }
    test(now);
    for (; index < plan.length && plan[index]!.at === now; index++) {
      const one = plan[index]!;
      if ('applied' in one) applied = one.applied;
      else if ('wake' in one && !paused) {
        for (const loop of loops) if (loop.tag === one.wake) loop.woken = true;
      } else if ('ask' in one && !paused) {
        const step = grids[one.ask]! * 1000;
        const next = readClock(clock, now) + step;
        loops = loops.filter(({ tag }) => tag !== one.ask);
        loops.push({ tag: one.ask, next, step, beyond: one.beyond, woken: false, owed: false });
      } else if ('ppm' in one) setRate(clock, now, one.ppm);
      else if ('pause' in one) {
        paused = one.pause;
        test(now);
      }
    }
  }
  return out;
}

describe('polls and literal polling', () => {
  const plans = fc
    .array(happening, { maxLength: 14 })
    .map((plan) => [...plan].sort((one, other) => one.at - other.at))
    .map((plan): Happening[] => [
      { at: 0, ask: 'a', beyond: 2 },
      { at: 0, ask: 'b', beyond: 3 },
      ...plan,
    ]);

  it('observe the same times, through drift, pauses, truncation and replaced polls', () => {
    let answered = 0;
    fc.assert(
      fc.property(plans, (plan) => {
        const observed = byRuntime(plan);
        answered += observed.length;
        expect([...observed].sort()).toEqual(literally(plan).sort());
      }),
      { seed: 20255, numRuns: 200 },
    );
    expect(answered).toBeGreaterThan(100);
  });

  it('observe the same times at instants that are points of a grid: the test comes first', () => {
    const ties = plans.map((plan) =>
      plan
        .filter((one) => !('ppm' in one))
        .map((one) => ({ ...one, at: one.at - (one.at % 1000) })),
    );
    fc.assert(
      fc.property(ties, (plan) => {
        expect([...byRuntime(plan)].sort()).toEqual(literally(plan).sort());
      }),
      { seed: 20256, numRuns: 200 },
    );
  });
});

describe('a snapshot of polls and their queue', () => {
  it('goes on to the same answers, sharing nothing', () => {
    const original = setup(createClock(0, 0, 200));
    for (const [tag, every] of Object.entries(grids)) original.ask(tag, every, 2);
    original.grow(3);
    original.until(1000);
    const { kernel, state, clock, feed } = original;
    const copy = structuredClone({ kernel: kernel.state, state, clock, feed });
    const twin = over(testKernel(copy.kernel), copy.state, copy.clock, copy.feed);
    const goOn = (one: typeof original) => {
      one.until(2000);
      one.drift(-300_000);
      one.pause();
      one.until(6000);
      one.resume();
      one.until(50_000);
      return mailLog(one.kernel);
    };
    const answers = goOn(original);
    expect(answers).toHaveLength(2);
    expect(copy.state.polls).toHaveLength(2);
    expect(goOn(twin)).toEqual(answers);
  });
});
