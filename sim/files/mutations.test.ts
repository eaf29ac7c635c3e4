/**
 * Ten thousand damaged files of each format. None may end in anything but one line and exit 3, or in
 * what the damaged content says: a scenario that is one; a history that a second judge, which shares
 * nothing with the first, judges alike. What carries a checksum is refused wherever it was changed.
 *
 * Each harness is given a broken reader too, and must notice: it can fail.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { worldOf } from '../cluster.js';
import { Exit } from '../commands/arguments.js';
import { failureOf } from '../commands/failure.js';
import { chooseScenario } from '../commands/scenario-source.js';
import { run } from '../run.js';
import { parseScenario } from '../scenario.js';
import { historyLines } from './history-file.js';
import type { ModelName } from './history-models.js';
import { parseFile, readText } from './input-text.js';
import { judgeHistory } from './judge-history.js';
import { HistoryStream } from './read-history.js';
import { readyRun } from './replay.js';
import { replaySchema, saveRun } from './replay-file.js';
import { ednMutations, mutated, mutations } from './test-mutations.js';
import { jsonLinesOf } from './test-plain-edn.js';
import { type Judgement, plainJudgement } from './test-plain-judge.js';
import { smallRuns } from './test-runs.js';
import { inEdn, smallHistory, smallModels } from './test-small-histories.js';

const files = 10_000;
const patience = 240_000;
const load = { clients: 2, operations: 5, keys: 2, startUs: 2_990_000 };
let folder = '';
let path = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
  path = join(folder, 'file');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a command would say of an error: it must be one line, and exit 3. */
function refusal(error: unknown): 'refused' {
  const { lines, exit } = failureOf(error, false);
  const [line = ''] = lines;
  if (exit !== Exit.misuse || lines.length !== 1 || !/^error: [^\n\r]+$/.test(line)) throw error;
  return 'refused';
}

function refusedOr<T>(act: () => T): T | 'refused' {
  try {
    return act();
  } catch (error) {
    return refusal(error);
  }
}

/** `check` on a file, as far as its verdict. */
function checked(bytes: Buffer, model?: ModelName, source = 'file'): Judgement | 'unknown' {
  return refusedOr(() => {
    const stream = new HistoryStream(source, model);
    stream.add(bytes);
    const history = stream.end();
    return judgeHistory(history.operations, history.model).validity;
  });
}

/** How often each answer was given; throws on one that differs from the second judge's. */
function tallied(
  count: number,
  make: (seed: number) => { bytes: Buffer; how: string },
  judge: (bytes: Buffer) => string,
  judgeAgain: (bytes: Buffer) => string,
): Record<string, number> {
  const tally: Record<string, number> = {};
  for (let seed = 0; seed < count; seed++) {
    const { bytes, how } = make(seed);
    const [one, other] = [judge(bytes), judgeAgain(bytes)];
    tally[one] = (tally[one] ?? 0) + 1;
    // Undecided is no wrong verdict; that it is rare is seen from the tally.
    if (one !== other && one !== 'unknown') {
      throw new Error(`${how}: ${one}, expected ${other}: ${bytes.toString().slice(0, 2000)}`);
    }
  }
  return tally;
}

