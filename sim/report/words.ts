/** Words that reports share. Integer arithmetic: the same text on every machine. */

/** A length of time for people: `20 us`, `3.2 ms`, `1.500 s`. */
export function lasting(us: number): string {
  if (us < 1000) return `${us} us`;
  if (us < 1_000_000) {
    const tenths = Math.floor((us + 50) / 100);
    if (tenths < 10_000) return `${Math.floor(tenths / 10)}.${tenths % 10} ms`;
  }
  const thousandths = Math.floor((us + 500) / 1000);
  return `${Math.floor(thousandths / 1000)}.${String(thousandths % 1000).padStart(3, '0')} s`;
}

/** @returns `1 write`, `2 writes` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** With a comma at every thousand. */
export function thousands(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The word that an error begins with: `TRYAGAIN`, `MOVED`, `ERR`. */
export function errorWord(error: unknown): string {
  return /^[A-Z]+/.exec(String(error))?.[0] ?? 'error';
}
