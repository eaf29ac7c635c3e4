/**
 * WAIT: a client waits until enough slaves have acknowledged all that its master has written.
 *
 * Sources: Kvrocks #3047, #3061 and #3075 (merged 2025-07), #3244; kvrocks-replication.md, 5.
 *
 * | rule | source |
 * | --- | --- |
 * | the target is the node's last number, whoever wrote it | #3047 |
 * | enough acks are there: answered at once; else the connection blocks, its worker does not | #3047 |
 * | an ack that reaches the target at enough slaves ends it | #3061 |
 * | feeds learn the targets, for `_getack` (`feed.ts`) | #3075 |
 * | a connection that ends takes its WAIT along | server.cc, `CleanupWaitConnection` |
 *
 * Assumed: a timeout answers with the number of slaves that have acknowledged, as in Redis (#3047
 * leaves timeouts for later); a change of role leaves a WAIT blocked; a slave that is gone no longer
 * counts.
 */
import { enqueueActions } from 'xstate';
import { askerOf, type BlockedWait, feedsOf, type NodeContext } from './context.js';
import { type Loose, replyTo } from './node.js';

/** How many attached slaves have acknowledged a number. */
function acknowledgedBy({ slaves }: NodeContext, target: number): number {
  return slaves.filter(({ feed, ack }) => feed === 'running' && ack >= target).length;
}

/** The numbers that are waited for, each once, ascending. */
export function targetsOf(waits: readonly BlockedWait[]): number[] {
  return [...new Set(waits.map(({ target }) => target))].sort((one, other) => one - other);
}

const isEnough = (context: NodeContext, { target, command }: BlockedWait) =>
  acknowledgedBy(context, target) >= (command['slaves'] as number);

/** Answers a WAIT with the number of slaves that have what it waited for. */
function answer({ context, enqueue }: Loose, { connection, command, target }: BlockedWait): void {
  const value = acknowledgedBy(context, target);
  enqueue({ type: 'send', params: replyTo(context, { job: connection, command }, { value }) });
}

/** Keeps the waits that are left, and tells the feeds which numbers matter now. */
function keep({ context, enqueue }: Loose, waits: readonly BlockedWait[]): void {
  enqueue.assign({ waits });
  if (context.options.forcedAcks !== 'wait') return;
  const targets = targetsOf(waits);
  const before = targetsOf(context.waits);
  if (targets.length === before.length && targets.every((one, at) => one === before[at])) return;
  const message = { type: 'waits', targets };
  for (const key of feedsOf(context)) {
    enqueue({ type: 'tell', params: { machine: 'feed', key, message } });
  }
}

/** Orders about WAIT, by name. */
export const waitActions = {
  'answer or block': enqueueActions((args: Loose) => {
    const { context, event, enqueue } = args;
    const { job, command } = askerOf(event);
    const wait: BlockedWait = { connection: job, command, target: event.view.applied };
    enqueue({ type: 'vacate', params: { job } });
    if (isEnough(context, wait)) {
      answer(args, wait);
      return;
    }
    keep(args, [...context.waits, wait]);
    const delay = command['timeoutMs'] as number;
    if (delay === 0) return;
    enqueue.raise({ type: 'the wait is over', connection: job }, { id: `wait ${job}`, delay });
  }),
  'release who waited': enqueueActions((args: Loose) => {
    const { context, enqueue } = args;
    const left: BlockedWait[] = [];
    for (const wait of context.waits as readonly BlockedWait[]) {
      if (!isEnough(context, wait)) left.push(wait);
      else {
        enqueue.cancel(`wait ${wait.connection}`);
        answer(args, wait);
      }
    }
    if (left.length < context.waits.length) keep(args, left);
  }),
  'forget who waited': enqueueActions((args: Loose) => {
    const { context, event, enqueue } = args;
    const isGone = ({ connection }: BlockedWait) => connection === event.connection;
    if (!context.waits.some(isGone)) return;
    enqueue.cancel(`wait ${event.connection}`);
    keep(
      args,
      context.waits.filter((wait: BlockedWait) => !isGone(wait)),
    );
  }),
  'answer who has waited enough': enqueueActions((args: Loose) => {
    const { context, event } = args;
    const isOver = ({ connection }: BlockedWait) => connection === event.connection;
    for (const wait of context.waits.filter(isOver)) answer(args, wait);
    keep(
      args,
      context.waits.filter((wait: BlockedWait) => !isOver(wait)),
    );
  }),
};
