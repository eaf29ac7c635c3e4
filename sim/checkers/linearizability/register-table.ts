/**
 * The operations of a register as columns of numbers: filled in one pass, for histories are long and
 * their operations far apart in memory.
 */
import { type KeyedOperation, numberIn, OwnPredecessors } from './operation.js';
import { identityOf, type Value } from './value.js';

/** `doubtful`: a write that counts only if it was read, for nothing else shows that it happened. */
export const Kind = { none: 0, read: 1, write: 2, doubtful: 3 } as const;

/** The number of the initial value. */
export const atFirst = 0;

/** Columns are by place in the history; they may be longer than it is. */
export class RegisterTable {
  readonly operations: KeyedOperation[] = [];
  kindOf = new Uint8Array(firstLength);
  /** Number of the value written or returned. */
  valueAt = new Int32Array(firstLength);
  begin = new Float64Array(firstLength);
  end = new Float64Array(firstLength);
  /** The operation that its own client completed at the instant this one began, or -1. */
  before = new Int32Array(firstLength);
  /** Whether something else was done to it than to read or write it. */
  isForeign = false;
  private readonly own = new OwnPredecessors();
  private readonly numbers: Map<ReturnType<typeof identityOf>, number>;

  constructor(initial: Value) {
    this.numbers = new Map([[identityOf(initial), atFirst]]);
  }

  /** How many values there are. */
  get values(): number {
    return this.numbers.size;
  }

  /** In order of the history. */
  add(operation: KeyedOperation): void {
    const at = this.operations.push(operation) - 1;
    if (at === this.kindOf.length) this.grow();
    const kind = kindOfOperation(operation);
    this.kindOf[at] = kind;
    // What had no effect orders nothing.
    if (kind === Kind.none) {
      this.before[at] = -1;
      return;
    }
    this.isForeign ||= operation.f !== 'read' && operation.f !== 'write';
    const value = kind === Kind.read ? operation.output : operation.input;
    this.valueAt[at] = numberIn(this.numbers, identityOf(value));
    this.begin[at] = operation.invokedAt;
    this.end[at] = operation.completedAt;
    this.before[at] = this.own.add(operation, at);
  }

  private grow(): void {
    const length = this.kindOf.length * 2;
    this.kindOf = longer(this.kindOf, new Uint8Array(length));
    this.valueAt = longer(this.valueAt, new Int32Array(length));
    this.begin = longer(this.begin, new Float64Array(length));
    this.end = longer(this.end, new Float64Array(length));
    this.before = longer(this.before, new Int32Array(length));
  }
}

const firstLength = 64;

function longer<T extends Uint8Array | Int32Array | Float64Array>(column: T, to: T): T {
  to.set(column);
  return to;
}

function kindOfOperation({ f, outcome, output }: KeyedOperation): number {
  if (f === 'read') return outcome === 'ok' && output !== undefined ? Kind.read : Kind.none;
  if (outcome === 'fail') return Kind.none;
  return outcome === 'ok' ? Kind.write : Kind.doubtful;
}
