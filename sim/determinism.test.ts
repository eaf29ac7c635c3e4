/**
 * The same scenario and seed give the same digest in every process, whatever its surroundings and
 * however its code is compiled. Needs the built command line: `npm test` builds first.
 *
 * Other versions of Node are checked by hand, as they can't be had offline:
 * `npx -y -p node@24 node dist/sim/cli.js selfcheck` must print the digest of `selfcheck` here.
 */
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Chart, Engine } from '../runtime/engine.js';
import { everyFaultWorld } from '../runtime/fixtures/every-fault.js';
import { World } from '../runtime/world.js';
import { xstateEngine } from '../runtime/xstate-engine.js';
import { selfCheck } from './selfcheck.js';

const cli = fileURLToPath(new URL('../dist/sim/cli.js', import.meta.url));
const events = 12_000;

/** The digest that a fresh process prints. */
async function digestOf(nodeFlags: string[], env: NodeJS.ProcessEnv): Promise<string> {
  const asked = ['selfcheck', '--json', '--events', `${events}`];
  const { stdout } = await promisify(execFile)(process.execPath, [...nodeFlags, cli, ...asked], {
    cwd: tmpdir(),
    env,
  });
  return JSON.parse(stdout).digest;
}

describe('the digest of a run', () => {
  it('is the same in this process and in fresh ones, elsewhere and compiled otherwise', async () => {
    const here = new World(everyFaultWorld(1, { events }));
    here.run({ maxEvents: events });
    const digests = await Promise.all([
      digestOf([], { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' }),
      digestOf(['--jitless', '--no-warnings'], { TZ: 'America/St_Johns' }),
    ]);
    expect(digests, 'a stale build? npm run build').toEqual([here.digest, here.digest]);
  });

  it('is the same with a trace and without one', async () => {
    const traced = await selfCheck({ events });
    const plain = new World(everyFaultWorld(1, { events }));
    plain.run({ maxEvents: events });
    expect(traced.digest).toBe(plain.digest);
  });

  it('differs from seed to seed', async () => {
    const digests = await Promise.all([1, 2, 3].map((seed) => selfCheck({ seed, events: 500 })));
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(3);
  });
});

describe('a self-check', () => {
  it('finds the runs equal and says what bit', async () => {
    const seen: number[] = [];
    const progress = (done: number) => seen.push(done);
    const result = await selfCheck({ seed: 5, events: 5_000, progress });
    expect(result).toMatchObject({ version: 1, seed: 5, wanted: 5_000, divergence: null });
    expect(result.events).toBeGreaterThanOrEqual(5_000);
    expect(result.faults.crash).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(result.events);
  });

  it('names the step in which an engine with a die of its own goes astray', async () => {
    const result = await selfCheck({ engine: leakyEngine(), events: 5_000 });
    expect(result.divergence).toMatch(/^the runs differ in step \d+, at 0\.\d+ s\n {2}first run: /);
  });

  it('ends early when it is told to, and says how far it came', async () => {
    const controller = new AbortController();
    const progress = () => controller.abort();
    const result = await selfCheck({ signal: controller.signal, progress });
    expect(result.divergence).toBeNull();
    expect(result.events).toBeLessThan(result.wanted);
  });
});

/** The reference engine, but once in a while a step's effects come out in another order. */
function leakyEngine(): Engine {
  return {
    name: 'xstate',
    load: (machine) => {
      const chart = xstateEngine.load(machine);
      const take: Chart['take'] = (state, event, step) => {
        const after = chart.take(state, event, step);
        if (Math.random() < 0.01) step.actions.reverse();
        return after;
      };
      return { ...bound(chart), take };
    },
  };
}

function bound(chart: Chart): Chart {
  return {
    stateIds: chart.stateIds,
    transitionNames: chart.transitionNames,
    start: (input, step) => chart.start(input, step),
    take: (state, event, step) => chart.take(state, event, step),
    save: (state) => chart.save(state),
    load: (saved) => chart.load(saved),
    done: (state) => chart.done(state),
  };
}
