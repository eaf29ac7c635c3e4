/** Events that a machine raises, at once or as timers. */
import { arming } from '../arming.js';
import type { Fired } from '../engine.js';
import { type Code, written } from './code.js';
import { acting, type Behaviour } from './operation.js';
import type { Run } from './run.js';

type Made<T> = T | ((args: object, params: unknown) => T);

/** What a `raise` does. A delay that is no number means at once. */
export function raising(
  event: Made<Fired>,
  id: string | undefined,
  delay: Made<unknown>,
): Behaviour {
  return written(
    (run: Run, params: unknown) => {
      if (typeof event === 'function') run.lend();
      const raised = typeof event === 'function' ? event(run.acting(), params) : event;
      const delayMs = typeof delay === 'function' ? delay(run.acting(), params) : delay;
      if (typeof delayMs === 'number') run.actions.push(arming(raised, id, delayMs));
      else run.queue.push(raised);
    },
    (code: Code, params: string) => {
      if (typeof event === 'function') code.line('run.lend();');
      const made = (value: unknown, kind: string) =>
        typeof value === 'function'
          ? code.variable(kind, `${code.held(value, kind)}(${acting}, ${params})`)
          : code.constant(value);
      const raised = made(event, 'event');
      const delayMs = made(delay, 'delay');
      const arm = `actions.push(${armed(code, event, id, raised, delayMs)});`;
      const push = `run.queue.push(${raised});`;
      if (typeof delay === 'function') {
        code.line(`if (typeof ${delayMs} === "number") ${arm} else ${push}`);
      } else {
        code.line(typeof delay === 'number' ? arm : push);
      }
    },
  );
}

/** An expression for the timer. A literal is a cheaper copy of an event that never changes. */
function armed(
  code: Code,
  event: Made<Fired>,
  id: string | undefined,
  raised: string,
  delayMs: string,
): string {
  const made = `${code.held(arming, 'arming')}(${raised}, ${code.constant(id)}, ${delayMs})`;
  const isFixed = typeof event !== 'function' && !Object.hasOwn(event, '__proto__');
  if (!isFixed || id === undefined) return made;
  const fields = Object.entries(event).map(
    ([field, value]) => `${JSON.stringify(field)}: ${code.constant(value)}`,
  );
  const copy = `event: { ${fields.join(', ')} }`;
  const timer = `{ type: "arm", id: ${code.constant(id)}, delayMs: ${delayMs}, ${copy} }`;
  // Written down as a number of milliseconds.
  if (/^[0-9]+$/.test(delayMs)) return timer;
  return `${delayMs} >= 0 && ${delayMs} < Infinity ? ${timer} : ${made}`;
}
