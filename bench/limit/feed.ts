/** The feed thread of a master: reads the log, sends what is new, polls every 2 ms, pings. */
import type { Topology } from '../../machines/kvrocks/topology.js';
import { submit } from './disk.js';
import { type Connection, Doing, Type } from './entries.js';
import type { Limit } from './limit.js';
import { message, send } from './network.js';
import { Feed, type Slave, type Store } from './store.js';

const pollUs = 2000;
const pollsPerPing = 1000;

/** Starts to feed a slave from an offset on. */
export function startFeed(
  sim: Limit,
  store: Store,
  connection: Connection,
  slave: Slave,
  from: number,
): void {
  const feed = new Feed(store, connection, slave, from);
  slave.feed = 'running';
  connection.feed = feed;
  store.feeds.push(feed);
  readLog(sim, feed);
}

function readLog(sim: Limit, feed: Feed): void {
  const { operation, store } = feed;
  do {
    operation.doing = Doing.readForFeed;
    operation.offset = feed.next;
    if (!submit(sim, store, operation)) return;
  } while (sendRange(sim, feed));
}

/** What was read is at hand. */
export function onRange(sim: Limit, feed: Feed): void {
  if (!feed.ended && sendRange(sim, feed)) readLog(sim, feed);
}

/** @returns whether there may be more */
function sendRange(sim: Limit, feed: Feed): boolean {
  const { operation, connection } = feed;
  if (!operation.found) throw new Error('limit: a feed lost its place in the log');
  if (operation.count === 0) {
    idle(sim, feed);
    return false;
  }
  const packet = message(sim, connection, true, Type.fed);
  packet.offset = operation.offset;
  packet.index = operation.index;
  packet.count = operation.count;
  packet.getack = feed.owed > 0 && operation.next > feed.owed;
  packet.ping = false;
  if (packet.getack) feed.owed = 0;
  send(sim, packet, operation.offset);
  feed.next = operation.next;
  return true;
}

function idle(sim: Limit, feed: Feed): void {
  feed.idle = true;
  feed.since = sim.now;
  feed.polled = 0;
  if (feed.store.applied >= feed.next) queuePoll(sim, feed);
  feed.pinging.arm(sim.heap, sim.now + (pollsPerPing - feed.polls) * pollUs);
}

function queuePoll(sim: Limit, feed: Feed): void {
  const passed = Math.floor((sim.now - feed.since) / pollUs);
  feed.polled = sim.heap.push(feed.since + (passed + 1) * pollUs, feed.pollDue);
}

/** The log of a node has grown: idle feeds will see it at their next poll. */
export function wakeFeeds(sim: Limit, { feeds, applied }: Store): void {
  for (let at = 0; at < feeds.length; at++) {
    const feed = feeds[at]!;
    if (feed.idle && feed.polled === 0 && applied >= feed.next) queuePoll(sim, feed);
  }
}

/** A point of the grid at which there is something new. */
export function onPoll(sim: Limit, feed: Feed): void {
  if (feed.ended || feed.polled !== sim.heap.popped) return;
  feed.polled = 0;
  feed.idle = false;
  feed.pinging.disarm();
  const more = Math.floor((sim.now - feed.since) / pollUs);
  feed.polls = Math.min(feed.polls + more, pollsPerPing - 1);
  readLog(sim, feed);
}

/** It is time for a ping, unless something was new. */
export function onPing(sim: Limit, feed: Feed): void {
  if (!feed.pinging.isOver(sim.heap) || feed.ended) return;
  sendBare(sim, feed, false);
  feed.polls = 0;
  idle(sim, feed);
}

/** Asks the slave for an ack, behind all that has been applied by now. */
export function askForAck(sim: Limit, feed: Feed): void {
  if (feed.next > feed.store.applied) sendBare(sim, feed, true);
  else feed.owed = feed.store.applied;
}

/** A ping, perhaps with the wish for an ack. */
function sendBare(sim: Limit, feed: Feed, getack: boolean): void {
  const packet = message(sim, feed.connection, true, Type.fed);
  packet.count = 0;
  packet.getack = getack;
  packet.ping = true;
  send(sim, packet, feed.next);
}

/** Tells the slave of a new master. */
export function announce(sim: Limit, feed: Feed, topology: Topology): void {
  const packet = message(sim, feed.connection, true, Type.announce);
  packet.body = topology;
  send(sim, packet, topology.version);
}

/** The slave has hung up. @returns the slave whose feed has ended */
export function endFeed(feed: Feed): Slave {
  const { feeds } = feed.store;
  feed.ended = true;
  feed.pinging.disarm();
  feeds.splice(feeds.indexOf(feed), 1);
  feed.slave.feed = 'stopped';
  return feed.slave;
}
