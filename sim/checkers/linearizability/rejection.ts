/**
 * Why a part has no order, for people: the first operation that can't be placed, an order of all that
 * had ended before it, and what stands in the way.
 *
 * The history is cut after the first completion that leaves no order. The operation that completes
 * then returned something: one that returns nothing can always be placed last.
 */
import { dovetail } from './dovetail.js';
import { countingOf, isRefuted, judgePart, type Part, type PartJudged } from './judge-part.js';
import type { Cause } from './model.js';
import { obstaclesOf } from './obstacles.js';
import type { KeyedOperation } from './operation.js';
import { orderOf } from './order.js';
import { partitionOf } from './partition.js';
import { completionsOf, prefixUntil } from './prefix.js';
import type { Budget } from './race.js';
import type { Search } from './search.js';
import { answered, inOrder } from './words.js';

export interface Rejection {
  readonly part: Part;
  /** The first operation, in order of completion, with which no order is left. */
  readonly offender: KeyedOperation;
  /** How many completions before the offender's can be explained. */
  readonly explained: number;
  /** An order of these, and of others that had begun; the longest that there is of completions. */
  readonly order: readonly KeyedOperation[];
  /** A sentence without its full stop. */
  readonly text: string;
  /** The offender and what forbids it, in order of invocation. */
  readonly involved: readonly KeyedOperation[];
}

/** Steps of each search for the shortest beginning without an order. */
const budget: Budget = { steps: 200_000, memory: 200_000 };

/**
 * @param part one that has no order
 * @param search the search that found none, where one was needed
 */
export function rejectionOf(part: Part, search: Search | undefined): Rejection {
  const completions = completionsOf(part.operations);
  const isPlain = search?.configurations.partition.isReduced === false;
  if (search !== undefined && isPlain) {
    const { operations } = search.configurations.partition;
    const offender = operations[search.front.low]!;
    return rejected(part, completions.indexOf(offender), offender, obstaclesOf(search, part), () =>
      farthestOrder(search),
    );
  }
  const at = shortestRefuted(part, completions);
  const offender = completions[at]!;
  const until = { ...part, operations: prefixUntil(part.operations, offender) };
  const cause = causeOf(judgePart(until, budget), part, until, offender);
  return rejected(part, at, offender, cause, () => {
    if (at === 0) return [];
    const before = prefixUntil(part.operations, completions[at - 1]!);
    return orderFound(judgePart({ ...part, operations: before }, budget));
  });
}

function rejected(
  part: Part,
  explained: number,
  offender: KeyedOperation,
  { because, others }: Cause,
  order: () => readonly KeyedOperation[],
): Rejection {
  const { answer } = part.model.describe(offender);
  return {
    part,
    offender,
    explained,
    order: order(),
    text: `${answered(offender, answer)}, ${because}`,
    involved: inOrder([offender, ...others]),
  };
}

/**
 * How many completions there are before the first that leaves no order. A beginning that takes more
 * than the budget passes for one that has an order.
 */
function shortestRefuted(part: Part, completions: readonly KeyedOperation[]): number {
  let explained = 0;
  let refuted = completions.length;
  while (refuted - explained > 1) {
    const middle = (explained + refuted) >>> 1;
    const operations = prefixUntil(part.operations, completions[middle - 1]!);
    if (isRefuted(judgePart({ ...part, operations }, budget))) refuted = middle;
    else explained = middle;
  }
  return refuted - 1;
}

function causeOf(judged: PartJudged, part: Part, until: Part, offender: KeyedOperation): Cause {
  const none = { because: 'and no order of what had begun by then explains it', others: [] };
  if ('decided' in judged) return judged.decided.cause(offender, part.operations) ?? none;
  // Reduced states know what is read later, so what they come to says nothing to people.
  const { model, initial } = part;
  const partition = partitionOf(countingOf(until), model, initial, false);
  const { search } = dovetail([partition], budget).races[0]!;
  return search === undefined ? none : obstaclesOf(search, part);
}

function orderFound(judged: PartJudged): readonly KeyedOperation[] {
  if ('decided' in judged) return judged.decided.order();
  return judged.raced.search === undefined ? [] : orderOf(judged.raced.search);
}

function farthestOrder(search: Search): readonly KeyedOperation[] {
  const [first] = search.front.byState.values();
  return first === undefined ? [] : orderOf(search, first.order);
}
