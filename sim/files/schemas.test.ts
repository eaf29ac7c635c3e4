/** The printed schemas, judged by another validator than the one that they were made for. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { TraceEntry } from '../../runtime/trace.js';
import { run } from '../run.js';
import { parseScenario } from '../scenario.js';
import { scenarios } from '../scenarios/index.js';
import { type FormatName, formatNames, formats } from './format.js';
import { historyLines } from './history-file.js';
import { type ReplayFile, saveRun } from './replay-file.js';
import { schemaOf } from './schemas.js';
import { smallRuns } from './test-runs.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
const validators = Object.fromEntries(
  formatNames.map((name) => [name, ajv.compile(schemaOf(name))]),
);

/** What is wrong with a value by a printed schema; nothing where it is valid. */
function faults(name: FormatName, value: unknown): string {
  const validate = validators[name]!;
  return validate(value) ? '' : ajv.errorsText(validate.errors);
}

const result = run(smallRuns['a pause, a lost answer'], { decisions: true, trace: true });
const lines = historyLines(result).map((line) => JSON.parse(line));
const replayFile: ReplayFile = JSON.parse(JSON.stringify(saveRun(result)));
const traceLines = [
  { format: 'switchover trace', version: 1, scenario: result.scenario },
  ...(JSON.parse(JSON.stringify(result.trace)) as TraceEntry[]),
];

describe('the printed schema', () => {
  it.each(formatNames)('of a %s says version and draft, and that it is closed', (name) => {
    expect(schemaOf(name)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `switchover ${name}, version ${formats[name].version}`,
      description: formats[name].about,
    });
    expect(faults(name, {}) === '').toBe(name === 'scenario');
    expect(faults(name, { seed: 'x' })).not.toBe('');
    expect(faults(name, 7)).not.toBe('');
  });

  it('of a scenario accepts each that comes with Switchover, as written and resolved', () => {
    for (const scenario of [...scenarios, ...Object.values(smallRuns)]) {
      expect(faults('scenario', scenario)).toBe('');
      expect(faults('scenario', parseScenario(scenario))).toBe('');
    }
    expect(faults('scenario', { faults: [{ id: 1, kind: 'crash', node: 'n1' }] })).not.toBe('');
    expect(faults('scenario', { version: 2 })).not.toBe('');
  });

  it('of a history accepts every line of one, and refuses what is none', () => {
    expect(lines.map((line) => faults('history', line)).filter((fault) => fault !== '')).toEqual(
      [],
    );
    const [head] = lines;
    expect(faults('history', { ...head, checksum: 'x' })).not.toBe('');
    expect(faults('history', { process: 'a', type: 'invoke' })).not.toBe('');
    expect(faults('history', { process: 0, type: 'ok', f: 'append', key: 1, value: [1] })).toBe('');
  });

  it('of a trace accepts every line of one of each kind, and refuses what is none', () => {
    const seen = new Set(traceLines.map((line) => ('what' in line ? line.what : 'header')));
    expect([...seen].sort()).toEqual(['decision', 'effect', 'event', 'fault', 'header']);
    const wrong = traceLines.map((line) => faults('trace', line)).filter((fault) => fault !== '');
    expect(wrong).toEqual([]);
    const decision = traceLines.find((line) => 'what' in line && line.what === 'decision')!;
    expect(faults('trace', { ...decision, answer: -1 })).not.toBe('');
    expect(faults('trace', { ...decision, more: 1 })).not.toBe('');
  });

  it('of a replay accepts one, and refuses one without decisions', () => {
    expect(faults('replay', replayFile)).toBe('');
    const { decisions: _, ...rest } = replayFile;
    expect(faults('replay', rest)).toContain("required property 'decisions'");
    expect(faults('replay', { ...replayFile, scenario: { seed: -1 } })).toContain('/scenario/seed');
  });
});
