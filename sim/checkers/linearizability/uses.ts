/**
 * How many of each class of `info` operations have been used: pairs of class and number, one behind
 * the other, in order of classes.
 */
export type Uses = readonly number[];

export const noUses: Uses = [];

/** The sum of two. */
export function plus(one: Uses, other: Uses): Uses {
  if (one.length === 0) return other;
  if (other.length === 0) return one;
  const sum: number[] = [];
  let [at, to] = [0, 0];
  while (at < one.length || to < other.length) {
    const own = one[at] ?? Number.POSITIVE_INFINITY;
    const its = other[to] ?? Number.POSITIVE_INFINITY;
    if (own === its) sum.push(own, one[at + 1]! + other[to + 1]!);
    else if (own < its) sum.push(own, one[at + 1]!);
    else sum.push(its, other[to + 1]!);
    if (own <= its) at += 2;
    if (its <= own) to += 2;
  }
  return sum;
}

/** Whether one uses of no class more than the other. */
export function within(one: Uses, other: Uses): boolean {
  let to = 0;
  for (let at = 0; at < one.length; at += 2) {
    while (to < other.length && other[to]! < one[at]!) to += 2;
    if (other[to] !== one[at] || other[to + 1]! < one[at + 1]!) return false;
  }
  return true;
}

/** How many of a class. */
export function usesOf(uses: Uses, wanted: number): number {
  for (let at = 0; at < uses.length; at += 2) if (uses[at] === wanted) return uses[at + 1]!;
  return 0;
}
