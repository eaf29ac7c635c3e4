/**
 * Mutants that survive and may: why nothing tells them from the original. An explanation is a claim
 * about the machine, made after reading it; a survivor without one is a question.
 */

interface Explanation {
  /** Why the mutant does what the original does, or what else does it. */
  readonly why: string;
  readonly ids: readonly string[];
}

/** Nothing at all is otherwise: runs are the same to the last event, which the tests try. */
const same: readonly Explanation[] = [
  {
    why: 'what is forgotten is read by nobody until the next command has replaced it',
    ids: ['verdict.idle:drop.entry.0', 'setnodes.idle:drop.entry.0'],
  },
  {
    why: 'the call has ended by itself by then, or is stopped on the way in or out',
    ids: [
      'job.asking|told.answered|0:retarget',
      'job.doubting:drop.exit.0',
      'job.doubting.questioning|told.answered|0:retarget',
      'job.doubting.resting:drop.entry.0',
      'job.taken:drop.entry.0',
      'job.closing:drop.entry.0',
    ],
  },
  {
    why: 'the state between is left at once for this one: intents and verdicts are durable',
    ids: [
      'setnodes.judging|always|1:retarget',
      'verdict.testing|always|0:retarget',
      'verdict.weighing|always|3:retarget',
      'verdict.syncing|synced|0:retarget',
      'verdict.refusing|always|0:retarget',
    ],
  },
  {
    why: 'no slot is ever marked as migrated or imported, since both sides move by the verdict',
    ids: [
      'setnodes.replacing|always|0:retarget',
      'setnodes.linking|always|0:retarget',
      'setnodes.clearing:drop.entry.0',
      'setnodes.resetting:drop.entry.0',
    ],
  },
  {
    why: 'a slave that is not attached is found unable to take over an attempt, by the next test',
    ids: ['job.sampling.asking|always|0:remove'],
  },
  {
    why: 'the ack is remembered within the microstep that leaves the state, and looked at afterwards',
    ids: [
      'job.waiting.listening|told.acked|0:retarget',
      'job.waiting.listening|told.feed-ended|0:retarget',
    ],
  },
  {
    why: 'what a state asks of the context is asked again after every step, whoever took it',
    ids: ['job.sampling.awaiting again.weighing|always|1:remove'],
  },
];

/** Only what people are told is otherwise. */
const told: readonly Explanation[] = [
  {
    why: 'words only: why an attempt fails is told to people, and nothing is decided by it',
    ids: [
      'job.sampling|told.call-failed|0:drop.0',
      'job.sampling.asking|always|0:drop.0',
      'job.waiting.looking|always|0:drop.0',
      'job.intending|told.call-failed|0:drop.0',
      'job.asking|abort the attempt|0:drop.0',
      'job.failing:drop.entry.1',
      'job.draining|abort the attempt|0:drop.0',
      'job.doubting|abort the attempt|0:drop.0',
      'job.draining|told.call-failed|0:drop.0',
      'job.waiting|told.call-failed|0:drop.0',
      'job.waiting.looking|always|1:drop.0',
    ],
  },
  {
    why: 'a note is for the record: no machine hears of it, and what it says shows elsewhere',
    ids: [
      'failover.starting|always|1:remove',
      'failover.none:drop.entry.1',
      'failover.none:drop.entry.2',
      'failover.started:drop.entry.1',
      'failover.started:drop.entry.2',
      'failover.check_slave:drop.entry.1',
      'failover.check_slave:drop.entry.2',
      'failover.pause_write:drop.entry.1',
      'failover.pause_write:drop.entry.2',
      'failover.wait_sync:drop.entry.1',
      'failover.wait_sync:drop.entry.2',
      'failover.switching:drop.entry.1',
      'failover.switching:drop.entry.2',
      'job.doubting:drop.entry.1',
      'job.doubting:drop.exit.1',
      'setnodes.resetting:drop.entry.1',
    ],
  },
  {
    why: 'the gate is the same in both states, and only people make a difference of the two',
    ids: [
      'failover|assign.started|0:remove',
      'failover|assign.started|0:retarget',
      'failover.started:drop.entry.0',
      'failover command|served|1:drop.1',
    ],
  },
];

