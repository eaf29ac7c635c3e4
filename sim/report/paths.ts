/** Paths of test models for a person: a tree of what was done, and where the cluster was otherwise. */

import type { TestModel } from '../../machines/test-model.js';
import { graphOf } from '../paths/model-graph.js';
import { type Failure, type PathsReport, passed } from '../paths/paths-report.js';
import type { PathResult } from '../paths/run-path.js';
import { coloursOf, hanging, type Page } from './text.js';
import { counted, thousands } from './words.js';

/** Everything about a drive that has ended. */
export interface DriveReport {
  readonly protocol: string;
  readonly knobs: Readonly<Record<string, boolean | number>>;
  readonly seed: number;
  readonly models: readonly (PathsReport & { readonly source: TestModel })[];
  readonly isWhole: boolean;
  readonly workers: number;
  /** Of real time. */
  readonly seconds: number;
}

type ModelReport = DriveReport['models'][number];

/** The report as text. */
export function renderPaths(report: DriveReport, page: Page): string {
  const { bold, green, red, yellow, dim } = coloursOf(page);
  const lines: string[] = [];
  for (const model of report.models) {
    lines.push(...hanging('', `${model.model}: ${model.about}`, page.width).map(bold));
    lines.push(...treeLines(model, page), '', ...summaryLines(model, page), '');
    for (const failure of model.failures) lines.push(...failureLines(failure, page), '');
  }
  if (!report.isWhole) lines.push(yellow('ended before its end'));
  const driven = report.models.flatMap(({ results }) => results);
  const failed = driven.filter((one) => !passed(one)).length;
  const runs = driven.reduce((sum, one) => sum + one.runs, 0);
  const text = `${thousands(runs)} runs in ${report.seconds.toFixed(0)} s with ${counted(report.workers, 'worker')}`;
  lines.push(...hanging('', text, page.width).map(dim));
  lines.push(
    failed === 0
      ? green(`${report.protocol}: ${counted(driven.length, 'path')}, all passed`)
      : red(`${report.protocol}: ${failed} of ${counted(driven.length, 'path')} failed`),
  );
  return lines.join('\n');
}

function summaryLines({ strategy, plan, results, covered }: ModelReport, page: Page): string[] {
  const { yellow } = coloursOf(page);
  const failed = results.filter((one) => !passed(one)).length;
  const left = leftInWords(plan.left);
  const lines = hanging(
    '',
    `${strategy}: ${counted(results.length, 'path')}, ${results.length - failed} passed, ${failed} failed${left === '' ? '' : `; ${left}`}; ` +
      `${covered.states} of ${covered.ofStates} states, ${covered.transitions} of ${covered.ofTransitions} transitions`,
    page.width,
  );
  const { missing } = covered;
  if (missing.length === 0) return lines;
  const shown = missing.slice(0, 12).join('; ');
  const more = missing.length > 12 ? ` and ${missing.length - 12} more` : '';
  return [...lines, ...hanging('  not taken: ', `${shown}${more}`, page.width).map(yellow)];
}

function leftInWords({ count, more }: ModelReport['plan']['left']): string {
  if (count === 0) return more ? 'walks have no end' : '';
  return `${more ? 'more than ' : ''}${thousands(count)} beyond the limit`;
}

interface Branch {
  readonly children: Map<number, Branch>;
  readonly failures: string[];
  /** Paths that end here and passed. */
  passed: boolean;
}

/** Each event under the one before it; paths that begin alike are one line up to where they part. */
function treeLines({ source, results }: ModelReport, page: Page): string[] {
  const { states, edges } = graphOf(source);
  const { green, red } = coloursOf(page);
  const root: Branch = { children: new Map(), failures: [], passed: false };
  for (const result of results) grow(root, result);
  const lines: string[] = [states[0]!.name];
  const print = ({ children }: Branch, depth: number): void => {
    for (const [at, branch] of children) {
      const { event, from, to } = edges[at]!;
      const where = from === to ? '' : ` > ${states[to]!.name}`;
      const end = branch.passed ? '  passed' : '';
      const head = '  '.repeat(depth);
      lines.push(
        ...hanging(head, `${event}${where}${end}`, page.width).map(branch.passed ? green : plain),
      );
      for (const text of branch.failures) {
        lines.push(...hanging(`${head}  failed: `, text, page.width).map(red));
      }
      print(branch, depth + 1);
    }
  };
  print(root, 1);
  return lines;
}

const plain = (text: string): string => text;

function grow(root: Branch, result: PathResult): void {
  const { path, stray, violations } = result;
  let branch = root;
  for (const at of stray === undefined ? path : path.slice(0, stray.step)) {
    const next = branch.children.get(at) ?? { children: new Map(), failures: [], passed: false };
    branch.children.set(at, next);
    branch = next;
  }
  const texts =
    stray !== undefined
      ? [stray.text]
      : violations.map(({ checker, kind }) => `${checker} (${kind}), beside clients`);
  for (const text of texts) if (!branch.failures.includes(text)) branch.failures.push(text);
  if (texts.length === 0) branch.passed = true;
}

function failureLines({ events, text, paths, story, file }: Failure, page: Page): string[] {
  const { bold, red } = coloursOf(page);
  return [
    ...hanging('', `${text} (${counted(paths, 'path')})`, page.width).map((one) => bold(red(one))),
    ...hanging('  after: ', events.join('; '), page.width),
    ...(story === undefined ? [] : hanging('  ', story.join(' '), page.width)),
    ...(file === undefined ? [] : [`  npx switchover replay ${file}`]),
  ];
}

/** The report as JSON: a plain value. */
export function pathsJson({ models, ...report }: DriveReport) {
  return {
    version: 1,
    ...report,
    models: models.map(({ source, model, about, strategy, plan, results, failures, covered }) => {
      const { states, edges } = graphOf(source);
      const stateAt = (path: readonly number[]) => states[edges[path.at(-1)!]?.to ?? 0]!.name;
      return {
        model,
        about,
        strategy,
        left: plan.left,
        covered,
        paths: results.map(({ path, stray, violations }) => ({
          events: path.map((at) => edges[at]!.event),
          ends: stateAt(path),
          passed: stray === undefined && violations.length === 0,
          ...(stray !== undefined && { stray }),
          ...(violations.length > 0 && { violations }),
        })),
        failures: failures.map(({ events, text, violations, paths, story, file }) => ({
          events,
          text,
          violations,
          paths,
          ...(story !== undefined && { story }),
          ...(file !== undefined && { file }),
        })),
      };
    }),
  };
}
