/** A report as text for people, in the order in which they ask: what ran, what happened, what held. */
import { formatTime } from '../../runtime/duration.js';
import type { Fault } from '../../runtime/fault.js';
import { protocolNamed } from '../protocols.js';
import type { ClientsSeen, Outcomes } from './clients.js';
import { faultInWords } from './faults.js';
import type { Tone } from './line.js';
import type { Attempt } from './phases.js';
import type { Report } from './report.js';
import { type Colours, coloursOf, hanging, type Page, toned } from './text.js';
import { counted, lasting } from './words.js';

/** The whole report, without a newline at its end. */
export function render(report: Report, page: Page): string {
  const failed = report.verdicts.some(({ validity }) => validity !== 'valid');
  return [
    ...renderHeader(report, page),
    '',
    ...renderTimeline(report.timeline, page),
    '',
    ...renderAttempts(report.attempts, page),
    ...renderClients(report.clients, page),
    '',
    ...renderVerdicts(report.verdicts, page),
    '',
    `digest ${report.digest}, ${counted(report.events, 'event')}`,
    // The last line, and nothing but the command: it is there to be copied.
    ...(failed ? [report.reproduce] : []),
  ].join('\n');
}

/** What ran: scenario, protocol, knobs that differ from the protocol's own, seed and faults. */
export function renderHeader({ scenario, idleFaults }: Report, page: Page): string[] {
  const { bold } = coloursOf(page);
  const { cluster, workload } = scenario;
  const slaves = Array.from({ length: cluster.slaves }, (_, at) => `n${at + 2}`);
  const knobs = knobsThatDiffer(scenario.protocol);
  const rows: [string, string][] = [
    ['scenario', `${scenario.name}${scenario.about === '' ? '' : `: ${scenario.about}`}`],
    ['protocol', `${scenario.protocol.name}, seed ${scenario.seed}`],
    ...(knobs.length > 0 ? [['knobs', knobs.join(', ')] as [string, string]] : []),
    [
      'cluster',
      [
        `master n1, ${slaves.length === 1 ? 'slave' : 'slaves'} ${slaves.join(', ')}`,
        ...releasesInWords(cluster),
      ].join('; '),
    ],
    ['load', loadInWords(workload)],
    ...scenario.faults.map((fault): [string, string] => {
      const idle = idleFaults.includes(fault.id) ? ' (found nothing to do)' : '';
      return [`fault ${fault.id}`, `${faultInWords(fault as unknown as Fault)}${idle}`];
    }),
  ];
  return rows.flatMap(([name, text]) =>
    hanging(name.padEnd(9), text, page.width).map((line) => line.replace(name, bold(name))),
  );
}

/** What nodes run that is not the protocol's own. */
function releasesInWords({ nodes, each }: Report['scenario']['cluster']): string[] {
  const all = nodes.release === undefined ? [] : [`all run ${nodes.release}`];
  const some = Object.entries(each).flatMap(([name, { release }]) =>
    release === undefined ? [] : [`${name} runs ${release}`],
  );
  return [...all, ...some];
}

/** The workload; what is as usual goes without saying. */
function loadInWords(workload: Report['scenario']['workload']): string {
  const { kind, clients, operations, keys, keyChoice, loop, readers, wait } = workload;
  const choice =
    keyChoice === 'uniform'
      ? ''
      : keyChoice === 'zipf'
        ? " by Zipf's law"
        : `, ${keyChoice.share.join(' of ')} calls on the first ${keyChoice.hot}`;
  return [
    `${counted(clients, 'client')}, ${counted(operations, 'operation')} each, ${counted(keys, 'key')}${choice}`,
    ...(kind === 'append' ? ['elements are appended'] : []),
    ...(loop === 'open' ? ['open loop'] : []),
    ...(readers > 0 ? [`${counted(readers, 'reader')} at slaves`] : []),
    ...(wait === undefined ? [] : [`writes WAIT for ${counted(wait.slaves, 'slave')}`]),
  ].join('; ');
}

function knobsThatDiffer({ name, knobs }: Report['scenario']['protocol']): string[] {
  const own = protocolNamed(name).values;
  return Object.entries(knobs)
    .filter(([knob, value]) => own[knob] !== value)
    .map(
      ([knob, value]) => `${knob} ${typeof value === 'boolean' ? (value ? 'on' : 'off') : value}`,
    );
}

/** The timeline; what one node did at one instant stands on one line. */
export function renderTimeline(timeline: Report['timeline'], page: Page): string[] {
  const colours = coloursOf(page);
  const column = Math.max(4, ...timeline.map(({ node }) => node.length));
  const rows: { at: number; node: string; tone: Tone; text: string }[] = [];
  for (const line of timeline) {
    const last = rows.at(-1);
    if (last !== undefined && last.at === line.at && last.node === line.node) {
      last.text = `${last.text}; ${line.text}`;
      last.tone = louder(last.tone, line.tone);
    } else rows.push({ ...line });
  }
  return rows.flatMap(({ at, node, text, tone }) => {
    const head = `${formatTime(at)}  ${node.padEnd(column)}  `;
    return hanging(head, text, page.width).map((line) => {
      return line.slice(0, head.length) + toned(colours, tone, line.slice(head.length));
    });
  });
}

