/**
 * How soon each absence was found when it was last measured: what `switchover ablate --json` printed,
 * without the stories. The README's table is made from it, and the tests find a part of it again.
 */
import type { Strategy } from '../fuzz/generations.js';
import type { Violation } from '../fuzz/violation.js';
import type { Soon } from './soon.js';

export interface MeasuredCampaign {
  readonly seed: number;
  /** Runs made. */
  readonly runs: number;
  /** What the last of them found; absent where the campaign found nothing. */
  readonly digest?: string;
  readonly violations?: readonly Violation[];
}

export interface MeasuredRow {
  readonly name: string;
  readonly violations: readonly Violation[];
  readonly detections: readonly (Soon & {
    readonly strategy: Strategy;
    readonly campaigns: readonly MeasuredCampaign[];
  })[];
}

export interface Measured {
  readonly campaigns: number;
  readonly runs: number;
  readonly strategies: readonly Strategy[];
  readonly rows: readonly MeasuredRow[];
}

/** What of an ablation's JSON is kept. */
export function measuredOf({ campaigns, runs, strategies, rows }: Measured): Measured {
  return {
    campaigns,
    runs,
    strategies,
    rows: rows.map(({ name, violations, detections }) => ({
      name,
      violations: violations.map(plain),
      detections: detections.map(({ strategy, found, of, median, p90, campaigns: each }) => ({
        strategy,
        found,
        of,
        median,
        p90,
        campaigns: each.map((one) => ({
          seed: one.seed,
          runs: one.runs,
          ...(one.digest !== undefined && { digest: one.digest }),
          ...(one.violations !== undefined && { violations: one.violations.map(plain) }),
        })),
      })),
    })),
  };
}

const plain = ({ checker, kind, standing }: Violation): Violation => ({ checker, kind, standing });

/** The README's table: what is taken away, what breaks, and the median and 90 % of runs until then. */
export function measuredTable({ strategies, rows }: Measured): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = ['without', 'what breaks', ...strategies.map((one) => `\`${one}\``)];
  return [
    line(head),
    line(head.map(() => '---')),
    ...rows.map(({ name, violations, detections }) =>
      line([
        `[\`${name}\`](sim/corpus/${name}.json)`,
        violations.length === 0
          ? 'nothing that these campaigns found'
          : [...new Set(violations.map(({ checker }) => `\`${checker}\``))].join(', '),
        ...strategies.map((strategy) =>
          soonInWords(detections.find((one) => one.strategy === strategy)!),
        ),
      ]),
    ),
  ].join('\n');
}

function soonInWords({ found, of, median, p90 }: Soon): string {
  if (found === 0) return '-';
  const all = `${median ?? 'more'}, ${p90 ?? 'more'}`;
  return found === of ? all : `${all} (${found} of ${of})`;
}
