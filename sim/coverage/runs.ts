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

/** Those that are part of the package: what is reachable has one of them. */
export function shippedScenarios(protocol: Protocol): Scenario[] {
  const named = scenarios.map((given) =>
    parseScenario({ ...given, protocol: given.protocol ?? { name: protocol.name } }),
  );
  return [
    ...shownScenarios
      .map(({ scenario }) => parseScenario(scenario))
      .filter((scenario) => isOf(protocol, scenario)),
    ...named.map((scenario) => asRunBy(protocol, scenario)),
  ];
}

/** These and the corpus, where it is there. */
export function coverageScenarios(protocol: Protocol): Scenario[] {
  const folder = folders.find((one) => existsSync(one));
  const corpus = folder === undefined ? [] : [...readCorpus(folder).values()];
  return [...shippedScenarios(protocol), ...corpus.map((scenario) => asRunBy(protocol, scenario))];
}

const isOf = ({ programs }: Protocol, { protocol }: Scenario) =>
  protocolNamed(protocol.name).programs === programs;

/** As written where it is of the protocol's machines, else as the protocol runs it. */
function asRunBy(protocol: Protocol, scenario: Scenario): Scenario {
  if (isOf(protocol, scenario)) return scenario;
  return under(scenario, { protocol: protocol.name, knobs: {} });
}
