/**
 * Nodes from the ground up: a primary appends, acknowledges, and copies to its backups; on FAILOVER it
 * says `promote` to one and follows it. It acknowledges before anybody else has a write, and nobody
 * who was away is told what came meanwhile: `switchover fuzz` has something to say about both.
 */
import {
  client,
  clientFields,
  effectActions,
  operator,
  operatorFields,
  replies,
} from 'switchover/machines';
import { assign, enqueueActions, raise, setup } from 'xstate';

const isPrimary = ({ context }) => context.primary === context.self;

/** Answers a command: the one that has come, or the one that the storage was asked for. */
const reply = (answer = () => ({})) => ({
  type: 'send',
  params: (args) => {
    const { connection, message } = args.event.tag ?? args.event;
    const { type, operation, attempt } = message;
    return {
      connection,
      message: { type: `${type}-reply`, operation, attempt, status: 'ok', ...answer(args) },
      ...(operation > 0 && { answers: { operation, epoch: args.context.epoch } }),
    };
  },
});
const refuse = (error) => reply((args) => ({ status: 'error', error: error(args) }));
const elsewhere = refuse(({ context }) => replies.moved(0, context.primary));
const asked = ({ event: { connection, message } }) => ({ connection, message });

const note = (subject, value) => ({
  type: 'note',
  params: (args) => ({ subject, value: value(args) }),
});
const noteRole = note('role', ({ context: { self, primary, epoch } }) =>
  primary === self
    ? { role: 'master', epoch, master: null }
    : { role: 'slave', epoch, master: primary },
);

const connect = enqueueActions(({ context, enqueue }) => {
  if (!isPrimary({ context })) return;
  for (const to of context.shard) {
    const isThere = context.peers.some(([name]) => name === to);
    if (to !== context.self && !isThere) enqueue({ type: 'open', params: { to, tag: to } });
  }
});

const soon = raise({ type: 'connect' }, { id: 'connect', delay: 100 });

const copy = enqueueActions(({ context, event, enqueue }) => {
  const { self: from, epoch, peers } = context;
  const message = { type: 'copy', from, epoch, batch: event.tag.batch };
  for (const [, connection] of peers) {
    enqueue({ type: 'send', params: { connection, message } });
  }
});

const lost = {
  actions: [
    assign({
      peers: ({ context, event }) => context.peers.filter(([, id]) => id !== event.connection),
    }),
    soon,
  ],
};

const write = [
  {
    guard: isPrimary,
    actions: {
      type: 'append',
      params: (args) => {
        const { type, key, value, numbers = 1, operation } = args.event.message;
        const kind = type === 'append' ? 'append' : 'put';
        const batch = { count: numbers, operation, writes: [{ kind, key, value }] };
        return { batch, tag: { ...asked(args), batch } };
      },
    },
  },
  { actions: elsewhere },
];

const mayHandOver = ({ context, event }) =>
  isPrimary({ context }) && context.peers.some(([name]) => name === event.message.target);

const member = setup({ actions: effectActions }).createMachine({
  id: 'member',
  context: ({ input: { self, input } }) => ({
    self,
    shard: input.shard,
    primary: input.shard[0],
    epoch: 1,
    peers: [],
  }),
  initial: 'primary or backup',
  states: { 'primary or backup': {} },
  entry: [noteRole, connect],
  on: {
    opened: {
      actions: assign({
        peers: ({ context, event }) => [...context.peers, [event.tag, event.connection]],
      }),
    },
    unopened: { actions: soon },
    connect: { actions: connect },
    closed: lost,
    reset: lost,
    'message.set': write,
    'message.append': write,
    'message.get': [
      {
        guard: isPrimary,
        actions: {
          type: 'readKey',
          params: (args) => ({ key: args.event.message.key, tag: asked(args) }),
        },
      },
      { actions: elsewhere },
    ],
    appended: { guard: ({ event }) => event.tag?.batch !== undefined, actions: [reply(), copy] },
    value: { actions: reply(({ event }) => ({ value: event.value })) },
    'message.auth': { actions: reply() },
    'message.readonly': { actions: reply() },
    'message.wait': { actions: reply(() => ({ value: 0 })) },
    'message.info': {
      actions: reply((args) => ({ facts: { role: isPrimary(args) ? 'master' : 'slave' } })),
    },
    'message.setnodes': { actions: refuse(() => replies.unknownCommand) },
    'message.failover': [
      {
        guard: mayHandOver,
        actions: [
          reply(),
          note('failover', () => 'started'),
          {
            type: 'send',
            params: ({ context, event }) => ({
              connection: context.peers.find(([name]) => name === event.message.target)[1],
              message: { type: 'promote', epoch: context.epoch + 1 },
            }),
          },
          assign({
            primary: ({ event }) => event.message.target,
            epoch: ({ context }) => context.epoch + 1,
          }),
          noteRole,
          note('failover', () => 'success'),
        ],
      },
      { actions: refuse(() => 'ERR not now') },
    ],
    'message.promote': {
      actions: [
        assign({
          primary: ({ context }) => context.self,
          epoch: ({ event }) => event.message.epoch,
        }),
        noteRole,
        connect,
      ],
    },
    'message.copy': {
      guard: ({ context, event }) => event.message.epoch >= context.epoch,
      actions: [
        assign({
          primary: ({ event }) => event.message.from,
          epoch: ({ event }) => event.message.epoch,
        }),
        {
          type: 'append',
          params: ({ event }) => ({ batch: event.message.batch }),
        },
      ],
    },
  },
});

const under = ['crash', 'pause', 'partition', 'reset', 'link'];

export default {
  name: 'ground-up',
  summary: 'a primary that acknowledges first and copies afterwards',
  programs: {
    member: { machine: member },
    client: { machine: client, fields: clientFields },
    operator: { machine: operator, fields: operatorFields },
  },
  roots: { node: 'member' },
  nodeInput: ({ shard }) => ({ shard }),
  fencedEpochs: () => true,
  claims: [{ checker: 'lost-write', text: 'no acknowledged write is lost', under }],
};
