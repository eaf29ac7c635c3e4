/** The two protocols that these machines are: the proposal, and the proposal with safeguards. */

import { defaultOptions } from '../kvrocks/context.js';
import { programs as besideServer } from '../kvrocks/store.js';
import { oneShard } from '../kvrocks/topology.js';
import type { Claim, Protocol } from '../protocol.js';

import { serverFields } from './context.js';
import { gracefulKnobs, knobs, proposalKnobs } from './knobs.js';
import { coordinator } from './models/coordinator.js';
import { gate } from './models/gate.js';
import { session } from './models/session.js';
import { takeover } from './models/takeover.js';
import { server } from './server.js';

const programs: Protocol['programs'] = {
  server: { machine: server, fields: serverFields },
  ...besideServer,
};

const roots = { node: 'server', client: 'client', operator: 'operator' };

const releases = {
  own: 'what the protocol is',
  pr3295: 'Kvrocks with PR #3295 as proposed: the bare TAKEOVER, no safeguard',
  upstream: 'Kvrocks without the PR: neither FAILOVER nor TAKEOVER',
};

const nodeInput: Protocol['nodeInput'] = ({ options, knobs: values, shard }) => {
  const { release = 'own', ...given } = options;
  return {
    options: { ...defaultOptions, ...given },
    knobs: release === 'own' ? values : proposalKnobs,
    patched: release !== 'upstream',
    topology: oneShard(shard, 1),
  };
};

/** States of the job before its intent, and after its end. */
const beforeIntent = new Set([
  ...['idle', 'looking up', 'calling', 'failing', 'starting'],
  ...['sampling', 'draining', 'waiting'],
]);

function isSwitching({ job, verdict }: Readonly<Record<string, unknown>>): boolean {
  const state = typeof job === 'string' ? job : Object.keys(job as object)[0]!;
  return verdict !== 'idle' || !beforeIntent.has(state);
}

const claimedUnder = ['pause', 'crash', 'partition', 'reset', 'link', 'drift', 'step'];

const claims: readonly Claim[] = [
  {
    checker: 'lost-write',
    text: 'no acknowledged write is lost',
    under: [...claimedUnder, 'powerLoss with a synced log'],
  },
  {
    checker: 'linearizable',
    text: 'histories are linearizable per key',
    under: [...claimedUnder, 'powerLoss with a synced log'],
  },
  {
    checker: 'single-writer',
    text: 'at most one node acknowledges writes in an epoch, and never two at once',
    under: [...claimedUnder, 'powerLoss with a synced log'],
  },
  {
    checker: 'convergence',
    text: 'after healing all slaves converge, where pushes carried nothing but the outcome',
    under: claimedUnder,
  },
  {
    checker: 'liveness',
    text: 'within 300 s of healing there is one writable master and every gate is open',
    under: claimedUnder,
  },
  {
    checker: 'attempts',
    text:
      'every attempt was asked for, and ends within its timeout and 10 s while both sides can be ' +
      'reached; where nothing fails it is accepted and succeeds, its gate closed within the bound',
    under: claimedUnder,
  },
  {
    checker: 'durability',
    text: 'a slave that took over keeps what it had then, however its log is synced',
    under: [...claimedUnder, 'powerLoss'],
  },
  {
    checker: 'slave-reads',
    text: 'a read at a slave returns what was written, however late it is',
    under: claimedUnder,
  },
];

export const graceful: Protocol = {
  name: 'graceful',
  summary: 'the graceful failover of Kvrocks PR #3295 with safeguards',
  source: 'Switchover; keeps what the proposal shows its users',
  knobs,
  values: gracefulKnobs,
  programs,
  roots,
  switching: ['server.job', 'server.verdict'],
  isSwitching,
  releases,
  claims,
  assumptions: [
    'one shard; node ids and addresses are node names',
    'the disk does what it says: a completed persist survives',
    'TCP keepalive is on: without it a half-open replication link is never noticed',
    'a node that has lost its disk comes back under a new id',
    'no keyless writers, MULTI, Lua, slot migration or import yet',
  ],
  models: [coordinator, gate, takeover, session],
  fencedEpochs: (values) => values['promote'] === true,
  nodeInput,
};

export const kvrocksPr3295: Protocol = {
  ...graceful,
  name: 'kvrocks-pr3295',
  summary: 'the graceful failover proposed for Apache Kvrocks, as its reference describes it',
  source: 'Apache Kvrocks PR #3295 (commits d16f56e5, 0dbbc192, 1f154144)',
  values: proposalKnobs,
  // The proposal makes no formal claim; what a run finds is reported and not claimed.
  claims: [],
};
