/**
 * The write gate and the ownership of slots as clients see them over a whole life: open, closed to
 * writes, closed to reads too, moved to the slave, moved back; and what a pushed topology, a restart or
 * silence does to each.
 *
 * Sources: kvrocks-graceful-failover.md, 7 to 9; kvrocks-replication.md, 7; graceful.md, The attempt
 * (SETNODES, restart) and Safeguards (`roleGuard`, `topologyFence`).
 *
 * Pushes go to every node where they are to be accepted, so that all epochs stay alike: what a slave
 * of another epoch says to TAKEOVER is told by the model `takeover`.
 */
import { assign, setup } from 'xstate';
import {
  ask,
  begin,
  end,
  type Observation,
  pass,
  seen,
  stays,
  type TestModel,
} from '../../test-model.js';
import { oldOnesPushed, otherRolesPushed } from './pushes.js';
import {
  attempt,
  attemptBack,
  attemptOver,
  bareTakeover,
  breaks,
  comesBack,
  crash,
  diskEnds,
  failover,
  holdMessage,
  letGo,
  loseMessage,
  outcome,
  push,
  pushEverywhere,
  readOnlyReads,
  restart,
  sameRoles,
  shard,
  silenceEnds,
  stall,
  timeoutMs,
  untilTakeover,
} from './shard.js';

/** Writes and reads alike, node after node. */
const answers = (...all: readonly (readonly [node: string, answer: string])[]) => ({
  write: Object.fromEntries(all),
  read: Object.fromEntries(all),
});

const slavesOfFirst = [
  ['n2', 'MOVED n1'],
  ['n3', 'MOVED n1'],
] as const;
const serving = answers(['n1', 'OK'], ...slavesOfFirst);
const closed = answers(['n1', 'TRYAGAIN'], ...slavesOfFirst);
const writesClosed = { ...closed, read: serving.read };
const over = answers(['n1', 'MOVED n2'], ['n2', 'OK'], ['n3', 'MOVED n2']);

const master = (state: string, more: Readonly<Record<string, string>> = {}) => ({
  info: { n1: { role: 'master', cluster_failover_state: state, ...more } },
});
const silent = (state: string): Observation => ({
  info: { n1: 'no answer', n2: { role: state } },
  ...answers(['n1', 'no answer'], ...slavesOfFirst),
});
const movedInfo = {
  n1: { role: 'slave', master: 'n2' },
  n2: { role: 'master' },
  n3: { master: 'n2' },
} as const;

interface Context {
  /** Topologies of the same roles that were pushed and accepted. */
  pushed: number;
}

const model = setup({
  types: { context: {} as Context },
  actions: { 'count the push': assign({ pushed: ({ context }) => context.pushed + 1 }) },
  guards: { 'none was pushed': ({ context }) => context.pushed === 0 },
});

/** A push that is accepted, once: it ends what the gate was closed for. */
const accepted = <Target extends string>(target: Target) =>
  ({ guard: 'none was pushed', target, actions: 'count the push' }) as const;

/** What changes nothing before the intent. */
const unmoved = {
  'old topologies are pushed': stays,
  'another master is pushed': stays,
  'READONLY reads at the slaves': stays,
} as const;

/** What changes nothing from the intent on. */
const shut = {
  'topologies are pushed in doubt': stays,
  'READONLY reads while all is refused': stays,
} as const;

