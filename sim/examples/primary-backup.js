/** A primary hands over: it refuses commands, asks a backup until that says yes, and follows it. */
import { ask, begin, end, handedOver, pass, seen, store } from 'switchover/machines';
import { assign, setup } from 'xstate';

const nextEpoch = ({ topology }) => topology.version + 1;

const mayHandOver = ({ context: { master, slaves }, event }) =>
  store.isCommand('failover')({ event }) &&
  master === null &&
  slaves.some(({ address, feed }) => address === event.command.target && feed === 'running');

const mayTakeOver = ({ context: { topology, master, knobs }, event }) => {
  if (!store.isCommand('takeover')({ event })) return false;
  const { epoch, offset } = event.command;
  if (master === null) return epoch === topology.version; // asked again: the answer was lost
  return epoch > topology.version && (!knobs.caughtUp || event.view.applied >= offset);
};

const takeOver = store.adopt(({ context: { topology, self }, event }) =>
  handedOver(topology, self, event.command.epoch),
);

const stepDown = store.adopt(({ context }) =>
  handedOver(context.topology, context.target, nextEpoch(context)),
);

const askTheBackup = store.callNode(({ context, event }) => ({
  to: context.target,
  timeoutMs: 500,
  request: { type: 'takeover', epoch: nextEpoch(context), offset: event.view.applied },
}));

const server = setup({ actions: store.actions, guards: store.guards }).createMachine({
  id: 'server',
  context: ({ input }) => store.contextOf(input, { target: '' }),
  type: 'parallel',
  entry: store.entry,
  states: {
    ...store.regions({ commands: ['failover', 'takeover'] }),
    handover: {
      initial: 'resting',
      on: {
        served: [
          { guard: mayTakeOver, actions: [...takeOver, ...store.answer()] },
          { guard: store.isCommand('takeover'), actions: store.refuse('ERR not yet') },
          { guard: store.isCommand('failover'), actions: store.refuse('ERR not now') },
        ],
      },
      states: {
        resting: {
          on: {
            served: {
              guard: mayHandOver,
              target: 'draining',
              actions: [
                assign({ target: ({ event }) => event.command.target }),
                store.noteFailover('started'),
                ...store.setGate('all'),
                ...store.answer(),
              ],
            },
          },
        },
        draining: {
          entry: { type: 'drain', params: { tag: 'handover' } },
          on: { drained: { target: 'asking', actions: store.noteFailover('switching') } },
        },
        asking: {
          entry: askTheBackup,
          on: {
            'told.call-failed': 'waiting',
            'told.answered': [
              { guard: ({ event }) => event.message.reply.status === 'error', target: 'waiting' },
              {
                target: 'resting',
                actions: [...stepDown, ...store.setGate('open'), store.noteFailover('success')],
              },
            ],
          },
        },
        waiting: { after: { 20: 'asking' } },
      },
    },
  },
});

const holding = (node, other) => ({
  write: { [node]: 'OK', [other]: `MOVED ${node}` },
  read: { [node]: 'OK', [other]: `MOVED ${node}` },
});

// What a person sees of it: the paths of this chart are driven against the machine above.
const operatorsView = setup({}).createMachine({
  id: 'view',
  initial: 'serving',
  states: {
    serving: {
      ...seen(holding('n1', 'n2')),
      on: { 'hand over': 'handed over', 'hand over to a backup that lags': 'waiting' },
    },
    waiting: {
      ...seen({ write: { n1: 'TRYAGAIN', n2: 'MOVED n1' }, read: { n1: 'TRYAGAIN' } }),
      on: { 'the backup catches up': 'handed over' },
    },
    'handed over': seen(holding('n2', 'n1')),
  },
});

const handOver = ask({ type: 'failover', node: 'n1', target: 'n2' }, 'OK');

const view = {
  name: 'view',
  about: 'a handover, as its operator sees it',
  machine: operatorsView,
  deeds: {
    'hand over': [handOver],
    'hand over to a backup that lags': [
      begin('lag', { kind: 'link', from: 'n1', to: 'n2', type: 'fed', verdict: { kind: 'hold' } }),
      ask({ type: 'set', node: 'n1', key: 'k', value: 'written' }, 'OK'),
      pass(50),
      handOver,
    ],
    'the backup catches up': [
      end('lag'),
      pass(100),
      ask({ type: 'get', node: 'n2', key: 'k' }, 'OK "written"'),
    ],
  },
};

const caughtUp = {
  default: true,
  unit: 'on/off',
  meaning: 'a backup that lacks something refuses to take over',
  safeguard: true,
};
const under = ['pause', 'partition', 'reset', 'link', 'drift', 'step'];

export default {
  name: 'primary-backup',
  summary: 'the backup takes over when it has all that its primary has written',
  knobs: { caughtUp },
  programs: { ...store.programs, server: { machine: server, fields: store.fields } },
  claims: [
    { checker: 'lost-write', text: 'no acknowledged write is lost', under },
    { checker: 'linearizable', text: 'histories are linearizable per key', under },
    { checker: 'single-writer', text: 'one node at a time acknowledges writes', under },
    { checker: 'convergence', text: 'the backups come to hold what the primary holds', under },
    { checker: 'liveness', text: 'after healing there is one primary, and it serves', under },
  ],
  models: [view],
};
