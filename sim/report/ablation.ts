/** An ablation for a person: a table of what each safeguard and rule is for, and how soon its absence shows. */
import type { Ablated } from '../ablation/ablate.js';
import { type Soon, soonOf } from '../ablation/soon.js';
import type { Untestable } from '../ablation/variants.js';
import type { Strategy } from '../fuzz/generations.js';
import { sizeInWords } from '../fuzz/size-in-words.js';
import { coloursOf, hanging, type Page } from './text.js';
import { counted, thousands } from './words.js';

/** Everything about an ablation that has ended. */
export interface AblationReport {
  readonly protocol: string;
  readonly seed: number;
  readonly campaigns: number;
  readonly runs: number;
  readonly strategies: readonly Strategy[];
  readonly rows: readonly (Ablated & { readonly file?: string })[];
  readonly untestable: readonly Untestable[];
  readonly isWhole: boolean;
  readonly workers: number;
  /** Of real time. */
  readonly seconds: number;
}

/** The report as text. */
export function renderAblation(report: AblationReport, page: Page): string {
  const { bold, red, green, dim, yellow } = coloursOf(page);
  const { protocol, rows, strategies, untestable, seconds, workers } = report;
  const made = rows.flatMap(({ detections }) => Object.values(detections).flat());
  const runs = made.reduce((sum, one) => sum + one.made, 0);
  const lines = [
    bold(`${protocol}: what the absence of each safeguard and rule does`),
    ...hanging(
      '  ',
      `${counted(report.campaigns, 'campaign')} of at most ${thousands(report.runs)} runs by each strategy, from seed ${report.seed}; ${thousands(runs)} runs in ${seconds.toFixed(0)} s with ${counted(workers, 'worker')}; runs to detection: median, 90 % of campaigns`,
      page.width,
    ).map(dim),
    '',
  ];
  for (const row of rows) lines.push(...rowLines(row, strategies, page), '');
  for (const { name, subject } of untestable) {
    lines.push(
      ...hanging(`${name}  `, `not yet testable: ${subject} is not modelled`, page.width).map(
        yellow,
      ),
    );
  }
  if (!report.isWhole) lines.push(yellow('ended before its end'));
  const undetected = rows.filter(({ violations }) => violations.length === 0);
  lines.push(
    undetected.length === 0
      ? green(`every absence was found: ${rows.length} of ${rows.length}`)
      : hanging('not found: ', undetected.map(({ variant }) => variant.name).join(', '), page.width)
          .map(red)
          .join('\n'),
  );
  return lines.join('\n');
}

function rowLines(
  { variant, violations, detections, story, file }: AblationReport['rows'][number],
  strategies: readonly Strategy[],
  page: Page,
): string[] {
  const { red, green, dim } = coloursOf(page);
  const held = violations.length === 0;
  const ways = violations.map(({ checker, kind }) => `${checker} (${kind})`).join(', ');
  const head = hanging(`${variant.name}  `, held ? 'held' : ways, page.width);
  const label = variant.kind === 'safeguard' ? 'safeguard' : 'instead of the rule';
  const soon = strategies.map((one) => `${one} ${soonInWords(soonOf(detections[one] ?? []))}`);
  const told =
    story === undefined
      ? []
      : hanging('  ', `${story.sentences.join(' ')} (${sizeInWords(story.scenario)})`, page.width);
  return [
    ...head.map(held ? green : red),
    ...hanging('  ', `${label}: ${variant.meaning}`, page.width).map(dim),
    ...hanging('  found by: ', soon.join('; '), page.width),
    ...told,
    ...(file === undefined ? [] : [`  ${file}`]),
  ];
}

function soonInWords({ found, of, median, p90 }: Soon): string {
  if (of === 0) return 'was not run';
  if (found === 0) return `none in ${of}`;
  return `${median ?? 'beyond'}, ${p90 ?? 'beyond'}${found < of ? ` (${found} of ${of})` : ''}`;
}

/** The report as JSON: a plain value. */
export function ablationJson({ rows, ...report }: AblationReport) {
  return {
    version: 1,
    ...report,
    rows: rows.map(({ variant, violations, detections, story, file }) => ({
      name: variant.name,
      kind: variant.kind,
      without: variant.meaning,
      subject: variant.subject,
      violations,
      detections: Object.entries(detections).map(([strategy, all]) => ({
        strategy,
        ...soonOf(all),
        campaigns: all.map(({ seed, made, found }) => ({
          seed,
          runs: made,
          ...(found !== undefined && { ...found.first, violations: found.violations }),
        })),
      })),
      ...(story !== undefined && { story }),
      ...(file !== undefined && { file }),
    })),
  };
}
