/**
 * Cases that systems have been caught with, as files: of each one history that holds and its twin that
 * does not, both in either notation. A name is model, case, verdict and notation; a file that is
 * added is judged.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type ModelName, modelNames } from './history-models.js';
import { judgeHistory } from './judge-history.js';
import { readHistory } from './read-history.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');
const files = readdirSync(folder).sort();
const partsOf = (file: string) => file.split('.') as [ModelName, string, string, string];

async function history(file: string) {
  return readHistory([readFileSync(join(folder, file))], file, partsOf(file)[0]);
}

describe('a case of the field', () => {
  it.each(files)('is judged as it is named: %s', async (file) => {
    const [model, , verdict] = partsOf(file);
    const { operations } = await history(file);
    expect(judgeHistory(operations, model).validity).toBe(verdict);
  });

  it('is there for every model, with its twin, in either notation', () => {
    const cases = [...new Set(files.map((file) => partsOf(file).slice(0, 2).join('.')))];
    const wanted = cases.flatMap((name) =>
      ['invalid.edn', 'invalid.jsonl', 'valid.edn', 'valid.jsonl'].map((end) => `${name}.${end}`),
    );
    expect(files).toEqual(wanted.sort());
    expect(new Set(cases.map((name) => partsOf(name)[0]))).toEqual(new Set(modelNames));
  });

  it.each(files.filter((file) => file.endsWith('.edn')))(
    'is the same operations in JSON Lines: %s',
    async (file) => {
      const told = async (name: string) =>
        (await history(name)).operations.map(({ client, f, key, input, output, outcome }) => {
          const answer =
            Array.isArray(output) && file.startsWith('set') ? output.toSorted() : output;
          return { client, f, key, input, answer, outcome };
        });
      expect(await told(file)).toEqual(await told(file.replace(/edn$/, 'jsonl')));
    },
  );
});
