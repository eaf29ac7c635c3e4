/**
 * Code made for a machine while it runs. Tables are walked by calling closures that call closures,
 * all from the same few places, where V8 can foresee nothing. So what has been met often enough gets
 * a function of its own, written from the same parts: one that asks the guards of an event in a
 * configuration, and one that does all operations of a microstep. Guards, params and assignments are
 * called from places of their own there, and V8 compiles them into one piece.
 *
 * A part that can say how it is written (`code`) is written out; any other is called. For a
 * microstep that leaves a state with a timer, asks for an effect and counts, it reads
 *
 * ```js
 * const { state, event, actions } = run;
 * let { context } = state;
 * actions.push(asked0);
 * const params1 = params0({ context, event });
 * if (typeof params1 === "object") run.lend();
 * actions.push({ type: "send", params: params1 ?? noParams });
 * const value2 = assign0(run.acting(), undefined);
 * if (state.shape !== write0.widened) write0.widen(state);
 * context = run.writable(canHold(value2));
 * context["round"] = value2;
 * ```
 */
import type { Run } from './run.js';

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

  /** The function of a run with these lines. `title`: says in a comment what it is for. */
  made<Result>(title: string): (run: Run) => Result {
    const names = [...this.#names.values()];
    const text = [
      `// ${JSON.stringify(title)}`,
      '"use strict";',
      ...(names.length > 0 ? [`const [${names.join(', ')}] = held;`] : []),
      'return (run) => {',
      ...this.#lines.map((line) => `  ${line}`),
      '};',
    ].join('\n');
    return new Function('held', text)([...this.#names.keys()]) as (run: Run) => Result;
  }
}

/** Something with a way to write it as code. */
export function written<Closure extends object, Write>(
  closure: Closure,
  code: Write,
): Closure & { readonly code: Write } {
  return Object.assign(closure, { code });
}

/** Works on tables until it has been called so many times; code is made of it then. */
export class Warming<Result> {
  call: (run: Run) => Result;

  constructor(after: number, byTable: (run: Run) => Result, byCode: () => (run: Run) => Result) {
    let left = after;
    this.call = (run) => {
      if (left > 0) {
        left--;
        return byTable(run);
      }
      this.call = byCode();
      const { call } = this;
      return call(run);
    };
  }
}
