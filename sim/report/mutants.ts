/** A hunt for mutants, for a person: a table of what was killed, then everything that was not. */
import type { Strategy } from '../fuzz/generations.js';
import { explanationOf } from '../mutants/explained.js';
import type { Hunted } from '../mutants/hunt.js';
import { groups } from '../mutants/mutants.js';
import { operators } from '../mutants/mutation.js';
import { killable, type Score, scoreOf } from '../mutants/score.js';
import { coloursOf, hanging, type Page } from './text.js';
import { counted, thousands } from './words.js';

/** Everything about a hunt that has ended. */
export interface MutantsReport {
  readonly protocol: string;
  readonly seed: number;
  readonly strategy: Strategy;
  /** Runs of a mutant at most, and of the original to see what its runs come by. */
  readonly runs: number;
  readonly reachRuns: number;
  readonly hunted: readonly Hunted[];
  /** Mutants that were to be hunted. */
  readonly planned: number;
  readonly workers: number;
  /** Of real time. */
  readonly seconds: number;
}

/** Whether everything is known, every survivor may survive, and no explanation is refuted. */
export function verdictOf({ hunted, planned }: MutantsReport): 'explained' | 'open' | 'undecided' {
  const isKnown = hunted.every(({ fate }) => fate.end !== 'unknown');
  if (hunted.length < planned || !isKnown) return 'undecided';
  const isExplained = ({ mutation }: Hunted) => explanationOf(mutation.id) !== undefined;
  return survivorsOf(hunted).every(isExplained) && refutedOf(hunted).length === 0
    ? 'explained'
    : 'open';
}

/** Killed, though there is an explanation why nothing can. */
const refutedOf = (hunted: readonly Hunted[]) =>
  hunted.filter(
    ({ mutation, fate }) => fate.end === 'killed' && explanationOf(mutation.id) !== undefined,
  );

const survivorsOf = (hunted: readonly Hunted[]) =>
  hunted.filter(({ fate }) => fate.end === 'survived');

/** The report as text. */
export function renderMutants(report: MutantsReport, page: Page): string {
  const { hunted, planned, runs, reachRuns, strategy, seed } = report;
  const { bold, dim, yellow } = coloursOf(page);
  const effort =
    `each mutant in given scenarios, then in a campaign of at most ${counted(runs, 'run')}, ${strategy}, ` +
    `from seed ${seed}, until it is killed; runs: the median until then; unmet is what these and ` +
    `${thousands(reachRuns)} runs of ${report.protocol} don't come by; ` +
    `${report.seconds.toFixed(0)} s with ${counted(report.workers, 'worker')}`;
  return [
    bold(`${report.protocol}: ${counted(planned, 'mutant')}, and which of them are told from it`),
    ...hanging('  ', effort, page.width).map(dim),
    '',
    ...table(hunted, page),
    ...killers(scoreOf(hunted), page),
    '',
    ...survivors(hunted, page),
    ...refutedOf(hunted).map(({ mutation: { id } }) => yellow(`killed, though explained: ${id}`)),
    ...open(hunted, page),
    ...(hunted.length < planned
      ? [yellow(`ended before its end: ${planned - hunted.length} of ${planned} are not known`)]
      : []),
    ...summary(report, page),
  ].join('\n');
}

const columns = ['made', 'invalid', 'unmet', 'killed', 'runs', 'survived', 'score'] as const;

function table(hunted: readonly Hunted[], page: Page): string[] {
  const { bold } = coloursOf(page);
  const lines = [bold(row('', columns))];
  for (const group of groups) {
    const own = hunted.filter(({ mutation }) => mutation.group === group);
    if (own.length === 0) continue;
    lines.push(row(group, cells(scoreOf(own))));
    for (const operator of operators) {
      const these = own.filter(({ mutation }) => mutation.operator === operator);
      if (these.length > 0) lines.push(row(`  ${operator}`, cells(scoreOf(these))));
    }
  }
  return [...lines, row('all', cells(scoreOf(hunted)))];
}

const row = (head: string, each: readonly string[]) =>
  head.padEnd(11) +
  each.map((cell, at) => cell.padStart((columns[at] as string).length + 1)).join('');

function cells(score: Score): string[] {
  const { generated, invalid, notReached, killed, medianRuns, survived } = score;
  const most = killable(score);
  return [
    ...[generated, invalid, notReached, killed].map(String),
    medianRuns === null ? '-' : String(medianRuns),
    String(survived),
    most === 0 ? '-' : `${Math.floor((killed * 100) / most)} %`,
  ];
}

function killers({ by, killers: who }: Score, page: Page): string[] {
  const told = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  if (Object.keys(who).length === 0) return [];
  return hanging('killed by  ', `${told(who)}: ${told(by)}`, page.width);
}

function survivors(hunted: readonly Hunted[], page: Page): string[] {
  const { red, dim } = coloursOf(page);
  return survivorsOf(hunted).flatMap(({ mutation: { id, text } }) => {
    const why = explanationOf(id);
    const head = `survived: ${id}`;
    return [
      why === undefined ? red(head) : head,
      ...hanging('  ', text, page.width).map(dim),
      ...hanging('  ', why ?? 'not explained', page.width),
    ];
  });
}

/** What is not known of some, or is wrong with them. */
function open(hunted: readonly Hunted[], page: Page): string[] {
  const { yellow } = coloursOf(page);
  return hunted.flatMap(({ mutation: { id }, fate }) =>
    fate.end === 'invalid' || fate.end === 'unknown'
      ? hanging(`${fate.end}: ${id}  `, fate.why, page.width).map(yellow)
      : [],
  );
}

function summary(report: MutantsReport, page: Page): string[] {
  const { green, red, yellow } = coloursOf(page);
  const all = survivorsOf(report.hunted);
  const explained = all.filter(({ mutation }) => explanationOf(mutation.id) !== undefined).length;
  const score = scoreOf(report.hunted);
  const text = `killed ${score.killed} of ${killable(score)}; ${all.length} survived, ${explained} of them explained`;
  const tone = { explained: green, open: red, undecided: yellow }[verdictOf(report)];
  return [tone(text)];
}

/** The report as JSON: a plain value. */
export function mutantsJson({ hunted, ...report }: MutantsReport) {
  const scored = (own: readonly Hunted[]) => {
    const score = scoreOf(own);
    return { ...score, killable: killable(score) };
  };
  return {
    version: 1,
    ...report,
    all: scored(hunted),
    scores: groups.flatMap((group) =>
      operators.flatMap((operator) => {
        const own = hunted.filter(
          ({ mutation }) => mutation.group === group && mutation.operator === operator,
        );
        return own.length === 0 ? [] : [{ group, operator, ...scored(own) }];
      }),
    ),
    mutants: hunted.map(({ mutation, fate }) => {
      const explained = fate.end === 'survived' ? explanationOf(mutation.id) : undefined;
      return { ...mutation, ...fate, ...(explained !== undefined && { explained }) };
    }),
  };
}
