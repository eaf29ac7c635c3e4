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
  readonly name: string;
  /** Median of one call. */
  readonly ns: number;
}

/** Runs some of them. @param quiet whether mitata prints nothing */
export async function runSuites(names: readonly string[], quiet: boolean): Promise<Micro[]> {
  for (const name of names) (await suites[name]!()).default();
  const colors = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  const { benchmarks } = await run({ colors, format: quiet ? 'quiet' : 'mitata', throw: true });
  return benchmarks.flatMap(({ runs }) =>
    runs.map(({ name, stats }) => ({ name, ns: stats?.p50 ?? Number.NaN })),
  );
}
