/**
 * The storage of a process: a log, what it leads to, durable metadata, and a disk in front of them
 * that does one thing at a time.
 */
import { Purpose } from '../../runtime/kernel.js';
import type { Batch, EventParams, Plain } from '../../runtime/vocabulary.js';
import type { Asked } from './collected.js';
import type { Process, Running, Told } from './process.js';

type StorageEffect = Extract<
  Asked,
  { type: 'readKey' | 'readLog' | 'append' | 'sync' | 'persist' }
>;

interface Operation {
  readonly by: Running;
  readonly effect: StorageEffect;
  /** The end of the log when its service began. */
  covers: number;
}

/** Kinds of operation that no client operation names have numbers of their own, as in the world. */
const KIND = 1_099_511_627_776;

export class Storage {
  readonly log: Batch[] = [];
  /** Where each batch ends. */
  readonly ends: number[] = [];
  readonly contents = new Map<string, string>();
  metadata: Readonly<Record<string, Plain>> = {};
  latest = 0;
  applied = 0;
  durable = 0;
  private readonly process: Process;
  private readonly waiting: Operation[] = [];
  private busy = false;

  constructor(process: Process) {
    this.process = process;
  }

  submit(by: Running, effect: StorageEffect): void {
    if (effect.type === 'append') this.latest += effect.params.batch.count;
    this.waiting.push({ by, effect, covers: 0 });
    this.advance();
  }

  /** Begins what can begin, and completes what takes no time. */
  private advance(): void {
    const { clock } = this.process.sim;
    while (!this.busy && this.waiting.length > 0) {
      const operation = this.waiting.shift()!;
      operation.covers = this.applied;
      const time = this.timeOf(operation);
      if (time === 0) {
        this.complete(operation);
        continue;
      }
      this.busy = true;
      clock.at(clock.now + time, () => {
        this.busy = false;
        this.complete(operation);
        this.advance();
        this.process.polls.grew();
      });
    }
  }

  private timeOf({ effect, covers }: Operation): number {
    const table = this.process.config.disk?.[effect.type] ?? [0];
    const subject = subjectOf(effect, covers);
    return this.process.sim.decisions.draw(Purpose.disk, this.process.index, subject, table);
  }

  private complete({ by, effect, covers }: Operation): void {
    this.process.tell(by, this.carryOut(effect, covers));
  }

  private carryOut(effect: StorageEffect, covers: number): Told {
    const tag = effect.params.tag ?? '';
    switch (effect.type) {
      case 'readKey': {
        const { key } = effect.params;
        return { type: 'value', tag, key, value: this.contents.get(key) ?? null };
      }
      case 'readLog':
        return { type: 'range', tag, ...this.range(effect.params.from, effect.params.limit) };
      case 'append': {
        const { batch } = effect.params;
        const first = this.applied + 1;
        this.append(batch);
        return { type: 'appended', tag, first, last: this.applied, operation: batch.operation };
      }
      case 'sync':
        this.durable = covers;
        return { type: 'synced', tag };
      case 'persist':
        this.metadata = { ...this.metadata, ...effect.params.fields };
        return { type: 'persisted', tag };
    }
  }

  private append(batch: Batch): void {
    for (const write of batch.writes) {
      if (write.kind !== 'put') throw new Error(`actors: a write of kind ${write.kind}`);
      this.contents.set(write.key, write.value);
    }
    this.applied += batch.count;
    this.log.push(batch);
    this.ends.push(this.applied);
  }

  private range(from: number, limit: number): Omit<EventParams['range'], 'tag'> {
    const nothing = { from, next: from, batches: [] };
    if (from > this.applied + 1) return { ...nothing, status: 'beyond' };
    if (from > this.applied) return { ...nothing, status: 'ok' };
    const index = this.indexOf(from);
    if ((index === 0 ? 1 : this.ends[index - 1]! + 1) !== from) {
      return { ...nothing, status: 'inside' };
    }
    const batches = this.log.slice(index, index + limit);
    return { from, next: this.ends[index + batches.length - 1]! + 1, status: 'ok', batches };
  }

  /** The first batch that ends at an offset or later. */
  private indexOf(offset: number): number {
    let [low, high] = [0, this.ends.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ends[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function subjectOf(effect: StorageEffect, covers: number): number {
  switch (effect.type) {
    case 'append':
      return effect.params.batch.operation || KIND + covers + 1;
    case 'sync':
      return 2 * KIND + covers;
    case 'readLog':
      return 3 * KIND + effect.params.from;
    case 'persist':
      return 6 * KIND;
    case 'readKey':
      return 7 * KIND;
  }
}
