/** In what two runs differ: where their timelines part, what became of each, which transitions. */
import { attemptSpans } from '../checkers/attempt-spans.js';
import { standings } from '../checkers/standing.js';
import { castOf } from '../cluster.js';
import type { TimelineLine } from '../report/line.js';
import { roleInWords } from '../report/notes.js';
import type { RunResult } from '../run.js';
import { essential } from './compact.js';
import type { Observed } from './observed.js';

type Line = Omit<TimelineLine, 'order'>;

export interface Differences {
  /** The first lines of the one that are not the other's, and the other way. */
  readonly here: readonly Line[];
  readonly there: readonly Line[];
  /** What came of it: attempts and nodes' roles in the end. */
  readonly became: readonly {
    readonly what: string;
    readonly here: string;
    readonly there: string;
  }[];
  /** Transitions that were taken in only one of the two. */
  readonly onlyHere: readonly string[];
  readonly onlyThere: readonly string[];
}

/** Lines of each that are shown from where they part. */
const linesMost = 2;

/** @returns how a run differs from one that is near it */
export function differences(here: Observed, there: Observed): Differences {
  const [own, other] = [linesOf(here.result), linesOf(there.result)];
  const parts = own.findIndex((line, at) => keyOf(line) !== keyOf(other[at]));
  const from = parts < 0 ? own.length : parts;
  const [one, two] = [outcomes(here.result), outcomes(there.result)];
  const became = [...new Set([...one.keys(), ...two.keys()])].map((what) => ({
    what,
    here: one.get(what) ?? 'none',
    there: two.get(what) ?? 'none',
  }));
  return {
    here: own.slice(from, from + linesMost),
    there: other.slice(from, from + linesMost),
    became: became.filter((each) => each.here !== each.there),
    onlyHere: [...here.transitions].filter((name) => !there.transitions.has(name)),
    onlyThere: [...there.transitions].filter((name) => !here.transitions.has(name)),
  };
}

/** What many clients got is counted over a time: it would differ before anything else does. */
function linesOf({ record, scenario }: RunResult): Line[] {
  return essential(record, castOf(scenario))
    .filter(({ text }) => !text.startsWith('acknowledges '))
    .map(({ order: _, ...line }) => line);
}

function keyOf(line: Line | undefined): string {
  return JSON.stringify([line?.at, line?.node, line?.text]);
}

function outcomes({ record }: RunResult): Map<string, string> {
  const found = new Map<string, string>();
  for (const [at, { outcome, reason }] of attemptSpans(record).entries()) {
    found.set(`attempt ${at + 1}`, `${outcome}${reason === '' ? '' : ` (${reason})`}`);
  }
  for (const { node, role } of standings(record)) {
    const words = role === undefined ? 'no role' : roleInWords(role);
    found.set(node.node, node.status === 'running' ? words : node.status);
  }
  return found;
}
