/**
 * What nothing ever takes of the shipped machines, and why: one by one, by which invariant. An
 * explanation is a claim, and a run that takes the thing refutes it.
 */
import { graceful } from '../../machines/kvrocks-handover/index.js';
import type { Protocol } from '../../machines/protocol.js';

/** One reason, and the things that it is given for, by their names (`Covered`). */
export interface Explanation {
  readonly why: string;
  readonly things: readonly string[];
}

/** `taken`, of the transitions of one descriptor with these indices. */
const untaken = (place: string, ...indices: number[]) =>
  indices.map((index) => `${place}|${index} taken`);

const ofServer: readonly Explanation[] = [
  {
    why:
      'the state is left in the step that enters it, for the next one or for the end of the attempt; ' +
      'a push that aborts is another step',
    things: ['server.job.looking up|abort the attempt|0 taken'],
  },
  {
    why: 'nothing else cuts a log: the answer has the tag of the only one who asks',
    things: ['server.job.cutting|truncated|0 failed'],
  },
  {
    why:
      'kept from the source, where an empty name stands for no master; here that is null, which the ' +
      'candidates before it take, and a name has at least one letter',
    things: ['server.verdict.weighing|always|5 taken'],
  },
  {
    why: 'no other part of the root asks for a sync: the replication thread is told of its own',
    things: ['server.verdict.syncing|synced|0 failed'],
  },
  {
    why: 'R3: SETNODES has the exclusive guard until it answers, so no command appends beside its clean-up',
    things: ['server.setnodes.clearing|appended|0 failed'],
  },
  {
    why:
      'the file is written without `persistence` alone, and then neither an intent, nor a role, nor a ' +
      'verdict is',
    things: ['server.setnodes.writing the file|persisted|0 failed'],
  },
];

const ofReplication: readonly Explanation[] = [
  {
    why: 'news comes with the answer to REPLCONF; AUTH and _db_name share its three ways on',
    things: [
      'replication.handshake.auth|message.auth-reply|1 taken',
      'replication.handshake.db name|message._db_name-reply|1 taken',
    ],
  },
  {
    why:
      'the thread reads nothing while it is in the storage, so the end of the stream waits in its ' +
      'kernel until it reads on; a reset alone is told at once',
    things: ['replication.following.applying|closed|0 taken'],
  },
  {
    why: '_fetch_file is answered by an error or by the files themselves, which are another message',
    things: ['fullSync.fetching files|message._fetch_file-reply|1 failed'],
  },
];

const ownConnection = (state: string, ...events: string[]) =>
  events.map((event) => `client.busy.${state}|${event} failed`);

const ofClients: readonly Explanation[] = [
  {
    why:
      'a client hangs up before it opens another connection, and of one that it has closed nothing is ' +
      'read; what was told before that is heard before the next one is open',
    things: [
      'client|closed|0 failed',
      ...ownConnection('authenticating', 'message.auth-reply|1', 'closed|0', 'reset|0'),
      ...ownConnection('going read-only', 'message.readonly-reply|1', 'closed|0', 'reset|0'),
      ...ownConnection('asking', 'closed|0', 'reset|0'),
      ...ownConnection('waiting for slaves', 'closed|0', 'reset|0'),
    ],
  },
  {
    why:
      'one command at a time, and an attempt that gets no answer takes its connection along: no reply ' +
      'is of another operation or attempt',
    things: ownConnection(
      'asking',
      ...['set', 'append', 'get'].map((one) => `message.${one}-reply|2`),
    ),
  },
  {
    why: 'only a write is followed by WAIT',
    things: untaken('client.busy.asking|message.get-reply', 0),
  },
];

const ways = ['closed', 'reset'] as const;
const noAnswer = (state: string) => [
  ...ways.map((way) => `operator.${state}|${way}`),
  `operator.${state}|xstate.after.its patience.operator.${state}`,
];
const unanswered = (state: string, ...indices: number[]) =>
  noAnswer(state).flatMap((place) => untaken(place, ...indices));
const replies = (type: string, ...indices: number[]) =>
  untaken(`operator.asking|message.${type}-reply`, ...indices);

const ofOperators: readonly Explanation[] = [
  {
    why:
      'what was sent and had no effect is a read, which goes to one node over one connection: it is ' +
      'not sent before that is open',
    things: [...untaken('operator.connecting|unopened', 3), ...unanswered('authenticating', 3)],
  },
  {
    why: 'only a read asks for READONLY: it awaits nothing, goes to one node, and is not sent yet',
    things: unanswered('going read-only', 0, 1, 2, 3),
  },
  {
    why: 'the state is entered by sending the command',
    things: [...unanswered('asking', 4), ...noAnswer('asking').map((place) => `${place}|3 failed`)],
  },
  {
    why: 'who awaits the end of a failover asks for INFO and nothing else',
    things: ['failover', 'setnodes', 'set', 'append', 'get', 'takeover'].flatMap((type) =>
      replies(type, 0, 1),
    ),
  },
  {
    why: 'only a push goes to more than one node',
    things: ['failover', 'info', 'set', 'append', 'get', 'takeover'].flatMap((type) =>
      replies(type, 2),
    ),
  },
  {
    why: 'only a write may have been done in spite of its error',
    things: ['failover', 'setnodes', 'info', 'get', 'takeover'].flatMap((type) => replies(type, 3)),
  },
];

const explanations: readonly Explanation[] = [
  ...ofServer,
  ...ofReplication,
  ...ofClients,
  ...ofOperators,
];

/** What is explained of a protocol's machines: of those that come with Switchover, by identity. */
export function explanationsOf({ programs }: Pick<Protocol, 'programs'>): readonly Explanation[] {
  return programs === graceful.programs ? explanations : [];
}
