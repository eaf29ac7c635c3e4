/** The workers of a process and the guard, first come, first served; and barriers. */
import { Purpose } from '../../runtime/kernel.js';
import type { EffectParams, Message, Tag } from '../../runtime/vocabulary.js';
import type { Callback } from './event-clock.js';
import type { Process, Running } from './process.js';

interface Job {
  readonly by: Running;
  readonly job: number;
  readonly command: Message;
  readonly exclusive: boolean;
  readonly service: string | undefined;
  readonly subject: number;
  timer: Callback | undefined;
}

interface Barrier {
  readonly by: Running;
  readonly tag: Tag;
  readonly jobs: Set<Job>;
}

export class Workers {
  private readonly process: Process;
  private readonly waiting: Job[] = [];
  private readonly atGuard: Job[] = [];
  private readonly admitted = new Map<number, Job>();
  private readonly barriers: Barrier[] = [];

  constructor(process: Process) {
    this.process = process;
  }

  occupy(by: Running, params: EffectParams['occupy']): void {
    const { job, command, exclusive = false, service, subject = job } = params;
    this.waiting.push({ by, job, command, exclusive, service, subject, timer: undefined });
    this.settle();
  }

  vacate(number: number): void {
    const job = this.admitted.get(number);
    if (job === undefined) return;
    this.admitted.delete(number);
    if (job.timer !== undefined) this.process.sim.clock.cancel(job.timer);
    for (const { jobs } of this.barriers) jobs.delete(job);
    this.settle();
  }

  drain(by: Running, tag: Tag): void {
    this.barriers.push({ by, tag, jobs: new Set(this.admitted.values()) });
    this.settle();
  }

  /** What ended comes before what begins. */
  private settle(): void {
    while (this.barriers[0]?.jobs.size === 0) {
      const { by, tag } = this.barriers.shift()!;
      this.process.tell(by, { type: 'drained', tag });
    }
    for (let job = this.next(); job !== undefined; job = this.next()) this.admit(job);
  }

  private next(): Job | undefined {
    const { waiting, atGuard, admitted } = this;
    const size = this.process.config.workers ?? 1;
    while (waiting.length > 0 && atGuard.length + admitted.size < size) {
      atGuard.push(waiting.shift()!);
    }
    const [first] = atGuard;
    const [holder] = admitted.values();
    if (first === undefined) return undefined;
    const isFree = holder === undefined || !(first.exclusive || holder.exclusive);
    return isFree ? atGuard.shift() : undefined;
  }

  private admit(admitted: Job): void {
    const { by, job, command, service, subject } = admitted;
    const { sim, config, index } = this.process;
    this.admitted.set(job, admitted);
    if (service !== undefined) {
      const table = config.services![service]!;
      const time = sim.decisions.draw(Purpose.service, index, subject, table);
      admitted.timer = sim.clock.at(sim.clock.now + time, () =>
        this.process.tell(by, { type: 'served', job, command }),
      );
    }
    this.process.tell(by, { type: 'admitted', job, command });
  }
}
