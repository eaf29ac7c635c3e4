/**
 * The timers that a handover runs by, and durations around each: just under it, at it, just over it.
 * What goes wrong in such protocols goes wrong where one timer fires before another.
 * Sources: kvrocks-graceful-failover.md, 11; kvrocks-replication.md, 2 and 5; graceful.md, knobs.
 */
import type { KnobValues } from '../../machines/protocol.js';
import type { Dice } from './dice.js';

/** Timers in microseconds, whatever the protocol: of the substrate, of clients, of TCP. */
const substrateUs = [
  // Feed poll, loop poll, cron and stop flag, reconnect, throttled ack, idle ping.
  2000, 10_000, 100_000, 1_000_000, 2_000_000,
  // Connect, restart wait, retransmission, a client's patience.
  3_100_000, 10_000_000, 200_000, 500_000,
];

/** Every timer of a protocol with these knobs, for an attempt of that timeout. */
export function timersUs(knobs: KnobValues, timeoutMs: number): number[] {
  const own = Object.entries(knobs)
    .filter(([name, value]) => name.endsWith('Ms') && typeof value === 'number' && value > 0)
    .map(([, value]) => (value as number) * 1000);
  const sampling = Math.max(100, Math.min(3000, Math.floor(timeoutMs / 2))) * 1000;
  const all = [...substrateUs, ...own, sampling, Math.max(1, timeoutMs) * 1000];
  return [...new Set(all)].sort((one, other) => one - other);
}

/** A duration around one of the timers, or any at all; at least a microsecond. */
export function drawDuration(dice: Dice, timers: readonly number[]): number {
  if (dice.chance(1, 3)) return dice.anyDuration(100, 10_000_000);
  const timer = dice.pick(timers);
  const off = dice.pick([1, 100, 1000, 5000]);
  return Math.max(1, timer + dice.pick([-1, 0, 1]) * Math.min(off, timer - 1));
}
