/** Every scenario that has ever refuted `graceful` stays here, and must hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const folder = new URL('./corpus/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('the corpus', () => {
  it.each(files)('should hold: %s', (file) => {
    const { about, scenario } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as {
      about: string;
      scenario: { faults: { id: number }[] };
    };
    expect(about.length).toBeGreaterThan(40);
    const { verdicts, record } = run(scenario);
    const wrong = verdicts.filter(({ validity }) => validity !== 'valid');
    expect(wrong.map(({ checker, reason }) => `${checker}: ${reason}`)).toEqual([]);
    const bitten = new Set(record.faults.map(({ fault }) => fault));
    expect(scenario.faults.filter(({ id }) => !bitten.has(id))).toEqual([]);
  });
});
