/**
 * A node of the store as parts, for a handover of one's own: what XState's `setup` is to know, the
 * regions that every node has, how a node begins, and the orders that a handover is likely to give.
 * The node's root machine is called `server` among the protocol's programs: feeds, the replication
 * thread and calls tell it what happens by that name.
 */
import { assign, enqueueActions } from 'xstate';
import {
  type ContextField,
  effectActions,
  type MachineInput,
  type Message,
} from '../../runtime/vocabulary.js';
import type { KnobValues, Program } from '../protocol.js';
import { call, callFields } from './call.js';
import { client } from './client.js';
import { clientFields } from './client-attempt.js';
import { nodeActions } from './connections.js';
import {
  askerOf,
  defaultOptions,
  type Gate,
  type NodeContext,
  type NodeEvent,
  type NodeOptions,
  nodeFields,
  startingNode,
} from './context.js';
import { feed, feedFields } from './feed.js';
import { fullSync, fullSyncFields } from './full-sync.js';
import { joined } from './joined.js';
import {
  type CommandRules,
  commandsRegion,
  followMaster,
  isAbout,
  type Loose,
  linkRegion,
  nodeGuards,
  noteGate,
  noteRole,
  replying,
  vacating,
} from './node.js';
import { operator, operatorFields } from './operator.js';
import { replication } from './replication.js';
import { replicationFields } from './replication-context.js';
import { masterIn, oneShard, roleIn, type Topology } from './topology.js';

/** What a node of the store is configured with. */
export type StoreInput = {
  readonly options: NodeOptions;
  readonly knobs: KnobValues;
  /** The topology that was pushed before the run. */
  readonly topology: Topology | null;
};

/** What a node knows, whatever its handover: the substrate's fields and the protocol's knobs. */
export interface StoreContext extends NodeContext {
  readonly knobs: KnobValues;
}

/** What functions of a node's machine are given. */
export type StoreArgs<Context extends StoreContext = StoreContext> = {
  readonly context: Context;
  readonly event: NodeEvent;
};

type Named<Table, Stub> = { readonly [Name in keyof Table]: Stub };

const storeOrders = {
  'stop following': enqueueActions(({ enqueue }: Loose) => {
    enqueue({ type: 'stop', params: { machine: 'fullSync' } });
    enqueue({ type: 'stop', params: { machine: 'replication' } });
  }),
  'follow the master': enqueueActions(({ context, enqueue }: Loose) => {
    if (context.master !== null) enqueue(followMaster(() => 0) as never);
  }),
};

/**
 * For `setup({ actions })`: every effect, and the orders of the store's regions. Replication stops at
 * once with `stop following`, and begins with `follow the master` where a master is remembered.
 */
export const actions: typeof effectActions &
  Named<typeof nodeActions & typeof storeOrders, () => void> = {
  ...effectActions,
  ...(nodeActions as Loose),
  ...(storeOrders as Loose),
};

/** For `setup({ guards })`: the claims of the store's regions. */
export const guards: Named<typeof nodeGuards, () => boolean> = nodeGuards as Loose;

/** The fields of a node's context, for the program. Fields of one's own stand beside them. */
export const fields: Readonly<Record<string, ContextField>> = {
  ...nodeFields,
  knobs: { keep: 'volatile', is: 'plain' },
};

/** A node's context as it begins, and fields of one's own. */
export function contextOf<More extends object>(
  { self, input, persisted }: MachineInput<StoreInput, { readonly topology?: Topology }>,
  more: More = {} as More,
): StoreContext & More {
  const { options, knobs, topology } = input;
  const node = startingNode(self, options, persisted.topology ?? topology);
  return joined(joined(node, { knobs }), more);
}

/** Entry actions of a node's machine: it notes its role, and a slave follows its master. */
export const entry = [noteRole, 'follow the master'] as const;

/** What a handover has to say about commands; what is left out is as simple as it gets. */
export interface StoreRules extends Partial<Omit<CommandRules, 'isKnown'>> {
  /** Commands that the handover answers when they are `served`; others of the kind get an error. */
  readonly commands: readonly string[];
  /** Facts for CLUSTER INFO beside role, master and epoch: `cluster_failover_state` ends an `await`. */
  readonly info?: (context: Loose) => Readonly<Record<string, string | number | null>>;
}

/** Commands that only a handover can answer. */
const ofHandovers = new Set(['failover', 'setnodes', 'takeover', 'cancel']);

