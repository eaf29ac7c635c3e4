/**
 * Guards in words. XState's `not`, `and`, `or` and `stateIn` return functions; which of them made
 * one is told by its `check`, and what it was given by `guards` or `stateValue`: read from 5.33.3.
 */
import { and, not, or, stateIn } from 'xstate';
import { type Json, plain } from './plain.js';

/** What a function in a chart is called where nothing else is known of it. */
export const inline = '(inline)';

/** What XState's own guards have beside being called. */
interface Composed {
  readonly check?: unknown;
  readonly guards?: readonly unknown[];
  readonly stateValue?: unknown;
}

const checkOf = (guard: unknown) => (guard as Composed).check;
const checks = {
  not: checkOf(not('')),
  and: checkOf(and([])),
  or: checkOf(or([])),
  stateIn: checkOf(stateIn('')),
};

/**
 * A guard as a person reads it: its name, with params if it has some; `not x`, `x and y`, `x or y`
 * and `in state` for XState's own; `(inline)` for a function.
 */
export function guardText(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'object' && guard !== null) {
    const { type, params } = guard as { type: string; params?: unknown };
    return params === undefined ? type : `${type} ${paramsText(plain(params))}`;
  }
  const { check, guards = [], stateValue } = guard as Composed;
  if (check === checks.not) return `not ${operand(guards[0])}`;
  if (check === checks.and) return guards.map(operand).join(' and ');
  if (check === checks.or) return guards.map(operand).join(' or ');
  if (check === checks.stateIn) return `in ${stateText(stateValue)}`;
  return inline;
}

/** Whether a guard is, or is made of, a function that has no name. */
export function isUnnamed(guard: unknown): boolean {
  if (typeof guard !== 'function') return false;
  const { check, guards = [] } = guard as Composed;
  return !Object.values(checks).includes(check) || guards.some(isUnnamed);
}

function operand(guard: unknown): string {
  const { guards = [] } = guard as Composed;
  return guards.length > 1 ? `(${guardText(guard)})` : guardText(guard);
}

function paramsText(params: Json): string {
  if (typeof params !== 'object' || params === null) return `${params}`;
  const pairs = Object.entries(params).map(([name, value]) => `${name} ${paramsText(value)}`);
  return `(${pairs.join(', ')})`;
}

/** A state as `stateIn` takes it: an id, or a state value as `{ both: { work: 'busy' } }`. */
function stateText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${value}`;
  const parts = Object.entries(value).map(([key, child]) => {
    return typeof child === 'object' && Object.keys(child).length === 0
      ? key
      : `${key}.${stateText(child)}`;
  });
  return parts.length > 1 ? `(${parts.join(', ')})` : parts.join('');
}
