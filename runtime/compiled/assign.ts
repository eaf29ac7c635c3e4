/**
 * Assignments. The engine owns the context and writes into it where nobody else can hold it: see
 * `Run.writable`. A value that is an object may hold the context that it was made from, so then the
 * context is copied first, as XState always does.
 */
import { type Code, written } from './code.js';
import { acting, type Behaviour } from './operation.js';
import type { Run, Running } from './run.js';
import type { Context, Shape, Shapes, Writer } from './shape.js';

type Assigner = (args: unknown, params: unknown) => unknown;

/** What an `assign` does: a function of the whole update, or values and functions by field. */
export function assigning(assignment: Assigner | Readonly<Context>, shapes: Shapes): Behaviour {
  return typeof assignment === 'function'
    ? byFunction(assignment, shapes)
    : byField(assignment, shapes);
}

/** The same for an assignment that is made anew each time: no code is made for its functions. */
export function assignOnce(
  run: Run,
  assignment: Assigner | Readonly<Context>,
  updates: Updates,
): void {
  updates.write(run, updateOf(run, assignment));
}

function updateOf(run: Run, assignment: Assigner | Readonly<Context>): Readonly<Context> {
  if (typeof assignment === 'function') {
    return (assignment(run.acting(), undefined) ?? {}) as Context;
  }
  let computes = false;
  for (const field in assignment) if (typeof assignment[field] === 'function') computes = true;
  if (!computes) return assignment;
  const args = run.acting();
  const update: Context = {};
  for (const field in assignment) {
    const assigner = assignment[field];
    update[field] = typeof assigner === 'function' ? assigner(args, undefined) : assigner;
  }
  return update;
}

/** All values are found before the first is written: none sees another. */
function byField(assignment: Readonly<Context>, shapes: Shapes): Behaviour {
  const write = new Write(Object.keys(assignment), shapes);
  const assigners = Object.values(assignment);
  const { values } = write;
  return written(
    (run: Run, params: unknown) => {
      let mayHold = false;
      for (let at = 0; at < assigners.length; at++) {
        const assigner = assigners[at];
        if (typeof assigner === 'function') {
          values[at] = assigner(run.acting(), params);
          if (canHold(values[at])) mayHold = true;
        } else {
          values[at] = assigner;
        }
      }
      write.perform(run, mayHold);
    },
    (code: Code, params: string) => {
      const found = assigners.map((assigner) =>
        typeof assigner === 'function'
          ? code.variable('value', `${code.held(assigner, 'assign')}(${acting}, ${params})`)
          : code.constant(assigner),
      );
      const computed = found.filter((_, at) => typeof assigners[at] === 'function');
      const held = computed.map((value) => `${code.held(canHold, 'canHold')}(${value})`);
      write.code(code, found, held.join(' || ') || 'false');
    },
  );
}

function byFunction(assigner: Assigner, shapes: Shapes): Behaviour {
  const updates = new Updates(shapes);
  return (run, params) => updates.write(run, (assigner(run.acting(), params) ?? {}) as Context);
}

/** Writes whole updates. As a rule they have the same fields each time, or one of a few lists. */
export class Updates {
  readonly #shapes: Shapes;
  readonly #writes: Write[] = [];

  constructor(shapes: Shapes) {
    this.#shapes = shapes;
  }

  write(run: Run, update: Readonly<Context>): void {
    const writes = this.#writes;
    for (let at = 0; at < writes.length; at++) {
      const write = writes[at]!;
      if (write.fill(update)) {
        write.perform(run, write.mayHold);
        return;
      }
    }
    const write = new Write(Object.keys(update), this.#shapes);
    if (writes.length < writesMax) writes.push(write);
    write.fill(update);
    write.perform(run, write.mayHold);
  }
}

const writesMax = 8;

function canHold(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Writes values to given fields, whatever the shape of the context. */
class Write {
  /** By field; filled anew each time. */
  readonly values: unknown[] = [];
  /** Whether a value that was filled in may hold the context. */
  mayHold = false;
  /** A context has the same fields from one time to the next, as a rule. */
  widened: Shape | undefined;
  readonly #fields: readonly string[];
  readonly #write: Writer;

  constructor(fields: readonly string[], shapes: Shapes) {
    this.#fields = fields;
    this.#write = shapes.writer(fields);
  }

  /** Takes the values of an update, if it has these fields in this order. */
  fill(update: Readonly<Context>): boolean {
    const fields = this.#fields;
    let at = 0;
    this.mayHold = false;
    for (const field in update) {
      if (fields[at] !== field) return false;
      const value = update[field];
      if (canHold(value)) this.mayHold = true;
      this.values[at++] = value;
    }
    return at === fields.length;
  }

  perform(run: Run, mayHold: boolean): void {
    if (run.state.shape !== this.widened) this.widen(run.state);
    const write = this.#write;
    write(run.writable(mayHold), this.values);
  }

  /** The same as code, given expressions for the values and for whether they may hold the context. */
  code(code: Code, values: readonly string[], mayHold: string): void {
    const name = code.held(this, 'write');
    code.line(`if (state.shape !== ${name}.widened) ${name}.widen(state);`);
    code.line(`context = run.writable(${mayHold});`);
    for (const [at, field] of this.#fields.entries()) {
      code.line(`context[${JSON.stringify(field)}] = ${values[at]};`);
    }
  }

  /** Gives a state's context these fields. */
  widen(state: Running): void {
    state.shape = state.shape.with(this.#fields);
    this.widened = state.shape;
  }
}
