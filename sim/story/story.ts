/** A run that failed, told: plain data, for `--json` and for the page. */
import type { CheckerName, Evidence, Verdict } from '../checkers/verdict.js';
import { castOf } from '../cluster.js';
import type { Scenario } from '../scenario.js';
import { type Compact, compact } from './compact.js';
import { type Neighbour, nearestPassing } from './neighbour.js';
import type { Answering, Observed } from './observed.js';
import { type Signature, signatureOf } from './signature.js';
import { tell } from './tell.js';

export interface Story {
  readonly checker: CheckerName;
  readonly kind: string;
  /** Other verdicts of the same run that are invalid. */
  readonly also: readonly { readonly checker: CheckerName; readonly kind: string }[];
  readonly scenario: Scenario;
  readonly digest: string;
  readonly signature: Signature;
  readonly sentences: readonly string[];
  readonly timeline: Compact;
  /** In order of time; what the verdict's reason says already is left out. */
  readonly evidence: readonly Evidence[];
  /** Null where nothing near it passes; absent where it was not looked for. */
  readonly neighbour?: Neighbour | null;
}

export interface StoryOptions {
  /** Who answered the run's decisions instead of its seed. */
  readonly answering?: Answering;
  /** Whether to look for a neighbour that passes; default true. */
  readonly neighbour?: boolean;
}

/**
 * @param checker whose verdict it is about
 * @throws Error where that verdict is not invalid
 */
export function storyOf(
  seen: Observed,
  checker: CheckerName,
  { answering, neighbour = true }: StoryOptions = {},
): Story {
  const { scenario, record, verdicts, digest } = seen.result;
  const failed = verdicts.filter(({ validity }) => validity === 'invalid');
  const verdict = failed.find((one) => one.checker === checker);
  if (verdict === undefined) throw new Error(`story: ${scenario.name} does not fail ${checker}`);
  const cast = castOf(scenario);
  return {
    ...wayOf(verdict),
    also: failed.filter((one) => one !== verdict).map(wayOf),
    scenario,
    digest,
    signature: signatureOf(record),
    sentences: tell(record, cast, verdict),
    timeline: compact(record, cast),
    evidence: verdict.evidence
      .filter(({ text }) => !verdict.reason.includes(text))
      .toSorted((one, other) => one.at - other.at),
    ...(neighbour && { neighbour: nearestPassing(seen, checker, answering) ?? null }),
  };
}

function wayOf({ checker, kind = '' }: Verdict) {
  return { checker, kind };
}
