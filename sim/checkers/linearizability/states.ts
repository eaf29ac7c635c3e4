/**
 * The states of a specification by number, and what leads from one to the next: each question is
 * put to the specification once.
 */
import type { Partition } from './partition.js';
import { Seen } from './seen.js';
import { noUses, plus, type Uses, usesOf } from './uses.js';

/** A call's effect, behind as few `info` operations as it needs. */
export interface Move {
  readonly state: number;
  /** Classes of `info` operations that take effect right before it, in that order. */
  readonly chain: readonly number[];
  readonly uses: Uses;
}

/** No such step. */
export const illegal = -1;

export class States {
  readonly initial: number;
  /** Questions put to the specification, and chains tried. */
  work = 0;
  private readonly states: unknown[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly steps = new Map<number, number>();
  private readonly movesOf = new Map<number, readonly Move[]>();

  constructor(private readonly partition: Partition) {
    const { specification, initial } = partition;
    this.initial = this.numberOf(specification.init(initial));
  }

  /** How many states and moves are kept; of single steps, which are small, eight count as one. */
  get size(): number {
    return this.states.length + this.movesOf.size + (this.steps.size >>> 3);
  }

  /** The state after a call, or `illegal`. */
  step(state: number, call: number): number {
    const place = state * this.partition.calls.length + call;
    const known = this.steps.get(place);
    if (known !== undefined) return known;
    this.work += 1;
    const next = this.partition.specification.step(this.states[state], this.partition.calls[call]!);
    const number = next === undefined ? illegal : this.numberOf(next);
    this.steps.set(place, number);
    return number;
  }

  /** See `Specification.isHarmless`. */
  isHarmless(call: number, state: number): boolean {
    const { specification, calls } = this.partition;
    return specification.isHarmless(calls[call]!, this.states[state]);
  }

  describe(state: number): string {
    return this.partition.specification.describeState(this.states[state]);
  }

  /**
   * The ways for a call to take effect from a state: plainly, and behind chains of `info` operations.
   *
   * An `info` operation never must take effect by some time, so it may as well do so right before
   * the first operation that it makes a difference to. Of chains only those are looked at of which
   * each member is needed: without it the call, or a member behind it, could not be; or it would come
   * to another state, also when the member followed.
   *
   * @param limit of `work`; when it is passed the answer is undefined
   */
  moves(state: number, call: number, limit: number): readonly Move[] | undefined {
    const place = state * this.partition.calls.length + call;
    const known = this.movesOf.get(place);
    if (known !== undefined) return known;
    const found = this.findMoves(state, call, limit);
    if (found !== undefined) this.movesOf.set(place, found);
    return found;
  }

  private findMoves(from: number, call: number, limit: number): Move[] | undefined {
    const moves: Move[] = [];
    const met = new Seen();
    const reached = new Seen();
    const queue: Move[] = [{ state: from, chain: [], uses: noUses }];
    met.add(String(from), noUses);
    for (const { state, chain, uses } of queue) {
      if (this.work > limit) return undefined;
      const next = this.step(state, call);
      const key = String(next);
      if (next !== illegal && reached.isNew(key, uses) && this.isNeeded(from, chain, call, next)) {
        reached.add(key, uses);
        moves.push({ state: next, chain, uses });
      }
      for (const longer of this.longerChains(from, { state, chain, uses }, call)) {
        if (!met.isNew(String(longer.state), longer.uses)) continue;
        met.add(String(longer.state), longer.uses);
        queue.push(longer);
      }
    }
    return moves;
  }

  /** A chain and one more `info` operation that may help. */
  private longerChains(from: number, { state, chain, uses }: Move, call: number): Move[] {
    const { infos, calls, helps } = this.partition;
    const longer: Move[] = [];
    for (const [index, info] of infos.entries()) {
      this.work += 1;
      if (usesOf(uses, index) === info.operations.length) continue;
      if (!helps(calls[info.call]!, this.states[state], calls[call]!)) continue;
      const next = this.step(state, info.call);
      if (next === illegal || next === state) continue;
      const isIdle = chain.some(
        (_, at) => this.after(from, [...without(chain, at), index]) === next,
      );
      if (isIdle) continue;
      longer.push({ state: next, chain: [...chain, index], uses: plus(uses, [index, 1]) });
    }
    return longer;
  }

  /** Whether no member of a chain may be left out, or follow the call instead. */
  private isNeeded(from: number, chain: readonly number[], call: number, next: number): boolean {
    return chain.every((member, at) => {
      const before = this.after(from, without(chain, at));
      const alone = before === illegal ? illegal : this.step(before, call);
      if (alone === illegal) return true;
      return alone !== next && this.step(alone, this.partition.infos[member]!.call) !== next;
    });
  }

  /** The state after a chain, or `illegal`. */
  private after(from: number, chain: readonly number[]): number {
    let state = from;
    for (const member of chain) {
      if (state === illegal) return illegal;
      state = this.step(state, this.partition.infos[member]!.call);
    }
    return state;
  }

  private numberOf(state: unknown): number {
    const key = this.partition.specification.keyOf(state);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.numbers.set(key, this.states.length);
    return this.states.push(state) - 1;
  }
}

function without(chain: readonly number[], at: number): number[] {
  return chain.filter((_, index) => index !== at);
}
