/**
 * XState is the user's to choose, within the range that the package accepts. This file runs at both
 * ends of it (see `vitest.config.ts`); the built command line, with the XState that is installed, is
 * what each end is compared with. Needs the build: `npm test` builds first.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import xstate from 'xstate/package.json' with { type: 'json' };
import { everyFaultWorld } from '../runtime/fixtures/every-fault.js';
import { World } from '../runtime/world.js';
import { switchover } from './commands/test-cli.js';
import { run } from './run.js';

const root = fileURLToPath(new URL('../', import.meta.url));
const { peerDependencies, devDependencies } = JSON.parse(
  readFileSync(`${root}package.json`, 'utf8'),
);
const lowest = peerDependencies.xstate.replace('^', '');
const end = process.env['XSTATE_END'];

describe(`at the ${end} end of the range of XState`, () => {
  it('should be tested what the package accepts', () => {
    expect(peerDependencies.xstate).toMatch(/^\^5\.\d+\.\d+$/);
    expect(devDependencies['xstate-lowest']).toBe(`npm:xstate@${lowest}`);
    if (end === 'lowest') expect(xstate.version).toBe(lowest);
    else expect(minor(xstate.version)).toBeGreaterThan(minor(lowest));
  });

  it('should be the same world of every fault', () => {
    const events = 3000;
    const world = new World(everyFaultWorld(1, { events }));
    world.run({ maxEvents: events });
    const { stdout } = switchover(['selfcheck', '--events', `${events}`, '--json']);
    expect(world.digest, 'a stale build? npm run build').toBe(JSON.parse(stdout).digest);
  });

  it('should be the same run of a scenario', () => {
    const scenario = {
      name: 'light',
      workload: { clients: 2, operations: 40, startUs: 2_950_000 },
    };
    const { digest, events, verdicts } = run(scenario);
    const { stdout } = switchover(['run', '-', '--json'], JSON.stringify(scenario));
    const report = JSON.parse(stdout);
    expect([digest, events], 'a stale build? npm run build').toEqual([
      report.digest,
      report.events,
    ]);
    expect(verdicts.map(({ validity }) => validity)).not.toContain('invalid');
  });
});

function minor(text: string): number {
  return Number(text.split('.')[1]);
}
