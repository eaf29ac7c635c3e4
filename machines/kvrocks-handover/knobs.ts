/**
 * The knobs of the handover. With every safeguard it is `graceful`; with none it is the proposal of
 * Apache Kvrocks PR #3295. Sources: graceful.md (Safeguards), kvrocks-graceful-failover.md, 11.
 */
import type { Knob } from '../protocol.js';

const guard = (meaning: string, inert?: string): Knob => ({
  default: true,
  unit: 'on/off',
  meaning,
  safeguard: true,
  ...(inert !== undefined && { inert }),
});

const ms = (value: number, meaning: string): Knob => ({ default: value, unit: 'ms', meaning });

export const safeguards = {
  barrier: guard('wait until every admitted write has committed before the target is read'),
  gateAllWriters: guard('gate keyless and internal writers too', 'keyless writers'),
  gateReadsWhileSwitching: guard('refuse reads too from the intent on'),
  forcedAck: guard('ask the slave for an ack instead of waiting for the throttled one'),
  attemptToken: guard('TAKEOVER names the attempt and its offset, and the slave tests them'),
  promote: guard('the slave becomes master by its verdict, not by SETNODES'),
  detachFirst: guard('the slave stops replicating before it tests'),
  syncBeforeTakeover: guard('the slave syncs its log before it takes over'),
  inDoubt: guard('without a definite answer the gate stays closed and the slave is asked again'),
  boundedTakeover: guard('connecting to the slave and waiting for its answer are bounded'),
  persistence: guard('intent, roles and verdicts are durable before they count'),
  demote: guard('the old master becomes a slave by the verdict, not by SETNODES'),
  topologyFence: guard('SETNODES aborts an attempt before the intent and is refused after it'),
  roleGuard: guard('SETNODES may not move the master role'),
  migrationExclusion: guard('no attempt while slots migrate', 'slot migration'),
  refuseEarly: guard('an impossible target is refused at once'),
  announce: guard('other slaves learn of the new master from the old one'),
  preconnect: guard('connect and authenticate to the slave before writes are gated'),
} as const satisfies Record<string, Knob>;

export const timings = {
  pollMs: ms(0, 'poll of the ack offset; 0: go on when the ack arrives'),
  takeoverTimeoutMs: ms(1000, 'bound on connecting to the slave, and on its answer, each'),
  retryMs: ms(100, 'wait between two questions in doubt'),
  cancelAfterMs: ms(3000, 'in doubt for so long, CANCEL is sent instead of TAKEOVER'),
  stopPollMs: ms(0, 'how often a replication thread looks at its stop flag; 0: at once'),
} as const satisfies Record<string, Knob>;

export type Safeguard = keyof typeof safeguards;
export type HandoverKnobs = Readonly<Record<Safeguard, boolean>> &
  Readonly<Record<keyof typeof timings, number>>;

/** Every knob, in the order in which it is printed. */
export const knobs: Readonly<Record<string, Knob>> = { ...safeguards, ...timings };

function values(of: (knob: Knob) => boolean | number): HandoverKnobs {
  return Object.fromEntries(
    Object.entries(knobs).map(([name, knob]) => [name, of(knob)]),
  ) as unknown as HandoverKnobs;
}

/** All safeguards. */
export const gracefulKnobs: HandoverKnobs = values((knob) => knob.default);

/** The proposal: no safeguard, its own timers, and a stop flag looked at every 100 ms. */
export const proposalKnobs: HandoverKnobs = {
  ...values((knob) => (knob.safeguard === true ? false : knob.default)),
  pollMs: 10,
  stopPollMs: 100,
};
