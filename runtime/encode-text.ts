/** Plain values and identities as canonical text: the words of which an encoding is made. */
import type { Instance } from './kernel.js';
import type { NetworkState } from './net/state.js';
import type { ContextField, Plain } from './vocabulary.js';

/** How numbers of a value are written. */
export type NumberText = (value: number) => string;

/** What is renumbered in one encoding, and whether the order among equals is part of it. */
export interface Names {
  readonly network: NetworkState;
  /** Whether ties are taken first come, first served: then the order of coming is state. */
  readonly ordered: boolean;
  /** By connection id: which one of its link, in order of appearance. */
  readonly seen: Map<number, number>;
  /** Connections seen so far by directed link. */
  readonly counts: Map<number, number>;
}

/** @returns names of nothing yet */
export function createNames(network: NetworkState, ordered: boolean): Names {
  return { network, ordered, seen: new Map(), counts: new Map() };
}

/** A directed link, by the indexes of its nodes. */
export function linkText(from: number, to: number): string {
  return `${from}>${to}`;
}

/** The link of a connection, from its id. */
export function linkOf(id: number): number {
  return id % 65_536;
}

/** Whether a number is the id of a connection opened so far. */
export function isConnection({ network }: Names, value: number): boolean {
  if (!Number.isSafeInteger(value) || value < 65_536) return false;
  const from = linkOf(value) >> 8;
  const to = value & 255;
  if (from >= network.nodes || to >= network.nodes) return false;
  return Math.floor(value / 65_536) <= (network.opened[from * network.nodes + to] as number);
}

/** A connection's id as its link and its number on it; any other number as it is. */
export function idText(names: Names, value: number): string {
  if (!isConnection(names, value)) return `${value}`;
  const link = linkOf(value);
  let nth = names.seen.get(value);
  if (nth === undefined) {
    nth = names.counts.get(link) ?? 0;
    names.counts.set(link, nth + 1);
    names.seen.set(value, nth);
  }
  return `${linkText(link >> 8, link & 255)}#${nth}`;
}

/**
 * A value as text: equal values, equal text, whatever order the fields of a record were added in.
 * A field that holds undefined counts as absent.
 */
export function plainText(value: Plain, numberText: NumberText = String): string {
  if (typeof value === 'number') return numberText(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return `${value}`;
  if (Array.isArray(value)) return listText(value.map((item) => plainText(item, numberText)));
  return recordText(value as Record<string, Plain>, () => numberText);
}

/** A record as text, with a way of writing numbers per field. */
export function recordText(
  record: Readonly<Record<string, Plain>>,
  numbersOf: (field: string) => NumberText,
): string {
  const fields: string[] = [];
  for (const field of Object.keys(record).sort()) {
    const value = record[field];
    if (value === undefined) continue;
    fields.push(`${JSON.stringify(field)}:${plainText(value, numbersOf(field))}`);
  }
  return `{${fields.join(',')}}`;
}

/** Texts in their order. */
export function listText(texts: readonly string[]): string {
  return `[${texts.join(',')}]`;
}

/** Fields of effects and events that hold connections, or numbers that a machine made of them. */
const idFields: ReadonlySet<string> = new Set(['connection', 'key', 'job', 'tag', 'subject']);

/** An effect's params or an event. The view is put on when it is taken. */
export function paramsText(names: Names, params: object): string {
  const { view: _, ...rest } = params as Record<string, Plain>;
  const ids: NumberText = (value) => idText(names, value);
  return recordText(rest, (field) => (idFields.has(field) ? ids : String));
}

/** A context by its declared fields; `now` is what the node's monotonic clock reads. */
export function contextText(
  names: Names,
  context: Readonly<Record<string, Plain>>,
  fields: Readonly<Record<string, ContextField>>,
  now: number,
): string {
  const ids: NumberText = (value) => idText(names, value);
  const times: NumberText = (value) => `now${signed(value - now)}`;
  return recordText(context, (field) => {
    const is = fields[field]?.is ?? 'plain';
    if (is === 'time') return times;
    return is === 'id' ? ids : String;
  });
}

/** A difference with its sign. */
export function signed(value: number): string {
  return value < 0 ? `${value}` : `+${value}`;
}

/** A machine within its node; nobody and a machine that has ended are the same. */
export function machineText(names: Names, machine: Instance | undefined): string {
  if (machine === undefined || !machine.alive) return '-';
  return `${JSON.stringify(machine.machine)}/${idText(names, machine.key)}`;
}
