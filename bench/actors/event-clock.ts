/** A discrete-event clock: calls back in the order of time, and of asking. */
import { compact, createQueue, peekTime, pop, push, sizeOf } from '../../runtime/queue.js';

/** Something to be called; it can be taken back. */
export interface Callback {
  readonly call: () => void;
  live: boolean;
}

export class EventClock {
  now = 0;
  private readonly queue = createQueue<Callback>();
  private dead = 0;
  private readonly after: () => void;

  /** @param after called behind each callback */
  constructor(after: () => void) {
    this.after = after;
  }

  /** Calls at a time, in microseconds. */
  at(time: number, call: () => void): Callback {
    const callback = { call, live: true };
    this.put(time, callback);
    return callback;
  }

  put(time: number, callback: Callback): void {
    push(this.queue, time, callback);
  }

  /** Takes a callback back, whether or not it is due already. */
  cancel(callback: Callback): void {
    if (!callback.live) return;
    callback.live = false;
    this.dead++;
    if (this.dead > 1024 && this.dead * 2 > sizeOf(this.queue)) {
      compact(this.queue, ({ live }) => live);
      this.dead = 0;
    }
  }

  /** Goes on until nothing is due at or before a time. */
  run(untilUs: number): void {
    for (let at = peekTime(this.queue); at <= untilUs; at = peekTime(this.queue)) {
      const callback = pop(this.queue)!;
      if (!callback.live) {
        if (this.dead > 0) this.dead--;
        continue;
      }
      callback.live = false;
      this.now = at;
      callback.call();
      this.after();
    }
    this.now = untilUs;
  }
}
