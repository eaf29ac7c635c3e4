/** Numbers and lists in words. Integer arithmetic only: reasons are compared in tests. */

/** Microseconds as seconds: three decimals, six where the last three say something. */
export function seconds(us: number): string {
  const whole = Math.floor(us / 1_000_000);
  // Histories of other systems may have nanoseconds.
  const fraction = String(Math.floor(us % 1_000_000)).padStart(6, '0');
  return `${whole}.${fraction.endsWith('000') ? fraction.slice(0, 3) : fraction} s`;
}

/** @returns `1 operation`, `2 operations` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a, b and c`; from the `most`th on, `and 7 more`. */
export function listed(items: readonly (string | number)[], most = 5): string {
  const shown = items.slice(0, most).map(String);
  if (items.length > most) return `${shown.join(', ')} and ${items.length - most} more`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
