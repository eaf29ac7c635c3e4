/** All checkers together: their order, what they may import, and what must not change a verdict. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../../runtime/record.js';
import { checkerNames, checkers, judge, type RunRecord, type Verdict } from './index.js';
import { ack, get, handover, node, note, role, run, set, slaveGet } from './test-records.js';

const folder = dirname(fileURLToPath(import.meta.url));

const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.test\.ts$|(^|\/)test-/.test(name))
  .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

describe('the checkers', () => {
  it('should be judged in the order of their names, each under its own', () => {
    const verdicts = judge(handover());
    expect(verdicts.map(({ checker }) => checker)).toEqual(checkerNames);
    expect(verdicts.map(({ validity }) => validity)).toEqual(checkerNames.map(() => 'valid'));
    for (const name of checkerNames) expect(checkers[name](handover()).checker).toBe(name);
  });

  it('should import nothing but each other and the types of the record', () => {
    const imports = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/(?:import|export)\s+(type\s)?[^;]*?from '([^']+)'/g)].map(
        ([, type, from]) => ({ name, type: type !== undefined, from: join(dirname(name), from!) }),
      ),
    );
    expect(imports.length).toBeGreaterThan(sources.length);
    const offences = imports.filter(({ type, from }) => {
      const isRecord = /^\.\.\/\.\.\/runtime\/(record|vocabulary)\.js$/.test(from);
      return !/^[\w/-]+\.js$/.test(from) && !(isRecord && type);
    });
    expect(offences).toEqual([]);
  });

  it('should judge linearizability knowing nothing of runs, and no model a search', () => {
    const imports = (inside: RegExp) =>
      sources
        .filter(({ name }) => inside.test(name))
        .flatMap(({ name, text }) =>
          [...text.matchAll(/from '([^']+)'/g)].map(([, from]) => join(dirname(name), from!)),
        );
    const shared = /^(linearizability\/[\w/-]+|text|elements)\.js$/;
    expect(imports(/^linearizability\//).filter((from) => !shared.test(from))).toEqual([]);
    const ofModels = imports(/^linearizability\/(models\/|model\.ts|decide-|unique-|growth)/);
    expect(
      ofModels.filter((from) => /race|search|dovetail|depth|just-in|states/.test(from)),
    ).toEqual([]);
  });

  it('should use neither clock, nor die, nor promise, nor locale', () => {
    const banned = new RegExp(
      [
        /\bDate\b|\bperformance\b|\bset(Timeout|Interval)\b|\b(async|await|Promise)\b/,
        /Math\.(random|log|exp|pow|sin|cos)|\bIntl\b|localeCompare|toLocale/,
      ]
        .map(({ source }) => source)
        .join('|'),
    );
    const code = ({ text }: { text: string }) => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(sources.filter((source) => banned.test(code(source))).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it('should leave a record as it was', () => {
    const record = handover();
    judge(record);
    expect(record).toEqual(handover());
  });
});

const clientNames = ['client1', 'client2', 'client3'];
const keyNames = ['k1', 'k2'];
const storeNames = ['n1', 'n2', 'n3'];

const at = fc.integer({ min: 0, max: 30 });

const operationShape = fc.record({
  client: fc.constantFrom(...clientNames),
  key: fc.constantFrom(...keyNames),
  isRead: fc.boolean(),
  atSlave: fc.boolean(),
  value: fc.integer({ min: 0, max: 8 }),
  gap: fc.integer({ min: 0, max: 3 }),
  length: fc.integer({ min: 0, max: 4 }),
  outcome: fc.constantFrom('ok', 'ok', 'ok', 'info', 'fail'),
});

/** Arbitrary runs: most are bad in one way or another, some in none. */
const runs: fc.Arbitrary<RunRecord> = fc
  .record({
    shapes: fc.array(operationShape, { minLength: 1, maxLength: 8 }),
    acks: fc.array(
      fc.tuple(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(...storeNames),
        at,
        fc.integer({ min: 1, max: 3 }),
      ),
      { maxLength: 6 },
    ),
    roles: fc.array(
      fc.tuple(fc.constantFrom(...storeNames), at, fc.constantFrom('master', 'slave')),
      { maxLength: 4 },
    ),
    gates: fc.array(
      fc.tuple(fc.constantFrom(...storeNames), at, fc.constantFrom('open', 'writes', 'all')),
      { maxLength: 3 },
    ),
    logs: fc.tuple(...storeNames.map(() => fc.uniqueArray(fc.integer({ min: 1, max: 8 })))),
    failovers: fc.array(
      fc.tuple(
        fc.constantFrom(...storeNames),
        at,
        fc.constantFrom('started', 'pause_write', 'failed', 'success'),
      ),
      { maxLength: 4 },
    ),
    powerLoss: fc.record({ at, after: fc.integer({ min: 0, max: 8 }) }),
    same: fc.boolean(),
    fencedEpochs: fc.boolean(),
    gateBoundUs: fc.constantFrom(null, 3),
    logsKeepAll: fc.boolean(),
  })
  .map((given) => {
    const { shapes, acks, roles, gates, failovers, powerLoss, logs, same, ...frame } = given;
    const freeAt = new Map<string, number>();
    const operations = shapes
      .map((shape, index): OperationRecord => {
        const { client, key, isRead, atSlave, value, outcome } = shape;
        const read = atSlave ? slaveGet : get;
        const from = (freeAt.get(client) ?? 0) + shape.gap;
        const interval = [from, from + shape.length] as const;
        freeAt.set(client, interval[1]);
        const id = index + 1;
        return isRead
          ? read(id, client, key, value === 0 ? null : `v${value}`, interval, outcome)
          : set(id, client, key, `v${id}`, interval, outcome);
      })
      .sort((one, other) => one.invokedAt - other.invokedAt);
    const keyOf = new Map(operations.map(({ id, call }) => [id, String(call['key'])]));
    const nodes = storeNames.map((name, index) => {
      const log = (same ? logs[0]! : logs[index]!).filter((id) => keyOf.has(id));
      const contents = Object.fromEntries(log.map((id) => [keyOf.get(id)!, `v${id}`]));
      const loss = { ...powerLoss, cause: 'power' as const, lost: [] };
      return node(name, log, contents, { losses: [loss] });
    });
    const byTime = (one: { at: number }, other: { at: number }) => one.at - other.at;
    return run({
      operations,
      replies: acks.map(([id, name, when, epoch]) => ack(id, name, when, epoch)).sort(byTime),
      notes: [
        ...roles.map(([name, when, is]) => ({ ...role(name, when, is, 1), applied: 4 })),
        ...failovers.map(([name, when, state]) => note(name, when, 'failover', state)),
        ...gates.map(([name, when, value]) => note(name, when, 'gate', value)),
      ].sort(byTime),
      nodes,
      healedAt: 10,
      livenessBoundUs: 20,
      endedAt: 30,
      ...frame,
    });
  });

