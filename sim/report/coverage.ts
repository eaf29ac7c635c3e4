/** Coverage for a person: how much of each machine was taken, and why the rest never is. */

import type { Protocol } from '../../machines/protocol.js';
import type { CoverageRuns } from '../coverage/cover.js';
import { type Covered, merged } from '../coverage/covered.js';
import {
  type Measure,
  type Missing,
  measure,
  type Share,
  type Shares,
} from '../coverage/measure.js';
import { coloursOf, hanging, type Page } from './text.js';
import { counted, thousands } from './words.js';

/** Everything about a coverage that has been collected. */
export interface CoverageReport {
  readonly protocol: Protocol;
  readonly seed: number;
  readonly runs: CoverageRuns;
  /** By paths of its test models, by its own runs, by both, and by everything that has its machines. */
  readonly paths: Measure;
  readonly own: Measure;
  readonly both: Measure;
  readonly all: Measure;
  readonly workers: number;
  /** Of real time. */
  readonly seconds: number;
}

/** What runs have covered, measured. */
export function measured(protocol: Protocol, { covered, paths }: CoverageRuns) {
  const own: Covered = covered.get(protocol.name) ?? [];
  return {
    paths: measure(protocol, paths),
    own: measure(protocol, own),
    both: measure(protocol, merged(paths, own)),
    all: measure(protocol, merged(paths, ...covered.values())),
  };
}

/** Things that nothing explains: each is a reason to look for a scenario, or at the machine. */
export const unexplained = ({ all }: Pick<CoverageReport, 'all'>): readonly Missing[] =>
  all.missing.filter(({ why }) => why === undefined);

/** The report as text. */
export function renderCoverage(report: CoverageReport, page: Page): string {
  const { protocol, runs, all, seed, workers, seconds } = report;
  const { bold, red, green, dim, yellow } = coloursOf(page);
  const drawn = [...runs.drawn.values()];
  const [own = 0, ...others] = drawn;
  const rest = others.reduce((sum, one) => sum + one, 0);
  const drawing = [
    counted(runs.scenarios, 'scenario'),
    `${counted(own, 'run')} drawn for ${protocol.name} from seed ${seed}`,
    `${counted(rest, 'run')} for ${others.length} other settings of its machines`,
  ];
  const lines = [
    bold(`${protocol.name}: what of its machines is taken`),
    ...hanging(
      '  ',
      `${drawing.join(', ')}; ${thousands(runs.scenarios + own + rest)} in ${seconds.toFixed(0)} s with ${counted(workers, 'worker')}`,
      page.width,
    ).map(dim),
    '',
    ...table(report),
    '',
    ...byPaths(report),
    '',
  ];
  for (const defect of runs.defects.slice(0, 3)) {
    lines.push(...hanging('defect of the simulator: ', defect, page.width).map(red), '');
  }
  const open = unexplained(report);
  const refuted = groups(all.refuted);
  const explained = groups(all.missing.filter(({ why }) => why !== undefined));
  if (explained.size > 0) lines.push(bold('never taken, and why'), ...told(explained, page), '');
  if (refuted.size > 0) {
    lines.push(red('taken, although it is explained why it can not be'));
    lines.push(...told(refuted, page), '');
  }
  if (open.length > 0) {
    lines.push(red('never taken, and not explained'));
    lines.push(...open.flatMap(({ name }) => hanging('  ', name, page.width)), '');
  }
  if (!runs.isWhole) lines.push(yellow('ended before its end'));
  const { seen, all: of } = all.whole.transitions;
  const left = counted(all.missing.length - open.length, 'thing');
  const isBad = open.length + refuted.size > 0;
  const last = isBad
    ? `not explained: ${open.length}; refuted: ${all.refuted.length}`
    : `${seen} of ${of} transitions taken; everything else is explained: ${left}`;
  lines.push(...hanging('', last, page.width).map(isBad ? red : green));
  return lines.join('\n');
}

const widths = [8, 9, 10, 9];

/** Taken and answered, by the protocol itself and by all: so narrow that it fits any page. */
function table({ own, all }: CoverageReport): string[] {
  const cell = ({ seen, all: of }: Share) => `${seen}/${of}`;
  const cells = ({ transitions, outcomes }: Shares) => [cell(transitions), cell(outcomes)];
  const rows = [...own.parts, ['all', own.whole] as const].map(([part, shares]) => [
    part,
    ...cells(shares),
    ...cells(part === 'all' ? all.whole : all.parts.get(part)!),
  ]);
  const head = ['', 'taken', 'answers', 'taken', 'answers'];
  const lines = [head, ...rows].map(([part = '', ...rest]) =>
    [part.padEnd(24), ...rest.map((one, at) => one.padStart(widths[at]!))].join(''),
  );
  return [`${''.padEnd(24)}${'alone'.padStart(17)}${'all settings'.padStart(19)}`, ...lines];
}

/** Transitions taken, by how they were come by. */
function byPaths({ paths, own, both }: CoverageReport): string[] {
  const cells = (of: (measure: Measure) => Share | undefined) =>
    [paths, own, both].map((one) => {
      const { seen = 0, all = 0 } = of(one) ?? {};
      return `${seen}/${all}`;
    });
  const rows = [...own.parts.keys()].map((part) => [
    part,
    ...cells(({ parts }) => parts.get(part)?.transitions),
  ]);
  const head = ['taken by', 'paths', 'runs', 'both'];
  return [head, ...rows, ['all', ...cells(({ whole }) => whole.transitions)]].map(
    ([part = '', ...rest]) => [part.padEnd(24), ...rest.map((one) => one.padStart(9))].join(''),
  );
}

function groups(things: readonly Missing[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, why = '' } of things) found.set(why, [...(found.get(why) ?? []), name]);
  return found;
}

function told(reasons: ReadonlyMap<string, readonly string[]>, page: Page): string[] {
  const { dim } = coloursOf(page);
  return [...reasons].flatMap(([why, names]) => [
    ...hanging('  ', why, page.width),
    ...names.flatMap((name) => hanging('    ', name, page.width)).map(dim),
  ]);
}

/** The report as JSON: a plain value. */
export function coverageJson({ protocol, runs, paths, own, both, all, ...rest }: CoverageReport) {
  const parts = ({ parts: of, whole }: Measure) => ({ ...Object.fromEntries(of), all: whole });
  return {
    version: 1,
    protocol: protocol.name,
    ...rest,
    scenarios: runs.scenarios,
    drawn: Object.fromEntries(runs.drawn),
    isWhole: runs.isWhole,
    defects: runs.defects,
    paths: parts(paths),
    alone: parts(own),
    both: parts(both),
    all: parts(all),
    missing: all.missing,
    refuted: all.refuted,
    covered: Object.fromEntries(runs.covered),
  };
}