/**
 * The regions of a parallel machine that every node has: commands in service, the link to the master,
 * CLUSTER INFO. A command takes a worker, is tested, arrives as `served`, and must be answered.
 */
export function regions(rules: StoreRules) {
  const { commands, info = () => ({}), ...more } = rules;
  const commandRules: CommandRules = {
    isExclusive: () => false,
    isFitToCopy: () => true,
    newsFor: () => undefined,
    ...more,
    isKnown: (_, type) => !ofHandovers.has(type) || commands.includes(type),
  };
  const facts = (context: NodeContext) => ({
    role: roleIn(context.topology, context.self),
    master: context.master,
    cluster_current_epoch: context.topology?.version ?? 0,
    ...info(context),
  });
  const told = {
    guard: isCommand('info'),
    actions: answer(({ context }) => ({ facts: facts(context) })),
  };
  return {
    commands: commandsRegion(commandRules),
    link: linkRegion,
    info: { on: { served: told } },
  } as Record<'commands' | 'link' | 'info', Loose>;
}

/** A guard: the event is about a command of that type. */
export function isCommand(type: string): (args: Loose) => boolean {
  return ({ event }) => isAbout(event, type);
}

/** The command that an event is about: one in service, or in the tag of what it asked the storage. */
export function commandOf(event: NodeEvent): Message {
  return askerOf(event as never).command;
}

/** Actions: reply OK, or what is said, to the command that the event is about, and give its worker back. */
export function answer(
  reply: (args: StoreArgs<Loose>) => {
    readonly error?: string;
    readonly value?: string | number | null;
    readonly facts?: Readonly<Record<string, unknown>>;
  } = () => ({}),
): readonly Loose[] {
  return [replying(reply as never), vacating];
}

/** Actions: reply with an error. One that begins with a word of `replies` says what it is to a client. */
export function refuse(error: string): readonly Loose[] {
  return answer(() => ({ error }));
}

/** An action: note how far the handover is. `none`, `success` and `failed`: no attempt is open. */
export function noteFailover(state: string): Loose {
  return { type: 'note', params: { subject: 'failover', value: state } };
}

/** Actions: refuse nothing, writes, or reads too, with TRYAGAIN; and note it. */
export function setGate(gate: Gate): readonly Loose[] {
  return [assign({ gate }), noteGate];
}

/** Actions: take a topology for true, note the role in it, and follow its master if there is one. */
export function adopt(topologyOf: (args: StoreArgs<Loose>) => Topology): readonly Loose[] {
  const taken = assign((args: Loose) => {
    const topology = topologyOf(args);
    return { topology, master: masterIn(topology, args.context.self), linkUp: false };
  });
  return ['stop following', taken, noteRole, 'follow the master'];
}

/**
 * An action: send a TAKEOVER or CANCEL to another node, over a connection of its own. What becomes of
 * it arrives as `told.answered` with the reply, or as `told.call-failed` with the reason, and whether
 * it had been sent.
 */
export function callNode(
  to: (args: StoreArgs<Loose>) => {
    readonly to: string;
    readonly request: Omit<Message, 'type'> & { readonly type: 'takeover' | 'cancel' };
    /** Bound on connecting and on the answer, each; 0 for none. */
    readonly timeoutMs: number;
  },
): Loose {
  return {
    type: 'start',
    params: (args: StoreArgs<Loose>) => {
      const { request, ...more } = to(args);
      const input = {
        ...more,
        password: args.context.options.requirepass,
        request: { operation: 0, attempt: 0, ...request },
      };
      return { machine: 'call', input };
    },
  };
}

/** What runs beside a node's root machine, and the ready client and operator. */
export const programs: Readonly<Record<string, Program>> = {
  feed: { machine: feed, fields: feedFields },
  replication: { machine: replication, fields: replicationFields },
  fullSync: { machine: fullSync, fields: fullSyncFields },
  call: { machine: call, fields: callFields },
  client: { machine: client, fields: clientFields },
  operator: { machine: operator, fields: operatorFields },
};

/** A protocol's `nodeInput` for such nodes: options with their defaults, knobs, and one shard. */
export function inputOf(given: {
  readonly options: object;
  readonly knobs: KnobValues;
  readonly shard: readonly string[];
}): StoreInput {
  const { release: _, ...options } = given.options as { readonly release?: string };
  return {
    options: { ...defaultOptions, ...options },
    knobs: given.knobs,
    topology: oneShard(given.shard, 1),
  };
}
