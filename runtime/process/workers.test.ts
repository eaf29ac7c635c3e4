import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry, Instance, Mail } from '../kernel.js';
import {
  mailLog,
  queued,
  runUntil,
  type TestHooks,
  testInstance,
  testKernel,
  testState,
  times,
} from '../storage/test-kernel.js';
import type { EffectParams } from '../vocabulary.js';
import {
  crashedWorkers,
  createWorkers,
  dispatchService,
  drain,
  occupy,
  park,
  pauseWorkers,
  release,
  resumeWorkers,
  stoppedWorkers,
  vacate,
} from './workers.js';

const services = { get: [10], set: [20], either: [5, 50], none: [0] };

type Options = Partial<EffectParams['occupy']>;

/** A pool of so many workers and a machine that asks. */
function setup(size = 2, hooks: TestHooks = {}) {
  const kernel = testKernel(testState(), hooks);
  const workers = createWorkers(0, size, services);
  const server = testInstance('server');
  const told: string[] = [];
  return {
    kernel,
    workers,
    server,
    take: (job: number, options: Options = {}, from: Instance = server) =>
      occupy(workers, kernel, from, { job, command: { type: `c${job}` }, ...options }),
    free: (job: number) => vacate(workers, kernel, job),
    aside: (job: number) => park(workers, kernel, job),
    again: () => release(workers, kernel),
    wait: (tag: string, from: Instance = server) => drain(workers, kernel, from, tag),
    until: (at: number) => runUntil(kernel, at, (entry) => dispatchService(workers, kernel, entry)),
    told,
    /** The answers since last asked, shortened: `+1` admitted, `=1` served, else a drain's tag. */
    news: () => {
      const since = kernel.state.mail.slice(told.length).map(({ mail }) => short(mail));
      told.push(...since);
      return since.join(' ');
    },
  };
}

function short(mail: Mail): string {
  if ('job' in mail) return `${mail.type === 'admitted' ? '+' : '='}${mail.job}`;
  return 'tag' in mail ? `${mail.tag}` : '?';
}

describe('a worker pool', () => {
  it('admits as many jobs as it has workers, and the next as one is vacated, in order', () => {
    const { take, free, news } = setup(2);
    for (const job of [1, 2, 3, 4]) take(job);
    expect(news()).toBe('+1 +2');
    free(2);
    expect(news()).toBe('+3');
    free(1);
    free(3);
    expect(news()).toBe('+4');
  });

  it('gives the command back with each answer', () => {
    const { kernel, take, until } = setup();
    take(1, { service: 'get' });
    until(10);
    const [admitted, served] = kernel.state.mail.map(({ mail }) => mail);
    expect(admitted).toEqual({ type: 'admitted', job: 1, command: { type: 'c1' } });
    expect(served).toEqual({ type: 'served', job: 1, command: { type: 'c1' } });
  });

  it('serves from admission on, and holds the worker after that until it is given back', () => {
    const { kernel, take, free, until } = setup(1);
    take(1, { service: 'set' });
    take(2, { service: 'get' });
    until(100);
    free(1);
    until(1000);
    expect(times(kernel)).toEqual(['0 admitted', '20 served', '100 admitted', '110 served']);
  });

  it('never says served of a job without a service, or vacated or parked before', () => {
    const { kernel, take, free, aside, until, news } = setup(3);
    take(1);
    take(2, { service: 'get' });
    take(3, { service: 'get' });
    until(9);
    free(2);
    aside(3);
    until(1000);
    expect(news()).toBe('+1 +2 +3');
    expect(queued(kernel)).toEqual([]);
  });

  it('ends a service of 0 by the queue, so that a job vacated on admission is never served', () => {
    const { kernel, take, free, until } = setup(1);
    take(1, { service: 'none' });
    expect(queued(kernel)).toEqual(['service']);
    free(1);
    take(2, { service: 'none' });
    until(0);
    expect(times(kernel)).toEqual(['0 admitted', '0 admitted', '0 served']);
  });

  it('draws the service time by subject, else by the number of the job', () => {
    const { kernel, take, until } = setup(2, { choose: () => 1 });
    take(8, { service: 'either', subject: 77 });
    take(9, { service: 'either' });
    until(1000);
    expect(kernel.state.decisions.map(({ label }) => label)).toEqual(['6/0/77', '6/0/9']);
    expect(times(kernel).slice(2)).toEqual(['50 served', '50 served']);
  });

  it('refuses a number in use, an unknown profile and a pool of nobody', () => {
    const { take, aside } = setup();
    take(4);
    expect(() => take(4)).toThrow('job 4 on n0 is in use');
    aside(4);
    expect(() => take(4)).toThrow('job 4 on n0 is in use');
    const expected = "job 5 on n0: service 'toString', expected one of: get, set, either, none";
    expect(() => take(5, { service: 'toString' })).toThrow(expected);
    expect(() => createWorkers(3, 0)).toThrow('workers of node 3: 0');
  });

  it('ignores a number that names no job, and drops a waiting job that is vacated', () => {
    const { take, free, aside, again, news } = setup(1);
    free(9);
    aside(9);
    again();
    take(1);
    take(2);
    take(3);
    free(2);
    free(1);
    expect(news()).toBe('+1 +3');
  });
});

