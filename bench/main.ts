/**
 * Runs the benchmarks: `node dist/bench/main.js [name...]`, all of them without a name. A suite is
 * a file here whose default export registers mitata benchmarks; it is loaded only when it is run.
 */
import { run } from 'mitata';

const suites: Readonly<Record<string, () => Promise<{ default: () => void }>>> = {
  queue: () => import('./queue.js'),
  decisions: () => import('./decisions.js'),
  digest: () => import('./digest.js'),
  links: () => import('./links.js'),
  engine: () => import('./engine.js'),
  world: () => import('./world.js'),
};

const known = Object.keys(suites);
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !known.includes(name));
if (unknown === undefined) {
  for (const name of asked.length > 0 ? asked : known) (await suites[name]!()).default();
  await run({ colors: process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined });
} else {
  console.error(`bench: no suite "${unknown}", expected one of ${known.join(', ')}`);
  process.exitCode = 3;
}
