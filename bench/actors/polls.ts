/** The polls of a process: a wake-up at the next point of a grid after something may have changed. */
import type { EffectParams, Tag } from '../../runtime/vocabulary.js';
import type { Callback } from './event-clock.js';
import type { Process, Running } from './process.js';

interface Poll {
  readonly by: Running;
  readonly tag: Tag;
  readonly anchor: number;
  readonly everyUs: number;
  readonly beyond: number | undefined;
  woken: boolean;
  timer: Callback | undefined;
}

export class Polls {
  private readonly process: Process;
  private polls: Poll[] = [];

  constructor(process: Process) {
    this.process = process;
  }

  poll(by: Running, { tag, everyMs, beyond }: EffectParams['poll']): void {
    this.endPoll(by, tag);
    const anchor = this.process.sim.clock.now;
    const everyUs = everyMs * 1000;
    this.polls.push({ by, tag, anchor, everyUs, beyond, woken: false, timer: undefined });
    this.grew();
  }

  /** The log may have grown. */
  grew(): void {
    for (const poll of this.polls) {
      if (poll.timer === undefined && this.holds(poll)) this.queue(poll);
    }
  }

  wake(tag: Tag): void {
    for (const poll of this.polls) if (poll.tag === tag) poll.woken = true;
    this.grew();
  }

  endPoll(by: Running, tag: Tag): void {
    this.drop((poll) => poll.by === by && poll.tag === tag);
  }

  endAllOf(by: Running): void {
    this.drop((poll) => poll.by === by);
  }

  private holds({ woken, beyond }: Poll): boolean {
    return woken || (beyond !== undefined && this.process.storage.applied > beyond);
  }

  private queue(poll: Poll): void {
    const { clock } = this.process.sim;
    const { anchor, everyUs, by, tag } = poll;
    const passed = Math.floor((clock.now - anchor) / everyUs);
    poll.timer = clock.at(anchor + (passed + 1) * everyUs, () => {
      poll.timer = undefined;
      this.polls = this.polls.filter((one) => one !== poll);
      this.process.tell(by, { type: 'polled', tag });
    });
  }

  private drop(which: (poll: Poll) => boolean): void {
    for (const poll of this.polls) {
      if (which(poll) && poll.timer !== undefined) this.process.sim.clock.cancel(poll.timer);
    }
    this.polls = this.polls.filter((poll) => !which(poll));
  }
}
