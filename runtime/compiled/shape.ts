/**
 * Code made for the fields of a context. A literal that names them copies a context of 35 fields in
 * 40 ns where the spread operator takes 950 (Node 20), and it gives all contexts of a machine one
 * hidden class, whatever they were made of. A function per list of fields keeps V8's caches apart.
 */

export type Context = Record<string, unknown>;

/** For so many lists of fields code is made, per machine: the fields of some may never end. */
const listsMax = 64;
const fieldsMax = 200;

/** The fields of a context, in order. */
export class Shape {
  /** A context of this shape with the same values. */
  readonly copy: (context: Readonly<Context>) => Context;
  readonly #fields: readonly string[];
  readonly #shapes: Shapes;

  constructor(
    shapes: Shapes,
    fields: readonly string[],
    copy: (context: Readonly<Context>) => Context,
  ) {
    this.#shapes = shapes;
    this.#fields = fields;
    this.copy = copy;
  }

  /** Whether a context has these fields in this order. */
  fits(context: Readonly<Context>): boolean {
    const fields = this.#fields;
    let at = 0;
    for (const field in context) if (fields[at++] !== field) return false;
    return at === fields.length;
  }

  /** This shape and some fields behind, unless it has them. */
  with(fields: readonly string[]): Shape {
    const own = this.#fields;
    if (fields.every((field) => own.includes(field))) return this;
    return this.#shapes.of([...new Set([...own, ...fields])]);
  }
}

/** Puts values into a context, by the order of some fields. */
export type Writer = (context: Context, values: readonly unknown[]) => void;

/** The shapes of one machine's contexts, and what writes into them. */
export class Shapes {
  readonly #shapes: Map<string, Shape> = new Map();
  readonly #writers: Map<string, Writer> = new Map();
  readonly none: Shape = this.of([]);
  #last: Shape = this.none;

  of(fields: readonly string[]): Shape {
    return kept(
      this.#shapes,
      fields,
      () => new Shape(this, fields, copier(fields)),
      () => new Shape(this, fields, (context) => ({ ...context })),
    );
  }

  /** As a rule the same from one start of a machine to the next. */
  ofContext(context: Readonly<Context>): Shape {
    if (!this.#last.fits(context)) this.#last = this.of(Object.keys(context));
    return this.#last;
  }

  writer(fields: readonly string[]): Writer {
    return kept(
      this.#writers,
      fields,
      () => writer(fields),
      () => (context, values) => {
        for (const [at, field] of fields.entries()) context[field] = values[at];
      },
    );
  }
}

/** One per list of fields; when there are too many, or too long ones, one of the other kind. */
function kept<T>(
  known: Map<string, T>,
  fields: readonly string[],
  make: () => T,
  makeOther: () => T,
): T {
  const key = JSON.stringify(fields);
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= listsMax || !canBeNamed(fields)) return makeOther();
  const made = make();
  known.set(key, made);
  return made;
}

function writer(fields: readonly string[]): Writer {
  const writes = fields.map((field, at) => `context[${text(field)}] = values[${at}];`);
  return new Function('context', 'values', ['"use strict";', ...writes].join(' ')) as Writer;
}

function copier(fields: readonly string[]): (context: Readonly<Context>) => Context {
  const copies = fields.map((field) => `${text(field)}: context[${text(field)}]`);
  return new Function('context', `"use strict"; return { ${copies.join(', ')} };`) as ReturnType<
    typeof copier
  >;
}

/** A field of this name in a literal would be something else. */
function canBeNamed(fields: readonly string[]): boolean {
  return fields.length <= fieldsMax && !fields.includes('__proto__');
}

const text = (field: string) => JSON.stringify(field);
