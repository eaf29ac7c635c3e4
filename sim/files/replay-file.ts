/**
 * A run as a file: its scenario, every decision, and what came of it. Where the code is the same,
 * the run is; where it has changed, the file tells from where on the run is another.
 */
import { z } from 'zod';
import type { Decision } from '../../runtime/oracle.js';
import { asSeenFrom } from '../protocol-file.js';
import type { RunResult } from '../run.js';
import { InputError, parseScenario, type Scenario, scenarioSchema } from '../scenario.js';
import { describeIssue } from '../schema-issue.js';
import { checkSeal, checksumSchema, sealed } from './checksum.js';
import { checkFormat } from './format.js';
import { packDecisions, unpackDecisions } from './packed-decisions.js';

const validity = z.enum(['valid', 'invalid', 'unknown']);

export const replaySchema = z.strictObject({
  format: z.literal('switchover replay'),
  version: z.literal(1),
  scenario: scenarioSchema.describe('what was run, resolved'),
  asksNext: z
    .boolean()
    .describe('whether the decisions include the order of events due at one instant'),
  decisions: z.strictObject({
    count: z.int().min(0),
    packed: z
      .string()
      .regex(/^[A-Za-z0-9+/]*={0,2}$/, 'expected base64')
      .describe('base64 of, each: 7 bytes of label, number of answers and answer as LEB128'),
  }),
  verdicts: z.array(z.strictObject({ checker: z.string().min(1), validity })),
  digest: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits'),
  events: z.int().min(0),
  checksum: checksumSchema.describe('SHA-256 of the other fields as JSON without spaces, with LF'),
});

/** A replay file's value, as it is written. */
export type ReplayFile = z.input<typeof replaySchema>;

/** What a replay file holds. */
export interface SavedRun {
  readonly scenario: Scenario;
  readonly asksNext: boolean;
  readonly decisions: readonly Decision[];
  readonly verdicts: readonly { readonly checker: string; readonly validity: string }[];
  readonly digest: string;
  readonly events: number;
}

/**
 * @param result of a run with the option `decisions`
 * @param folder where the file will be: a protocol's file is named as seen from there
 * @throws Error when the run did not keep its decisions
 */
export function saveRun(result: RunResult, folder = '.'): ReplayFile {
  const { scenario, decisions, verdicts, digest, events } = result;
  if (decisions === undefined) throw new Error('saveRun: run with { decisions: true } first');
  const { asksNext, taken } = decisions;
  return sealed({
    format: 'switchover replay',
    version: 1,
    scenario: asSeenFrom(folder, scenario),
    asksNext,
    decisions: { count: taken.length, packed: packDecisions(taken) },
    verdicts: verdicts.map(({ checker, validity }) => ({ checker, validity })),
    digest,
    events,
  } as const);
}

/**
 * @param given a replay file's value
 * @param source what the file is called
 * @throws InputError when it is another file, was changed, or is of a newer Switchover
 */
export function parseReplay(given: unknown, source = 'replay'): SavedRun {
  checkFormat(given, 'replay', source);
  checkSeal(given as object, source);
  const result = replaySchema.safeParse(given, { reportInput: true });
  if (!result.success) {
    const issue = describeIssue(result.error.issues[0]!, given, 'replay');
    throw new InputError(`${source}: ${issue}`);
  }
  const { scenario, asksNext, decisions, verdicts, digest, events } = result.data;
  const unpacked = unpackDecisions(decisions.packed, decisions.count);
  if (unpacked === undefined) {
    throw new InputError(`${source}: decisions.packed: expected ${decisions.count} decisions`);
  }
  return {
    scenario: parseScenario(scenario),
    asksNext,
    decisions: unpacked,
    verdicts,
    digest,
    events,
  };
}
