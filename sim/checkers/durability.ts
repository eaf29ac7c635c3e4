/**
 * Does a slave that has taken over keep, whatever happens to its disk's cache, what its log held when
 * it took over? The old master gives the shard away on its word.
 *
 * Source: graceful.md, Claims (power loss of S after `taken`) and `syncBeforeTakeover`.
 *
 * Assumptions. A node has taken over when it notes the role of master after that of a slave, at the
 * offset it had applied then. What it loses with the power later counts up to that offset; what it
 * gives up of its own will, or for a checkpoint, is for other checkers.
 */
import type { LossRecord } from '../../runtime/record.js';
import type { NoteValues, RunRecord } from './run-record.js';
import type { Verdict } from './verdict.js';
import { counted, seconds } from './words.js';

interface Takeover {
  readonly node: string;
  readonly at: number;
  readonly epoch: number;
  readonly offset: number;
}

export function durability(record: RunRecord): Verdict {
  const takeovers = takeoversOf(record);
  const wrong = takeovers.flatMap((one) => lossesOf(record, one).map((loss) => ({ one, loss })));
  const verdict = { checker: 'durability' } as const;
  if (wrong.length === 0) {
    const reason = `${counted(takeovers.length, 'takeover')}, and nothing of what was taken over was lost with the power`;
    return { ...verdict, validity: 'valid', reason, operations: [], evidence: [] };
  }
  const [{ one, loss }] = wrong as [(typeof wrong)[number]];
  return {
    ...verdict,
    validity: 'invalid',
    kind: 'lost with the power',
    reason: `${one.node} took over at offset ${one.offset} and kept ${loss.after} when the power went: it had not synced its log`,
    operations: [...new Set(loss.lost.map(({ operation }) => operation).filter((id) => id > 0))],
    evidence: wrong.flatMap(({ one: { node, at, epoch, offset }, loss: { at: lostAt, after } }) => [
      { at, node, text: `${node} became master (epoch ${epoch}) at offset ${offset}` },
      { at: lostAt, node, text: `${node} lost the power at ${seconds(lostAt)}: offset ${after}` },
    ]),
  };
}

function takeoversOf({ notes }: RunRecord): Takeover[] {
  const roles = new Map<string, string>();
  const found: Takeover[] = [];
  for (const { at, node, subject, value, applied } of notes) {
    if (subject !== 'role') continue;
    const { role, epoch } = value as NoteValues['role'];
    if (role === 'master' && roles.get(node) === 'slave') {
      found.push({ node, at, epoch, offset: applied });
    }
    roles.set(node, role);
  }
  return found;
}

function lossesOf({ nodes }: RunRecord, { node, at, offset }: Takeover): LossRecord[] {
  const losses = nodes.find((one) => one.node === node)?.losses ?? [];
  // A log that was cut or replaced since is another one.
  const ends = losses.findIndex((loss) => loss.at >= at && loss.cause !== 'power');
  return losses
    .slice(0, ends === -1 ? undefined : ends)
    .filter((loss) => loss.at >= at && loss.cause === 'power' && loss.after < offset);
}
