/**
 * Everything of a protocol's machines that a run can take: each transition, and of a guarded one both
 * answers of its guard. Of several transitions for one event, those behind the one that passes are not
 * asked: a guard that nobody gets to has neither answer.
 */
import type { Protocol } from '../../machines/protocol.js';
import { namedTransitions } from '../../runtime/transition-names.js';

/** What can be seen of a transition: that it was taken, that its guard passed, that it failed. */
export const sights = ['taken', 'passed', 'failed'] as const;
export type Sight = (typeof sights)[number];

/** One transition of a protocol. */
export interface Item {
  readonly machine: string;
  /** `source|descriptor|index`, as everywhere. */
  readonly transition: string;
  /** Where a machine's root is parallel, the region that it belongs to; else the machine. */
  readonly region: string;
  readonly isGuarded: boolean;
}

/** Every transition, machine by machine, in document order. */
export function inventoryOf({ programs }: Pick<Protocol, 'programs'>): readonly Item[] {
  return Object.entries(programs).flatMap(([name, { machine }]) => {
    const isParallel = machine.root.type === 'parallel';
    return [...namedTransitions(machine)].map(([transition, { source, guard }]): Item => {
      const [part] = source.path;
      const region = isParallel && part !== undefined ? `${name}: ${part}` : name;
      return { machine: name, transition, region, isGuarded: guard !== undefined };
    });
  });
}

/** What can be seen of a transition. */
export function sightsOf({ isGuarded }: Item): readonly Sight[] {
  return isGuarded ? sights : ['taken'];
}
