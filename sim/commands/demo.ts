/**
 * `switchover demo`: what `npm start` shows. One graceful failover under load, then the same with
 * the reply to TAKEOVER lost, for the protocol with safeguards and for the proposal without.
 */
import type { Command } from 'commander';
import type { CheckerName, Validity } from '../checkers/verdict.js';
import { renderAttempts, renderClients, renderTimeline, renderVerdicts } from '../report/render.js';
import { type Report, reportOf } from '../report/report.js';
import { reproduce } from '../report/reproduce.js';
import { coloursOf, hanging, type Page, toned } from '../report/text.js';
import { parseScenario } from '../scenario.js';
import { scenarioNamed } from '../scenarios/index.js';
import { Exit } from './arguments.js';
import { examples } from './help.js';
import { pageOfStdout } from './page.js';
import { runToFiles } from './run-files.js';

type Verdicts = Readonly<Partial<Record<CheckerName, Validity>>>;

interface Part {
  readonly protocol: string;
  readonly scenario: string;
  readonly title: string;
  /**
   * What runs have found, at seed 1. A verdict that differs makes the command fail: then either the
   * model has changed, and this table says so in its history, or something broke. Nothing in the
   * demonstration is arranged for these verdicts: scenario, load and seed are the defaults.
   */
  readonly expected: Verdicts;
}

const allValid: Verdicts = {
  linearizable: 'valid',
  'lost-write': 'valid',
  'single-writer': 'valid',
  convergence: 'valid',
  liveness: 'valid',
  attempts: 'valid',
  durability: 'valid',
};

export const parts: readonly Part[] = [
  {
    protocol: 'graceful',
    scenario: 'default',
    title: 'a graceful failover with safeguards; nothing goes wrong',
    expected: allValid,
  },
  {
    protocol: 'graceful',
    scenario: 'lost-takeover-reply',
    title: 'the same; the answer to TAKEOVER is lost',
    expected: allValid,
  },
  {
    protocol: 'kvrocks-pr3295',
    scenario: 'default',
    title: 'the failover of Kvrocks PR #3295; nothing goes wrong',
    // The clean-up of migrated slots on n1 reaches n2 by replication, before n2 is told: it clears
    // what n2 serves. Keys are few and written again soon, so no write is missing at the end.
    // What was cleared has numbers that the log of n2 never gave, so n1 needs everything anew.
    expected: { ...allValid, linearizable: 'invalid', attempts: 'invalid' },
  },
  {
    protocol: 'kvrocks-pr3295',
    scenario: 'lost-takeover-reply',
    title: 'the same; the answer to TAKEOVER is lost',
    // n1 waits for the answer without a bound, then goes on as master; n2 serves the slots too.
    expected: {
      ...allValid,
      'lost-write': 'unknown',
      convergence: 'unknown',
      liveness: 'invalid',
      attempts: 'invalid',
    },
  },
];

/** Adds the command to the program. */
export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description('two protocols, each once without a fault and once with a lost reply')
    .option('--json', 'print the four reports as JSON')
    .action(act);
  examples(command, [
    ['switchover demo', 'the four runs, then what held'],
    ['switchover demo --json > demo.json', 'the same for a program'],
  ]);
}

function act({ json }: { json?: boolean }): void {
  const page = pageOfStdout();
  const reports: Report[] = [];
  for (const [at, part] of parts.entries()) {
    const report = reportFor(part);
    reports.push(report);
    if (json !== true) console.log(`${renderPart(part, report, at, page).join('\n')}\n`);
  }
  const surprises = parts.flatMap((part, at) => surprisesOf(part, reports[at]!));
  if (json === true) console.log(JSON.stringify({ version: 1, reports, surprises }));
  else console.log(renderSummary(reports, surprises, page).join('\n'));
  if (surprises.length > 0) process.exitCode = Exit.invalid;
}

function reportFor({ protocol, scenario: name }: Part): Report {
  const scenario = parseScenario({ ...scenarioNamed(name), protocol: { name: protocol } });
  const { seed } = scenario;
  const command = reproduce({ command: 'run', scenario: name, protocol, seed });
  return reportOf(runToFiles(scenario), command);
}

/** The first part from its beginning, the others from the operator's call on. */
function renderPart(part: Part, report: Report, at: number, page: Page): string[] {
  const { bold } = coloursOf(page);
  const asked = report.timeline.findIndex(({ tone }) => tone === 'operator');
  return [
    ...hanging(`${at + 1}. ${part.protocol}: `, part.title, page.width).map(bold),
    '',
    ...renderTimeline(at === 0 ? report.timeline : report.timeline.slice(asked), page),
    '',
    ...renderAttempts(report.attempts, page),
    ...renderClients(report.clients, page),
    ...renderVerdicts(
      report.verdicts.filter(({ validity }) => validity !== 'valid'),
      page,
    ),
  ];
}

function surprisesOf({ protocol, scenario, expected }: Part, { verdicts }: Report): string[] {
  return verdicts
    .filter(({ checker, validity }) => expected[checker] !== validity)
    .map(({ checker, validity }) => {
      return `${protocol}, ${scenario}: ${checker} is ${validity}, expected ${expected[checker]}`;
    });
}

const tones = { valid: 'good', invalid: 'bad', unknown: 'fault' } as const;

/** What held and what did not: a column for each part. */
function renderSummary(
  reports: readonly Report[],
  surprises: readonly string[],
  page: Page,
): string[] {
  const colours = coloursOf(page);
  const head = (cells: readonly string[]) =>
    `${' '.repeat(15)}${cells.map((cell) => cell.padEnd(15)).join('')}`.trimEnd();
  const faulty = ({ scenario }: Part) => (scenario === 'default' ? 'no fault' : 'reply lost');
  return [
    colours.bold('What held'),
    head(parts.map(({ protocol }) => protocol)),
    head(parts.map(faulty)),
    ...reports[0]!.verdicts.map(({ checker }, at) => {
      const cells = reports.map(({ verdicts }) => verdicts[at]!.validity);
      const painted = cells.map((cell) => toned(colours, tones[cell], cell.padEnd(15)));
      return `${checker.padEnd(15)}${painted.join('')}`.trimEnd();
    }),
    '',
    ...(surprises.length === 0
      ? ['Every verdict is the one that runs have found before. Each part by itself:']
      : ['Not what runs have found before:', ...surprises, 'Each part by itself:']),
    ...reports.map((report) => report.reproduce),
  ];
}
