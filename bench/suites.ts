/** The micro benchmarks by name: files whose default export registers them with mitata. */
import { run } from 'mitata';

export const suites: Readonly<Record<string, () => Promise<{ default: () => void }>>> = {
  engine: () => import('./engine.js'),
  queue: () => import('./queue.js'),
  links: () => import('./links.js'),
  digest: () => import('./digest.js'),
  decisions: () => import('./decisions.js'),
  world: () => import('./world.js'),
  judge: () => import('./judge.js'),
};

/** What a micro benchmark took. */
export interface Micro {
  /** What it stands beside. */
  readonly group: string;
  readonly name: string;
  /** Median of one call. */
  readonly ns: number;
}

/** What mitata's `run` gives, as far as it is used; its types leave the groups out. */
interface Ran {
  readonly layout: readonly { readonly name: string }[];
  readonly benchmarks: readonly {
    /** Index into the layout. */
    readonly group: number;
    readonly runs: readonly { readonly name: string; readonly stats: { readonly p50: number } }[];
  }[];
}

/** Runs some of them. @param quiet whether mitata prints nothing */
export async function runSuites(names: readonly string[], quiet: boolean): Promise<Micro[]> {
  for (const name of names) (await suites[name]!()).default();
  const colors = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  const { benchmarks, layout } = (await run({
    colors,
    format: quiet ? 'quiet' : 'mitata',
    throw: true,
  })) as unknown as Ran;
  return benchmarks.flatMap(({ group, runs }) =>
    runs.map(({ name, stats }) => ({ group: layout[group]!.name, name, ns: stats.p50 })),
  );
}
