/**
 * The workers of a node and the guard: a command is admitted, tested, served for a time, answered.
 * Everything is first come, first served.
 */
import { moved, tryAgain } from '../../machines/kvrocks/replies.js';
import { slotOf } from '../../machines/kvrocks/topology.js';
import { Purpose } from '../../runtime/kernel.js';
import { type Job, Type } from './entries.js';
import type { Limit } from './limit.js';
import { replyError } from './reply.js';
import type { Store } from './store.js';

/** Queues a command; it may be admitted, and even be refused, before this returns. */
export function occupy(sim: Limit, store: Store, job: Job): void {
  const { waiting, atGuard, admitted } = store;
  const isAlone = waiting.length === 0 && atGuard.length === 0;
  if (isAlone && admitted.length < store.workers && isFree(store, job)) {
    admitted.push(job);
    const time = serviceTime(sim, store, job);
    // Nobody else is admitted here, so its end need not be queued before the test.
    if (!isRefused(sim, store, job)) job.served = sim.heap.push(sim.now + time, job.due);
    return;
  }
  waiting.push(job);
  settle(sim, store);
}

/** Whether the guard lets a job in beside those that hold it. */
function isFree({ admitted }: Store, job: Job): boolean {
  return admitted.length === 0 || !(job.exclusive || admitted[0]!.exclusive);
}

/** A job is over: its worker and the guard are free. */
export function vacate(sim: Limit, store: Store, job: Job): void {
  const { admitted, barrier } = store;
  const last = admitted.pop()!;
  if (last !== job) admitted[admitted.indexOf(job)] = last;
  job.served = 0;
  if (job.awaited) {
    job.awaited = false;
    barrier!.left--;
  }
  if (barrier !== null || store.waiting.length > 0 || store.atGuard.length > 0) settle(sim, store);
}

/** Calls `then` when every job that is admitted now has been vacated. */
export function drain(sim: Limit, store: Store, then: NonNullable<Store['barrier']>['then']): void {
  if (store.barrier !== null) throw new Error('limit: two barriers at once');
  for (const job of store.admitted) job.awaited = true;
  store.barrier = { left: store.admitted.length, then };
  settle(sim, store);
}

/** What ended comes before what begins; who is told, is told when all is settled. */
function settle(sim: Limit, store: Store): void {
  const { barrier } = store;
  const isDrained = barrier !== null && barrier.left === 0;
  if (isDrained) store.barrier = null;
  const begun: Job[] = [];
  for (let job = admitNext(store); job !== undefined; job = admitNext(store)) {
    job.served = sim.heap.push(sim.now + serviceTime(sim, store, job), job.due);
    begun.push(job);
  }
  if (isDrained) barrier.then(sim, store);
  for (const job of begun) isRefused(sim, store, job);
}

function admitNext(store: Store): Job | undefined {
  const { waiting, atGuard, admitted } = store;
  while (waiting.length > 0 && atGuard.length + admitted.length < store.workers) {
    atGuard.push(waiting.shift()!);
  }
  const next = atGuard[0];
  if (next === undefined || !isFree(store, next)) return undefined;
  atGuard.shift();
  admitted.push(next);
  return next;
}

function serviceTime(sim: Limit, { index, times }: Store, job: Job): number {
  const { type, id, nth } = job;
  if (type !== Type.set && type !== Type.get) {
    return sim.decisions.draw(Purpose.service, index, id, times.admin);
  }
  const table = type === Type.set ? times.write : times.read;
  return sim.decisions.drawNth(Purpose.service, index, id, nth, table);
}

/** Tests a command that has been admitted; one that is refused is answered and gone. */
function isRefused(sim: Limit, store: Store, job: Job): boolean {
  const isWrite = job.type === Type.set;
  if (!isWrite && job.type !== Type.get) return false;
  const { gate, owner, name } = store;
  if (gate !== 'open' && (gate === 'all' || isWrite)) replyError(sim, store, job, tryAgain);
  else if (owner === name) return false;
  else replyError(sim, store, job, moved(slotOf(sim.keys[job.key]!), owner));
  vacate(sim, store, job);
  return true;
}