const chart = model.createMachine({
  id: 'gate',
  context: { pushed: 0 },
  initial: 'at first',
  states: {
    'at first': {
      ...seen({ ...master('none'), ...serving }),
      on: {
        'slaves serve no stale data': 'strict',
        'the same roles are pushed': accepted('serving'),
        'n1 restarts': 'serving',
        'n1 crashes': 'down',
        FAILOVER: 'moved',
      },
    },
    strict: {
      ...seen({ ...master('none'), ...serving }),
      on: { 'READONLY reads at the slaves': stays, 'n1 crashes': 'strict, n1 down' },
    },
    'strict, n1 down': {
      ...seen(silent('slave')),
      on: { 'READONLY reads of what may be stale': stays, 'n1 comes back': 'strict' },
    },
    serving: {
      ...seen({ ...master('none'), ...serving }),
      on: {
        ...unmoved,
        'the same roles are pushed': accepted('serving'),
        'n1 restarts': stays,
        'n1 crashes': 'down',
        'n1 stands still': 'standing still',
        FAILOVER: 'moved',
        'FAILOVER over a write on its way, and the slave is silent': 'writes refused',
        'FAILOVER, and TAKEOVER is lost, each time': 'in doubt',
        'FAILOVER, and the answer is on the way': 'taken unknown',
      },
    },
    down: {
      ...seen(silent('slave')),
      on: { 'READONLY reads at the slaves': stays, 'n1 comes back': 'serving' },
    },
    'standing still': {
      ...seen(silent('slave')),
      on: { 'READONLY reads at the slaves': stays, 'n1 goes on': 'serving' },
    },
    'writes refused': {
      ...seen({ ...master('wait_sync'), ...writesClosed }),
      on: {
        ...unmoved,
        'the same roles are pushed': accepted('given up'),
        'the slave speaks': 'moved',
        'the slave speaks and the disk of the master hangs': 'intending',
        'the slave speaks and TAKEOVER is lost, each time': 'in doubt',
        'no word of the slave': 'failed',
        'the connection breaks': 'failed',
        'n1 restarts': 'serving',
        'n1 crashes': 'down',
      },
    },
    intending: {
      ...seen({ ...master('switching'), ...closed }),
      on: {
        ...shut,
        'the disk goes on': 'moved',
        'the disk fails': 'failed',
        // The intent was not durable, and nothing was sent.
        'n1 restarts': 'serving',
        'n1 crashes': 'down',
      },
    },
    'in doubt': {
      ...seen({ ...master('switching'), ...closed }),
      on: {
        ...shut,
        'TAKEOVER gets through': 'moved',
        'the doubt lasts': 'failed',
        'the same roles are forced': accepted('serving'),
        'n1 restarts': stays,
        'n1 crashes': 'down in doubt',
      },
    },
    'down in doubt': {
      ...seen(silent('slave')),
      on: {
        'n1 comes back, and TAKEOVER is lost, each time': 'in doubt',
        'n1 comes back': 'moved',
      },
    },
    'taken unknown': {
      ...seen({
        info: { ...master('switching').info, n2: movedInfo.n2 },
        ...answers(['n1', 'TRYAGAIN'], ['n2', 'OK'], ['n3', 'MOVED n1']),
      }),
      on: {
        'topologies are pushed in doubt': stays,
        'the answer arrives': 'moved',
        'the answer arrives, and n1 restarts when it is written': 'moved',
        'n1 restarts': 'moved',
      },
    },
    'given up': {
      ...seen({ ...master('none', { failover_reason: 'a new topology came' }), ...serving }),
      on: { ...unmoved, FAILOVER: 'moved' },
    },
    failed: {
      ...seen({ ...master('failed'), ...serving }),
      on: {
        ...unmoved,
        'the same roles are pushed': accepted('serving'),
        FAILOVER: 'moved',
        'n1 restarts': 'serving',
      },
    },
    moved: {
      ...seen({ info: movedInfo, ...over }),
      on: {
        'old topologies are pushed after the move': stays,
        'another master is pushed after the move': stays,
        'the roles after the move are pushed': accepted('moved'),
        'READONLY reads at the new slaves': stays,
        'n1 restarts': stays,
        'n2 restarts': stays,
        'n1 crashes': 'moved, n1 down',
        'n2 crashes': 'moved, n2 down',
        'FAILOVER back': 'moved back',
      },
    },
    'moved, n1 down': {
      ...seen({
        info: { ...movedInfo, n1: 'no answer' },
        ...answers(['n1', 'no answer'], ['n2', 'OK'], ['n3', 'MOVED n2']),
      }),
      on: { 'n1 comes back': 'moved' },
    },
    'moved, n2 down': {
      ...seen({
        info: { ...movedInfo, n2: 'no answer' },
        ...answers(['n1', 'MOVED n2'], ['n2', 'no answer'], ['n3', 'MOVED n2']),
      }),
      on: { 'READONLY reads at the new slaves': stays, 'n2 comes back': 'moved' },
    },
    'moved back': {
      ...seen({
        info: {
          n1: { role: 'master', cluster_failover_state: 'none' },
          n2: { role: 'slave', master: 'n1' },
          n3: { master: 'n1' },
        },
        ...serving,
      }),
      on: {
        'old topologies are pushed after the move back': stays,
        'another master is pushed after the move back': stays,
        'READONLY reads at the slaves': stays,
        'n1 restarts': stays,
      },
    },
  },
});

const inDoubt = 'ERR Failover is in doubt';

/** How long the master's disk takes to write a record, and how much longer when it is slow. */
const persistUs = 1000;
const times = 100;

/** With a password nobody would get in: AUTH, too, is refused while the link is down. */
const strict = { slaveServeStaleData: false, requirepass: '' };

