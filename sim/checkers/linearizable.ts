/**
 * Are the clients' histories linearizable, each key a register that begins as nothing, or a list that
 * is appended to (`append.ts`)?
 *
 * Assumptions: `fail` had no effect; `info` and open writes may take effect at any later time or
 * never; reads that did not answer say nothing; intervals are closed (`register.ts`). The search
 * and its sources are in `linearization.ts`, the words for a rejection in `anomaly.ts`. It has a
 * budget of steps, one for each operation tried: past it the answer is `unknown`, never a guess.
 */
import { type Anomaly, explain } from './anomaly.js';
import { judgeList } from './append.js';
import { byCompletion, linearize } from './linearization.js';
import { byKey, type RegisterOperation, registerOperations } from './register.js';
import type { RunRecord } from './run-record.js';
import type { Verdict } from './verdict.js';
import { counted, listed, spelled } from './words.js';

export interface LinearizableOptions {
  /** Steps over all keys; 2,000,000 by default. A key may spend its share of what is left. */
  readonly steps?: number;
}

export const defaultSteps = 2_000_000;

/** Judge every key; the anomaly shown is the one that was complete first. */
export function linearizable(record: RunRecord, options: LinearizableOptions = {}): Verdict {
  return linearizableOperations(registerOperations(record.operations), options);
}

/** The same of operations that come from no record, in order of invocation. */
export function linearizableOperations(
  all: readonly RegisterOperation[],
  options: LinearizableOptions = {},
): Verdict {
  const keys = [...byKey(all).values()];
  const budget = options.steps ?? defaultSteps;
  const undecided: Undecided[] = [];
  const anomalies: Anomaly[] = [];
  let spent = 0;
  let judged = 0;
  for (const [index, operations] of keys.entries()) {
    const history = operations.filter(
      ({ f, outcome }) => outcome === 'ok' || (f !== 'read' && outcome === 'info'),
    );
    const share = Math.floor((budget - spent) / (keys.length - index));
    judged += history.length;
    if (operations.some(({ f }) => f === 'append')) {
      const judgement = judgeList(operations);
      spent += history.length;
      if (judgement.outcome === 'none') anomalies.push(judgement.anomaly);
      if (judgement.outcome === 'undecided') undecided.push({ operations, why: judgement.why });
      continue;
    }
    const { outcome, steps } = linearize(history, share);
    spent += steps;
    if (outcome === 'spent') undecided.push({ operations });
    if (outcome === 'none') anomalies.push(explain(operations, share));
  }
  if (anomalies.length > 0) return rejected(anomalies);
  if (undecided.length > 0) return unknown(undecided, spent, budget);
  const what = `${counted(judged, 'operation')} on ${counted(keys.length, 'key')}`;
  return {
    checker: 'linearizable',
    validity: 'valid',
    reason: `${what} can be ordered (${counted(spent, 'step')})`,
    operations: [],
    evidence: [],
  };
}

function rejected(anomalies: readonly Anomaly[]): Verdict {
  const [first, ...others] = [...anomalies].sort((one, other) =>
    byCompletion(one.offender, other.offender),
  );
  const { offender, explained, involved, text } = first!;
  const more =
    others.length === 0
      ? ''
      : ` The same holds of ${listed(others.map((other) => other.offender.key))}.`;
  const prefix = `The ${counted(explained, 'operation')} of ${offender.key} that ended before`;
  return {
    checker: 'linearizable',
    validity: 'invalid',
    reason: `${text}. ${prefix} can be ordered; with this one they cannot.${more}`,
    operations: involved.map(({ id }) => id),
    evidence: involved.map((operation) => ({
      at: operation.endedAt ?? operation.invokedAt,
      node: operation.client,
      text: spelled(operation),
    })),
  };
}

/** A key that was not decided: its steps are spent, or something else is in the way. */
interface Undecided {
  readonly operations: readonly RegisterOperation[];
  readonly why?: string;
}

function unknown(undecided: readonly Undecided[], spent: number, budget: number): Verdict {
  const obstacle = undecided.find(({ why }) => why !== undefined)?.why;
  if (obstacle !== undefined) {
    return {
      checker: 'linearizable',
      validity: 'unknown',
      reason: `${obstacle}: not decided; no key that was decided is wrong`,
      operations: [],
      evidence: [],
    };
  }
  const names = undecided.map(
    ({ operations }) => `${operations[0]!.key} (${counted(operations.length, 'operation')})`,
  );
  return {
    checker: 'linearizable',
    validity: 'unknown',
    reason:
      `spent ${spent} of ${counted(budget, 'step')} and found no order of ${listed(names)}, ` +
      'nor that there is none; every other key can be ordered',
    operations: [],
    evidence: [],
  };
}
