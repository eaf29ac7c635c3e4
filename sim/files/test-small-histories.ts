/** Small histories for tests, as other people may write them: some linearizable, some not. */
import { type Dice, dice } from './test-mutations.js';

interface Event {
  process: string | number;
  type: string;
  f: string;
  key: string | number;
  value?: unknown;
  time?: number;
}

interface Open {
  readonly invoke: Event;
  /** What a read returns, fixed when it took effect. */
  answer: unknown;
}

/** What there are small histories of. */
export const smallModels = ['register', 'append', 'cas-register'] as const;

/** A history of up to 10 operations of 3 processes on 2 keys, as JSON Lines without a header. */
export function smallHistory(seed: number, model: (typeof smallModels)[number]): string {
  const draw = dice(seed);
  const isTimed = draw(2) === 0;
  const lines: string[] = [];
  const open = new Map<number, Open>();
  const held = new Map<unknown, unknown>();
  let time = 0;
  const tell = (event: object) => {
    time += draw(3);
    const timed = isTimed ? { ...event, time } : event;
    lines.push(JSON.stringify(draw(6) === 0 ? { ...timed, note: 'ключ 🌟' } : timed));
  };
  for (let operations = 0; operations < 10 || draw(3) > 0; ) {
    const process = draw(3);
    const own = open.get(process);
    if (own !== undefined) {
      open.delete(process);
      tell(ended(own, held, draw));
    } else if (operations < 10) {
      operations++;
      const invoke = invocation(process, operations, model, draw);
      open.set(process, { invoke, answer: undefined });
      // Half of all take effect at once, the others when they end.
      if (draw(2) === 0) takeEffect(open.get(process)!, held);
      tell(invoke);
    }
    if (draw(12) === 0) tell({ process: 'nemesis', type: 'info', f: 'pause-began', value: {} });
  }
  return `${lines.join('\n')}\n`;
}

function invocation(process: number, nth: number, model: string, draw: Dice): Event {
  const isRead = draw(2) === 0;
  if (model === 'cas-register' && !isRead && draw(3) > 0) {
    const value = [draw(4) === 0 ? null : `v${draw(3)}`, `v${draw(3)}`];
    return { process, type: 'invoke', f: 'cas', key: draw(2) === 0 ? 'k1' : 2, value };
  }
  return {
    process: process === 2 ? 'ключ' : process,
    type: 'invoke',
    f: isRead ? 'read' : model === 'append' ? 'append' : 'write',
    key: draw(2) === 0 ? 'k1' : 2,
    value: isRead ? null : draw(3) === 0 ? nth : `v${model === 'append' ? nth : draw(4)}`,
  };
}

function takeEffect(one: Open, held: Map<unknown, unknown>): void {
  const { f, key, value } = one.invoke;
  const before = held.get(key) ?? null;
  one.answer = before;
  if (f === 'cas') {
    const [from, to] = value as unknown[];
    one.answer = before === from;
    if (before === from) held.set(key, to);
  }
  if (f === 'write') held.set(key, value);
  if (f === 'append') held.set(key, [...((before ?? []) as unknown[]), value]);
}

function ended(one: Open, held: Map<unknown, unknown>, draw: Dice): Event {
  const { invoke } = one;
  const outcome = draw(8);
  if (outcome === 0 && one.answer === undefined) return { ...invoke, type: 'fail' };
  if (one.answer === undefined && (outcome > 1 || draw(2) === 0)) takeEffect(one, held);
  if (outcome === 1) return { ...invoke, type: 'info' };
  if (one.answer === undefined) takeEffect(one, held);
  if (one.answer === false) return { ...invoke, type: draw(10) === 0 ? 'ok' : 'fail' };
  if (invoke.f !== 'read') return { ...invoke, type: 'ok' };
  // One read in ten is of something else.
  const wrong = draw(10) === 0 ? (held.get(draw(2) === 0 ? 'k1' : 2) ?? null) : one.answer;
  return { ...invoke, type: 'ok', value: wrong ?? null };
}

/** The same history in EDN, as `jepsen.independent` has it: one vector, or one map after another. */
export function inEdn(history: string, seed: number): string {
  const draw = dice(seed);
  const events = history
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
  const maps = events.map(({ process, type, f, key, value, time }) => {
    const told = key === undefined ? '{}' : `[${word(key)} ${word(value)}]`;
    const timed = time === undefined ? '' : `, :time ${time}`;
    const tag = draw(8) === 0 ? '#jepsen.history.Op' : '';
    const who = process === 'nemesis' ? ':nemesis' : word(process);
    return `${tag}{:process ${who}, :type :${type}, :f :${f}, :value ${told}${timed}}`;
  });
  const gap = draw(3) === 0 ? ' ' : '\n';
  return draw(2) === 0 ? `[${maps.join(gap)}]\n` : `${maps.join(gap)}\n`;
}

function word(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  return Array.isArray(value) ? `[${value.map(word).join(' ')}]` : JSON.stringify(value);
}
