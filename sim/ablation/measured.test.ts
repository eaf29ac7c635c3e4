/**
 * What was measured of the ablation: whole, and the soonest find of each row found again.
 * `UPDATE_ABLATION=FILE npx vitest run sim/ablation/measured.test.ts` takes a new measurement in: FILE
 * is what `switchover ablate --json` printed. One of some rows alone (`--only`) takes their places.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detect } from '../fuzz/detect.js';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer } from '../fuzz/fuzz-run.js';
import { protocolNamed } from '../protocols.js';
import { type Measured, measuredOf } from './measured.js';
import { variantsOf } from './variants.js';

const path = new URL('./measured.json', import.meta.url);
const update = process.env['UPDATE_ABLATION'];
if (update !== undefined) {
  const printed: Measured = measuredOf(JSON.parse(readFileSync(update, 'utf8')));
  const before: Measured = JSON.parse(readFileSync(path, 'utf8'));
  const anew = new Map(printed.rows.map((row) => [row.name, row]));
  const rows = before.rows.map((row) => anew.get(row.name) ?? row);
  writeFileSync(path, `${JSON.stringify({ ...printed, rows }, null, 2)}\n`);
}

const measured: Measured = JSON.parse(readFileSync(path, 'utf8'));
const variants = variantsOf(protocolNamed('graceful'));
const found = measured.rows.filter(({ violations }) => violations.length > 0);

describe('the measured ablation', () => {
  it('should have a row for every safeguard and rule, and every strategy in it', () => {
    expect(measured.rows.map(({ name }) => name)).toEqual(variants.map(({ name }) => name));
    for (const { detections } of measured.rows) {
      expect(detections.map(({ strategy }) => strategy)).toEqual(measured.strategies);
    }
  });

  it('should have found a breach of every rule, and the lack of every safeguard', () => {
    const missed = measured.rows.filter(({ violations }) => violations.length === 0);
    const rules = new Set(
      variants
        .filter(({ kind, name }) => kind === 'rule' && missed.every((one) => one.name !== name))
        .map(({ subject }) => protocolNamed(subject.protocol).canary!.rule),
    );
    expect([...rules]).toEqual(['R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8']);
    expect(missed.filter(({ name }) => !name.startsWith('graceful-'))).toEqual([]);
  });

  /** What was found soonest, where that is soon enough to be found again here. */
  const soon = found.flatMap((row) => {
    const all = row.detections.flatMap(({ strategy, campaigns }) =>
      campaigns.flatMap((one) => (one.violations === undefined ? [] : [{ strategy, ...one }])),
    );
    const [soonest] = all.sort((one, other) => one.runs - other.runs);
    return soonest!.runs > 1000 ? [] : [[row.name, soonest!] as const];
  });

  it.each(soon)('should be so again: %s', (name, soonest) => {
    const { subject } = variants.find((one) => one.name === name)!;
    const { strategy, seed, runs, digest, violations } = soonest;
    const fuzzer = new Fuzzer(subjectOf(subject.protocol, subject.knobs));
    const again = detect(fuzzer, { strategy, seed, runs });
    expect([again.made, again.found?.first.digest]).toEqual([runs, digest]);
    expect(again.found?.violations).toEqual(violations);
  });

  it.each(measured.strategies)('should find nothing in the whole protocol: %s', (strategy) => {
    const fuzzer = new Fuzzer(subjectOf('graceful'));
    const { made, found: refuted } = detect(fuzzer, { strategy, seed: 40_000_000, runs: 150 });
    expect([made, refuted]).toEqual([150, undefined]);
  });
});
