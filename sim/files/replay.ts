/** Runs a saved run again and tells whether it is the same: if not, where it first differs. */
import type { Protocol } from '../../machines/protocol.js';
import type { Decision } from '../../runtime/oracle.js';
import type { TraceEntry } from '../../runtime/trace.js';
import { worldOf } from '../cluster.js';
import { withProtocolLoaded } from '../protocol-file.js';
import { namedAs, namedIn } from '../protocols.js';
import { type RunResult, run } from '../run.js';
import { InputError } from '../scenario.js';
import { checkNames } from '../scenario-names.js';
import { FollowingOracle } from './following-oracle.js';
import { type About, findLabel } from './label-search.js';
import { parseReplay, type SavedRun } from './replay-file.js';

/** A decision in words. */
export interface ToldDecision extends Decision {
  /** What it is about; null where that can't be found. */
  readonly about: About | null;
  /** When this run asks for it, in microseconds; null where it never does. */
  readonly at: number | null;
}

type TracedDecision = Extract<TraceEntry, { what: 'decision' }>;

/** What a checker said when the run was saved, and what it says now. */
export interface ChangedVerdict {
  readonly checker: string;
  readonly saved: string;
  /** Null where this Switchover has no such checker. */
  readonly now: string | null;
}

/** In what a run first differs from the saved one. */
export type Difference =
  | {
      readonly in: 'decision';
      /** From 1. */
      readonly number: number;
      /** Null where the saved run had no more decisions. */
      readonly saved: ToldDecision | null;
      /** Null where this run has no more. */
      readonly now: ToldDecision | null;
    }
  | { readonly in: 'digest' }
  | { readonly in: 'verdicts' };

export interface Replay {
  readonly saved: SavedRun;
  readonly result: RunResult;
  /** How many decisions this run took. */
  readonly decisions: number;
  /** Null when it is the identical run. */
  readonly difference: Difference | null;
  /** The saved verdicts that are others now. */
  readonly changed: readonly ChangedVerdict[];
}

/**
 * @param file a replay file's value
 * @param source what the file is called
 * @throws InputError when it is no replay file, was changed, or names what is no longer there
 */
export function replay(file: unknown, source = 'replay'): Replay {
  return replayRun(readyRun(file, source));
}

/**
 * Loads the protocol of a saved run, where that is from a file.
 * @param folder of the replay file: a path that is not absolute begins there
 * @throws InputError when it can't be loaded, or has another name now
 */
export async function loadProtocolOf(file: unknown, folder: string, source: string): Promise<void> {
  try {
    await withProtocolLoaded((file as { scenario?: unknown } | null)?.scenario, folder);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${source}: scenario.${error.message}`);
  }
}

/**
 * A saved run whose names are all known.
 * @param by the protocol to run it by, instead of its own
 * @throws InputError as `replay`
 */
export function readyRun(file: unknown, source: string, by?: Protocol): SavedRun {
  const parsed = parseReplay(file, source);
  const { name, knobs } = parsed.scenario.protocol;
  // In a process a protocol's file is known by its absolute path.
  const protocol = { ...(by === undefined ? namedAs(name) : namedIn(by)), knobs };
  const saved = { ...parsed, scenario: { ...parsed.scenario, protocol } };
  try {
    checkNames(saved.scenario);
    worldOf(saved.scenario);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${source}: scenario: ${error.message}`);
  }
  return saved;
}

/** Runs it again; a second time, with its trace, to say what differs. */
export function replayRun(saved: SavedRun): Replay {
  const oracle = new FollowingOracle(saved.decisions, saved.asksNext);
  const result = run(saved.scenario, { oracle: () => oracle });
  const changed = changedVerdicts(saved, result);
  const index = oracle.departure?.index ?? oracle.asked;
  const isWhole = oracle.departure === undefined && oracle.asked === saved.decisions.length;
  const difference: Difference | null = !isWhole
    ? { in: 'decision', number: index + 1, ...told(saved, index, oracle.departure?.asked) }
    : result.digest !== saved.digest
      ? { in: 'digest' }
      : changed.length > 0
        ? { in: 'verdicts' }
        : null;
  return { saved, result, decisions: oracle.asked, difference, changed };
}

/** Both sides of a decision that differs, found in the trace of a second run. */
function told(saved: SavedRun, index: number, asked: Decision | undefined) {
  const recorded = saved.decisions[index];
  const found = new Map<number, TracedDecision>();
  const { subjects, nodes } = candidates(saved);
  let count = 0;
  run(saved.scenario, {
    oracle: () => new FollowingOracle(saved.decisions, saved.asksNext),
    tracer: (entry) => {
      if (entry.what !== 'decision') return;
      subjects.add(entry.subject);
      const isHere = count++ === index;
      if (isHere || (entry.label === recorded?.label && !found.has(entry.label))) {
        found.set(entry.label, entry);
      }
    },
  });
  const tell = (decision: Decision | undefined): ToldDecision | null => {
    if (decision === undefined) return null;
    const traced = found.get(decision.label);
    if (traced === undefined) {
      const about = findLabel(decision.label, nodes, subjects) ?? null;
      return { ...decision, about, at: null };
    }
    const { at, purpose, nodes: names, subject, nth } = traced;
    return { ...decision, about: { purpose, nodes: names, subject, nth }, at };
  };
  return { saved: tell(recorded), now: tell(asked) };
}

/** What a decision of the saved run may be about, though this run never comes to it. */
function candidates({ scenario }: SavedRun) {
  const { nodes, scripts = [] } = worldOf(scenario);
  // Operations, and the small numbers that attempts and offsets are.
  const subjects = new Set(Array.from({ length: 2000 }, (_, at) => at));
  for (const { items } of scripts) for (const { id } of items) subjects.add(id);
  return { subjects, nodes: nodes.map(({ name }) => name) };
}

function changedVerdicts(saved: SavedRun, { verdicts }: RunResult): ChangedVerdict[] {
  return saved.verdicts.flatMap(({ checker, validity }) => {
    const now = verdicts.find((verdict) => verdict.checker === checker)?.validity ?? null;
    return now === validity ? [] : [{ checker, saved: validity, now }];
  });
}
