/** The corpus as the original runs it. It lies beside the source; an installed package has none. */
import { existsSync } from 'node:fs';
import { readCorpus, under } from '../corpus.js';
import type { Scenario } from '../scenario.js';
import { original } from './mutants.js';

// As source, and built.
const places = ['../corpus/', '../../../sim/corpus/'].map((path) => new URL(path, import.meta.url));
let read: ReadonlyMap<string, Scenario> | undefined;

/** Its scenarios by name; none where there is no source. */
export function corpusHere(): ReadonlyMap<string, Scenario> {
  const folder = places.find((one) => existsSync(one));
  const subject = { protocol: original.name, knobs: {} };
  read ??= new Map(
    [...(folder === undefined ? [] : readCorpus(folder))].map(([name, scenario]) => [
      name,
      under(scenario, subject),
    ]),
  );
  return read;
}
