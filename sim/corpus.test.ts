/** Every scenario that has ever refuted `graceful` stays here, and must hold. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const folder = new URL('./corpus/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe('the corpus', () => {
  it.each(files)('should hold: %s', (file) => {
    const { scenario, verdicts, record } = run(
      JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
    );
    expect(scenario.about.length).toBeGreaterThan(40);
    const wrong = verdicts.filter(({ validity }) => validity !== 'valid');
    expect(wrong.map(({ checker, reason }) => `${checker}: ${reason}`)).toEqual([]);
    const bitten = new Set(record.faults.map(({ fault }) => fault));
    expect(scenario.faults.filter(({ id }) => !bitten.has(id))).toEqual([]);
  });
});
