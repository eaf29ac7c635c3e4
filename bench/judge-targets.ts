/**
 * What is promised of the judge, measured: `node dist/bench/judge-targets.js`. Each line says what was
 * found and what it may be at most; exit code 1 when one is missed.
 *
 * - Growth: registers as our own workloads write them, 8 keys, 64 clients, 1 % `info`; each doubling
 *   from 25,000 to 200,000 operations, in processor time (sizes in turn, medians of the ratios of rounds)
 *   and in bytes allocated.
 * - Ten lists, 2,000 appends and reads by 50 clients, elements appended again and again, one list
 *   broken: rejected whatever the others cost.
 * - Compare-and-set of 80 operations by 10 clients, 19 of them crashed, seeds 1 to 1,000, and the twin
 *   of each with a lie: none `unknown` within the default budget.
 * - Judging a complete standard run, as a share of that run.
 *
 * Bytes are the heap's growth, and typed arrays', in a process of its own that collects nothing
 * meanwhile.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { brokenHistory, type Load, trueHistory } from '../sim/checkers/fixtures/histories.js';
import { trueObjects } from '../sim/checkers/fixtures/objects.js';
import { judge } from '../sim/checkers/index.js';
import {
  checkHistory,
  defaultBudget,
  type Judgement,
  type KeyedOperation,
  models,
  type Value,
} from '../sim/checkers/linearizability/index.js';
import { run } from '../sim/run.js';
import { median, quantile } from './timing.js';

const file = fileURLToPath(import.meta.url);
const sizes = [25_000, 50_000, 100_000, 200_000];
const seeds = 1_000;

const registers = (operations: number): Load => {
  return { model: 'register', operations, clients: 64, keys: 8, seed: 1, infoPermille: 10 };
};

const lists: Load = {
  model: 'append',
  operations: 2_000,
  clients: 50,
  keys: 10,
  seed: 1,
  values: 3,
  infoPermille: 20,
};

const crashing = (seed: number): Load => {
  const size = { operations: 80, clients: 10, keys: 1, crashed: 19, values: 5 };
  return { model: 'cas-register', seed, ...size };
};

function judged(load: Load, isBroken: boolean): Judgement {
  const history = isBroken ? brokenHistory(load) : trueHistory(load);
  return checkHistory(history, models[load.model], { initial: trueObjects[load.model].initial });
}

/** Milliseconds of processor time, of this process. */
function cpuOf(call: () => unknown): number {
  const before = process.cpuUsage();
  call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

let missed = 0;

function report(what: string, found: string, isMet: boolean, target: string): void {
  missed += Number(!isMet);
  console.log(`${what}: ${found}; ${isMet ? 'as promised' : 'MISSED'}: ${target}`);
}

function growth(): void {
  const rounds = Array.from({ length: 5 }, () => sizes.map((size) => measured('time', size)));
  const bytes = sizes.map((size) => measured('bytes', size));
  for (const [at, size] of sizes.entries()) {
    const what = `${size} operations on registers`;
    const ms = median(rounds.map((round) => round[at]!));
    const cost = `${ms.toFixed(0)} ms, ${(bytes[at]! / 1_048_576).toFixed(1)} MiB`;
    if (at === 0) {
      console.log(`${what}: ${cost}`);
      continue;
    }
    const time = median(rounds.map((round) => round[at]! / round[at - 1]!));
    const space = bytes[at]! / bytes[at - 1]!;
    const times = `${cost}, ${time.toFixed(2)} and ${space.toFixed(2)} times those of half`;
    report(what, times, time <= 2.3 && space <= 2.3, 'at most 2.3 times each');
  }
}

/** What judging so many operations costs in a process of its own: nothing else is on its heap. */
function measured(what: 'time' | 'bytes', size: number): number {
  // Bytes are counted where nothing is collected meanwhile.
  const room = ['--expose-gc', '--min-semi-space-size=512', '--max-semi-space-size=512'];
  const args = [...(what === 'bytes' ? room : []), file, what, String(size)];
  return Number(execFileSync(process.execPath, args).toString());
}

/**
 * Milliseconds or bytes of judging so many operations, in this process. The lower quartile: what else
 * the machine does only adds.
 */
function costOf(what: string, size: number): number {
  const first = trueHistory(registers(sizes[0]!));
  // Code that is not compiled yet takes more of both.
  for (let round = 0; round < 30; round++) checkHistory(first, models.register);
  const history = trueHistory(registers(size));
  const check = () => checkHistory(history, models.register);
  const used = () => process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  const costs = Array.from({ length: 31 }, () => {
    if (what === 'time') return cpuOf(check);
    globalThis.gc!();
    const before = used();
    check();
    return used() - before;
  });
  return quantile(costs, 0.25);
}

/** The last answered read of a key no longer knows the last elements, long acknowledged. */
function forgetful(key: string): KeyedOperation[] {
  const history = trueHistory(lists);
  const last = history.findLast((one) => one.f === 'read' && one.key === key && one.output);
  const forgotten = (last!.output as readonly Value[]).slice(0, -20);
  return history.map((one) => (one === last ? { ...one, output: forgotten } : one));
}

function appends(): void {
  for (const key of ['k0', 'k9']) {
    const lying = { 'an element that nobody appended': brokenHistory(lists, key) };
    const histories = { ...lying, 'without the last 20': forgetful(key) };
    for (const [lie, history] of Object.entries(histories)) {
      let judgement: Judgement | undefined;
      const ms = cpuOf(() => {
        judgement = checkHistory(history, models.append);
      });
      const { validity, steps, stored, rejections } = judgement!;
      const found = `${validity} in ${ms.toFixed(0)} ms, ${steps} steps, ${stored} stored`;
      const isMet = validity === 'invalid' && rejections[0]!.offender.key === key && ms < 10_000;
      const what = `2000 appends and reads, ${key} read ${lie}`;
      report(what, found, isMet, `${key} rejected within 10 s`);
    }
  }
}

function compareAndSet(): void {
  for (const isBroken of [false, true]) {
    const counts = { valid: 0, invalid: 0, unknown: 0 };
    let [steps, stored] = [0, 0];
    const ms = cpuOf(() => {
      for (let seed = 1; seed <= seeds; seed++) {
        const judgement = judged(crashing(seed), isBroken);
        counts[judgement.validity] += 1;
        steps = Math.max(steps, judgement.steps);
        stored = Math.max(stored, judgement.stored);
      }
    });
    const expected = isBroken ? 'invalid' : 'valid';
    const each = `${(ms / seeds).toFixed(1)} ms each, at most ${steps} steps and ${stored} stored`;
    const within = `all ${expected} within ${defaultBudget.steps} steps, ${defaultBudget.memory} stored`;
    const found = `${counts[expected]} ${expected}, ${counts.unknown} unknown; ${each}`;
    report(`${seeds} histories of compare-and-set`, found, counts[expected] === seeds, within);
  }
}

function shareOfRun(): void {
  const rounds = Array.from({ length: 9 }, () => {
    let record: Parameters<typeof judge>[0] | undefined;
    const whole = cpuOf(() => {
      record = run({}).record;
    });
    const judging = cpuOf(() => judge(record!));
    return { whole, judging, share: judging / whole };
  }).slice(2);
  const [whole, judging, share] = (['whole', 'judging', 'share'] as const).map((name) =>
    median(rounds.map((round) => round[name])),
  ) as [number, number, number];
  const times = `${judging.toFixed(1)} ms of ${whole.toFixed(0)} ms`;
  report('judging a complete standard run', times, share < 0.25, 'less than a quarter');
}

const [what, size] = process.argv.slice(2);
if (what !== undefined) console.log(costOf(what, Number(size)));
else {
  growth();
  appends();
  compareAndSet();
  shareOfRun();
  process.exitCode = missed === 0 ? 0 : 1;
}