/** A record with every name replaced by another, wherever it stands. */
function renamed(record: RunRecord, names: ReadonlyMap<string, string>): RunRecord {
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return names.get(value) ?? value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([field, inner]) => [field, replace(inner)]),
    );
  };
  return replace(record) as RunRecord;
}

/** What a verdict says apart from names. */
const essence = ({ checker, validity, kind, operations, evidence }: Verdict) => ({
  checker,
  validity,
  kind,
  operations,
  instants: evidence.map((one) => one.at),
});

describe('verdicts', () => {
  it('should not change when clients, nodes and keys trade names', () => {
    const seen = new Map<string, number>();
    // Each takes the name of the next, and the order of names turns around once.
    const names = new Map(
      [clientNames, storeNames, keyNames].flatMap((group) =>
        group.map((name, index) => [name, group[(index + 1) % group.length]!] as const),
      ),
    );
    fc.assert(
      fc.property(runs, (record) => {
        const verdicts = judge(record);
        expect(judge(renamed(record, names)).map(essence)).toEqual(verdicts.map(essence));
        for (const { checker, validity, kind } of verdicts) {
          expect(kind !== undefined).toBe(validity === 'invalid');
          for (const what of [validity, kind]) {
            const counted = `${checker} ${what}`;
            seen.set(counted, (seen.get(counted) ?? 0) + 1);
          }
        }
      }),
      { seed: 2_015, numRuns: 5_000 },
    );
    // Not vacuous: every checker both accepted and rejected often.
    for (const name of checkerNames) {
      expect([name, (seen.get(`${name} valid`) ?? 0) > 50]).toEqual([name, true]);
      expect([name, (seen.get(`${name} invalid`) ?? 0) > 50]).toEqual([name, true]);
    }
    const kinds = [...seen.keys()].filter(
      (what) => !/ (valid|invalid|unknown|undefined)$/.test(what),
    );
    expect(kinds.sort()).toEqual([
      'attempts a failure without a cause',
      'attempts a gate closed too long',
      'attempts accepted in vain',
      'attempts an attempt unasked for',
      'convergence another lineage',
      'convergence end missing',
      'durability lost with the power',
      'linearizable read out of order',
      'liveness closed gate',
      'liveness no master',
      'liveness no write served',
      'liveness several masters',
      'lost-write in no log',
      'lost-write not in the contents of the master',
      'lost-write not in the log of the master',
      'single-writer two writers at once',
      'single-writer two writers of one epoch',
      'slave-reads a value failed',
      'slave-reads a value of the future',
      'slave-reads a value unwritten',
    ]);
  });

  it('should give the same reasons twice', () => {
    fc.assert(
      fc.property(runs, (record) => {
        expect(judge(structuredClone(record))).toEqual(judge(record));
      }),
      { seed: 2_017, numRuns: 200 },
    );
  });
});
