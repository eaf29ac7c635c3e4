/**
 * Canaries: mutants of `graceful`, each without one of the rules R1 to R8 of its design. They are there
 * to be caught: a rule whose mutant nobody catches is not tested, or another safeguard covers it.
 */
import { answers } from './answers.js';
import type { CanaryProtocol } from './canary.js';
import { news } from './news.js';
import { oneAtATime } from './one-at-a-time.js';
import { record } from './record.js';
import { replicating } from './replicating.js';
import { verdicts } from './verdicts.js';

/** By rule. */
export const canaries: readonly CanaryProtocol[] = [
  ...answers,
  ...verdicts,
  ...oneAtATime,
  ...record,
  ...replicating,
  ...news,
].sort((one, other) => (one.name < other.name ? -1 : 1));
