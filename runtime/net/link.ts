/** Links: how long a packet takes, whether it passes at all, and what the nemesis has for it. */
import type { Verdict } from '../fault.js';
import { type Kernel, linkIdentity, Purpose } from '../kernel.js';
import type { Connection, NetworkState, Rule } from './state.js';

const pass: Verdict = { kind: 'pass' };

/** Whether a partition cuts the directed link now. */
export function isCut(net: NetworkState, from: number, to: number): boolean {
  return (net.cuts[from * net.nodes + to] as number) > 0;
}

/** Cuts a directed link; two cuts need two mends. */
export function cut(net: NetworkState, from: number, to: number): void {
  const at = from * net.nodes + to;
  net.cuts[at] = (net.cuts[at] as number) + 1;
}

/** Undoes one cut. What was lost passes with the next try of its sender's backoff. */
export function mend(net: NetworkState, from: number, to: number): void {
  const at = from * net.nodes + to;
  net.cuts[at] = Math.max(0, (net.cuts[at] as number) - 1);
}

/** When something sent now over a link has left it and arrived, apart from what is before it. */
export function arrivalOf(
  net: NetworkState,
  kernel: Kernel,
  purpose: number,
  from: number,
  to: number,
  subject: number,
  bytes: number,
): number {
  const at = from * net.nodes + to;
  const table = net.latency[at] as readonly number[];
  const rate = net.bytesPerSecond[at];
  let departure = kernel.now;
  if (rate !== undefined && bytes > 0) {
    departure = Math.max(departure, net.busyUntil[at] as number);
    departure += Math.ceil((bytes * 1_000_000) / rate);
    net.busyUntil[at] = departure;
  }
  return departure + kernel.draw(purpose, linkIdentity(from, to), subject, table);
}

/** What the rules say to a message (its type) or a connection attempt; a bite is noted. */
export function verdictOn(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
  on: 'message' | 'connect',
  type: string,
  subject: number,
): { verdict: Verdict; rule: number } {
  const from = connection.ends[direction].node;
  const to = connection.ends[1 - direction]!.node;
  for (const active of net.rules) {
    const { rule } = active;
    if (!matches(rule, from, to, on, type)) continue;
    if (active.seen++ < (rule.skip ?? 0)) continue;
    if (active.bitten >= (rule.times ?? Number.MAX_SAFE_INTEGER)) continue;
    if (rule.ratio !== undefined) {
      const [n, d] = rule.ratio;
      const drawn = kernel.choose(Purpose.rule, linkIdentity(from, to), subject, d);
      if (drawn < d - n) continue;
    }
    active.bitten++;
    if (rule.verdict.kind !== 'pass') {
      net.bites.push({ rule: rule.id, connection: connection.id, type, from, to });
    }
    return { verdict: rule.verdict, rule: rule.id };
  }
  return { verdict: pass, rule: 0 };
}

function matches(
  rule: Rule,
  from: number,
  to: number,
  on: 'message' | 'connect',
  type: string,
): boolean {
  if (rule.from !== -1 && rule.from !== from) return false;
  if (rule.to !== -1 && rule.to !== to) return false;
  if ((rule.on ?? 'message') !== on) return false;
  return on === 'connect' || rule.type === undefined || rule.type === type;
}

/** Adds a rule behind the others. */
export function addRule(net: NetworkState, rule: Rule): void {
  net.rules.push({ rule, seen: 0, bitten: 0 });
}
