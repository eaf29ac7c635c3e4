/**
 * Go tests that race: their assertions hold or not by when S acknowledges, which they do not control.
 *
 * Sources, apache/kvrocks: `ReplicationThread::sendReplConfAck` sends at most one ack in a second of
 * the wall clock, and `FeedSlaveThread::checkLivenessIfNeed` pings after 1000 idle polls of 2 ms, which
 * is when the rest is acknowledged (src/cluster/replication.cc at 0577bc4d). In between the master of
 * the proposal knows nothing of what S has: `ClusterFailover::checkSlaveLag` reads two offsets, finds a
 * lag and no speed, and fails (src/cluster/cluster_failover.cc at 0dbbc192). #3244 is about these acks.
 */
import type { ScenarioInput } from '../../scenario.js';
import { because, ends } from './assertions.js';
import type { Race } from './proposal-case.js';

/** One way takes 2 ms, so that every write is a read of its own at S; seconds begin when told. */
const apart = (wallOffsetUs: number): Partial<ScenarioInput> => ({
  network: { latencyUs: [2000] },
  cluster: { slaves: 1, nodes: { clock: { wallOffsetUs } } },
});

/** The default timeout samples for 500 ms, and the ping may be 2 s away. */
export const unacknowledged: Race = {
  lostWhen:
    'the two writes reach S in two reads within a second: S acknowledges the first one at once and ' +
    'the other at the next ping, and meanwhile M finds a slave that lags and does not move',
  asserts: [
    ends('the end', 'failed'),
    because('the end', 'Slave lag check failed: Slave is not replicating (lag: 1)'),
  ],
  losing: apart(0),
};

/** Writes are meant to leave S a lag, but S may have acknowledged them all. */
export const acknowledged = (name: string, wallOffsetUs: number): Race => ({
  lostWhen:
    'the last of the writes is the first to reach S in its second: S acknowledges it at once, and M ' +
    'finds no lag',
  asserts: [ends(name, 'success')],
  losing: apart(wallOffsetUs),
});