const loudness: readonly Tone[] = ['faint', 'plain', 'operator', 'change', 'good', 'fault', 'bad'];

function louder(one: Tone, other: Tone): Tone {
  return loudness.indexOf(one) > loudness.indexOf(other) ? one : other;
}

/** Each attempt: how it ended, how long the gate was closed, and how long each phase took. */
export function renderAttempts(attempts: readonly Attempt[], page: Page): string[] {
  const colours = coloursOf(page);
  if (attempts.length === 0) return [`${colours.bold('attempts')}   none`];
  return attempts.flatMap((attempt, at) => {
    const name = `attempt ${at + 1}`.padEnd(11);
    const tone = attempt.outcome === 'success' ? 'good' : 'bad';
    const [first, ...more] = attemptInWords(attempt);
    return [
      ...hanging(name, first, page.width).map((line) => {
        const painted = toned(colours, tone, line.slice(name.length));
        return colours.bold(line.slice(0, name.length)) + painted;
      }),
      ...more.flatMap((text) => hanging(' '.repeat(name.length), text, page.width)),
    ];
  });
}

function attemptInWords(attempt: Attempt): [string, ...string[]] {
  const { node, at, endedAt, outcome, reason, resumed, phases, unwritable } = attempt;
  const begun = resumed ? 'taken up again' : 'asked for';
  const why = reason === '' ? '' : ` (${reason})`;
  const doubt = attempt.inDoubtUs > 0 ? `, in doubt ${lasting(attempt.inDoubtUs)}` : '';
  const felt =
    unwritable === null ? '' : `; no write was acknowledged for ${lasting(unwritable.us)}`;
  const lasted = phases
    .filter(({ state, us }) => state !== 'started' || us > 0)
    .map(({ state, us }) => `${state} ${lasting(us)}`);
  return [
    `${begun} at ${node}: ${outcome}${why} after ${lasting(endedAt - at)}`,
    ...(lasted.length > 0 ? [lasted.join(', ')] : []),
    `gate closed for ${lasting(attempt.gateClosedUs)}${doubt}${felt}`,
  ];
}

/** What clients saw. */
export function renderClients(seen: ClientsSeen, page: Page): string[] {
  const { bold } = coloursOf(page);
  const { writes, reads, slaveReads, refusals, writeUs, gap } = seen;
  const times =
    writeUs === null
      ? ''
      : `; a write took ${lasting(writeUs.median)} (median), ${lasting(writeUs.p99)} (99 %), ${lasting(writeUs.most)} (longest)`;
  const refused =
    refusals.length === 0
      ? 'no command was refused'
      : refusals.map(({ word, count }) => `${count} ${word}`).join(', ');
  const unwritten =
    gap === null
      ? 'no write was called'
      : `longest time without an acknowledged write: ${lasting(gap.us)}, from ${formatTime(gap.from).trim()} to ${formatTime(gap.to).trim()}`;
  const rows = [
    `writes ${tally(writes)}; reads ${tally(reads)}${times}`,
    ...(slaveReads === null ? [] : [`reads at slaves ${tally(slaveReads)}`]),
    `refusals sent: ${refused}`,
    unwritten,
  ];
  return rows.flatMap((row, at) => {
    const name = (at === 0 ? 'clients' : '').padEnd(11);
    return hanging(name, row, page.width).map((line) => line.replace('clients', bold('clients')));
  });
}

function tally({ ok, fail, info }: Outcomes): string {
  return `${ok} ok, ${fail} fail, ${info} info`;
}

const toneOf = { valid: 'good', invalid: 'bad', unknown: 'fault' } as const;

/** The verdicts with reasons; one that is not valid with its evidence in order of time. */
export function renderVerdicts(verdicts: Report['verdicts'], page: Page): string[] {
  const colours = coloursOf(page);
  return verdicts.flatMap((verdict) => {
    const { checker, validity, reason, evidence } = verdict;
    const head = `${validity.padEnd(8)} ${checker.padEnd(14)} `;
    const lines = hanging(head, `${promiseOf(verdict)}; ${reason}`, page.width).map((line, at) =>
      at > 0 ? line : paintVerdict(colours, line, validity),
    );
    if (validity === 'valid') return lines;
    const sorted = evidence.toSorted((one, other) => one.at - other.at);
    return [
      ...lines,
      ...sorted.flatMap(({ at, node, text }) =>
        hanging(`${formatTime(at)}  ${node}  `, text, page.width),
      ),
    ];
  });
}

/** Whether it was promised; where it was and did not hold, what was. */
function promiseOf({ validity, claimed, claim }: Report['verdicts'][number]): string {
  if (!claimed) return claim === '' ? 'not claimed' : `not claimed (${claim})`;
  return validity === 'valid' ? 'claimed' : `claimed (${claim})`;
}

function paintVerdict(colours: Colours, line: string, validity: keyof typeof toneOf): string {
  return (
    toned(colours, toneOf[validity], line.slice(0, 8)) +
    colours.bold(line.slice(8, 23)) +
    line.slice(23)
  );
}
