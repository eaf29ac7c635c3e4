/** A first-in, first-out line as plain data: an array and how much of it has been taken. */
export interface Line<T> {
  readonly items: T[];
  taken: number;
}

/** @returns an empty line */
export function createLine<T>(): Line<T> {
  return { items: [], taken: 0 };
}

/** Whether nobody waits. */
export function isEmpty(line: Line<unknown>): boolean {
  return line.taken === line.items.length;
}

/** Adds at the end. */
export function join<T>(line: Line<T>, item: T): void {
  line.items.push(item);
}

/** Takes the first; the line must not be empty. */
export function shift<T>(line: Line<T>): T {
  const item = line.items[line.taken++] as T;
  if (line.taken === line.items.length) clearLine(line);
  return item;
}

/** Puts one back at the front. */
export function unshift<T>(line: Line<T>, item: T): void {
  if (line.taken > 0) line.items[--line.taken] = item;
  else line.items.unshift(item);
}

/** Sends everybody away. */
export function clearLine(line: Line<unknown>): void {
  empty(line.items);
  line.taken = 0;
}

/** Takes everything out. A list cut to no length would give its memory back, and soon ask again. */
export function empty(list: unknown[]): void {
  for (let left = list.length; left > 0; left--) list.pop();
}

/** Who waits, in order. */
export function waiting<T>(line: Line<T>): T[] {
  return line.items.slice(line.taken);
}

/** Takes one out of a short list; the others keep their order. `splice` would make a list of it. */
export function removeAt(list: unknown[], at: number): void {
  for (let next = at + 1; next < list.length; next++) list[next - 1] = list[next];
  list.pop();
}

/** Takes an item out of a short list, if it is there; the others keep their order. */
export function removeFrom<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) removeAt(list, at);
}
