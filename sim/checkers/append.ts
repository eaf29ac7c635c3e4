/**
 * Is the history of one key, appended to and read as a list, linearizable? Where every element is
 * appended once, reads say the order themselves, so this needs no search: after Elle's recoverability
 * (Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations", 2020).
 *
 * Every list that was read must be a beginning of the longest one. That gives each operation a place:
 * an append that was read the place of its element, a read the place behind its last element, an
 * acknowledged append that no read shows the place behind everything. The history is linearizable
 * exactly when no operation had ended before another began that has an earlier place: then the order
 * of places, and of invocation within a place, explains every answer.
 *
 * Assumptions as in `linearizable.ts`: `fail` had no effect, `info` may have taken effect at any time
 * or never, reads that did not answer say nothing, intervals are closed.
 */
import type { Anomaly } from './anomaly.js';
import { elementsOf } from './elements.js';
import { byCompletion } from './linearization.js';
import { precedes, type RegisterOperation } from './register.js';
import { held, named, seconds } from './words.js';

/** `undecided`: why this way of judging does not apply. */
export type ListJudgement =
  | { readonly outcome: 'found' }
  | { readonly outcome: 'none'; readonly anomaly: Anomaly }
  | { readonly outcome: 'undecided'; readonly why: string };

interface Read {
  readonly operation: RegisterOperation;
  readonly elements: readonly string[];
}

/** @param operations all of one key */
export function judgeList(operations: readonly RegisterOperation[]): ListJudgement {
  const why = obstacle(operations);
  if (why !== undefined) return { outcome: 'undecided', why };
  const appends = new Map<string, RegisterOperation>();
  for (const operation of operations) {
    if (operation.f === 'append') appends.set(elementOf(operation), operation);
  }
  const reads = operations
    .filter(({ f, outcome }) => f === 'read' && outcome === 'ok')
    .sort(byCompletion)
    .map((operation): Read => ({ operation, elements: elementsOf(operation.value) }));
  const anomaly =
    firstOf(reads, (read, at) => strange(read, appends) ?? forked(read, reads.slice(0, at))) ??
    misplaced(operations, appends, reads);
  if (anomaly === undefined) return { outcome: 'found' };
  const ended = (one: RegisterOperation) =>
    one.outcome === 'ok' && byCompletion(one, anomaly.offender) < 0;
  return { outcome: 'none', anomaly: { ...anomaly, explained: operations.filter(ended).length } };
}

type Found = Omit<Anomaly, 'explained'>;

/** Why reads can't say the order. */
function obstacle(operations: readonly RegisterOperation[]): string | undefined {
  const seen = new Set<string>();
  for (const operation of operations) {
    const { f, key } = operation;
    if (f === 'write') return `${key} is both written and appended to`;
    if (f !== 'append') continue;
    const element = elementOf(operation);
    if (seen.has(element)) return `${element} is appended to ${key} more than once`;
    seen.add(element);
  }
  return undefined;
}

const elementOf = ({ value }: RegisterOperation) => elementsOf(value)[0] ?? '';

