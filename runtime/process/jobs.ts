/**
 * The jobs of a node's worker pool as plain data, and the two things a job needs: one of the
 * workers, then the guard, shared or exclusive. This file keeps the books; who is told what, and
 * when, is workers.ts.
 *
 * Both lines are first come, first served. For the guard that is an assumption: a waiting exclusive
 * job holds later shared ones back, where `std::shared_mutex` on glibc lets readers overtake. FIFO
 * is the order in which neither side starves. A job waits for the guard holding its worker, as a
 * thread does.
 */
import type { Entry, Instance } from '../kernel.js';
import { removeFrom } from '../line.js';
import type { EventParams, Message, Tag } from '../vocabulary.js';

/** A job, from `occupy` until `vacate`. */
export interface Job {
  readonly job: number;
  readonly command: Message;
  readonly from: Instance;
  readonly exclusive: boolean;
  /** The profile its service time is drawn from, or null: none, and no `served`. */
  readonly service: string | null;
  readonly subject: number;
  place: 'waiting' | 'atGuard' | 'admitted' | 'parked';
  /** The end of its service, while that is queued. */
  entry: Entry<Job> | null;
  /** When its service ends, as queued. */
  due: number;
  /** What its service still needs, while the process is paused. */
  remaining: number | null;
}

/** Someone who waits until these jobs, admitted when it asked, have been vacated or parked. */
export interface Drain {
  readonly from: Instance;
  readonly tag: Tag;
  readonly jobs: Set<number>;
}

/** Plain data: a snapshot clones it together with the queue. */
export interface WorkersState {
  readonly node: number;
  readonly size: number;
  /** Service times in microseconds, by profile: ascending tables. */
  readonly services: Readonly<Record<string, readonly number[]>>;
  /** In the order of asking. They are few: a map that is emptied again and again costs more. */
  readonly jobs: Job[];
  /** Jobs by place, each in order. The first three places have lines of their own. */
  waiting: Job[];
  atGuard: Job[];
  admitted: Job[];
  parked: Job[];
  drains: Drain[];
  paused: boolean;
}

/** The job of that number, if it lives. */
export function findJob({ jobs }: WorkersState, number: number): Job | undefined {
  for (let at = jobs.length - 1; at >= 0; at--) if (jobs[at]!.job === number) return jobs[at];
  return undefined;
}

/** A job as its machine is told of it. */
export function tellJob(
  type: 'admitted' | 'served',
  { job, command }: Job,
): { type: typeof type; view: undefined } & EventParams['admitted'] {
  return { type, job, command, view: undefined };
}

/** Put a job at the end of the line for a worker. */
export function enqueue(workers: WorkersState, job: Job): void {
  job.place = 'waiting';
  workers.waiting.push(job);
}

/** The next job that gets the guard, moved to `admitted`; undefined when nobody does now. */
export function admitNext(workers: WorkersState): Job | undefined {
  const { waiting, atGuard, admitted } = workers;
  while (waiting.length > 0 && atGuard.length + admitted.length < workers.size) {
    const job = waiting.shift() as Job;
    job.place = 'atGuard';
    atGuard.push(job);
  }
  const next = atGuard[0];
  // An exclusive holder is alone, so one look at the first tells which kind holds the guard.
  const holder = admitted[0];
  if (next === undefined) return undefined;
  if (holder !== undefined && (next.exclusive || holder.exclusive)) return undefined;
  atGuard.shift();
  next.place = 'admitted';
  admitted.push(next);
  return next;
}

/** Take a job out of its line, and give back what it held. Its service, if any, never ends. */
export function takeOut(workers: WorkersState, job: Job): void {
  removeFrom(lineOf(workers, job.place), job);
  if (job.entry !== null) job.entry.live = false;
  job.entry = null;
  job.remaining = null;
  for (const drain of workers.drains) drain.jobs.delete(job.job);
}

/** Named one by one: faster than a name that varies. Most jobs are taken out when admitted. */
function lineOf(workers: WorkersState, place: Job['place']): Job[] {
  if (place === 'admitted') return workers.admitted;
  return workers[place];
}
