/**
 * The worker pool of one process: commands in service. A job is admitted when it holds a worker and
 * the guard, and holds both until it is vacated or parked: from admission to commit is a real gap,
 * and a barrier (`drain`) waits for it, while a gate that is merely closed does not. Kvrocks takes
 * the guard before it tests a command and gives it back after execution.
 *
 * Job numbers, the parked jobs and drains belong to the process, not to the machine that asked: any
 * machine of it may vacate, park, release and drain. A number that names no job is ignored, for
 * the machine it belonged to may just have been stopped. Answers go to the machine that occupied.
 *
 * Assumptions: service is CPU time and stands still while the process is paused. A service time
 * of 0 still ends by an entry of the queue, due at that instant: an answer given at once could not
 * be taken back by a machine that vacates on `admitted`.
 */
import {
  createEntry,
  type Entry,
  EntryKind,
  type Instance,
  type Kernel,
  Purpose,
} from '../kernel.js';
import { removeFrom } from '../line.js';
import type { EffectParams, Tag } from '../vocabulary.js';
import {
  admitNext,
  enqueue,
  findJob,
  type Job,
  takeOut,
  tellJob,
  type WorkersState,
} from './jobs.js';

export type { WorkersState } from './jobs.js';

/**
 * `size` idle workers.
 * @throws when there is none: nothing would ever be admitted.
 */
export function createWorkers(
  node: number,
  size: number,
  services: WorkersState['services'] = {},
): WorkersState {
  if (!Number.isSafeInteger(size) || size < 1) {
    throw new RangeError(`workers of node ${node}: ${size}, expected an integer of at least 1`);
  }
  const lines = { waiting: [], atGuard: [], admitted: [], parked: [], drains: [] };
  return { node, size, services, jobs: [], ...lines, paused: false };
}

/**
 * Queue a job. Without a `subject` its number names the decision about its service time.
 * @throws when the number is in use, or the profile unknown.
 */
export function occupy(
  workers: WorkersState,
  kernel: Kernel,
  from: Instance,
  params: EffectParams['occupy'],
): void {
  const { job, command, exclusive = false, service = null, subject = job } = params;
  const { services } = workers;
  if (findJob(workers, job) !== undefined) {
    throw new Error(`job ${job} on ${kernel.nameOf(workers.node)} is in use already`);
  }
  if (service !== null && !Object.hasOwn(services, service)) {
    const known = Object.keys(services).join(', ') || 'none';
    const node = kernel.nameOf(workers.node);
    throw new RangeError(`job ${job} on ${node}: service '${service}', expected one of: ${known}`);
  }
  const made: Job = {
    job,
    command,
    from,
    exclusive,
    service,
    subject,
    place: 'waiting',
    entry: null,
    due: 0,
    remaining: null,
  };
  workers.jobs.push(made);
  enqueue(workers, made);
  settle(workers, kernel);
}

/** A job is over: its worker and the guard are free, wherever it was. */
export function vacate(workers: WorkersState, kernel: Kernel, job: number): void {
  const found = findJob(workers, job);
  if (found === undefined) return;
  forget(workers, found);
  settle(workers, kernel);
}

/** Keep a job aside, without worker and guard, until `release`. */
export function park(workers: WorkersState, kernel: Kernel, job: number): void {
  const found = findJob(workers, job);
  if (found === undefined || found.place === 'parked') return;
  takeOut(workers, found);
  found.place = 'parked';
  workers.parked.push(found);
  settle(workers, kernel);
}

/** Queue every parked job again, in the order of parking; each is admitted anew. */
export function release(workers: WorkersState, kernel: Kernel): void {
  const { parked } = workers;
  workers.parked = [];
  for (const job of parked) enqueue(workers, job);
  settle(workers, kernel);
}

/** Wait until every job that is admitted now has been vacated or parked: at once if none is. */
export function drain(workers: WorkersState, kernel: Kernel, from: Instance, tag: Tag): void {
  workers.drains.push({ from, tag, jobs: new Set(workers.admitted.map(({ job }) => job)) });
  settle(workers, kernel);
}

/** Take a due entry of kind `service`. */
export function dispatchService(workers: WorkersState, kernel: Kernel, entry: Entry): void {
  const job = entry.of as Job;
  if (job.entry !== entry) {
    const node = kernel.nameOf(workers.node);
    throw new Error(`job ${entry.identity} on ${node}: its service ends and never began`);
  }
  job.entry = null;
  kernel.emit(job.from, tellJob('served', job));
}

/** The process stops running: every service stands still. */
export function pauseWorkers(workers: WorkersState, kernel: Kernel): void {
  workers.paused = true;
  for (const job of workers.admitted) {
    if (job.entry === null) continue;
    job.remaining = job.due - kernel.now;
    job.entry.live = false;
    job.entry = null;
  }
}

/** The process runs again: every service goes on with what it still needs. */
export function resumeWorkers(workers: WorkersState, kernel: Kernel): void {
  workers.paused = false;
  for (const job of workers.admitted) {
    if (job.remaining !== null) serve(workers, kernel, job, job.remaining);
  }
}

/** The process is gone, and every job with it. */
export function crashedWorkers(workers: WorkersState): void {
  for (const job of workers.jobs.slice()) forget(workers, job);
  workers.drains = [];
  workers.paused = false;
}

/** A machine was stopped: its jobs end and its drains are forgotten; others move up. */
export function stoppedWorkers(workers: WorkersState, kernel: Kernel, instance: Instance): void {
  workers.drains = workers.drains.filter(({ from }) => from !== instance);
  for (const job of workers.jobs.slice()) {
    if (job.from === instance) forget(workers, job);
  }
  settle(workers, kernel);
}

function forget(workers: WorkersState, job: Job): void {
  takeOut(workers, job);
  removeFrom(workers.jobs, job);
}

/**
 * Answer every drain that is over, then admit whoever can be, in that order: what ended comes
 * before what begins. An answer may run a machine at once, and that machine may ask again: each
 * round looks at the state as it is.
 */
function settle(workers: WorkersState, kernel: Kernel): void {
  for (;;) {
    // A later drain waits for all that an earlier one still waits for: the first tells.
    const over = workers.drains[0];
    if (over !== undefined && over.jobs.size === 0) {
      workers.drains.shift();
      kernel.emit(over.from, { type: 'drained', tag: over.tag });
      continue;
    }
    const job = admitNext(workers);
    if (job === undefined) return;
    if (job.service !== null) {
      const table = workers.services[job.service] as readonly number[];
      serve(workers, kernel, job, kernel.draw(Purpose.service, workers.node, job.subject, table));
    }
    kernel.emit(job.from, tellJob('admitted', job));
  }
}

/** The service of a job ends after so many microseconds of the process running. */
function serve(workers: WorkersState, kernel: Kernel, job: Job, time: number): void {
  job.remaining = workers.paused ? time : null;
  if (workers.paused) return;
  job.due = kernel.now + time;
  job.entry = createEntry(EntryKind.service, workers.node, job.job, job);
  kernel.schedule(job.entry, job.due);
}
