/**
 * Search in breadth, completion by completion: all configurations in which everything that had
 * completed is placed, and of the rest no more than had to come before. After Lowe, "Testing for
 * Linearizability" (2017), just-in-time linearization. Where an operation can't be placed, it is
 * known as soon as its turn comes; and what lies behind is forgotten, so that long histories take no
 * more memory than short ones.
 */
import { type Configuration, Configurations, type Placement } from './configurations.js';
import type { Partition } from './partition.js';
import { Front, type Outcome, type Search } from './search.js';
import { Seen } from './seen.js';

/**
 * The configurations of one low, by how many `info` operations they have used: taken in that order,
 * none is explored that another stands for.
 */
class Layer {
  readonly seen = new Seen();
  private readonly byUses: Configuration[][] = [];
  private used = 0;

  add(configuration: Configuration): void {
    let used = 0;
    const { uses } = configuration;
    for (let at = 1; at < uses.length; at += 2) used += uses[at]!;
    while (this.byUses.length <= used) this.byUses.push([]);
    this.byUses[used]!.push(configuration);
  }

  /** The one that has used least; it stays until it is taken. */
  get next(): Configuration | undefined {
    while (this.used < this.byUses.length && this.byUses[this.used]!.length === 0) this.used += 1;
    return this.byUses[this.used]?.at(-1);
  }

  take(): void {
    this.byUses[this.used]!.pop();
  }
}

export class JustInTime implements Search {
  readonly configurations: Configurations;
  readonly front = new Front();
  order: Placement | null = null;
  private readonly layers = new Map<number, Layer>();
  private low = 0;
  private kept = 0;

  constructor(partition: Partition) {
    this.configurations = new Configurations(partition);
    this.reach(this.configurations.first);
  }

  get stored(): number {
    return this.kept + this.configurations.states.size;
  }

  forget(): void {
    this.layers.clear();
    this.kept = 0;
  }

  advance(until: number, limit: number, memory: number): Outcome | undefined {
    const { configurations } = this;
    while (configurations.work < until) {
      if (this.stored > memory) return 'full';
      const layer = this.lowest();
      if (layer === undefined) return 'none';
      const from = layer.next!;
      if (configurations.isComplete(from)) {
        this.order = from.order;
        return 'found';
      }
      const found = configurations.waysFrom(from, limit);
      if (found === undefined) return undefined;
      layer.take();
      for (const way of found.ways) this.reach(configurations.behind(from, way));
    }
    return undefined;
  }

  private reach(configuration: Configuration): void {
    this.front.reach(configuration);
    const layer = this.layerOf(configuration.low);
    const key = this.configurations.keyOf(configuration);
    if (!layer.seen.isNew(key, configuration.uses)) return;
    const before = layer.seen.size;
    layer.seen.add(key, configuration.uses);
    this.kept += layer.seen.size - before;
    layer.add(configuration);
  }

  private layerOf(low: number): Layer {
    const known = this.layers.get(low);
    if (known !== undefined) return known;
    const layer = new Layer();
    this.layers.set(low, layer);
    return layer;
  }

  /** The lowest layer in which something is left; those below are dropped. */
  private lowest(): Layer | undefined {
    while (this.layers.size > 0) {
      const layer = this.layers.get(this.low);
      if (layer?.next !== undefined) return layer;
      if (layer !== undefined) {
        this.kept -= layer.seen.size;
        this.layers.delete(this.low);
      }
      this.low += 1;
    }
    return undefined;
  }
}
