/**
 * How each node of the store stands: the last role, gate and link that it noted of itself in its
 * current incarnation. What an earlier life noted died with it.
 */
import type { NodeRecord } from '../../runtime/record.js';
import type { NoteValues, RunRecord } from './run-record.js';

export interface Standing {
  readonly node: NodeRecord;
  /** Absent when this life noted none. */
  role?: NoteValues['role'];
  /** A node that noted none has an open gate. */
  gate: NoteValues['gate'];
  /** Since when the gate has been shut to something, without opening; undefined while open. */
  shutSince?: number;
  link?: NoteValues['link'];
}

/** Every node of the store, by its notes up to and including an instant. */
export function standings(record: RunRecord, until = Number.POSITIVE_INFINITY): Standing[] {
  const found = new Map<string, Standing>(
    record.nodes.map((node) => [node.node, { node, gate: 'open' }]),
  );
  for (const { at, node, incarnation, subject, value } of record.notes) {
    const standing = found.get(node);
    if (standing === undefined || standing.node.incarnation !== incarnation || at > until) continue;
    if (subject === 'role') standing.role = value as NoteValues['role'];
    if (subject === 'link') standing.link = value as NoteValues['link'];
    if (subject === 'gate') {
      standing.gate = value as NoteValues['gate'];
      if (value === 'open') delete standing.shutSince;
      else standing.shutSince ??= at;
    }
  }
  return [...found.values()];
}

/** The nodes that run and say they are master: one, when all is well. */
export function mastersAmong(all: readonly Standing[]): Standing[] {
  return all.filter(({ node, role }) => node.status === 'running' && role?.role === 'master');
}

/** @returns `no master: n1 slave (epoch 2), n2 crashed` or `two masters: n1 (epoch 3), ...` */
export function mastersInWords(all: readonly Standing[]): string {
  const masters = mastersAmong(all);
  const epochOf = ({ role }: Standing) => (role === undefined ? '' : ` (epoch ${role.epoch})`);
  if (masters.length === 0) {
    const each = all.map((standing) => {
      const { node, role } = standing;
      if (node.status !== 'running') return `${node.node} ${node.status}`;
      return role === undefined
        ? `${node.node} noted no role`
        : `${node.node} ${role.role}${epochOf(standing)}`;
    });
    return `no master: ${each.join(', ')}`;
  }
  const each = masters.map((standing) => `${standing.node.node}${epochOf(standing)}`).join(', ');
  const count = ['', 'one master', 'two masters'][masters.length] ?? `${masters.length} masters`;
  return `${count}: ${each}`;
}
