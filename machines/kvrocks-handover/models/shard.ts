/** The shard that paths of the handover's test models drive, and what is done to it. */

import type { Plain } from '../../../runtime/vocabulary.js';
import { handedOver, oneShard } from '../../kvrocks/topology.js';
import { ask, begin, type Deed, end, pass } from '../../test-model.js';

/** Three nodes that ask each other and everybody else for a password; n1 is master. */
export const shard = {
  cluster: { slaves: 2, nodes: { requirepass: 'secret', masterauth: 'secret' } },
} as const;

/** Of every FAILOVER here: it bounds draining and waiting, and half of it is the sampling time. */
export const timeoutMs = 1000;
export const samplingMs = timeoutMs / 2;

export const failover = (answer: string, more: Readonly<Record<string, Plain>> = {}): Deed =>
  ask({ type: 'failover', node: 'n1', target: 'n2', timeoutMs, ...more }, answer);

/** Until TAKEOVER is sent, where nothing holds the attempt up. */
export const untilTakeover: Deed = pass(samplingMs + 50);
/** Attached again, whatever came before. */
const untilAttached: Deed = pass(2000);

/** A whole attempt, where nothing holds it up. */
export const attempt: readonly Deed[] = [untilAttached, failover('OK'), untilTakeover];
export const attemptBack: readonly Deed[] = [
  untilAttached,
  failover('OK', { node: 'n2', target: 'n1' }),
  untilTakeover,
];

/** A topology of the same roles, with a higher version. */
export const sameRoles = (version: number) =>
  oneShard(['n1', 'n2', 'n3'], version) as unknown as Plain;

/** What an operator pushes when n2 has taken over from n1. */
export const outcome = (version: number) =>
  handedOver(oneShard(['n1', 'n2', 'n3'], 1), 'n2', version) as unknown as Plain;

export const push = (
  node: string,
  topology: Plain,
  answer?: string,
  more: Readonly<Record<string, Plain>> = {},
): Deed => ask({ type: 'setnodes', node, topology, patienceMs: 3000, ...more }, answer);

export const pushEverywhere = (
  topology: Plain,
  answer: string,
  more: Readonly<Record<string, Plain>> = {},
): readonly Deed[] => ['n1', 'n2', 'n3'].map((node) => push(node, topology, answer, more));

/** The TAKEOVER that names no attempt, from somebody who is no master. */
export const bareTakeover = (answer: string): Deed => ask({ type: 'takeover', node: 'n2' }, answer);

/** A read over a READONLY connection, at each node. */
export const readOnlyReads = (nodes: readonly string[], answer: string): readonly Deed[] =>
  nodes.map((node) => ask({ type: 'get', node, key: 'probe', readonly: true }, answer));

const message = (from: string, to: string, type: string, kind: 'hold' | 'reset' | 'drop') => ({
  kind: 'link',
  from,
  to,
  type,
  verdict: { kind },
});

export const stall = (node: string): Deed =>
  begin('the disk', { kind: 'disk', node, mode: 'stalled' });
export const diskEnds: Deed = end('the disk');

/** Whatever the slave says of its offset stays on the way. */
export const silence: Deed = begin('silence', message('n2', 'n1', 'ack', 'hold'));
export const silenceEnds: Deed = end('silence');

/**
 * FAILOVER with a write on its way: the gate closes before it is done, and the slave is silent. The ack
 * that ends the sampling is under way before the disk stops, since behind that none would be asked for.
 */
export const attemptOver = (write: Deed, ...behindTheGate: readonly Deed[]): readonly Deed[] => [
  failover('OK'),
  pass(samplingMs - 100),
  silence,
  pass(150),
  stall('n1'),
  write,
  pass(5),
  silenceEnds,
  pass(50),
  ...behindTheGate,
  silence,
  diskEnds,
];

export const holdMessage = (
  from: string,
  to: string,
  type: string,
  more: Readonly<Record<string, Plain>> = {},
): Deed => begin(type, { ...message(from, to, type, 'hold'), ...more });
/** The connection breaks that brings such a message, each time. */
export const loseMessage = (from: string, to: string, type: string): Deed =>
  begin(`lost ${type}`, message(from, to, type, 'reset'));
export const letGo = (type: string): Deed => end(type);

/** What becomes of every connection that the master tries to make to the slave. */
export const connecting = (fault: string, verdict: Readonly<Record<string, Plain>>): Deed =>
  begin(fault, { kind: 'link', from: 'n1', to: 'n2', on: 'connect', verdict });

/** Every connection between master and slave breaks, and the slave can make a new one. */
export const breaks: Deed = begin('break', { kind: 'reset', between: ['n1', 'n2'] });

export const crash = (node: string): Deed => begin(`crash of ${node}`, { kind: 'crash', node });
export const comesBack = (node: string): readonly Deed[] => [
  end(`crash of ${node}`),
  // Until its slaves, or it, are attached again.
  pass(2000),
];

/** A process ends, and another one starts. */
export const restart = (node: string): readonly Deed[] => [
  crash(node),
  pass(50),
  ...comesBack(node),
];