describe.each(smallModels)('a damaged history of other people: %s', (model) => {
  const bases = Array.from({ length: 500 }, (_, seed) => Buffer.from(smallHistory(seed, model)));
  const make = (seed: number) => mutated(bases[seed % bases.length]!, seed);
  const again = (bytes: Buffer) => plainJudgement(bytes, model);

  it('undamaged is judged alike twice, and both verdicts are among them', () => {
    const whole = (seed: number) => ({ bytes: bases[seed]!, how: `${seed}` });
    const tally = tallied(bases.length, whole, (bytes) => checked(bytes, model), again);
    expect(tally['valid']).toBeGreaterThan(100);
    expect(tally['invalid']).toBeGreaterThan(50);
    expect(tally['refused']).toBeUndefined();
  });

  it('is refused in one line, or judged as what it says', () => {
    const count = files * (model === 'cas-register' ? 0.2 : 0.4);
    const tally = tallied(count, make, (bytes) => checked(bytes, model), again);
    expect(tally['refused']).toBeGreaterThan(count / 5);
    expect(tally['valid']).toBeGreaterThan(count / 10);
    expect(tally['invalid']).toBeGreaterThan(count / 100);
    expect(tally['unknown']).toBeUndefined();
  });

  it.each<[string, (bytes: Buffer) => string]>([
    [
      'takes fail for ok',
      (bytes) => checked(replacing(bytes, '"type":"fail"', '"type":"ok"'), model),
    ],
    [
      'takes info for ok',
      (bytes) => checked(replacing(bytes, '"type":"info"', '"type":"ok"'), model),
    ],
    ['skips a line that it cannot read', (bytes) => checked(readable(bytes), model)],
    ['finds all valid', (bytes) => (checked(bytes, model) === 'refused' ? 'refused' : 'valid')],
  ])('would be noticed by a reader that %s', (_, broken) => {
    expect(() => tallied(2000, make, broken, again)).toThrow(/expected (valid|invalid|refused): /);
  });
});

describe.each(smallModels)('a damaged history of other people in EDN: %s', (model) => {
  const bases = Array.from({ length: 500 }, (_, seed) =>
    Buffer.from(inEdn(smallHistory(seed, model), seed)),
  );
  const kinds = { ...mutations, ...ednMutations };
  const make = (seed: number) => mutated(bases[seed % bases.length]!, seed, kinds);
  const judge = (bytes: Buffer) => checked(bytes, model, 'file.edn');
  const again = (bytes: Buffer) => plainJudgement(jsonLinesOf(bytes), model);

  it('undamaged is judged as the same in JSON Lines, and so twice', () => {
    const whole = (seed: number) => ({ bytes: bases[seed]!, how: `${seed}` });
    const inLines = bases.map((_, seed) => checked(Buffer.from(smallHistory(seed, model)), model));
    expect(bases.map((bytes) => checked(bytes, model))).toEqual(inLines);
    expect(tallied(bases.length, whole, judge, again)['refused']).toBeUndefined();
  });

  it('is refused in one line, or judged as what it says', () => {
    const tally = tallied(1000, make, judge, again);
    expect(tally['refused']).toBeGreaterThan(200);
    expect(tally['valid']).toBeGreaterThan(100);
    expect(tally['invalid']).toBeGreaterThan(20);
    expect(tally['unknown']).toBeUndefined();
  });

  it.each<[string, (bytes: Buffer) => string]>([
    ['takes info for ok', (bytes) => judge(replacing(bytes, ':type :info', ':type :ok'))],
    ['takes any tag for a discard', (bytes) => judge(replacing(bytes, '#jepsen.history.Op', '#_'))],
    ['finds all valid', (bytes) => (judge(bytes) === 'refused' ? 'refused' : 'valid')],
  ])('would be noticed by a reader that %s', (_, broken) => {
    expect(() => tallied(500, make, broken, again)).toThrow(/expected (valid|invalid|refused): /);
  });
});

function replacing(bytes: Buffer, one: string, other: string): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll(one, other), 'latin1');
}

function readable(bytes: Buffer): Buffer {
  const isJson = (line: string) => refusedOr(() => parseFile(line, 'history', '')) !== 'refused';
  const lines = bytes.toString().split('\n');
  return Buffer.from(lines.map((line) => (isJson(line) ? line : '')).join('\n'));
}

