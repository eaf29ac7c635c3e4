/**
 * Code made for a machine while it runs. Tables are walked by closures that call closures, all from
 * the same few places, where V8 can foresee nothing. So what is met often gets a function of its own:
 * for a configuration and a type of event one that asks the guards and does what the transitions do
 * that are taken often. The machine's functions are called from places of their own there, V8 puts
 * their bodies in, and their arguments need not be made.
 *
 * The text is written by the same parts that make the closures: a guard, operation or behaviour that
 * has a `code` is written out, any other is called. `code.test.ts` shows the whole text for a small
 * machine. What is written goes through `held`, `constant` and `JSON.stringify`, so that nothing that
 * a machine or an event is called can become code.
 */
import type { Run } from './run.js';

/** V8 lets functions of the same text share what it learns of them: each begins with its number. */
let functionsMade = 0;

/** A function under construction: its lines, and the values that they name. */
export class Code {
  readonly #lines: string[] = [];
  readonly #names: Map<unknown, string> = new Map();
  #variables = 0;

  line(text: string): void {
    this.#lines.push(text);
  }

  /** A name for a value that the code needs, of the kind that it is. */
  held(value: unknown, kind: string): string {
    let name = this.#names.get(value);
    if (name === undefined) {
      name = `${kind}${this.#names.size}`;
      this.#names.set(value, name);
    }
    return name;
  }

  /** A value that never changes: written down, where that gives the same value. */
  constant(value: unknown): string {
    const isWritten =
      value === null ||
      typeof value === 'string' ||
      typeof value === 'boolean' ||
      (Number.isSafeInteger(value) && !Object.is(value, -0));
    if (isWritten) return JSON.stringify(value);
    return value === undefined ? 'undefined' : this.held(value, 'constant');
  }

  /** A variable with the value of an expression. */
  variable(kind: string, expression: string): string {
    const name = `${kind}_${this.#variables++}`;
    this.line(`const ${name} = ${expression};`);
    return name;
  }

  /** All of it, without the values. */
  get text(): string {
    const names = [...this.#names.values()];
    const values = names.length > 0 ? [`const [${names.join(', ')}] = held;`] : [];
    const lines = ['"use strict";', ...values, 'return (run) => {', ...this.#lines, '};'];
    let depth = 0;
    const indented = lines.map((line) => {
      if (line.startsWith('}')) depth--;
      const text = `${'  '.repeat(depth)}${line}`;
      if (line.endsWith('{')) depth++;
      return text;
    });
    return indented.join('\n');
  }

  /** The function. `title`: for who looks at it in a debugger or a profile. */
  made<Result>(title: string): (run: Run) => Result {
    functionsMade++;
    const comment = `// ${functionsMade}: ${title.replace(/[^ -~]/g, '?')}`;
    const make = new Function('held', `${comment}\n${this.text}`);
    return make([...this.#names.keys()]) as (run: Run) => Result;
  }
}

/** Something with a way to write it as code. */
export function written<Closure extends object, Write>(
  closure: Closure,
  code: Write,
): Closure & { readonly code: Write } {
  return Object.assign(closure, { code });
}