export const gate: TestModel = {
  name: 'gate',
  about:
    'the write gate and the ownership of slots as clients see them, from one master to another',
  scenario: { cluster: { ...shard.cluster, each: { n1: { diskUs: { persist: [persistUs] } } } } },
  // Long enough for whatever a path does in doubt.
  knobs: { cancelAfterMs: 60_000 },
  machine: chart,
  deeds: {
    'slaves serve no stale data': [
      {
        do: 'given',
        cluster: {
          each: { n2: strict, n3: strict },
        },
      },
    ],
    'READONLY reads at the slaves': readOnlyReads(['n2', 'n3'], 'OK'),
    'READONLY reads of what may be stale': [
      // READONLY itself is refused while the link is down, so the read is one of any connection.
      ...readOnlyReads(['n2', 'n3'], 'MOVED n1'),
      bareTakeover('MASTERDOWN'),
    ],
    'READONLY reads while all is refused': [
      ...readOnlyReads(['n1'], 'TRYAGAIN'),
      ...readOnlyReads(['n2', 'n3'], 'OK'),
    ],
    'READONLY reads at the new slaves': readOnlyReads(['n1', 'n3'], 'OK'),

    'old topologies are pushed': ({ pushed }: Context) =>
      oldOnesPushed(1 + pushed, sameRoles, outcome),
    'another master is pushed': ({ pushed }: Context) =>
      otherRolesPushed('n1', 'n2', outcome(2 + pushed)),
    'the same roles are pushed': ({ pushed }: Context) => [
      ...pushEverywhere(sameRoles(2 + pushed), 'OK'),
      pass(50),
    ],
    'the same roles are forced': ({ pushed }: Context) => [
      ...pushEverywhere(sameRoles(2 + pushed), 'OK', { force: true }),
      pass(50),
    ],
    'topologies are pushed in doubt': ({ pushed }: Context) =>
      [sameRoles(pushed), sameRoles(1 + pushed), sameRoles(2 + pushed), outcome(2 + pushed)].map(
        (topology) => push('n1', topology, inDoubt),
      ),
    'old topologies are pushed after the move': ({ pushed }: Context) =>
      oldOnesPushed(2 + pushed, outcome, sameRoles),
    'another master is pushed after the move': ({ pushed }: Context) =>
      otherRolesPushed('n2', 'n1', sameRoles(3 + pushed)),
    'the roles after the move are pushed': ({ pushed }: Context) => [
      ...pushEverywhere(outcome(3 + pushed), 'OK'),
      pass(50),
    ],
    'old topologies are pushed after the move back': ({ pushed }: Context) =>
      oldOnesPushed(3 + pushed, sameRoles, outcome),
    'another master is pushed after the move back': ({ pushed }: Context) =>
      otherRolesPushed('n1', 'n2', outcome(4 + pushed)),

    'n1 restarts': restart('n1'),
    'n2 restarts': restart('n2'),
    'n1 crashes': [crash('n1'), pass(10)],
    'n2 crashes': [crash('n2'), pass(10)],
    'n1 comes back': comesBack('n1'),
    'n2 comes back': comesBack('n2'),
    'n1 comes back, and TAKEOVER is lost, each time': [
      loseMessage('n1', 'n2', 'takeover'),
      ...comesBack('n1'),
    ],
    'n1 stands still': [begin('pause', { kind: 'pause', node: 'n1' })],
    'n1 goes on': [end('pause'), pass(50)],

    FAILOVER: attempt,
    'FAILOVER back': attemptBack,
    'FAILOVER over a write on its way, and the slave is silent': attemptOver(
      ask({ type: 'set', node: 'n1', key: 'slow', value: 'slow', patienceMs: 5000 }, 'OK'),
      // The gate is closed, and the write that came before is not yet done.
      ask({ type: 'set', node: 'n1', key: 'slow', value: 'late' }, 'TRYAGAIN'),
      ask({ type: 'get', node: 'n1', key: 'slow' }, 'OK'),
    ),
    'FAILOVER, and TAKEOVER is lost, each time': [
      loseMessage('n1', 'n2', 'takeover'),
      failover('OK'),
      untilTakeover,
    ],
    'FAILOVER, and the answer is on the way': [
      holdMessage('n2', 'n1', 'takeover-reply'),
      failover('OK'),
      untilTakeover,
    ],
    'the slave speaks': [silenceEnds],
    'the slave speaks and the disk of the master hangs': [stall('n1'), silenceEnds],
    'the slave speaks and TAKEOVER is lost, each time': [
      loseMessage('n1', 'n2', 'takeover'),
      silenceEnds,
      pass(50),
    ],
    'no word of the slave': [pass(timeoutMs), silenceEnds],
    // Until the slave is attached again.
    'the connection breaks': [breaks, pass(1500)],
    'the disk goes on': [diskEnds],
    'the disk fails': [
      begin('failing', { kind: 'disk', node: 'n1', mode: 'failing' }),
      diskEnds,
      pass(20),
      end('failing'),
    ],
    'TAKEOVER gets through': [letGo('lost takeover')],
    'the doubt lasts': [pass(60_500)],
    'the answer arrives': [letGo('takeover-reply')],
    'the answer arrives, and n1 restarts when it is written': [
      begin('slow', { kind: 'disk', node: 'n1', mode: 'slow', factor: [times, 1] }),
      letGo('takeover-reply'),
      // The old master is a slave in its record, and nothing more is written.
      pass((persistUs / 1000) * times * 1.5),
      ...restart('n1'),
    ],
  },
};
