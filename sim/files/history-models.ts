/**
 * What each model takes for the values of a history. Strings and integers are one kind of thing, a
 * text, for notations differ in which they use; a counter alone is counted with.
 */
import { models } from '../checkers/linearizability/models/index.js';
import type { Value } from '../checkers/linearizability/value.js';
import { parseJson } from '../json-text.js';
import { InputError } from '../scenario.js';
import { shown } from '../schema-issue.js';

/** What the keys of a history hold, and so how it is judged. */
export type ModelName = keyof typeof models;

/** Every model that a history can be judged by. */
export const modelNames = Object.keys(models) as ModelName[];

/** How a model reads a history. Each function throws an InputError that says what it expected. */
export interface HistoryModel {
  /** What an operation may do. */
  readonly functions: readonly string[];
  /** What an operation asks for by its value; not asked of reads. */
  readonly input: (f: string, value: unknown) => Value;
  /** What a read returned. */
  readonly output: (value: unknown) => Value;
  /** What a key holds at first. */
  readonly initial: (value: unknown) => Value;
}

/** By name. */
export const historyModels: Readonly<Record<ModelName, HistoryModel>> = {
  register: {
    functions: ['read', 'write'],
    input: (_, value) => content(value),
    output: returned,
    initial: content,
  },
  'cas-register': {
    functions: ['read', 'write', 'cas'],
    input: (f, value) => (f === 'cas' ? pair(value) : content(value)),
    output: returned,
    initial: content,
  },
  append: {
    functions: ['read', 'append', 'write'],
    input: (f, value) => (f === 'append' ? element(value) : content(value)),
    output: (value) => (Array.isArray(value) ? value.map(element) : content(value)),
    initial: elements,
  },
  counter: {
    functions: ['read', 'add', 'inc'],
    input: (f, value) => (f === 'inc' && (value ?? null) === null ? 1 : integer(value)),
    output: integer,
    initial: integer,
  },
  set: {
    functions: ['read', 'add'],
    input: (_, value) => element(value),
    output: elements,
    initial: elements,
  },
};

/** @throws InputError naming the value */
function refuse(value: unknown, expected: string): never {
  throw new InputError(`value: got ${shown(value)}, expected ${expected}`);
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

/** What a register holds. */
function content(value: unknown): Value {
  if (value === null) return null;
  return isScalar(value) ? String(value) : refuse(value, 'a string, an integer or null');
}

function returned(value: unknown): Value {
  if (!Array.isArray(value)) return content(value);
  throw new InputError(`value: expected no list: nothing is appended to a register`);
}

/** From and to of a compare-and-set. */
function pair(value: unknown): Value {
  if (Array.isArray(value) && value.length === 2) return value.map(content);
  return refuse(value, 'a list of two, from and to');
}

function element(value: unknown): Value {
  return isScalar(value) ? String(value) : refuse(value, 'a string or an integer as an element');
}

function elements(value: unknown): Value {
  if (value === null) return [];
  return Array.isArray(value) ? value.map(element) : refuse(value, 'a list of elements');
}

function integer(value: unknown): Value {
  return Number.isSafeInteger(value) ? (value as number) : refuse(value, 'an integer');
}

/**
 * @param text JSON, as it stands on the command line
 * @throws InputError naming the flag, when a key of the model can't hold that
 */
export function initialOf(text: string, model: ModelName): Value {
  const value = parseJson(text, '--initial');
  try {
    return historyModels[model].initial(value);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const what = error.message.replace(/^value/, '--initial');
    throw new InputError(`${what}, by the model ${model}`);
  }
}
