/**
 * For tests: a client `c` before servers that answer as they are told and note what they are asked.
 * Every packet takes 200 us.
 */
import { expect } from 'vitest';
import { assign, setup } from 'xstate';
import type { Script, WorldConfig } from '../../runtime/config.js';
import type { Fault } from '../../runtime/fault.js';
import { seededOracle } from '../../runtime/seeded.js';
import {
  effectActions,
  type MachineEvent,
  type MachineInput,
  type Message,
} from '../../runtime/vocabulary.js';
import { World } from '../../runtime/world.js';
import { xstateEngine } from '../../runtime/xstate-engine.js';
import { client } from './client.js';
import { clientFields } from './client-attempt.js';
import { type ClientPolicy, clientPolicies } from './client-policies.js';

/** OK, nothing at all, an end of the connection, replies to other attempts first, an error, a value. */
export type Answer =
  | 'ok'
  | 'silence'
  | 'close'
  | 'reset'
  | 'strangers, then ok'
  | { error: string }
  | { value: number };

type Command = {
  type: 'set' | 'append' | 'get' | 'auth' | 'readonly' | 'wait';
  operation: number;
  attempt: number;
};
type StubInput = { answers: Answer[]; auth: Answer; readonly: Answer };
type StubContext = StubInput & { asked: number; answer: Answer };
type StubEvent = MachineEvent<Command & { password?: string; slaves?: number; timeoutMs?: number }>;

const reply = (ahead: number, fields?: Message) => ({
  type: 'send' as const,
  params: ({ context, event }: { context: StubContext; event: StubEvent }) => {
    const { connection, message } = event as { connection: number; message: Command };
    const { answer } = context;
    const operation = message.operation + (ahead === 2 ? 1 : 0);
    const attempt = message.attempt + (ahead === 1 ? 1 : 0);
    const isError = typeof answer === 'object' && 'error' in answer;
    return {
      connection,
      message: {
        type: `${message.type}-reply`,
        operation,
        attempt,
        status: isError ? ('error' as const) : ('ok' as const),
        ...(message.type === 'get' && !isError && { value: 'v' }),
        ...(typeof answer === 'object' && answer),
        ...fields,
      },
    };
  },
});

const stranger = (ahead: number) =>
  reply(ahead, { type: 'set-reply', status: 'error', error: 'ERR meant for another attempt' });

const isAnswer =
  (answer: Answer) =>
  ({ context }: { context: StubContext }) =>
    context.answer === answer;

/** Notes what it is asked; the nth command gets the nth answer, the last one repeats. */
const stub = setup({
  types: {
    context: {} as StubContext,
    events: {} as StubEvent,
    input: {} as MachineInput<StubInput>,
  },
  actions: {
    ...effectActions,
    'choose the answer': assign(({ context, event }) => {
      if (event.type === 'message.auth') return { answer: context.auth };
      if (event.type === 'message.readonly') return { answer: context.readonly };
      const { answers, asked } = context;
      return { asked: asked + 1, answer: answers[Math.min(asked, answers.length - 1)] as Answer };
    }),
  },
  guards: {
    silent: isAnswer('silence'),
    closing: isAnswer('close'),
    resetting: isAnswer('reset'),
    confused: isAnswer('strangers, then ok'),
  },
}).createMachine({
  id: 'stub',
  context: ({ input }) => ({ ...input.input, asked: 0, answer: 'ok' as const }),
  initial: 'listening',
  on: {
    closed: { actions: { type: 'note', params: { subject: 'closed', value: true } } },
    reset: { actions: { type: 'note', params: { subject: 'reset', value: true } } },
  },
  states: {
    listening: {
      on: {
        'message.*': {
          target: 'answering',
          actions: [
            'choose the answer',
            {
              type: 'note',
              params: ({ event: { message } }) => ({
                subject: 'asked',
                value: commandInWords(message),
              }),
            },
          ],
        },
      },
    },
    answering: {
      always: [
        { guard: 'silent', target: 'listening' },
        {
          guard: 'closing',
          target: 'listening',
          actions: { type: 'close', params: ({ event }) => ({ connection: at(event) }) },
        },
        {
          guard: 'resetting',
          target: 'listening',
          actions: {
            type: 'close',
            params: ({ event }) => ({ connection: at(event), abort: true }),
          },
        },
        {
          guard: 'confused',
          target: 'listening',
          actions: [stranger(1), stranger(2), reply(0)],
        },
        { target: 'listening', actions: reply(0) },
      ],
    },
  },
});

