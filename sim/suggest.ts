/** What a person may have meant by a name that is not there. */

/** @returns `did you mean "x"?` when one known name is near, else `expected one of a, b, c` */
export function expected(given: string, known: readonly string[]): string {
  const near = closest(given, known);
  if (near !== undefined) return `did you mean "${near}"?`;
  const most = 16;
  const ending = endingWith(given, known);
  const some = ending.length > 0 ? ending : known;
  const shown = some.slice(0, most).join(', ');
  return `expected one of ${shown}${some.length > most ? ` and ${some.length - most} more` : ''}`;
}

/** The nearest known name, if it is near enough to be meant. */
function closest(given: string, known: readonly string[]): string | undefined {
  const wanted = given.toLowerCase();
  // Of names as short as n1 and n9 each is near to each.
  const patience = Math.floor(wanted.length / 3);
  let best: string | undefined;
  let least = patience + 1;
  for (const name of known) {
    const steps = distance(wanted, name.toLowerCase());
    if (steps < least) [best, least] = [name, steps];
  }
  const ending = endingWith(given, known);
  return best ?? (ending.length === 1 ? ending[0] : undefined);
}

/** Names whose last part is what was given: `switching` of `server.failover.switching`. */
function endingWith(given: string, known: readonly string[]): string[] {
  return known.filter((name) => name.toLowerCase().endsWith(`.${given.toLowerCase()}`));
}

/** Levenshtein's distance: the least number of letters added, dropped or replaced. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const replaced = row[to - 1]! + Number(one[at - 1] !== other[to - 1]);
      next.push(Math.min(replaced, row[to]! + 1, next[to - 1]! + 1));
    }
    row = next;
  }
  return row[other.length]!;
}
