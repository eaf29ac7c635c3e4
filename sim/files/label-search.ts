/**
 * What a label is a hash of, found by trying: a recording holds labels alone, and the decision that
 * it has and a run never asks for can be told in words only so.
 */
import { linkIdentity, Purpose } from '../../runtime/kernel.js';
import { label } from '../../runtime/keyed.js';
import type { PurposeName } from '../../runtime/trace.js';

/** What a decision is about, in the words of the trace. */
export interface About {
  readonly purpose: PurposeName;
  readonly nodes: readonly string[];
  readonly subject: number;
  readonly nth: number;
}

/** Uses of one subject that are tried. */
const usesMost = 12;

const ofLinks: readonly PurposeName[] = ['latency', 'connect', 'rule'];
const ofNodes: readonly PurposeName[] = ['disk', 'service', 'tail', 'torn', 'machine', 'think'];

/**
 * @param nodes names in the order of the world
 * @param subjects that the decision may be about
 * @returns undefined when none of them gives the label
 */
export function findLabel(
  wanted: number,
  nodes: readonly string[],
  subjects: ReadonlySet<number>,
): About | undefined {
  const links = nodes.flatMap((one, from) =>
    nodes.map((other, to) => ({ names: [one, other], identity: linkIdentity(from, to) })),
  );
  const single = nodes.map((name, identity) => ({ names: [name], identity }));
  const places = [
    ...ofLinks.map((purpose) => ({ purpose, at: links })),
    ...ofNodes.map((purpose) => ({ purpose, at: single })),
    { purpose: 'next' as const, at: [{ names: [], identity: 0 }] },
  ];
  for (const { purpose, at } of places) {
    for (const { names, identity } of at) {
      for (const subject of subjects) {
        for (let nth = 0; nth < usesMost; nth++) {
          if (label(Purpose[purpose], identity, subject, nth) !== wanted) continue;
          return { purpose, nodes: names, subject, nth };
        }
      }
    }
  }
  return undefined;
}