function firstOf<T, U>(
  items: readonly T[],
  find: (item: T, at: number) => U | undefined,
): U | undefined {
  for (const [at, item] of items.entries()) {
    const found = find(item, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

const returned = ({ id, key, client }: RegisterOperation, what: string) =>
  `read ${id} of ${key} by ${client} returned ${what}`;

/** A read of an element that nobody can have appended by then, or of one twice. */
function strange(
  { operation, elements }: Read,
  appends: ReadonlyMap<string, RegisterOperation>,
): Found | undefined {
  const seen = new Set<string>();
  for (const element of elements) {
    const append = appends.get(element);
    const because =
      append === undefined
        ? 'which nobody appended'
        : append.outcome === 'fail'
          ? `but ${named(append)} failed`
          : seen.has(element)
            ? `twice, and ${named(append)} is the only one of it`
            : undefined;
    seen.add(element);
    if (because === undefined) continue;
    return {
      offender: operation,
      text: `${returned(operation, element)}, ${because}`,
      involved: append === undefined ? [operation] : [append, operation],
    };
  }
  return undefined;
}

/** A read whose list and that of a read before it are not beginnings of one list. */
function forked(read: Read, before: readonly Read[]): Found | undefined {
  const longest = before.reduce<Read | undefined>(
    (most, one) => (one.elements.length > (most?.elements.length ?? -1) ? one : most),
    undefined,
  );
  if (longest === undefined) return undefined;
  const { elements } = read;
  const shared = Math.min(elements.length, longest.elements.length);
  for (let at = 0; at < shared; at++) {
    const [own, other] = [elements[at]!, longest.elements[at]!];
    if (own === other) continue;
    const place = `${own} as element ${at + 1}`;
    const against = `where read ${longest.operation.id} by ${longest.operation.client} had ${other}`;
    return {
      offender: read.operation,
      text: `${returned(read.operation, place)}, ${against}`,
      involved: [longest.operation, read.operation],
    };
  }
  return undefined;
}

interface Placed {
  readonly operation: RegisterOperation;
  readonly place: number;
}

/** An operation that began after another had ended that has a later place. */
function misplaced(
  operations: readonly RegisterOperation[],
  appends: ReadonlyMap<string, RegisterOperation>,
  reads: readonly Read[],
): Found | undefined {
  const longest = reads.reduce<readonly string[]>(
    (most, { elements }) => (elements.length > most.length ? elements : most),
    [],
  );
  const placed: Placed[] = reads.map(({ operation, elements }) => {
    return { operation, place: 2 * elements.length + 1 };
  });
  const shown = new Set(longest);
  for (const [at, element] of longest.entries()) {
    placed.push({ operation: appends.get(element)!, place: 2 * at + 2 });
  }
  for (const operation of operations) {
    const isLate = operation.f === 'append' && operation.outcome === 'ok';
    if (!isLate || shown.has(elementOf(operation))) continue;
    placed.push({ operation, place: Number.MAX_SAFE_INTEGER });
  }
  return inversion(placed);
}

/** The first operation to end that has an earlier place than one that had ended before it began. */
function inversion(placed: readonly Placed[]): Found | undefined {
  const falling = [...placed].sort((one, other) => other.place - one.place);
  const own = ownPredecessors(placed);
  let found: { late: Placed; early: Placed } | undefined;
  let first: Placed | undefined;
  for (let at = 0; at < falling.length; ) {
    const { place } = falling[at]!;
    let end = at;
    for (; end < falling.length && falling[end]!.place === place; end++) {
      const early = falling[end]!;
      for (const late of [first, own.get(early)]) {
        if (late === undefined || late.place <= place) continue;
        if (!precedes(late.operation, early.operation)) continue;
        const isSooner =
          found === undefined || byCompletion(early.operation, found.early.operation) < 0;
        if (isSooner) found = { late, early };
      }
    }
    for (; at < end; at++) {
      const one = falling[at]!;
      if (first === undefined || one.operation.completedAt < first.operation.completedAt)
        first = one;
    }
  }
  return found === undefined ? undefined : described(found.late, found.early);
}

/** What each operation's own client had ended just as it began: real time alone would not tell. */
function ownPredecessors(placed: readonly Placed[]): Map<Placed, Placed> {
  const inOrder = [...placed].sort((one, other) => one.operation.index - other.operation.index);
  const latest = new Map<string, Placed>();
  const own = new Map<Placed, Placed>();
  for (const one of inOrder) {
    const before = latest.get(one.operation.client);
    if (before !== undefined) own.set(one, before);
    latest.set(one.operation.client, one);
  }
  return own;
}

function described({ operation: late }: Placed, { operation: early }: Placed): Found {
  const involved = [late, early];
  const ended = `had ended at ${seconds(late.completedAt)}`;
  if (early.f === 'append' && late.f === 'read') {
    const began = `${named(early)} began only at ${seconds(early.invokedAt)}`;
    const text = `${returned(late, elementOf(early))}, but ${began}, after the read had ended`;
    return { offender: late, text, involved };
  }
  if (early.f === 'append') {
    const order = `${named(early)} was read as earlier than ${named(late)}`;
    return { offender: early, text: `${order}, which ${ended}, before it began`, involved };
  }
  const what =
    late.f === 'append'
      ? `${held(early.value)}, without ${elementOf(late)}, although ${named(late)}`
      : `${held(early.value)}, although read ${late.id} of ${held(late.value)}`;
  return { offender: early, text: `${returned(early, what)} ${ended}, before it began`, involved };
}
