/** Saved runs, replayed by the same code and by code that has changed. */
import { describe, expect, it } from 'vitest';
import { seededOracle } from '../../runtime/seeded.js';
import { run } from '../run.js';
import { scenarioNamed } from '../scenarios/index.js';
import { sealed } from './checksum.js';
import { unpackDecisions } from './packed-decisions.js';
import { replay } from './replay.js';
import { type ReplayFile, saveRun } from './replay-file.js';
import { renderReplay } from './replay-words.js';
import { smallRuns } from './test-runs.js';

const page = { width: 100, colours: false };

/** A run as its file holds it, read back from JSON. */
function savedFile(given: unknown): ReplayFile {
  return JSON.parse(JSON.stringify(saveRun(run(given, { decisions: true }))));
}

/** The file of code that meant something else by the same scenario. */
function ofOtherCode(file: ReplayFile, changes: Partial<ReplayFile>): ReplayFile {
  const { checksum: _, ...rest } = { ...file, ...changes };
  return sealed(rest);
}

const decisionsOf = ({ decisions }: ReplayFile) =>
  unpackDecisions(decisions.packed, decisions.count)!;

describe('a replay', () => {
  it.each(Object.entries(smallRuns))('is the identical run: %s', (_, scenario) => {
    const first = run(scenario, { decisions: true });
    const again = replay(JSON.parse(JSON.stringify(saveRun(first))));
    expect(again.difference).toBeNull();
    expect(again.decisions).toBe(first.decisions!.taken.length);
    expect(again.result).toMatchObject({ digest: first.digest, verdicts: first.verdicts });
  });

  it('needs no seed: who answered may have been another oracle, also about order', () => {
    const oracle = () => seededOracle(77, true);
    const first = run(smallRuns['graceful'], { decisions: true, oracle });
    expect(first.digest).not.toBe(run(smallRuns['graceful']).digest);
    const file = saveRun(first);
    expect(file.asksNext).toBe(true);
    expect(replay(file)).toMatchObject({ difference: null, result: { digest: first.digest } });
  });

  it('of a run that kept no decisions is refused at once', () => {
    expect(() => saveRun(run(smallRuns['graceful']))).toThrow('run with { decisions: true }');
  });
});