function commandInWords(message: (StubEvent & { type: 'message.set' })['message']): string {
  const { type, operation, attempt, password, slaves, timeoutMs } = message;
  if (type === 'auth') return `auth ${password}`;
  if (type === 'readonly') return type;
  const waits = type === 'wait' ? ` for ${slaves}, ${timeoutMs} ms` : '';
  return `${type} ${operation}.${attempt}${waits}`;
}

const at = (event: StubEvent) => (event as { connection: number }).connection;

export const set: Message = { type: 'set', key: 'k', value: 'v' };
export const get: Message = { type: 'get', key: 'k' };
export const moved = (to: string): Answer => ({ error: `MOVED 12706 ${to}` });
export const policyWith = (changes: Partial<ClientPolicy>): ClientPolicy => ({
  ...clientPolicies.default,
  ...changes,
});

interface Setting {
  /** What each server answers, by name; the client knows them in this order. */
  servers: Record<string, Answer[]>;
  policy?: ClientPolicy;
  calls?: Message[];
  password?: string;
  auth?: Answer;
  /** Whether the client reads at slaves, and what READONLY is answered. */
  readonly?: boolean;
  readonlyAnswer?: Answer;
  /** Whether calls wait their turn. */
  queues?: boolean;
  faults?: Fault[];
  mode?: Script['mode'];
  /** When each call may come at the earliest, in microseconds; default 0. */
  atUs?: number[];
  more?: Partial<WorldConfig>;
}

/** Runs a client `c` until nothing is left to do. */
export function run({
  servers,
  policy = clientPolicies.default,
  calls = [set],
  password = '',
  auth = 'ok',
  readonly = false,
  readonlyAnswer = 'ok',
  queues = false,
  faults = [],
  mode = 'closed',
  atUs = [],
  more = {},
}: Setting): World {
  const nodes = Object.keys(servers);
  const items = calls.map((call, nth) => ({ id: nth + 1, call, atUs: atUs[nth] ?? 0 }));
  const world = new World({
    machines: {
      stub: { machine: stub, fields: {} },
      client: { machine: client, fields: clientFields },
    },
    nodes: [
      ...nodes.map((name) => ({
        name,
        machine: 'stub',
        input: { answers: servers[name] as Answer[], auth, readonly: readonlyAnswer },
      })),
      {
        name: 'c',
        machine: 'client',
        input: { nodes, password, policy: { ...policy }, readonly, queues },
      },
    ],
    network: { latencyUs: [200] },
    scripts: [{ node: 'c', mode, items }],
    faults,
    oracle: seededOracle(1),
    engine: xstateEngine,
    ...more,
  });
  expect(world.run({ maxEvents: 100_000 })).toBe('idle');
  return world;
}

/** What servers noted under a subject. */
export const heard = (world: World, subject: string) =>
  world.record.notes.filter((note) => note.subject === subject);
/** `<server> <command> <operation>.<attempt>`, in order of arrival. */
export const asked = (world: World) =>
  heard(world, 'asked').map(({ node, value }) => `${node} ${value}`);
export const askedAt = (world: World) => heard(world, 'asked').map((note) => note.at);
export const outcomes = (world: World) => world.record.operations.map(({ outcome }) => outcome);
export const errors = (world: World) => world.record.operations.map(({ error }) => error);
export const completedAt = (world: World) => world.record.operations.map((one) => one.completedAt);

export const from = (timeUs: number, action: object, durationUs?: number): Fault =>
  ({ id: 1, at: { timeUs }, ...action, ...(durationUs !== undefined && { durationUs }) }) as Fault;
/** Before the first packet comes to it. */
export const crash = (node: string) => from(50, { kind: 'crash', node });
export const cutOff = (node: string, durationUs?: number) =>
  from(0, { kind: 'partition', from: [node], to: ['c'] }, durationUs);
