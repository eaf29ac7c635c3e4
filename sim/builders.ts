/**
 * Scenarios in code: small functions that build what a scenario's JSON holds, for tests of one's own.
 * Each returns plain data. Times are in microseconds (`ms` and `seconds` help).
 *
 *     run({
 *       protocol: { name: 'graceful' },
 *       faults: plan(
 *         drop('takeover-reply'),
 *         crash('n2', { at: entering('server.failover.switching'), forUs: ms(500) }),
 *       ),
 *     });
 */
import type { ScenarioInput } from './scenario.js';

type Faults = NonNullable<ScenarioInput['faults']>;
type Fault = Faults[number];
type Operator = NonNullable<ScenarioInput['operator']>;

/** A fault of a scenario, before `plan` has given it its number. */
export type UnnumberedFault = Fault extends infer F
  ? F extends Fault
    ? Omit<F, 'id'>
    : never
  : never;

/** Where a fault begins: a time since the start, or a trigger. */
export type Place = Fault['at'];

/** When a fault begins, from the start where it is left out, and for how long; else until healing. */
export interface Span {
  readonly at?: Place;
  readonly forUs?: number;
}

/** Milliseconds as microseconds. */
export const ms = (value: number): number => value * 1000;
/** Seconds as microseconds. */
export const seconds = (value: number): number => value * 1_000_000;

/** A fault plan: the faults numbered from 1. */
export function plan(...faults: readonly UnnumberedFault[]): Faults {
  return faults.map((fault, at) => ({ id: at + 1, ...fault }) as Fault);
}

/** At a time since the start, in microseconds. */
export const atTime = (timeUs: number): Place => ({ timeUs });

/** When a node has entered a state, named in full: `server.failover.switching`. */
export function entering(state: string, node = 'n1'): Place {
  const machine = state.split('.')[0] as string;
  return { trigger: { on: 'state', node, machine, state, move: 'entered', when: 'after' } };
}

/** When a message of a type has been handed to the kernel by its sender. */
export const sending = (type: string): Place => ({
  trigger: { on: 'message', type, move: 'sent', when: 'after' },
});

/** When a message of a type has been given to its receiver. */
export const receiving = (type: string): Place => ({
  trigger: { on: 'message', type, move: 'received', when: 'after' },
});

const spanned = ({ at = { timeUs: 0 }, forUs }: Span) => ({
  at,
  ...(forUs !== undefined && { durationUs: forUs }),
});

/** The process dies and starts again after the fault. What it had sent is still delivered. */
export const crash = (node: string, span: Span = {}): UnnumberedFault => ({
  kind: 'crash',
  node,
  ...spanned(span),
});

/** The host loses power: of what was not synced all is lost, or as much as the seed says. */
export const powerLoss = (
  node: string,
  { tail = 'draw', ...span }: Span & { tail?: 'draw' | 'keep' | 'lose' | 'torn' } = {},
): UnnumberedFault => ({ kind: 'powerLoss', node, tail, ...spanned(span) });

/** The process does not run; its clocks and its kernel do. */
export const pause = (node: string, span: Span = {}): UnnumberedFault => ({
  kind: 'pause',
  node,
  ...spanned(span),
});

/** No packet between two sides, or (`oneWay`) none from the first to the second. */
export const partition = (
  from: readonly string[],
  to: readonly string[],
  { oneWay = false, ...span }: Span & { oneWay?: boolean } = {},
): UnnumberedFault => ({
  kind: 'partition',
  from: [...from],
  to: [...to],
  ...(oneWay && { oneWay }),
  ...spanned(span),
});

const onNext = (type: string, kind: 'drop' | 'hold' | 'reset', span: Span): UnnumberedFault => ({
  kind: 'link',
  type,
  times: 1,
  verdict: { kind },
  ...spanned(span),
});

/** The next message of a type is lost, with everything behind it on its connection. */
export const drop = (type: string, span: Span = {}): UnnumberedFault => onNext(type, 'drop', span);

/** The next message of a type is held back until the fault ends. */
export const hold = (type: string, span: Span = {}): UnnumberedFault => onNext(type, 'hold', span);

/** The connection of the next message of a type is reset. */
export const breakOn = (type: string, span: Span = {}): UnnumberedFault =>
  onNext(type, 'reset', span);

/** What the operator of a usual failover does: ask, wait for the end, push the outcome to all. */
export function failover(
  from: string,
  to: string,
  { atUs = 500_000, timeoutMs = 5000 }: { atUs?: number; timeoutMs?: number } = {},
): Operator {
  return [
    { type: 'failover', atUs, node: from, target: to, timeoutMs },
    { type: 'await', atUs: 0, node: from, forMs: 10_000 },
    { type: 'outcome', atUs: 0, target: to },
  ];
}
