/**
 * Orders about the connections of a node: who has given the password, and which slaves are attached.
 *
 * Source: kvrocks-replication.md, section 5; kvrocks-graceful-failover.md, 4.2.
 *
 * | rule | source |
 * | --- | --- |
 * | a slave is listed from PSYNC on, with the address that it announced | 4.2 |
 * | a stopped feed stays listed until a clean-up: the cron, every 100 ms | 5; server.cc, `cron` |
 */
import { assign, enqueueActions } from 'xstate';
import { askerOf, feedsOf, type NodeContext } from './context.js';
import { type Args, type Loose, nodeGuards } from './node.js';
import { targetsOf, waitActions } from './wait.js';

/** How often the node's cron runs, in microseconds. */
const cronUs = 100_000;

/** Orders about attached slaves and the connection at hand, by name. */
export const nodeActions = {
  ...waitActions,
  'let the connection in': assign(({ context, event }: Args) =>
    nodeGuards['the password is right']({ context, event })
      ? { authenticated: [...context.authenticated, askerOf(event as never).job] }
      : {},
  ),
  'remember READONLY': assign(({ context, event }: Args) => ({
    readonly: [...context.readonly, askerOf(event as never).job],
  })),
  'remember the slave': assign(({ context, event }: Args) => {
    const { job, command } = askerOf(event as never);
    const address = command['address'] as string;
    const knows = (command['knows'] as readonly string[] | undefined) ?? [];
    const slave = { connection: job, address, ack: 0, feed: 'none' as const, knows };
    return { slaves: [...context.slaves, slave] };
  }),
  'feed the slave': enqueueActions(({ context, event, enqueue }: Loose) => {
    const { job, command } = askerOf(event as never);
    const slave = (context as NodeContext).slaves.find(({ connection }) => connection === job);
    enqueue.assign({
      slaves: context.slaves.map((one: NodeContext['slaves'][number]) =>
        one.connection === job ? { ...one, feed: 'running' } : one,
      ),
    });
    enqueue({
      type: 'start',
      params: {
        machine: 'feed',
        key: job,
        connection: job,
        input: {
          slave: slave?.address ?? '',
          from: command['from'],
          forcedAcks: context.options.forcedAcks,
          waited: targetsOf(context.waits),
        },
      },
    });
  }),
  'remember the ack': assign(({ context, event }: Loose) => ({
    slaves: context.slaves.map((one: NodeContext['slaves'][number]) =>
      one.connection === event.message.connection ? { ...one, ack: event.message.offset } : one,
    ),
  })),
  'remember the end of the feed': enqueueActions(({ context, event, enqueue }: Loose) => {
    enqueue.assign({
      slaves: context.slaves.map((one: NodeContext['slaves'][number]) =>
        one.connection === event.message.connection ? { ...one, feed: 'stopped' } : one,
      ),
    });
    const untilTick = cronUs - (event.view.now % cronUs);
    enqueue.raise({ type: 'clean up' }, { id: 'clean up', delay: untilTick / 1000 });
  }),
  'forget ended feeds': assign(({ context }: Args) => ({
    slaves: context.slaves.filter(({ feed }) => feed !== 'stopped'),
  })),
  'forget the connection': assign(({ context, event }: Loose) => ({
    authenticated: context.authenticated.filter((id: number) => id !== event.connection),
    readonly: context.readonly.filter((id: number) => id !== event.connection),
    slaves: context.slaves.filter(
      (one: NodeContext['slaves'][number]) =>
        one.feed !== 'none' || one.connection !== event.connection,
    ),
  })),
  'stop every feed': enqueueActions(({ context, enqueue }: Loose) => {
    for (const key of feedsOf(context)) {
      enqueue({ type: 'stop', params: { machine: 'feed', key } });
    }
    enqueue.assign({ slaves: [] });
  }),
};
