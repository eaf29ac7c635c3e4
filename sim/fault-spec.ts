/**
 * Faults as a person types them behind `--fault`: a JSON object as in a scenario, or a short form
 * for what is asked for most.
 *
 *     WHAT[@WHERE][+DURATION]
 *
 *     WHAT   crash:NODE  power:NODE  pause:NODE
 *            partition:NODES/NODES   cut in both directions; `>` for `/`: in that one only
 *            reset:NODE/NODE         every connection between the two breaks
 *            drop:TYPE  hold:TYPE  break:TYPE
 *                                    the next message of that type: lost with all behind it, held
 *                                    back until the fault ends, or its connection reset
 *     WHERE  a time since the start; sent:TYPE or received:TYPE, a message; state:[NODE/]STATE, when
 *            NODE (the first master, n1, if left out) has entered it. Left out: from the start.
 *     NODES  names with commas between. Times are like 1.2s, 500ms or 20us.
 *
 * What the short form can't say (the nth time, `before`, probabilities ...) JSON can.
 */
import type { FaultPlace, Trigger } from '../runtime/fault.js';
import { parseJson } from './json-text.js';
import { InputError } from './scenario.js';
import { expected } from './suggest.js';

type Short = Readonly<Record<string, unknown>>;

const pattern = /^([a-z]+):([^@+]+)(?:@([^+]+))?(?:\+(.+))?$/;

/**
 * @param text what stands behind `--fault`
 * @param states how a state is called in full, by node
 * @returns a fault as a scenario has it, without checks of its fields; its id where it has one
 * @throws InputError in one line
 */
export function parseFaultSpec(text: string, states: (state: string) => string): Short {
  if (text.trimStart().startsWith('{')) {
    const fault = parseJson(text, 'the fault');
    return fault as Short;
  }
  const match = pattern.exec(text);
  if (match === null) {
    throw new InputError('expected JSON or WHAT[@WHERE][+DURATION], as in crash:n1@1.2s+500ms');
  }
  const [, word, about, where, duration] = match as unknown as [
    string,
    string,
    string,
    ...string[],
  ];
  return {
    ...actionOf(word, about),
    at: where === undefined ? { timeUs: 0 } : placeOf(where, states),
    ...(duration !== undefined && { durationUs: parseDuration(duration) }),
  };
}

/**
 * @returns microseconds
 * @throws InputError unless it is like 1.2s, 500ms or 20us
 */
export function parseDuration(text: string): number {
  const match = /^(\d+)(?:\.(\d+))?(us|ms|s)$/.exec(text);
  const digits = { us: 0, ms: 3, s: 6 }[match?.[3] as 'us' | 'ms' | 's'];
  const fraction = match?.[2] ?? '';
  const value = Number(`${match?.[1]}${fraction.padEnd(digits ?? 0, '0')}`);
  if (digits !== undefined && fraction.length <= digits && Number.isSafeInteger(value))
    return value;
  throw new InputError(`got "${text}", expected a time of at least 0, like 1.2s, 500ms or 20us`);
}

const onNode = { crash: 'crash', power: 'powerLoss', pause: 'pause' } as const;
const onMessage = { drop: 'drop', hold: 'hold', break: 'reset' } as const;

/** Words that a short form begins with: of one node, between nodes, of a message type. */
export const faultWords = {
  onNode: Object.keys(onNode),
  between: ['partition', 'reset'],
  onMessage: Object.keys(onMessage),
};

function actionOf(word: string, about: string): Short {
  if (Object.hasOwn(onNode, word)) {
    return { kind: onNode[word as keyof typeof onNode], node: about };
  }
  if (Object.hasOwn(onMessage, word)) {
    const kind = onMessage[word as keyof typeof onMessage];
    return { kind: 'link', type: about, times: 1, verdict: { kind } };
  }
  if (word === 'partition') {
    const [from, to] = pairOf(about, /[/>]/).map((names) => names.split(','));
    return { kind: 'partition', from, to, ...(about.includes('>') && { oneWay: true }) };
  }
  if (word === 'reset') return { kind: 'reset', between: pairOf(about, /\//) };
  const words = Object.values(faultWords).flat();
  throw new InputError(`unknown fault "${word}", ${expected(word, words)}`);
}

function pairOf(about: string, separator: RegExp): [string, string] {
  const [one, other, ...more] = about.split(separator);
  if (one && other && more.length === 0) return [one, other];
  throw new InputError(`got "${about}", expected two sides, as in n1/n2`);
}

function placeOf(where: string, states: (state: string) => string): FaultPlace {
  const [word, rest] = [where.slice(0, where.indexOf(':')), where.slice(where.indexOf(':') + 1)];
  if (word === 'state') return { trigger: entering(rest, states) };
  if (word === 'sent' || word === 'received') {
    return { trigger: { on: 'message', type: rest, move: word, when: 'after' } };
  }
  if (!where.includes(':')) return { timeUs: parseDuration(where) };
  const known = ['state', 'sent', 'received'];
  throw new InputError(`unknown place "${word}", ${expected(word, known)}`);
}

function entering(place: string, states: (state: string) => string): Trigger {
  const slash = place.indexOf('/');
  const node = slash < 0 ? 'n1' : place.slice(0, slash);
  const state = states(place.slice(slash + 1));
  const machine = state.slice(0, state.includes('.') ? state.indexOf('.') : undefined);
  return { on: 'state', node, machine, state, move: 'entered', when: 'after' };
}
