/** Scenarios that are run for a protocol's coverage beside what is drawn: everything that has a name. */
import { existsSync } from 'node:fs';
import type { Protocol } from '../../machines/protocol.js';
import { readCorpus, under } from '../corpus.js';
import { protocolNamed } from '../protocols.js';
import { parseScenario, type Scenario } from '../scenario.js';
import { scenarios } from '../scenarios/index.js';
import { shownScenarios } from './scenarios/index.js';

/** Beside the source, whether this runs from it or is built from it; no part of the package. */
const folders = ['../corpus/', '../../../sim/corpus/'].map(
  (path) => new URL(path, import.meta.url),
);

/** As written where they are of the protocol's machines, else as the protocol runs them. */
export function coverageScenarios(protocol: Protocol): Scenario[] {
  const isOwn = (name: string) => protocolNamed(name).programs === protocol.programs;
  const folder = folders.find((one) => existsSync(one));
  const corpus = folder === undefined ? [] : [...readCorpus(folder).values()];
  const named = scenarios.map((given) =>
    parseScenario({ ...given, protocol: given.protocol ?? { name: protocol.name } }),
  );
  return [
    ...shownScenarios
      .map(({ scenario }) => parseScenario(scenario))
      .filter(({ protocol: { name } }) => isOwn(name)),
    ...[...named, ...corpus].map((scenario) =>
      isOwn(scenario.protocol.name)
        ? scenario
        : under(scenario, { protocol: protocol.name, knobs: {} }),
    ),
  ];
}
