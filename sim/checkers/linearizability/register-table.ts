/**
 * The operations of a register as columns of numbers: filled in one pass, for histories are long and
 * their operations far apart in memory.
 */
import { type KeyedOperation, OwnPredecessors } from './operation.js';
import type { Value } from './value.js';
import { ValueNumbers } from './value-numbers.js';

/** `doubtful`: a write that counts only if it was read, for nothing else shows that it happened. */
export const Kind = { none: 0, read: 1, write: 2, doubtful: 3 } as const;

/** The number of the initial value. */
export const atFirst = 0;

/** Columns are by place in the history. */
export class RegisterTable {
  readonly operations: KeyedOperation[];
  readonly kindOf: Uint8Array;
  /** Number of the value written or returned. */
  readonly valueAt: Int32Array;
  readonly begin: Float64Array;
  readonly end: Float64Array;
  /** Whether something else was done to it than to read or write it. */
  isForeign = false;
  private count = 0;
  private readonly own: OwnPredecessors;
  private readonly numbers: ValueNumbers;

  /** @param length how many operations will be added */
  constructor(initial: Value, length: number) {
    this.operations = new Array<KeyedOperation>(length);
    this.kindOf = new Uint8Array(length);
    this.valueAt = new Int32Array(length);
    this.begin = new Float64Array(length);
    this.end = new Float64Array(length);
    this.own = new OwnPredecessors(length);
    // With the initial one.
    this.numbers = new ValueNumbers(length + 1);
    this.numbers.of(initial);
  }

  /** The operation that its own client completed at the instant this one began, or -1. */
  get before(): Int32Array {
    return this.own.before;
  }

  /** How many values there are. */
  get values(): number {
    return this.numbers.size;
  }

  /** In order of the history. */
  add(operation: KeyedOperation): void {
    const at = this.count++;
    this.operations[at] = operation;
    const kind = kindOfOperation(operation);
    this.kindOf[at] = kind;
    // What had no effect orders nothing.
    if (kind === Kind.none) return;
    this.isForeign ||= operation.f !== 'read' && operation.f !== 'write';
    const value = kind === Kind.read ? operation.output : operation.input;
    this.valueAt[at] = this.numbers.of(value);
    this.begin[at] = operation.invokedAt;
    this.end[at] = operation.completedAt;
    this.own.add(operation, at);
  }
}

function kindOfOperation({ f, outcome, output }: KeyedOperation): number {
  if (f === 'read') return outcome === 'ok' && output !== undefined ? Kind.read : Kind.none;
  if (outcome === 'fail') return Kind.none;
  return outcome === 'ok' ? Kind.write : Kind.doubtful;
}
