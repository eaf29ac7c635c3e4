/** The command that repeats a run. */

/** What was typed, as far as it makes the run. */
export interface Invoked {
  /** `run`, `fuzz` ... */
  readonly command: string;
  /** A scenario's name, a file, or nothing for the default; stdin has its own field. */
  readonly scenario?: string;
  /** The text that came in on stdin, instead of a file. */
  readonly stdin?: string;
  readonly protocol?: string;
  readonly set?: readonly string[];
  readonly without?: readonly string[];
  readonly fault?: readonly string[];
  readonly seed: number;
}

/** One line for a POSIX shell, from the root of a clone. */
export function reproduce(invoked: Invoked): string {
  const { command, scenario, stdin, protocol, set = [], without = [], fault = [], seed } = invoked;
  const words = [
    'npx',
    'switchover',
    command,
    ...(stdin !== undefined ? ['-'] : scenario !== undefined ? [scenario] : []),
    ...(protocol === undefined ? [] : ['--protocol', protocol]),
    ...set.flatMap((one) => ['--set', one]),
    ...without.flatMap((one) => ['--without', one]),
    ...fault.flatMap((one) => ['--fault', one]),
    '--seed',
    `${seed}`,
  ];
  const line = words.map(quoted).join(' ');
  return stdin === undefined ? line : `printf %s ${quoted(stdin)} | ${line}`;
}

/** A word as a shell takes it, in quotes only where it needs them. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
