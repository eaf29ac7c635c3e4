/** Scenarios that take what is rarely drawn, and what each of them is there to take. */
import type { KnobValues } from '../../../machines/protocol.js';
import { entering, type Place, type UnnumberedFault } from '../../builders.js';
import type { ScenarioInput } from '../../scenario.js';

/** A scenario, and the names of what it takes (`Covered`). */
export interface Shown {
  readonly scenario: ScenarioInput & { readonly name: string; readonly about: string };
  readonly takes: readonly string[];
}

type Operator = NonNullable<ScenarioInput['operator']>;
type Link = Extract<UnnumberedFault, { kind: 'link' }>;

export interface Told extends Omit<ScenarioInput, 'name' | 'about' | 'protocol'> {
  readonly takes: readonly string[];
  /** Of `graceful`, unless `protocol` says another. */
  readonly knobs?: KnobValues;
  readonly protocol?: string;
}

/** A scenario that takes something, on `graceful` unless said. */
export function shown(name: string, about: string, told: Told): Shown {
  const { takes, knobs = {}, protocol = 'graceful', ...given } = told;
  return {
    takes,
    scenario: {
      name: `cover-${name}`,
      about,
      protocol: { name: protocol, knobs },
      limits: { livenessUs: 15_000_000, maxEvents: 200_000 },
      ...given,
    },
  };
}

/** Nobody but operators calls. */
export const noLoad: NonNullable<ScenarioInput['workload']> = { clients: 0, operations: 0 };

/** Writes that are in service when the gate closes: a barrier waits for them, then a slave lags. */
export const busy: NonNullable<ScenarioInput['workload']> = {
  clients: 4,
  operations: 60,
  keys: 3,
  reads: [0, 1],
  startUs: 50_000,
  thinkUs: [1000],
};
export const slowWrites = { write: [20_000, 30_000, 40_000] };

/** FAILOVER from n1 to n2 at 0.1 s; the gate closes at about 0.36 s. */
export const failoverSoon: Operator = [
  { type: 'failover', atUs: 100_000, node: 'n1', target: 'n2', timeoutMs: 500 },
  { type: 'await', atUs: 0, node: 'n1', forMs: 3000 },
];

/** A state as a node is about to enter it: nothing that its entry asks for is done yet. */
export function nearing(state: string, node = 'n1'): Place {
  const place = entering(state, node);
  return { trigger: { ...(place as { trigger: object }).trigger, when: 'before' } } as Place;
}

/** The next message of a type comes so much later, with all behind it on its connection. */
export const late = (type: string, us: number, more: Partial<Link> = {}): UnnumberedFault => ({
  kind: 'link',
  type,
  times: 1,
  verdict: { kind: 'delay', us },
  at: { timeUs: 0 },
  ...more,
});

/** The disk of a node refuses what changes it. */
export const failingDisk = (node: string, at: Place, forUs: number): UnnumberedFault => ({
  kind: 'disk',
  node,
  mode: 'failing',
  at,
  durationUs: forUs,
});