describe('the guard', () => {
  it('lets shared jobs in together and an exclusive one alone', () => {
    const { take, free, news } = setup(9);
    take(1);
    take(2);
    take(3, { exclusive: true });
    expect(news()).toBe('+1 +2');
    free(1);
    expect(news()).toBe('');
    free(2);
    expect(news()).toBe('+3');
    take(4);
    expect(news()).toBe('');
    free(3);
    expect(news()).toBe('+4');
  });

  it('holds later shared jobs back while an exclusive one waits', () => {
    const { take, free, news } = setup(9);
    take(1);
    take(2, { exclusive: true });
    take(3);
    take(4, { exclusive: true });
    take(5);
    take(6);
    for (const job of [1, 2, 3, 4]) free(job);
    expect(news()).toBe('+1 +2 +3 +4 +5 +6');
  });

  it('keeps the worker of a job that waits for it', () => {
    const { take, free, news } = setup(2);
    take(1);
    take(2, { exclusive: true });
    take(3);
    expect(news()).toBe('+1');
    free(2); // It leaves the line for the guard, and its worker goes to the next.
    expect(news()).toBe('+3');
  });
});

describe('park and release', () => {
  it('free the worker and guard, and queue the parked at the end, in the order of parking', () => {
    const { take, free, aside, again, news } = setup(2);
    take(1, { exclusive: true });
    take(2);
    take(3);
    aside(3); // Still waiting: parked all the same.
    aside(1);
    expect(news()).toBe('+1 +2');
    take(4);
    take(5);
    expect(news()).toBe('+4');
    again();
    free(2);
    expect(news()).toBe('+5');
    free(4);
    expect(news()).toBe('+3');
    free(5);
    expect(news()).toBe('');
    free(3);
    expect(news()).toBe('+1');
  });

  it('begin the service anew at the second admission', () => {
    const { kernel, take, aside, again, until } = setup(1);
    take(1, { service: 'set' });
    until(15);
    aside(1);
    aside(1);
    until(40);
    again();
    until(1000);
    expect(times(kernel)).toEqual(['0 admitted', '40 admitted', '60 served']);
  });

  it('let a parked job be vacated', () => {
    const { take, free, aside, again, news, workers } = setup(1);
    take(1);
    aside(1);
    free(1);
    again();
    expect(news()).toBe('+1');
    expect(workers.jobs).toEqual([]);
  });
});

describe('drain', () => {
  it('answers at once when nothing is admitted, whoever waits or is parked', () => {
    const { take, aside, wait, news } = setup(1);
    wait('a');
    take(1);
    aside(1);
    wait('b');
    expect(news()).toBe('a +1 b');
  });

  it('waits for what was admitted before, not for what comes after', () => {
    const { take, free, aside, wait, news } = setup(3);
    take(1);
    take(2);
    wait('a');
    take(3);
    wait('b');
    free(1);
    expect(news()).toBe('+1 +2 +3');
    aside(2);
    expect(news()).toBe('a');
    free(3);
    expect(news()).toBe('b');
  });

  it('is over once a job has been parked, though it is admitted anew', () => {
    const { take, aside, again, wait, free, news } = setup(2);
    take(1);
    take(2);
    wait('a');
    aside(1);
    again();
    expect(news()).toBe('+1 +2 +1');
    free(2);
    expect(news()).toBe('a');
  });

  it('answers before the jobs that move up are admitted', () => {
    const { take, free, wait, news } = setup(1);
    take(1);
    take(2);
    wait('a');
    free(1);
    expect(news()).toBe('+1 a +2');
  });
});

describe('a pause of the process', () => {
  it('stands every service still, and each goes on with what it still needed', () => {
    const { kernel, workers, take, until } = setup(2);
    take(1, { service: 'set' });
    until(5);
    take(2, { service: 'set' });
    until(15);
    pauseWorkers(workers, kernel);
    pauseWorkers(workers, kernel);
    until(100);
    expect(queued(kernel)).toEqual([]);
    resumeWorkers(workers, kernel);
    until(1000);
    expect(times(kernel).slice(2)).toEqual(['105 served', '110 served']);
  });

  it('keeps a service that was due at that very instant for the resume', () => {
    const { kernel, workers, take, until } = setup(1);
    take(1, { service: 'set' });
    until(19);
    kernel.state.now = 20;
    pauseWorkers(workers, kernel);
    until(30);
    resumeWorkers(workers, kernel);
    until(30);
    expect(times(kernel)).toEqual(['0 admitted', '30 served']);
  });
});

