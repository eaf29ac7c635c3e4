/** Workers whose runs are listened to: a campaign makes its runs as ever. */
import type { Outcome, Task } from '../fuzz/fuzz-run.js';
import type { PlainSubject } from '../fuzz/worker.js';
import { Workers } from '../fuzz/workers.js';
import { type Covered, merged } from './covered.js';

export class CoveringWorkers extends Workers {
  private heard: Covered = [];

  override async make(subject: PlainSubject, tasks: readonly Task[]): Promise<Outcome[]> {
    const { outcomes, covered } = await this.cover(subject, tasks);
    if (covered.length > 0) this.heard = merged(this.heard, covered);
    return [...outcomes];
  }

  /** What the runs since this was asked last have covered. */
  covered(): Covered {
    const { heard } = this;
    this.heard = [];
    return heard;
  }
}
