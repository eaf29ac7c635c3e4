/** Who calls next, and how each call ended. Closed loops only. */
import type { Script } from '../../runtime/config.js';
import { Purpose } from '../../runtime/kernel.js';
import type { OperationRecord } from '../../runtime/record.js';
import type { EffectParams } from '../../runtime/vocabulary.js';
import type { Actors } from './actors.js';
import type { Process } from './process.js';

interface Open {
  readonly operation: OperationRecord;
  readonly script: Script;
  readonly at: number;
}

export class Scripts {
  readonly operations: OperationRecord[] = [];
  /** Calls that have not ended. */
  left = 0;
  private readonly sim: Actors;
  private readonly open = new Map<number, Open>();

  constructor(sim: Actors) {
    this.sim = sim;
  }

  begin(scripts: readonly Script[]): void {
    for (const script of scripts) {
      this.left += script.items.length;
      this.queue(script, 0, 0);
    }
  }

  private queue(script: Script, at: number, notBefore: number): void {
    const item = script.items[at];
    if (item === undefined) return;
    const { clock } = this.sim;
    clock.at(Math.max(clock.now, notBefore, item.atUs), () => this.invoke(script, at));
  }

  private invoke(script: Script, at: number): void {
    const { id, call } = script.items[at]!;
    const process = this.sim.process(script.node);
    const operation = { id, node: script.node, call, invokedAt: this.sim.clock.now };
    this.operations.push(operation);
    this.open.set(id, { operation, script, at });
    process.tell(process.root!, { type: 'invoke', operation: { id, call } });
  }

  complete(process: Process, { operation: id, outcome, value, error }: EffectParams['complete']) {
    const { operation, script, at } = this.open.get(id)!;
    this.open.delete(id);
    this.left--;
    operation.completedAt = this.sim.clock.now;
    operation.outcome = outcome;
    if (value !== undefined) operation.value = value;
    if (error !== undefined) operation.error = error;
    const { decisions, clock } = this.sim;
    const think = decisions.draw(Purpose.think, process.index, id, script.thinkUs ?? [0]);
    this.queue(script, at + 1, clock.now + think);
  }
}
