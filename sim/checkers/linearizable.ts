/**
 * Are the clients' histories linearizable, each key a register that begins as nothing, or a text that
 * is appended to? Which of the two a key is, its operations say. The question itself is answered in
 * `linearizability/check-history.ts`; here it is put for a run, and answered in words.
 *
 * The searches have a budget: past it the answer is `unknown`, never a guess.
 */
import { type CheckOptions, type Judgement, judgeKeys } from './linearizability/check-history.js';
import { append, register } from './linearizability/models/index.js';
import type { Rejection } from './linearizability/rejection.js';
import { named, spelled } from './linearizability/words.js';
import { type RegisterOperation, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import type { Verdict } from './verdict.js';
import { counted, listed } from './words.js';

/** By default the budget of `checkHistory`. */
export type LinearizableOptions = Omit<CheckOptions, 'initial'>;

/** Judge every key; the anomaly shown is the one that was complete first. */
export function linearizable(record: RunRecord, options: LinearizableOptions = {}): Verdict {
  return linearizableOperations(registerOperations(record.operations), options);
}

/** The same of operations that come from no record, in order of invocation. */
export function linearizableOperations(
  all: readonly RegisterOperation[],
  options: LinearizableOptions = {},
): Verdict {
  const initial = null;
  const judgement = judgeKeys(
    all,
    { model: register, initial },
    (operations) => {
      const isAppended = operations.some(({ f }) => f === 'append');
      return { model: isAppended ? append : register, initial };
    },
    options,
  );
  return inWords(judgement);
}

/** A judgement as a verdict. */
export function inWords(judgement: Judgement): Verdict {
  const { rejections, validity, operations, keys, steps } = judgement;
  const verdict = { checker: 'linearizable', validity, operations: [], evidence: [] } as const;
  if (rejections.length > 0) return rejected(rejections);
  if (validity === 'unknown') return { ...verdict, reason: unknown(judgement) };
  const what = `${counted(operations, 'operation')} on ${counted(keys, 'key')}`;
  const searched = steps === 0 ? '' : ` (found in ${counted(steps, 'step')} of search)`;
  return { ...verdict, reason: `${what} can be ordered${searched}` };
}

function rejected(rejections: readonly Rejection[]): Verdict {
  const [first, ...others] = rejections;
  const { part, offender, explained, involved, order, text } = first!;
  const keys = [...new Set(others.map((other) => other.offender.key))];
  const more = keys.length === 0 ? '' : ` The same holds of ${listed(keys)}.`;
  const before = `The ${counted(explained, 'operation')} of ${offender.key} that ended before`;
  const isKnown = explained === 0 || order.length > 0;
  const so = isKnown
    ? 'can be ordered; with this one they cannot'
    : 'can perhaps be ordered: that took more steps than it was worth';
  const about = part.model.describe.bind(part.model);
  return {
    checker: 'linearizable',
    validity: 'invalid',
    kind: `${offender.f} out of order`,
    reason: `${text}. ${before} ${so}.${more}`,
    operations: involved.map(({ id }) => id),
    evidence: [
      ...involved.map((operation) => ({
        at: operation.endedAt ?? operation.invokedAt,
        node: operation.client,
        text: spelled(operation, about(operation).about),
      })),
      ...orderOf(first!),
    ],
  };
}

/** So many operations of the longest order are shown: its end. */
const shownMost = 8;

/** The longest order that there is: of all that had ended before the offender. */
function orderOf({ order, offender, part }: Rejection): Verdict['evidence'] {
  if (order.length === 0) return [];
  const texts = order.slice(-shownMost).map((operation) => {
    return named(operation, part.model.describe(operation).about);
  });
  const earlier = order.length - texts.length;
  const dots = earlier === 0 ? '' : `${earlier} more, then `;
  const what = `an order of all before ${offender.f} ${offender.id}`;
  const at = offender.endedAt ?? offender.invokedAt;
  return [{ at, node: offender.client, text: `${what}: ${dots}${texts.join('; ')}` }];
}

function unknown({ undecided, lacking, budget, steps }: Judgement): string {
  const names = undecided.map(
    ({ operations }) => `${operations[0]!.key} (${counted(operations.length, 'operation')})`,
  );
  const spent =
    lacking === 'steps'
      ? `the budget of ${counted(budget.steps, 'step')} was spent`
      : `${counted(budget.memory, 'configuration')} were stored, the most that may be, in ${counted(steps, 'step')}`;
  return (
    `${spent}, and no order was found of ${listed(names)}, nor that there is none; ` +
    'every other key can be ordered'
  );
}