describe('a replay by code that has changed', () => {
  const file = savedFile(smallRuns['graceful']);
  const about = (changes: Partial<ReplayFile>) => replay(ofOtherCode(file, changes));

  it('names the first decision whose number of answers is another', () => {
    const table = [180, 200];
    const scenario = { ...file.scenario, network: { ...file.scenario.network, latencyUs: table } };
    const { difference, decisions } = about({ scenario });
    expect(decisions).toBeGreaterThan(100);
    expect(difference).toMatchObject({
      in: 'decision',
      saved: { n: 8, about: { purpose: 'connect', nodes: ['n2', 'n1'] } },
      now: { n: 2, about: { purpose: 'connect', nodes: ['n2', 'n1'] }, at: expect.any(Number) },
    });
    const { number, saved, now } = difference as Extract<typeof difference, { in: 'decision' }>;
    expect(now!.label).toBe(saved!.label);
    expect(decisionsOf(file)[number! - 1]).toMatchObject({ label: saved!.label, n: 8 });
    // All decisions before it are the same: of those none had a table of 8.
    const before = decisionsOf(file).slice(0, number! - 1);
    expect(before.filter(({ n }) => n === 8)).toEqual([]);
  });

  it('names what is asked instead, and what was saved, though the run never asks it', () => {
    const operator = [{ type: 'info', atUs: 1_000_000, node: 'n1' } as const];
    const replayed = about({ scenario: { ...file.scenario, operator } });
    const { difference } = replayed;
    expect(difference).toMatchObject({ in: 'decision' });
    const { saved, now, number } = difference as Extract<typeof difference, { in: 'decision' }>;
    expect(saved!.label).not.toBe(now!.label);
    expect(decisionsOf(file)[number! - 1]!.label).toBe(saved!.label);
    const text = renderReplay('f.json', replayed, page).join('\n');
    expect(text).toMatch(/^differs {2}from decision \d+ on, at \d\.\d{6} s$/m);
    // The file has labels alone; what this run never asks for is found by trying.
    expect(saved).toMatchObject({ at: null, about: { purpose: 'connect', nodes: ['n1', 'n2'] } });
    expect(text).toMatch(/^saved {4}connect from n1 to n2, subject \d+, use \d+: answer \d of 8/m);
    expect(text).toMatch(/^now {6}\w+ (from \w+ to \w+|at \w+), subject \d+, use \d+: answer/m);
  });

  it('says so when the run asks for less, or for more, than was saved', () => {
    const all = decisionsOf(file);
    const shorter = run(file.scenario, { oracle: (seeded) => seeded, decisions: true });
    const cut = saveRun({
      ...shorter,
      decisions: { asksNext: false, taken: shorter.decisions!.taken.slice(0, -1) },
    });
    expect(replay(cut).difference).toMatchObject({
      in: 'decision',
      number: all.length,
      saved: null,
      now: { label: all.at(-1)!.label },
    });
    const extra = { label: 12345, n: 3, answer: 1 };
    const long = saveRun({
      ...shorter,
      decisions: { asksNext: false, taken: [...shorter.decisions!.taken, extra] },
    });
    const { difference } = replay(long);
    const unknown = { ...extra, about: null, at: null };
    const number = all.length + 1;
    expect(difference).toEqual({ in: 'decision', number, saved: unknown, now: null });
    expect(renderReplay('f', replay(long), page).join('\n')).toContain(
      'decision 12345: answer 1 of 3, which this run never asks for',
    );
  });

  it('tells the same decisions with another digest, and another verdict of the same run', () => {
    const digest = '0123456789abcdef';
    expect(about({ digest }).difference).toEqual({ in: 'digest' });
    const [first, ...others] = file.verdicts;
    const verdicts = [{ ...first!, validity: 'invalid' as const }, ...others];
    const judged = about({ verdicts });
    expect(judged.difference).toEqual({ in: 'verdicts' });
    expect(judged.changed).toEqual([{ checker: 'linearizable', saved: 'invalid', now: 'valid' }]);
    expect(about({ verdicts: [{ checker: 'gone', validity: 'valid' }] }).changed).toEqual([
      { checker: 'gone', saved: 'valid', now: null },
    ]);
    expect(about({ verdicts: [first!] }).difference).toBeNull();
  });

  it('refuses a scenario that names what is no longer there, in one line', () => {
    const at = { trigger: { on: 'state', node: 'n1', machine: 'server', state: 'server.gone' } };
    const trigger = { ...at.trigger, move: 'entered', when: 'after' };
    const fault = { id: 1, kind: 'crash', node: 'n1', at: { trigger } } as never;
    expect(() => about({ scenario: { ...file.scenario, faults: [fault] } })).toThrow(
      /^replay: scenario: faults\.0\.at\.trigger\.state: unknown state "server\.gone"/,
    );
  });

  it('is told what a mend has mended', () => {
    const broken = {
      ...scenarioNamed('slave-power-loss'),
      ...smallRuns['invalid'],
      protocol: { name: 'graceful', knobs: { syncBeforeTakeover: false } },
      limits: smallRuns['graceful']!.limits,
    };
    const bad = savedFile(broken);
    const mended = { ...bad.scenario, protocol: { name: 'graceful' } };
    const { changed, difference } = replay(ofOtherCode(bad, { scenario: mended }));
    expect(difference).toMatchObject({ in: 'decision' });
    expect(changed).toContainEqual({ checker: 'lost-write', saved: 'invalid', now: 'valid' });
  });
});

describe('a replay file', () => {
  const file = savedFile(smallRuns['kvrocks-pr3295']);

  it.each<[string, (file: ReplayFile) => unknown, string]>([
    ['another digest', (one) => ({ ...one, digest: '0'.repeat(16) }), 'changed or cut'],
    ['no checksum', ({ checksum: _, ...rest }) => rest, 'changed or cut: it has no checksum'],
    ['a field more', (one) => ofOtherCode(one, { more: 1 } as never), "unknown field 'more'"],
    [
      'fewer decisions than it says',
      (one) => ofOtherCode(one, { decisions: { ...one.decisions, count: 5 } }),
      'decisions.packed: expected 5 decisions',
    ],
    ['a newer version', (one) => ({ ...one, version: 7 }), 'replay: version 7 of a switchover'],
    ['a version that is none', (one) => ({ ...one, version: 1.5 }), 'version: got 1.5, expected 1'],
    ['another format', (one) => ({ ...one, format: 'switchover trace' }), 'is a switchover trace'],
    ['no format', ({ format: _, ...rest }) => rest, 'format: got nothing, expected "switchover re'],
    ['a list', (one) => [one], 'expected a switchover replay'],
    ['null', () => null, 'got null, expected a switchover replay'],
  ])('with %s is refused', (_, change, message) => {
    expect(() => replay(change(file))).toThrow(message);
  });
});