/** Something else leads to the same end, in another way or later. */
const covered: readonly Explanation[] = [
  {
    why: 'the verdict is kept by then, so it is answered again: nobody waits for the second answer',
    ids: ['verdict.decided|always|0:retarget', 'verdict.decided|always|1:retarget'],
  },
  {
    why: 'the master asks again when no answer comes, or none that it takes, and hears the same',
    ids: ['job.asking|told.answered|1:remove'],
  },
  {
    why: 'only a push by force comes here, and nothing is claimed of what follows one',
    ids: [
      'job.intending|abort the attempt|0:drop.0',
      'job.intending|abort the attempt|0:remove',
      'job.intending|abort the attempt|0:retarget',
      'job.asking|abort the attempt|0:remove',
      'job.asking|abort the attempt|0:retarget',
      'setnodes.replacing|always|1:remove',
      'setnodes.replacing|always|1:retarget',
      'job.doubting|abort the attempt|0:remove',
      'job.doubting|abort the attempt|0:retarget',
    ],
  },
  {
    why: 'the same record is written twice, under the same guard',
    ids: ['setnodes.resetting|always|0:remove', 'setnodes.resetting|always|0:negate'],
  },
  {
    why: 'whoever hears what the call tells stops it, wherever it has gone meanwhile',
    ids: [
      'call.connecting|unopened|0:retarget',
      'call.ready|closed|0:retarget',
      'call.ready|reset|0:retarget',
      'call.asking|message.cancel-reply|0:retarget',
      'call.authenticating|message.auth-reply|0:retarget',
      'call.authenticating|closed|0:retarget',
      'call.authenticating|reset|0:retarget',
      'call.authenticating|xstate.after.the bound.call.authenticating|0:retarget',
    ],
  },
  {
    why: 'the intent of an attempt that has failed is closed a pause later',
    ids: ['job.closing.choosing|always|1:retarget'],
  },
  {
    why:
      'the lag test lets more pass: it spares clients a gate that closes in vain, and no more; the ' +
      'wait behind the gate tests the same and has a bound of its own',
    ids: [
      'job.sampling.asking|always|2:remove',
      'job.sampling.asking|always|2:negate',
      'job.sampling.asking|always|2:retarget',
      'job.sampling.awaiting|xstate.after.1000.server.job.sampling.awaiting|0:retarget',
      'job.sampling.awaiting again|xstate.after.1000.server.job.sampling.awaiting again|0:drop.0',
    ],
  },
  {
    why: 'it goes on when the ack arrives, which is no later than a poll would find it',
    ids: ['job.waiting.looking|always|3:remove', 'job.waiting.looking|always|3:retarget'],
  },
  {
    why:
      'CANCEL and TAKEOVER name the same attempt, and either is answered by the verdict that is kept ' +
      'or made: no claim says by which of them a doubt must end',
    ids: ['job.doubting:drop.entry.0'],
  },
  {
    why: 'it asks again without a pause, as often as answers are lost',
    ids: ['job.doubting.questioning|told.call-failed|0:retarget'],
  },
  {
    why: 'the bound on the answer notices it too, a second later',
    ids: [
      'call.asking|closed|0:remove',
      'call.asking|reset|0:remove',
      'call.authenticating|closed|0:remove',
      'call.authenticating|reset|0:remove',
    ],
  },
  {
    why: 'a push resets the variable in the same instant, and the next call takes the place of the one left',
    ids: ['job.calling|abort the attempt|0:retarget', 'job.draining|abort the attempt|0:retarget'],
  },
  {
    why: 'whoever says nothing for so long is gone, which breaks the call too, or acks again when it is back',
    ids: ['job.sampling.awaiting|xstate.after.1000.server.job.sampling.awaiting|0:remove'],
  },
  {
    why: 'the time is over in the end, or the feed of the same slave ends with the call and is heard',
    ids: [
      'job.waiting|told.call-failed|0:remove',
      'job.waiting.looking|always|1:remove',
      'job.waiting.listening|told.feed-ended|0:remove',
    ],
  },
  {
    why: 'a poll finds it a few milliseconds later, or the ack that is waited for does; one too many is heard by nobody',
    ids: [
      'job.waiting.polling:drop.exit.0',
      'job.waiting.polling|polled|0:retarget',
      'job.waiting.polling|told.feed-ended|0:remove',
      'job.waiting.polling|told.feed-ended|0:drop.0',
      'job.waiting.polling|clean up|0:remove',
      'job.waiting.polling|clean up|0:drop.0',
      'job.waiting.polling|xstate.after.the last look.server.job.waiting.polling|0:remove',
      'job.waiting.polling|xstate.after.the last look.server.job.waiting.polling|0:retarget',
    ],
  },
  {
    why: 'only a disk that fails comes here, and nothing is claimed under one',
    ids: [
      'job.stepping down|storageFailed|0:remove',
      'job.stepping down|storageFailed|0:retarget',
      'job.stepping down|storageFailed|0:negate',
      'job.stepping down again|xstate.after.the pause between questions.server.job.stepping down again|0:remove',
      'job.stepping down again|xstate.after.the pause between questions.server.job.stepping down again|0:retarget',
      'verdict.recording|storageFailed|0:drop.0',
      'verdict.recording|storageFailed|0:drop.1',
      'verdict.syncing|storageFailed|0:drop.1',
    ],
  },
  {
    why:
      'what was decided last is at hand only in a process that took over before; there the epoch alone ' +
      'can be wrong, and it takes over with all of the log, where it should have refused',
    ids: ['verdict.testing|always|1:retarget', 'verdict.refusing:drop.entry.0'],
  },
  {
    why: 'the tests refuse a TAKEOVER without an attempt as well, and its sender has been answered by then',
    ids: ['verdict.weighing|always|1:retarget'],
  },
  {
    why: 'it stops following, and follows the same master again',
    ids: ['setnodes.replacing|always|0:remove'],
  },
  {
    why: 'news that come twice are carried out twice, and the second time there is nothing left to do',
    ids: ['setnodes|told.announce|0:drop.1'],
  },
];

const explanations = [...same, ...told, ...covered];

const byId: ReadonlyMap<string, string> = new Map(
  explanations.flatMap(({ why, ids }) => ids.map((id) => [id, why] as const)),
);

/** Those whose runs are explained to be the original's. */
export const sameIds: readonly string[] = same.flatMap(({ ids }) => ids);

/** Every mutant that is explained. */
export const explainedIds: readonly string[] = explanations.flatMap(({ ids }) => ids);

/** Why a mutant may survive; undefined where nobody knows. */
export const explanationOf = (id: string): string | undefined => byId.get(id);
