/**
 * The failover job of the master: what drives an attempt, apart from the variable that it assigns.
 *
 * Sources: kvrocks-graceful-failover.md, 4.1 to 4.5; graceful.md, The attempt.
 *
 * | state | rule | source |
 * | --- | --- | --- |
 * | idle | the trigger is taken only when no job runs | 4.1 |
 * | looking up | the target's address, kept by the job: a later FAILOVER moves it no more | 4.2, 1 |
 * | calling | connection and AUTH before anything else (`preconnect`) | graceful.md, check_slave |
 * | sampling | offset, sleep max(100, min(3000, timeout/2)), offset; lag test | 4.3 |
 * | sampling | an ack is measured by what there was when it was asked for (`forcedAck`) | graceful.md, Claims |
 * | draining | wait until every admitted write has committed (`barrier`) | graceful.md, pause_write |
 * | waiting | 10 ms poll or at the ack; time tested first; counted from the pause | 4.4 |
 * | intending | the intent is durable before TAKEOVER is sent (`persistence`); a connection that \
 *   breaks meanwhile is an abort | graceful.md, intent |
 * | asking | connect, AUTH, TAKEOVER, one line | 4.5 |
 * | doubting | ask again until the answer is definite (`inDoubt`) | graceful.md, in_doubt |
 * | cutting | the log ends at the target, or is made to (`demote`) | graceful.md, taken |
 * | marking | slots marked as migrated under the exclusive guard (without `demote`) | 4.2, 7 |
 * | stepping down | role, epoch and closed intent in one record (`demote`) | graceful.md, taken |
 * | any | accepted SETNODES ends the attempt: before the intent, or forced | graceful.md, SETNODES |
 *
 * Assumed: the job's times are the monotonic clock's; the source reads the wall clock.
 */
import { asking, doubting, settling } from './after-intent.js';
import { beforeIntent, countBarrier } from './before-intent.js';
import { server } from './setup.js';

export const job = server.createStateConfig({
  initial: 'starting',
  // The answer to the barrier of an attempt that has ended since.
  on: { drained: { guard: 'it is a barrier', actions: countBarrier(-1) } },
  states: {
    starting: {
      // A restart with an open intent: the slave may have taken over, so it is asked. Not in the
      // initial step itself: its event has no view.
      always: { guard: 'no intent is open', target: 'idle' },
      after: { 0: 'doubting' },
    },
    idle: { always: { guard: 'a job is due', target: 'looking up' } },
    ...beforeIntent,
    ...asking,
    ...doubting,
    ...settling,
  },
} as never);
