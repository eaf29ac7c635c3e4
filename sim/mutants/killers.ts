/** Who is asked about a mutant, and in which order: the cheapest first. */
import type { Search } from '../fuzz/detect.js';
import { scenariosByHand } from './by-hand.js';
import { corpusHere } from './corpus-here.js';
import { fuzzKiller } from './fuzz-killer.js';
import { type Fate, type Killer, killedBy } from './killer.js';
import { mutations, protocolNameOf, refusalOf } from './mutants.js';
import { pathsKiller } from './paths-killer.js';
import { scenarioKiller } from './scenario-killer.js';

/** What killers may spend. */
export interface KillBudget {
  /** A campaign of each mutant, until it is killed. */
  readonly fuzz: Search;
}

/** Every killer, in the order in which they are asked. */
export const killersOf = ({ fuzz }: KillBudget): Killer[] => [
  scenarioKiller('corpus', corpusHere()),
  scenarioKiller('by hand', scenariosByHand()),
  pathsKiller('shortest'),
  fuzzKiller(fuzz),
];

/** What becomes of a mutant. @throws RangeError when there is none of that id */
export function fateOf(id: string, budget: KillBudget): Fate {
  const mutation = mutations().get(id);
  if (mutation === undefined) throw new RangeError(`there is no mutant '${id}'`);
  const why = refusalOf(mutation);
  return why === null ? killedBy(protocolNameOf(id), killersOf(budget)) : { end: 'invalid', why };
}
