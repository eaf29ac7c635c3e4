/**
 * What history states remember. Each value that is reached is one object, so that a machine's
 * tables can be kept by it; there are few.
 */
import { type Node, sorted } from './nodes.js';

/** What one history state remembers, by the id of that state. */
export type Recorded = readonly (readonly [id: string, nodes: readonly Node[]])[];

export class History {
  /** Nodes in document order: their order never matters to XState. */
  readonly nodes: ReadonlyMap<string, readonly Node[]>;
  /** Where records led to from here. */
  readonly #after: WeakMap<Recorded, History> = new WeakMap();
  readonly #all: Map<string, History>;

  private constructor(nodes: ReadonlyMap<string, readonly Node[]>, all: Map<string, History>) {
    this.nodes = nodes;
    this.#all = all;
  }

  /** Nothing is remembered yet. */
  static empty(): History {
    const all = new Map<string, History>();
    const empty = new History(new Map(), all);
    all.set('', empty);
    return empty;
  }

  /** This history with some states remembered anew. */
  with(recorded: Recorded): History {
    let after = this.#after.get(recorded);
    if (after === undefined) {
      after = this.#merged(recorded);
      this.#after.set(recorded, after);
    }
    return after;
  }

  /** Values that are reached again are other objects from then on, which costs tables, no more. */
  forget(): void {
    this.#all.clear();
  }

  #merged(recorded: Recorded): History {
    const merged = new Map(this.nodes);
    for (const [id, nodes] of recorded) merged.set(id, sorted([...nodes]));
    const key = JSON.stringify(
      [...merged].map(([id, nodes]) => [id, nodes.map(({ order }) => order)]).sort(),
    );
    const known = this.#all.get(key);
    if (known !== undefined) return known;
    const made = new History(merged, this.#all);
    this.#all.set(key, made);
    return made;
  }
}
