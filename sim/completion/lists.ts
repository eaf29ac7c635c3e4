/** Lists of words that the command line takes: names of what there is. */
import { variantsOf } from '../ablation/variants.js';
import { faultWords } from '../fault-spec.js';
import { strategies } from '../fuzz/generations.js';
import { protocols } from '../protocols.js';
import { messageTypes } from '../scenario-names.js';
import { scenarioList } from '../scenarios/index.js';

/** Words to offer. */
export interface Words {
  readonly whole: readonly string[];
  /** Offered until a `:` or `=` has been typed, where whole words would be too many. */
  readonly heads?: readonly string[];
}

/** Nodes of the default cluster. */
const nodes = ['n1', 'n2', 'n3'];

/** @returns the words of every list, by its name */
export function wordLists(): Record<string, Words> {
  const knobs = Object.entries(Object.assign({}, ...protocols.map((one) => one.knobs)) as Knobs);
  const types = sorted(protocols.flatMap(messageTypes));
  const { onNode, between, onMessage } = faultWords;
  return {
    protocols: { whole: protocols.map(({ name }) => name) },
    scenarios: { whole: scenarioList().map(({ name }) => name) },
    machines: { whole: sorted(protocols.flatMap(({ programs }) => Object.keys(programs))) },
    safeguards: {
      whole: knobs.filter(([, knob]) => knob.safeguard === true).map(([name]) => name),
    },
    variants: { whole: protocols.flatMap((one) => variantsOf(one).map(({ name }) => name)) },
    strategies: { whole: strategies },
    models: {
      whole: sorted(protocols.flatMap(({ models = [] }) => models.map(({ name }) => name))),
    },
    knobs: {
      heads: knobs.map(([name]) => `${name}=`),
      whole: knobs.flatMap(([name, { unit }]) =>
        unit === 'on/off' ? [`${name}=true`, `${name}=false`] : [`${name}=`],
      ),
    },
    faults: {
      heads: [...onNode, ...between, ...onMessage].map((word) => `${word}:`),
      whole: [
        ...onNode.flatMap((word) => nodes.map((node) => `${word}:${node}`)),
        ...between.flatMap((word) => nodes.slice(1).map((node) => `${word}:n1/${node}`)),
        ...onMessage.flatMap((word) => types.map((type) => `${word}:${type}`)),
      ],
    },
  };
}

type Knobs = (typeof protocols)[number]['knobs'];

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
