/** What a person is told of coverage, and what a program is. */
import { describe, expect, it } from 'vitest';
import type { CoverageRuns } from '../coverage/cover.js';
import { nameOf } from '../coverage/covered.js';
import { explanationsOf } from '../coverage/explained.js';
import { inventoryOf, sightsOf } from '../coverage/inventory.js';
import { protocolNamed } from '../protocols.js';
import {
  type CoverageReport,
  coverageJson,
  measured,
  renderCoverage,
  unexplained,
} from './coverage.js';

const protocol = protocolNamed('graceful');
const everything = inventoryOf(protocol).flatMap((item) =>
  sightsOf(item).map((sight) => nameOf(item, sight)),
);
const explained = new Set(explanationsOf(protocol).flatMap(({ things }) => things));
/** What a campaign covers that takes all but what is explained, `passed` of it included. */
const reachable = everything.filter(
  (one) => !explained.has(one) && !explained.has(one.replace(/ passed$/, ' taken')),
);

function reportOf(own: readonly string[], other: readonly string[]): CoverageReport {
  const runs: CoverageRuns = {
    covered: new Map([
      ['graceful', own],
      ['kvrocks-pr3295', other],
    ]),
    paths: own.slice(0, 90),
    scenarios: 3,
    drawn: new Map([
      ['graceful', 2000],
      ['kvrocks-pr3295', 200],
    ]),
    defects: [],
    isWhole: true,
  };
  return { protocol, seed: 1, runs, ...measured(protocol, runs), workers: 2, seconds: 4 };
}

const narrow = { width: 60, colours: false };

describe('the report of coverage', () => {
  it('should tell of the protocol alone and of all, and that all else is explained', () => {
    const report = reportOf(reachable.slice(0, 400), reachable);
    const text = renderCoverage(report, narrow);
    expect(text).toContain('2000 runs drawn');
    expect(text).toMatch(/^all +\d+\/460 +\d+\/516 +412\/460 +451\/516$/m);
    expect(text).toMatch(/^server: failover command +\d\/3 +\d\/6 +3\/3 +6\/6$/m);
    expect(text).toMatch(/^taken by +paths +runs +both$/m);
    expect(text).toMatch(/^all( +[1-9]\d*\/460){3}$/m);
    expect(text).toMatch(/^never taken, and why$/m);
    expect(text).toContain('server.job.looking up|abort the attempt|0 taken');
    expect(text).not.toContain('not explained');
    expect(text).toMatch(
      /^412 of 460 transitions taken; everything else is\s+explained:\s+70 things$/m,
    );
    expect(text.split('\n').filter((line) => line.length > 60)).toEqual([]);
    expect(unexplained(report)).toEqual([]);
  });

  it('should name what nothing explains', () => {
    const left = 'server.job.idle|always|0 taken';
    const report = reportOf(
      [],
      reachable.filter((one) => one !== left),
    );
    expect(unexplained(report)).toEqual([{ name: left }]);
    const text = renderCoverage(report, narrow);
    expect(text).toMatch(
      /^never taken, and not explained\n {2}server\.job\.idle\|always\|0 taken$/m,
    );
    expect(text.split('\n').at(-1)).toBe('not explained: 1; refuted: 0');
  });

  it('should say of an explanation that it is refuted', () => {
    const [taken = ''] = explained;
    const report = reportOf([], [...reachable, taken]);
    const text = renderCoverage(report, { width: 100, colours: false });
    const [{ why, things }] = explanationsOf(protocol) as [{ why: string; things: string[] }];
    expect(things).toContain(taken);
    expect(text).toMatch(/^taken, although it is explained why it can not be$/m);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(`${why} ${taken}`);
    expect(text.split('\n').at(-1)).toBe('not explained: 0; refuted: 1');
  });

  it('should say that it was cut short, and what the simulator failed of', () => {
    const whole = reportOf(reachable, []);
    const runs = { ...whole.runs, isWhole: false, defects: ['graceful, seed 7: no rest'] };
    const text = renderCoverage({ ...whole, runs }, narrow);
    expect(text).toMatch(/^ended before its end$/m);
    expect(text).toMatch(/^defect of the simulator: graceful, seed 7: no rest$/m);
  });

  it('should be plain data as JSON, from which it can be measured again', () => {
    const report = reportOf(reachable.slice(0, 100), reachable);
    const json = JSON.parse(JSON.stringify(coverageJson(report)));
    expect(json).toMatchObject({ version: 1, protocol: 'graceful', seed: 1, isWhole: true });
    expect(json.drawn).toEqual({ graceful: 2000, 'kvrocks-pr3295': 200 });
    expect(json.all.all).toEqual({
      transitions: { seen: 412, all: 460 },
      outcomes: { seen: 451, all: 516 },
    });
    expect(json.alone['server: link'].transitions.all).toBe(7);
    const covered = new Map<string, string[]>(Object.entries(json.covered));
    expect(measured(protocol, { ...report.runs, covered }).all).toEqual(report.all);
  });
});
