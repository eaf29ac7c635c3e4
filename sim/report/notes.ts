/** What nodes noted of themselves, in words: roles with epochs, gates, links, failover states. */
import type { NoteRecord } from '../../runtime/record.js';
import type { NoteValues, RunRecord } from '../checkers/run-record.js';
import { rank, type TimelineLine, type Tone } from './line.js';

interface Known {
  incarnation: number;
  role: string;
  master: string | null;
  gate: string;
  failover: string;
}

/**
 * Changes only: a note that repeats what its node said last is left out. States that are passed
 * through in one instant stand on one line; of a gate only where it stays is told.
 */
export function noteLines({ notes }: RunRecord): TimelineLine[] {
  const nodes = new Map<string, Known>();
  const lines: (TimelineLine & { readonly subject: string })[] = [];
  for (const note of notes) {
    const before = nodes.get(note.node);
    const known =
      before?.incarnation === note.incarnation ? before : newlyStarted(note.incarnation);
    nodes.set(note.node, known);
    const [text, tone] = inWords(note, known) ?? [];
    if (text === undefined || tone === undefined) continue;
    const { at, node, subject, value } = note;
    const line = { at, order: rank.noted, node, text, tone, subject };
    const last = lines.findLastIndex(
      (one) => one.at === at && one.node === node && one.subject === subject,
    );
    if (last < 0) lines.push(line);
    else if (subject === 'failover') {
      lines[last] = { ...line, text: `${lines[last]!.text}, ${value}` };
    } else if (subject === 'gate') lines[last] = line;
    else lines.push(line);
  }
  return lines.map(({ subject: _, ...line }) => line);
}

function newlyStarted(incarnation: number): Known {
  return { incarnation, role: '', master: null, gate: 'open', failover: 'none' };
}

function inWords({ subject, value }: NoteRecord, known: Known): [string, Tone] | undefined {
  switch (subject) {
    case 'role': {
      const role = value as NoteValues['role'];
      const text = roleInWords(role);
      known.master = role.master;
      return changed(known, 'role', text, text, 'change');
    }
    case 'gate':
      return changed(known, 'gate', String(value), gateInWords(value), 'change');
    case 'failover':
      return changed(known, 'failover', String(value), `failover: ${value}`, toneOf(value));
    case 'link':
      return [`link to ${known.master ?? 'its master'} ${value}`, 'faint'];
    case 'failure':
      return [`the attempt fails: ${value || 'no reason given'}`, 'bad'];
    case 'in doubt':
      return value === true
        ? ['in doubt: asks until the answer is definite', 'bad']
        : ['no longer in doubt', 'good'];
    case 'full sync':
      return [`full sync ${value}`, 'bad'];
    case 'loading':
      return [value === true ? 'loading a checkpoint' : 'loading is over', 'bad'];
    default:
      return [`${subject}: ${typeof value === 'string' ? value : JSON.stringify(value)}`, 'plain'];
  }
}

function changed(
  known: Known,
  field: 'role' | 'gate' | 'failover',
  value: string,
  text: string,
  tone: Tone,
): [string, Tone] | undefined {
  if (known[field] === value) return undefined;
  known[field] = value;
  return [text, tone];
}

/** A role as its node noted it. One that serves slots which the topology gives to its master is no slave, and no master yet. */
export function roleInWords({ role, epoch, master }: NoteValues['role']): string {
  const whose = master === null ? '' : ` of ${master}`;
  if (role === 'slave') return `slave${whose} (epoch ${epoch})`;
  if (role === 'master') {
    return master === null
      ? `master (epoch ${epoch})`
      : `serves the slots${whose}, still its slave (epoch ${epoch})`;
  }
  return `serves no slots (epoch ${epoch})`;
}

function gateInWords(value: NoteRecord['value']): string {
  if (value === 'open') return 'gate open';
  return value === 'all' ? 'gate closed to reads and writes' : 'gate closed to writes';
}

function toneOf(state: NoteRecord['value']): Tone {
  if (state === 'success') return 'good';
  return state === 'failed' ? 'bad' : 'change';
}
