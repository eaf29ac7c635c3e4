/**
 * Opening a connection: SYN, SYN-ACK, and the final ACK as the first packet of the stream. A lost
 * leg is tried again after 1 s, doubling, six times; then, or after the opener's own timeout, the
 * attempt ends. A host without the process refuses; a paused process's kernel accepts.
 */
import { createEntry, EntryKind, type Instance, type Kernel, Purpose } from '../kernel.js';
import type { EffectParams } from '../vocabulary.js';
import { arrivalOf, isCut, verdictOn } from './link.js';
import {
  type Connection,
  createEnd,
  createStream,
  entryAbout,
  forgetIfOver,
  type NetworkState,
} from './state.js';
import { createPacket, enqueue, tell } from './stream.js';

const firstRetryUs = 1_000_000;
const retriesMax = 6;

/** A connection attempt, at one of its stages. */
export interface Attempt {
  readonly connection: Connection;
  /** What arrives or happens. */
  readonly stage: 'syn' | 'answer' | 'refusal' | 'retry' | 'timeout';
}

/** Begins to connect; the opener is told `opened` or `unopened`. */
export function open(
  net: NetworkState,
  kernel: Kernel,
  by: Instance,
  params: EffectParams['open'],
  to: number,
): void {
  const link = by.node * net.nodes + to;
  const nth = (net.opened[link] as number) + 1;
  net.opened[link] = nth;
  const accepter = createEnd(to, undefined, kernel.now);
  accepter.status = 'gone';
  const connection: Connection = {
    id: nth * 65_536 + by.node * 256 + to,
    subject: params.subject ?? 0,
    tag: params.tag ?? '',
    ends: [createEnd(by.node, by, kernel.now), accepter],
    streams: [createStream(), createStream()],
    state: 'opening',
    tries: 0,
  };
  net.connections.set(connection.id, connection);
  if (params.timeoutMs !== undefined) {
    queue(kernel, connection, 'timeout', kernel.now + Math.round(params.timeoutMs * 1000));
  }
  attempt(net, kernel, connection);
}

function queue(kernel: Kernel, connection: Connection, stage: Attempt['stage'], at: number): void {
  const { node } = connection.ends[stage === 'syn' ? 1 : 0];
  kernel.schedule(createEntry(EntryKind.connect, node, connection.id, { connection, stage }), at);
}

function attempt(net: NetworkState, kernel: Kernel, connection: Connection): void {
  const [opener, accepter] = connection.ends;
  let delayUs = 0;
  if (net.rules.length > 0) {
    const { subject } = connection;
    const { verdict } = verdictOn(net, kernel, connection, 0, 'connect', 'connect', subject);
    if (verdict.kind === 'drop' || verdict.kind === 'hold') {
      retryLater(kernel, connection);
      return;
    }
    if (verdict.kind === 'reset') {
      queue(kernel, connection, 'refusal', legTo(net, kernel, connection, 1));
      return;
    }
    if (verdict.kind === 'delay') delayUs = verdict.us;
  }
  if (isCut(net, opener.node, accepter.node)) retryLater(kernel, connection);
  else queue(kernel, connection, 'syn', legTo(net, kernel, connection, 1) + delayUs);
}

/** When a leg of the handshake that leaves now arrives at an end. */
function legTo(net: NetworkState, kernel: Kernel, connection: Connection, end: 0 | 1): number {
  const from = connection.ends[1 - end]!.node;
  const to = connection.ends[end].node;
  return arrivalOf(net, kernel, Purpose.connect, from, to, connection.subject, 0);
}

function retryLater(kernel: Kernel, connection: Connection): void {
  const wait = firstRetryUs * (1 << connection.tries);
  connection.tries++;
  const stage = connection.tries > retriesMax ? 'timeout' : 'retry';
  queue(kernel, connection, stage, kernel.now + wait);
}

/** Takes a due entry of kind `connect`. */
export function dispatchConnect(
  net: NetworkState,
  kernel: Kernel,
  { connection, stage }: Attempt,
): void {
  if (connection.state !== 'opening') return;
  const [opener, accepter] = connection.ends;
  switch (stage) {
    case 'syn': {
      const status = kernel.status(accepter.node);
      if (status === 'off' || isCut(net, opener.node, accepter.node)) {
        retryLater(kernel, connection);
        break;
      }
      const back = legTo(net, kernel, connection, 0);
      if (status === 'crashed') {
        queue(kernel, connection, 'refusal', back);
        break;
      }
      accepter.status = 'open';
      queue(kernel, connection, 'answer', back);
      break;
    }
    case 'answer':
      if (isCut(net, accepter.node, opener.node)) retryLater(kernel, connection);
      else establish(net, kernel, connection);
      break;
    case 'refusal':
      if (isCut(net, accepter.node, opener.node)) retryLater(kernel, connection);
      else fail(net, kernel, connection, 'refused');
      break;
    case 'retry':
      attempt(net, kernel, connection);
      break;
    case 'timeout':
      fail(net, kernel, connection, 'timeout');
      break;
  }
}

function establish(net: NetworkState, kernel: Kernel, connection: Connection): void {
  const [opener, accepter] = connection.ends;
  connection.state = 'open';
  opener.heardAt = kernel.now;
  enqueue(net, kernel, createPacket(connection, 0, 'ack', undefined, 0, connection.subject));
  const { keepalive } = net.config;
  if (keepalive !== undefined) {
    for (const direction of [0, 1] as const) {
      queueKeepalive(kernel, connection, direction, keepalive.idleMs * 1000);
    }
  }
  tell(kernel, opener, {
    type: 'opened',
    connection: connection.id,
    tag: connection.tag,
    peer: kernel.nameOf(accepter.node),
  });
}

function fail(
  net: NetworkState,
  kernel: Kernel,
  connection: Connection,
  reason: 'refused' | 'timeout',
): void {
  const [opener, accepter] = connection.ends;
  opener.status = 'gone';
  accepter.status = 'gone';
  forgetIfOver(net, connection);
  tell(kernel, opener, {
    type: 'unopened',
    tag: connection.tag,
    peer: kernel.nameOf(accepter.node),
    reason,
  });
}

/** Queues the next look of an end at how long it has heard nothing. */
export function queueKeepalive(
  kernel: Kernel,
  connection: Connection,
  direction: 0 | 1,
  inUs: number,
): void {
  kernel.schedule(entryAbout(EntryKind.keepalive, connection, direction), kernel.now + inUs);
}
