/**
 * A stage for tests: nodes of the store beside puppets, which note what they are told, answer as
 * they are made to, and say what a test wants. One latency, one time for each service and disk
 * operation, so that every instant can be written down.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { NodeConfig, Program, WorldConfig } from '../../runtime/config.js';
import { scriptedOracle } from '../../runtime/scripted.js';
import {
  effectActions,
  type Invocation,
  type MachineEvent,
  type MachineInput,
  type Message,
  type Plain,
} from '../../runtime/vocabulary.js';
import { World } from '../../runtime/world.js';
import { xstateEngine } from '../../runtime/xstate-engine.js';

/** What a puppet answers, by type of command; a type that is missing gets no answer. */
export type Answers = Readonly<Record<string, Readonly<Record<string, Plain>>>>;

/** What a slave's handshake needs of a master. */
export const welcoming: Answers = { auth: {}, _db_name: {}, replconf: {}, psync: {} };

interface PuppetContext {
  answers: Answers;
  /** The connection that was opened or accepted last, and the last that it opened. */
  connection: number;
  own: number;
  /** What is to be said as soon as a connection is open. */
  first: Message | null;
}

type PuppetEvent = MachineEvent<Message>;

const isReply = (type: string) => type.endsWith('-reply') || type === 'fed';

const puppet = setup({
  types: {
    context: {} as PuppetContext,
    events: {} as PuppetEvent,
    input: {} as MachineInput<{ answers?: Answers } | null>,
  },
  actions: {
    ...effectActions,
    hear: enqueueActions(({ context, event, enqueue }) => {
      if (!('message' in event) || !('connection' in event)) return;
      const { connection } = event as { connection: number };
      const message = event.message as Message;
      const { type, operation = 0, attempt = 0 } = message;
      enqueue({ type: 'note', params: { subject: type, value: message } });
      const answer = context.answers[type];
      if (answer === undefined || isReply(type)) return;
      const reply = { type: `${type}-reply`, operation, attempt, status: 'ok', ...answer };
      enqueue({ type: 'send', params: { connection, message: reply } });
    }),
    obey: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'invoke') return;
      const { call, id } = event.operation;
      const connection = call['own'] === true ? context.own : context.connection;
      const message = call['message'] as unknown as Message;
      if (call.type === 'answer') {
        enqueue.assign({ answers: { ...context.answers, ...(call['answers'] as Answers) } });
      } else if (call.type === 'ignore') {
        const { [call['to'] as string]: _, ...answers } = context.answers;
        enqueue.assign({ answers });
      } else if (call.type === 'open') {
        enqueue.assign({ first: message ?? null });
        enqueue({ type: 'open', params: { to: call['to'] as string } });
      } else if (call.type === 'say') {
        enqueue({ type: 'send', params: { connection, message } });
      } else if (call.type === 'deaf') {
        enqueue({ type: 'receive', params: { connection, on: call['on'] === false } });
      } else {
        enqueue({ type: 'close', params: { connection, abort: call['abort'] === true } });
      }
      enqueue({ type: 'complete', params: { operation: id, outcome: 'ok' } });
    }),
    greet: enqueueActions(({ context, event, enqueue }) => {
      if (event.type !== 'opened' || context.first === null) return;
      const { connection } = event;
      enqueue({ type: 'send', params: { connection, message: context.first } });
    }),
  },
}).createMachine({
  id: 'puppet',
  context: ({ input }) => ({
    answers: input.input?.answers ?? {},
    connection: 0,
    own: 0,
    first: null,
  }),
  on: {
    accepted: {
      actions: [
        assign({ connection: ({ event }) => event.connection }),
        { type: 'note', params: { subject: 'accepted', value: true } },
      ],
    },
    opened: {
      actions: [
        assign({
          connection: ({ event }) => event.connection,
          own: ({ event }) => event.connection,
        }),
        'greet',
      ],
    },
    unopened: {
      actions: {
        type: 'note',
        params: ({ event }) => ({ subject: 'unopened', value: event.reason }),
      },
    },
    closed: { actions: { type: 'note', params: { subject: 'closed', value: true } } },
    reset: {
      actions: { type: 'note', params: ({ event }) => ({ subject: 'reset', value: event.reason }) },
    },
    invoke: { actions: 'obey' },
    'message.*': { actions: 'hear' },
  },
});

