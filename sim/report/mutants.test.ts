/** What a hunt for mutants says, from fates that are given. */
import { describe, expect, it } from 'vitest';
import { explainedIds, explanationOf } from '../mutants/explained.js';
import { hunted, killed } from '../mutants/test-hunted.js';
import { type MutantsReport, mutantsJson, renderMutants, verdictOf } from './mutants.js';

const page = { width: 60, colours: false };

function reportOf(fates: MutantsReport['hunted'], planned = fates.length): MutantsReport {
  return {
    protocol: 'graceful',
    seed: 1,
    strategy: 'portfolio',
    runs: 300,
    reachRuns: 1000,
    hunted: fates,
    planned,
    workers: 2,
    seconds: 3.4,
  };
}

const some = [
  hunted('a', killed(['attempts'], 9)),
  hunted('b', killed(['liveness', 'attempts'], 2), { group: 'coordinator', operator: 'drop' }),
  hunted('c', { end: 'survived' }),
  hunted('d', { end: 'not reached' }),
];

describe('the report of a hunt', () => {
  it('should be a table by group and operator, then every survivor', () => {
    const text = renderMutants(reportOf(some), page);
    expect(text.split('\n').slice(text.split('\n').indexOf('') + 1)).toEqual([
      '            made invalid unmet killed runs survived score',
      'coordinator    1       0     0      1    2        0 100 %',
      '  drop         1       0     0      1    2        0 100 %',
      'takeover       3       0     1      1    9        1  50 %',
      '  remove       3       0     1      1    9        1  50 %',
      'all            4       0     1      2    2        1  66 %',
      'killed by  fuzz 2: attempts 2, liveness 1',
      '',
      'survived: c',
      '  server.c does otherwise',
      '  not explained',
      'killed 2 of 3; 1 survived, 0 of them explained',
    ]);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(page.width);
  });

  it('should say why a survivor may survive', () => {
    const [id] = explainedIds;
    const text = renderMutants(reportOf([hunted(id!, { end: 'survived' })]), {
      ...page,
      width: 999,
    });
    expect(text).toContain(`\n  ${explanationOf(id!)}\n`);
    expect(text).toContain('1 survived, 1 of them explained');
    expect(verdictOf(reportOf([hunted(id!, { end: 'survived' })]))).toBe('explained');
  });

  it('should hold a survivor without an explanation against it', () => {
    expect(verdictOf(reportOf(some))).toBe('open');
    expect(verdictOf(reportOf(some.filter(({ fate }) => fate.end !== 'survived')))).toBe(
      'explained',
    );
  });

  it('should tell of an explanation that a kill refutes', () => {
    const report = reportOf([hunted(explainedIds[0]!, killed(['liveness'], 3))]);
    expect(renderMutants(report, page)).toContain(`killed, though explained: ${explainedIds[0]}`);
    expect(verdictOf(report)).toBe('open');
  });

  it('should say what is not known, and then decide nothing', () => {
    const died = hunted('e', { end: 'unknown', why: 'a worker died of SIGKILL' });
    const cut = reportOf([died], 3);
    expect(renderMutants(cut, page)).toContain('unknown: e  a worker died of SIGKILL');
    expect(renderMutants(cut, page)).toContain('ended before its end: 2 of 3 are not known');
    expect(verdictOf(cut)).toBe('undecided');
    expect(verdictOf(reportOf(some.slice(0, 1), 2))).toBe('undecided');
    expect(verdictOf(reportOf([died]))).toBe('undecided');
  });

  it('should be the same as JSON', () => {
    const json = JSON.parse(JSON.stringify(mutantsJson(reportOf(some))));
    expect(json).toMatchObject({
      version: 1,
      protocol: 'graceful',
      all: { generated: 4, notReached: 1, killed: 2, survived: 1, killable: 3 },
      scores: [
        { group: 'coordinator', operator: 'drop', killed: 1 },
        { group: 'takeover', operator: 'remove', killed: 1, survived: 1 },
      ],
    });
    expect(json.mutants[0]).toMatchObject({ id: 'a', end: 'killed', by: ['attempts'], runs: 9 });
    expect(json.mutants.map(({ end }: { end: string }) => end)).toEqual([
      'killed',
      'killed',
      'survived',
      'not reached',
    ]);
  });
});