describe('a damaged history with a header', () => {
  const lines = historyLines(
    run({ ...smallRuns['append'], workload: { ...load, kind: 'append' } }),
  );
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  const make = (seed: number) => mutated(bytes, seed);
  const verdict = checked(bytes);
  /** Ends of lines, and a mark before the first, are no part of what it says. */
  const plain = (damaged: Buffer) => {
    const all = damaged
      .toString()
      .replace(/^\ufeff/, '')
      .split('\n');
    return all.flatMap((line, at) => {
      return at === all.length - 1 && line === '' ? [] : [line.replace(/\r$/, '')];
    });
  };
  /** Of a header the values count, not how they are written. */
  const wanted = (damaged: Buffer) => {
    const [head = '', ...rest] = plain(damaged);
    const value = refusedOr(() => parseFile(head, 'history', ''));
    const isWhole = rest.join('\n') === lines.slice(1).join('\n');
    return isWhole && JSON.stringify(value) === lines[0] ? verdict : 'refused';
  };

  it(
    'is refused wherever it was changed',
    () => {
      expect(verdict).toBe('valid');
      const tally = tallied(files, make, (damaged) => checked(damaged), wanted);
      expect(tally['refused']).toBeGreaterThan(files * 0.6);
      expect(tally['valid']).toBeGreaterThan(files / 100);
      expect(Object.keys(tally).sort()).toEqual(['refused', 'valid']);
    },
    patience,
  );

  it('would be noticed by a reader that looks at no checksum', () => {
    const unsealed = (damaged: Buffer) =>
      checked(damaged.subarray(damaged.indexOf('\n') + 1), 'append');
    expect(() => tallied(500, make, unsealed, wanted)).toThrow(/expected refused: /);
  });
});

describe('a damaged replay', () => {
  const scenario = { ...smallRuns['graceful'], name: 'ключ 🌟', workload: load };
  const file = saveRun(run(scenario, { decisions: true }));
  const text = JSON.stringify(file);
  const make = (seed: number) => mutated(Buffer.from(`${text}\n`), seed);
  /** What `replay` does before it runs. */
  const read = (bytes: Buffer) => {
    writeFileSync(path, bytes);
    return refusedOr(() => {
      readyRun(parseFile(readText(path, 'a replay'), 'replay', 'file'), 'file');
      return 'read';
    });
  };
  const wanted = (bytes: Buffer) => {
    const value = refusedOr(() => parseFile(bytes.toString().replace(/^\ufeff/, ''), 'replay', ''));
    return JSON.stringify(value) === text ? 'read' : 'refused';
  };

  it(
    'is refused wherever it was changed',
    () => {
      const tally = tallied(files, make, read, wanted);
      expect(tally['refused']).toBeGreaterThan(files * 0.6);
      expect(tally['read']).toBeGreaterThan(files / 100);
    },
    patience,
  );

  it('would be noticed by a reader that looks at no checksum', () => {
    const unsealed = (bytes: Buffer) => {
      const value = refusedOr(() => parseFile(bytes.toString(), 'replay', ''));
      return replaySchema.safeParse(value).success ? 'read' : 'refused';
    };
    expect(() => tallied(500, make, unsealed, wanted)).toThrow(/read, expected refused: /);
  });
});

describe('a damaged scenario', () => {
  const full = parseScenario({ ...smallRuns['a pause, a lost answer'], about: 'ключ 🌟' });
  const bases = [
    JSON.stringify(full, null, 2),
    JSON.stringify(full),
    '{ "name": "ключ", "workload": { "clients": 8, "operations": 30 },\n "faults": [] }\n',
  ];
  const make = (seed: number) => mutated(Buffer.from(bases[seed % bases.length]!), seed);
  /** `run --print-scenario` on a file. */
  const read = (bytes: Buffer) => {
    writeFileSync(path, bytes);
    return refusedOr(() => chooseScenario(path, {}).scenario);
  };

  it(
    'is refused in one line, or is a scenario that reproduces itself',
    () => {
      let refused = 0;
      for (let seed = 0; seed < files; seed++) {
        const { bytes, how } = make(seed);
        const scenario = read(bytes);
        if (scenario === 'refused') refused++;
        else {
          const again = parseScenario(JSON.parse(JSON.stringify(scenario)));
          expect(JSON.stringify(again), how).toBe(JSON.stringify(scenario));
          expect(() => worldOf(again), how).not.toThrow();
        }
      }
      expect(refused).toBeGreaterThan(files / 4);
      expect(refused).toBeLessThan(files * 0.9);
    },
    patience,
  );
});
