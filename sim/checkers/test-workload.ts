/** Histories for the tests of linearizability: made by a true register, and judged naively. */
import type { OperationRecord } from '../../runtime/record.js';
import { type RegisterOperation, registerOperations } from './register.js';
import { get, set } from './test-records.js';

export interface Workload {
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  readonly seed: number;
  /** Of a hundred writes so many end as `info`, applied late or never. */
  readonly infoPercent?: number;
  /** Everybody waits from time to time for so long. */
  readonly stallUs?: number;
}

interface Draft {
  readonly client: string;
  readonly key: string;
  readonly isRead: boolean;
  readonly from: number;
  readonly effectAt: number;
  readonly to: number;
  readonly isInfo: boolean;
}

/** Closed-loop clients without think time on a true register: linearizable by construction. */
export function closedLoop(workload: Workload): OperationRecord[] {
  const { operations, clients, keys, seed, infoPercent = 0, stallUs = 0 } = workload;
  const below = dice(seed);
  const drafts: Draft[] = [];
  const freeAt = new Array<number>(clients).fill(0);
  for (let id = 0; id < operations; id += 1) {
    const client = freeAt.indexOf(Math.min(...freeAt));
    const from = freeAt[client]!;
    const isRead = below(2) === 0;
    const isInfo = !isRead && below(100) < infoPercent;
    const stalled = stallUs > 0 && from % (stallUs * 10) < stallUs;
    const effectAt = from + 50 + below(200) + (stalled ? stallUs : 0);
    const lost = isInfo && below(2) === 0;
    drafts.push({
      client: `client${client + 1}`,
      key: `k${below(keys)}`,
      isRead,
      from,
      effectAt: lost ? Number.POSITIVE_INFINITY : effectAt + (isInfo ? below(20_000) : 0),
      to: isInfo ? from + 1_000 : effectAt + 50 + below(200),
      isInfo,
    });
    freeAt[client] = drafts.at(-1)!.to;
  }
  return performed(drafts);
}

/** Reads answered in order of effect; then everything in order of invocation. */
function performed(drafts: readonly Draft[]): OperationRecord[] {
  const held = new Map<string, string>();
  const done = new Map<Draft, OperationRecord>();
  const order = [...drafts.entries()].sort(([, one], [, other]) =>
    one.effectAt === other.effectAt ? 0 : one.effectAt < other.effectAt ? -1 : 1,
  );
  for (const [index, draft] of order) {
    const { client, key, from, to, isRead, isInfo } = draft;
    const id = index + 1;
    const value = `v${id}`;
    if (isRead) done.set(draft, get(id, client, key, held.get(key) ?? null, [from, to]));
    else done.set(draft, set(id, client, key, value, [from, to], isInfo ? 'info' : 'ok'));
    if (!isRead) held.set(key, value);
  }
  return drafts.map((draft) => done.get(draft)!);
}

/** A linear congruential generator: numbers below n, the same for the same seed. */
function dice(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % n;
  };
}

/** Linearizability by its definition: some order of the operations of one key is legal. */
export function naivelyLinearizable(operations: readonly OperationRecord[]): boolean {
  const all = registerOperations(operations).filter(
    ({ f, outcome }) => outcome === 'ok' || (outcome === 'info' && f === 'write'),
  );
  return someOrder(all, null);
}

function someOrder(left: readonly RegisterOperation[], value: string | null): boolean {
  if (left.every(({ outcome }) => outcome === 'info')) return true;
  return left.some((next) => {
    if (left.some((other) => other !== next && mustComeFirst(other, next))) return false;
    if (next.f === 'read' && next.value !== value) return false;
    return someOrder(
      left.filter((other) => other !== next),
      next.value,
    );
  });
}

function mustComeFirst(one: RegisterOperation, other: RegisterOperation): boolean {
  if (one.outcome === 'info' || one.endedAt === undefined) return false;
  if (one.endedAt < other.invokedAt) return true;
  const oneProcess = one.client === other.client && one.sequential;
  return oneProcess && one.endedAt === other.invokedAt && one.index < other.index;
}