describe('the end of a process or machine', () => {
  it('a crash forgets every job, drain and pause, and nothing of them is heard again', () => {
    const { kernel, workers, take, aside, wait, until, news } = setup(2);
    for (const job of [1, 2, 3]) take(job, { service: 'set' });
    take(4);
    aside(4);
    wait('a');
    pauseWorkers(workers, kernel);
    crashedWorkers(workers);
    until(1000);
    expect(news()).toBe('+1 +2');
    expect(workers).toEqual(createWorkers(0, 2, services));
    take(1, { service: 'get' });
    until(2000);
    expect(news()).toBe('+1 =1');
  });

  it('stopping a machine drops its jobs and drains; others move up and drain', () => {
    const { kernel, workers, take, aside, wait, until, news } = setup(2);
    const other = testInstance('other');
    take(1, { service: 'set' }, other);
    take(2, { exclusive: true }, other);
    take(3);
    take(4, {}, other);
    take(5);
    aside(4);
    wait('a');
    wait('b', other);
    other.alive = false;
    stoppedWorkers(workers, kernel, other);
    until(1000);
    expect(news()).toBe('+1 a +3 +5');
    expect(workers.jobs.map(({ job }) => job)).toEqual([3, 5]);
  });
});

describe('machines that react at once', () => {
  it('keep the order of admissions, though each vacates within the answer', () => {
    const vacated: number[] = [];
    const { kernel, workers, take, free, aside, again, news } = setup(1, {
      react: (_, mail) => {
        if (!('job' in mail) || mail.job === 0) return;
        vacated.push(mail.job as number);
        vacate(workers, kernel, mail.job as number);
      },
    });
    for (const job of [0, 1, 2, 3]) take(job);
    aside(2);
    again();
    free(0);
    expect(news()).toBe('+0 +1 +3 +2');
    expect(vacated).toEqual([1, 3, 2]);
    expect(workers.jobs).toEqual([]);
  });
});

/** Steps of a random run: what is asked of the pool, at which time. */
const step = fc.record({
  what: fc.constantFrom('take', 'take', 'exclusive', 'free', 'park', 'release', 'drain', 'pause'),
  job: fc.nat(9),
  after: fc.nat(15),
});
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function perform(pool: ReturnType<typeof setup>, one: Step): void {
  const { workers, kernel, take, free, aside, again, wait } = pool;
  const { what, job } = one;
  if (what === 'take' || what === 'exclusive') {
    if (!workers.jobs.some((one) => one.job === job))
      take(job, { service: 'set', exclusive: what === 'exclusive' });
  } else if (what === 'free') free(job);
  else if (what === 'park') aside(job);
  else if (what === 'release') again();
  else if (what === 'drain') wait(`d${kernel.now}`);
  else if (workers.paused) resumeWorkers(workers, kernel);
  else pauseWorkers(workers, kernel);
}

describe('any run of a pool', () => {
  it('keeps to its workers, an exclusive job alone, and idles only when nobody can go in', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 3 }), (steps, n) => {
        const pool = setup(n);
        const { workers, kernel, until } = pool;
        for (const one of steps) {
          until(kernel.now + one.after);
          perform(pool, one);
          const { admitted, atGuard, waiting, parked, drains } = workers;
          expect(admitted.length + atGuard.length).toBeLessThanOrEqual(n);
          if (admitted.some(({ exclusive }) => exclusive)) expect(admitted).toHaveLength(1);
          if (waiting.length > 0) expect(admitted.length + atGuard.length).toBe(n);
          if (atGuard.length > 0) expect(admitted.length).toBeGreaterThan(0);
          if (admitted.length === 0) expect(drains).toEqual([]);
          const places = [admitted, atGuard, waiting, parked].flat().map(({ job }) => job);
          expect(places.sort()).toEqual(workers.jobs.map(({ job }) => job).sort());
        }
      }),
      { seed: 20253, numRuns: 200 },
    );
  });

  it('goes on from a snapshot to the same answers, sharing nothing', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 30 }), (steps) => {
        const pool = setup(2);
        const half = steps.length >> 1;
        const go = (on: typeof pool, some: Step[]) => {
          for (const one of some) {
            on.until(on.kernel.now + one.after);
            perform(on, one);
          }
        };
        go(pool, steps.slice(0, half));
        const { state } = pool.kernel;
        const copy = structuredClone({ workers: pool.workers, state, server: pool.server });
        go(pool, steps.slice(half));
        const kernel = testKernel(copy.state);
        const { workers, server } = copy;
        const dispatch = (entry: Entry) => dispatchService(workers, kernel, entry);
        const twin: typeof pool = {
          ...pool,
          kernel,
          workers,
          server,
          take: (job, options = {}) =>
            occupy(workers, kernel, server, { job, command: { type: `c${job}` }, ...options }),
          free: (job) => vacate(workers, kernel, job),
          aside: (job) => park(workers, kernel, job),
          again: () => release(workers, kernel),
          wait: (tag) => drain(workers, kernel, server, tag),
          until: (at) => runUntil(kernel, at, dispatch),
        };
        go(twin, steps.slice(half));
        expect(mailLog(kernel)).toEqual(mailLog(pool.kernel));
      }),
      { seed: 20254, numRuns: 100 },
    );
  });
});