export const puppetProgram: Program = {
  machine: puppet as never,
  fields: {
    answers: { keep: 'volatile', is: 'plain' },
    connection: { keep: 'volatile', is: 'id' },
    own: { keep: 'volatile', is: 'id' },
    first: { keep: 'volatile', is: 'plain' },
  },
};

/** A puppet by name. */
export const puppetNode = (name: string, answers: Answers = {}): NodeConfig => ({
  name,
  machine: 'puppet',
  input: { answers },
});

export const latencyUs = 100;
export const disk = {
  append: [10],
  sync: [500],
  persist: [1000],
  truncate: [500],
  install: [20_000],
  readCheckpoint: [10_000],
};
export const services = { read: [20], write: [30], admin: [20] };

/** A node of the store by name. */
export const storeNode = (
  name: string,
  input: Plain,
  more: Partial<NodeConfig> = {},
): NodeConfig => ({ name, machine: 'server', input, workers: 8, services, disk, ...more });

/** What somebody noted, with its time. */
export interface Heard {
  readonly at: number;
  readonly value: Plain;
}

/** A world of nodes and puppets, and the words to move it and to ask what happened. */
export class Stage {
  readonly world: World;
  private nextId = 1;

  constructor(
    programs: Readonly<Record<string, Program>>,
    nodes: readonly NodeConfig[],
    more: Partial<WorldConfig> = {},
  ) {
    this.world = new World({
      machines: { ...programs, puppet: puppetProgram },
      nodes,
      network: {
        latencyUs: [latencyUs],
        keepalive: { idleMs: 120_000, intervalMs: 40_000, count: 3 },
      },
      oracle: scriptedOracle([]),
      engine: xstateEngine,
      ...more,
    });
  }

  /** Runs until a time, in milliseconds. */
  until(ms: number): this {
    this.world.run({ untilUs: Math.round(ms * 1000) });
    return this;
  }

  /** Makes a puppet (or any root) do something now. @returns the id of the call */
  make(node: string, call: Message): number {
    const id = this.nextId++;
    this.world.invoke(node, { id, call } as Invocation);
    return id;
  }

  /** Makes a puppet say something on its last connection, or the last that it opened itself. */
  say(node: string, message: Message, own = false): this {
    const said = { operation: 0, attempt: 0, ...message };
    this.make(node, { type: 'say', message: said, own } as never);
    return this;
  }

  /** Makes a puppet open a connection and say something on it. */
  ask(node: string, to: string, message: Message): this {
    const asked = { operation: 0, attempt: 0, ...message };
    this.make(node, { type: 'open', to, message: asked } as never);
    return this;
  }

  /** Opens, says, and runs on until the answer is there, at most 50 ms. */
  answer(node: string, to: string, message: Message): Message {
    const type = `${message.type}-reply`;
    const before = this.heard(node, type).length;
    this.ask(node, to, message);
    const end = this.world.now + 50_000;
    while (this.heard(node, type).length === before && this.world.now < end) this.later(0.1);
    return this.heard(node, type)[before]?.value as unknown as Message;
  }

  /** Runs on for so long, in milliseconds. */
  later(ms: number): this {
    return this.until(this.world.now / 1000 + ms);
  }

  /** What a node noted under a subject, in order. */
  heard(node: string, subject: string): Heard[] {
    return this.world.record.notes
      .filter((note) => note.node === node && note.subject === subject)
      .map(({ at, value }) => ({ at, value }));
  }

  /** The times of a subject's notes, in microseconds. */
  times(node: string, subject: string): number[] {
    return this.heard(node, subject).map(({ at }) => at);
  }

  /** The values of a subject's notes. */
  values(node: string, subject: string): Plain[] {
    return this.heard(node, subject).map(({ value }) => value);
  }

  /** A node as it stands. */
  node(name: string) {
    const found = this.world.nodes().find(({ node }) => node === name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  }
}
