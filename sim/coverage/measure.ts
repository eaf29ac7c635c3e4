/** What covered means for a protocol: counts by machine and region, what is missing, and why. */
import type { Protocol } from '../../machines/protocol.js';
import { type Covered, nameOf } from './covered.js';
import { type Explanation, explanationsOf } from './explained.js';
import { type Item, inventoryOf, sightsOf } from './inventory.js';

/** So many of all. */
export interface Share {
  readonly seen: number;
  readonly all: number;
}

/** Of a machine, of one region of it, or of all: transitions, and answers of their guards. */
export interface Shares {
  readonly transitions: Share;
  readonly outcomes: Share;
}

/** Something that nothing has taken or answered; `why`: what explains it. */
export interface Missing {
  readonly name: string;
  readonly why?: string;
}

export interface Measure {
  /** By machine, or by region where its root is parallel, in document order. */
  readonly parts: ReadonlyMap<string, Shares>;
  readonly whole: Shares;
  readonly missing: readonly Missing[];
  /** What was covered although an explanation says that nothing can. */
  readonly refuted: readonly (Missing & { readonly why: string })[];
}

/**
 * @param covered what runs have covered: of one campaign, or of several, merged
 * @param explanations default those of the protocol's machines
 */
export function measure(
  protocol: Pick<Protocol, 'programs'>,
  covered: Covered,
  explanations: readonly Explanation[] = explanationsOf(protocol),
): Measure {
  const items = inventoryOf(protocol);
  const seen = new Set(covered);
  const regions = new Map<string, Item[]>();
  for (const item of items) {
    regions.set(item.region, [...(regions.get(item.region) ?? []), item]);
  }
  const whys = new Map(explanations.flatMap(({ why, things }) => things.map((one) => [one, why])));
  return {
    parts: new Map([...regions].map(([region, of]) => [region, sharesOf(of, seen)])),
    whole: sharesOf(items, seen),
    missing: items.flatMap((item) => missingOf(item, seen)).map((name) => missing(name, whys)),
    refuted: [...whys].flatMap(([name, why]) => (seen.has(name) ? [{ name, why }] : [])),
  };
}

function sharesOf(items: readonly Item[], seen: ReadonlySet<string>): Shares {
  const isSeen = (item: Item, sight: Parameters<typeof nameOf>[1]) => seen.has(nameOf(item, sight));
  const guarded = items.filter(({ isGuarded }) => isGuarded);
  const answers = guarded.flatMap((item) => [isSeen(item, 'passed'), isSeen(item, 'failed')]);
  return {
    transitions: { seen: items.filter((item) => isSeen(item, 'taken')).length, all: items.length },
    outcomes: { seen: answers.filter(Boolean).length, all: answers.length },
  };
}

/** That a guard has never passed is not said of a transition that was never taken. */
function missingOf(item: Item, seen: ReadonlySet<string>): string[] {
  const missing = sightsOf(item).filter((sight) => !seen.has(nameOf(item, sight)));
  const said = missing.filter((sight) => sight !== 'passed' || !missing.includes('taken'));
  return said.map((sight) => nameOf(item, sight));
}

function missing(name: string, whys: ReadonlyMap<string, string>): Missing {
  const why = whys.get(name);
  return why === undefined ? { name } : { name, why };
}
