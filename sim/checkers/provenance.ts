/**
 * Where a lost write was: who acknowledged it, which logs held it and lost it again, and the event
 * after which no later one could bring it back (the point of no return).
 *
 * That is a promotion, of the first in the final master's line of masters to begin without the write:
 * whatever other nodes still hold then, the lineage that survives goes on without it. Or it is a loss
 * from a log: where the final master itself had it and lost it, or where the last copy was gone before
 * such a promotion.
 *
 * Assumptions. A node is master from its first note of that role and epoch on, until another is. When a
 * node that is no master received a write is not in the record; that it did, its log or losses say.
 */
import type { LossRecord } from '../../runtime/record.js';
import { isAcknowledgement } from './register.js';
import type { NoteValues, RunRecord } from './run-record.js';
import type { Evidence } from './verdict.js';
import { counted, listed } from './words.js';

/** A write in the log of a node: to the end of the run, or until that lost it. */
interface Copy {
  readonly node: string;
  /** The last offset that it takes. */
  readonly offset: number;
  readonly loss?: LossRecord;
}

interface Promotion {
  readonly at: number;
  readonly node: string;
  readonly epoch: number;
}

export interface PointOfNoReturn extends Evidence {
  /** `n2 became master (epoch 2) without it` */
  readonly what: string;
}

/**
 * @param id of the write
 * @param final the node whose lineage survives; undefined where none does
 * @returns undefined where the write is not gone from that lineage, or never was in a log
 */
export function pointOfNoReturn(
  record: RunRecord,
  id: number,
  final: string | undefined,
): PointOfNoReturn | undefined {
  const copies = copiesOf(record, id);
  if (copies.length === 0) return undefined;
  const own = copies.filter(({ node }) => node === final);
  if (own.some(({ loss }) => loss === undefined)) return undefined;
  const isGone = copies.every(({ loss }) => loss !== undefined);
  const lastLoss = isGone ? latest(copies) : undefined;
  if (final === undefined) return lastLoss === undefined ? undefined : byLoss(lastLoss, true);
  const promotion = firstWithout(record, copies, final);
  if (promotion === undefined) return own.length === 0 ? undefined : byLoss(latest(own), isGone);
  const before = lastLoss !== undefined && lastLoss.loss!.at <= promotion.at;
  return before ? byLoss(lastLoss, true) : byPromotion(promotion, copies);
}

/** Who acknowledged a write, and how its copies came to an end, in order of time. */
export function provenance(record: RunRecord, id: number, about: string): Evidence[] {
  const copies = copiesOf(record, id);
  const acknowledged = record.replies
    .filter(({ operation, message }) => operation === id && isAcknowledgement(message))
    .map(({ at, node, epoch, incarnation }): Evidence => {
      const copy = copies.find((one) => one.node === node && (one.loss?.at ?? at) >= at);
      const place = copy === undefined ? 'not in its log' : `offset ${copy.offset}`;
      const text = `${node} acknowledged ${about} in epoch ${epoch}, incarnation ${incarnation}`;
      return { at, node, text: `${text}; ${place}` };
    });
  const lost = copies.flatMap((copy): Evidence[] => {
    const { node, offset, loss } = copy;
    if (loss === undefined) return [];
    return [{ at: loss.at, node, text: `${node} lost its copy at offset ${offset}: ${how(loss)}` }];
  });
  return [...acknowledged, ...lost].sort((one, other) => one.at - other.at);
}

/** Every log that held a write, as often as it did. */
function copiesOf({ nodes }: RunRecord, id: number): Copy[] {
  const find = (lineage: LossRecord['lost']) => lineage.find(({ operation }) => operation === id);
  return nodes.flatMap(({ node, lineage, losses }) => {
    const lost = losses.flatMap((loss): Copy[] => {
      const entry = find(loss.lost);
      return entry === undefined ? [] : [{ node, offset: entry.last, loss }];
    });
    const kept = find(lineage);
    return kept === undefined ? lost : [...lost, { node, offset: kept.last }];
  });
}

function latest(copies: readonly Copy[]): Copy {
  return copies.reduce((last, one) => (one.loss!.at >= last.loss!.at ? one : last));
}

/** The copies that are there at an instant, or may come to be there later. */
function standing(copies: readonly Copy[], at: number): Copy[] {
  return copies.filter(({ loss }) => loss === undefined || loss.at > at);
}

/** The first of the last masters in a row, up to the final one, that began without the write. */
function firstWithout(
  record: RunRecord,
  copies: readonly Copy[],
  final: string,
): Promotion | undefined {
  const all = promotionsOf(record);
  const last = all.findLastIndex(({ node }) => node === final);
  let first: Promotion | undefined;
  for (const promotion of all.slice(0, last + 1).reverse()) {
    const holders = standing(copies, promotion.at);
    if (holders.some(({ node }) => node === promotion.node)) break;
    first = promotion;
  }
  return first;
}

function promotionsOf({ notes }: RunRecord): Promotion[] {
  const known = new Set<string>();
  return notes.flatMap(({ at, node, subject, value }) => {
    if (subject !== 'role') return [];
    const { role, epoch } = value as NoteValues['role'];
    const name = `${node} ${epoch}`;
    if (role !== 'master' || known.has(name)) return [];
    known.add(name);
    return [{ at, node, epoch }];
  });
}

function byPromotion({ at, node, epoch }: Promotion, copies: readonly Copy[]): PointOfNoReturn {
  const what = `${node} became master (epoch ${epoch}) without it`;
  const holders = standing(copies, at).map((one) => `${one.node} (offset ${one.offset})`);
  const others = holders.length === 0 ? '' : `; ${listed(holders)} had it, or came to have it`;
  return { at, node, what, text: `the point of no return: ${what}${others}` };
}

function byLoss({ node, offset, loss }: Copy, isLast: boolean): PointOfNoReturn {
  const which = isLast ? 'the last copy there was' : 'its copy';
  const what = `${node} lost ${which}`;
  const text = `the point of no return: ${what}, at offset ${offset}: ${how(loss!)}`;
  return { at: loss!.at, node, what, text };
}

const causes: Readonly<Record<LossRecord['cause'], string>> = {
  truncated: 'it cut its log',
  replaced: 'a checkpoint of another lineage replaced its log',
  power: 'its power went before the log was synced',
};

function how({ cause, after, lost }: LossRecord): string {
  return `${causes[cause]}; all after offset ${after} went, ${counted(lost.length, 'operation')}`;
}
