/** A throughput as text, for people. */
import { thousands } from '../sim/report/words.js';
import { flatness, type Grown } from './growth.js';
import { limitShareLeast, type Ratios, type Row, type Throughput } from './throughput.js';

/** Lines of at most 80 columns. */
export function throughputText(throughput: Throughput): string {
  const { node, cpu, rounds, eventsPerRun, rows, completeRunsPerSecond, growth } = throughput;
  return [
    `throughput of the standard run: ${whole(eventsPerRun)} events, a failover in the middle`,
    `node ${node}, ${cpu}, medians of ${rounds} rounds in turn, CPU time`,
    'An event is one of the world, for every row: all simulate the same.',
    '',
    ...ratioLines(throughput),
    '',
    ...table(rows),
    'judged: with the verdicts of every checker. virtual/real: simulated seconds a second.',
    'bytes: growth of the heap over a run, in a process that collects nothing meanwhile.',
    '',
    `complete runs a second, from scenario to verdicts: ${completeRunsPerSecond.toFixed(1)}`,
    '',
    ...growthLines(growth),
  ].join('\n');
}

function ratioLines(throughput: Throughput): string[] {
  const { ratios, ratiosWithJudging, ratiosWithoutEngine, spread, bareHeap } = throughput;
  const { nsPerPushAndPop, limitShare } = bareHeap;
  const between = ([from, to]: readonly number[]) => `${from!.toFixed(3)} to ${to!.toFixed(3)}`;
  return [
    `ratio actors  ${said(ratios, 'actors')} of XState's actors (quartiles ${between(spread.actors)})`,
    `ratio limit   ${said(ratios, 'limit')} of the limit (quartiles ${between(spread.limit)})`,
    `with judging  actors ${said(ratiosWithJudging, 'actors')}, limit ${said(ratiosWithJudging, 'limit')}`,
    `no engine     actors ${said(ratiosWithoutEngine, 'actors')}, limit ${said(ratiosWithoutEngine, 'limit')}: were every step free`,
    `bare heap     ${nsPerPushAndPop.toFixed(1)} ns a push and pop; the limit does ${limitShare.toFixed(2)} of its pace`,
    ...(ratios.limit === null
      ? [`The limit must do at least ${limitShareLeast} of a bare heap: its ratio is VOID.`]
      : []),
  ];
}

function said(ratios: Ratios, name: keyof Ratios): string {
  const ratio = ratios[name];
  if (ratio === null) return 'VOID';
  return name === 'actors' ? `${ratio.toFixed(2)} x` : ratio.toFixed(3);
}

function table(rows: readonly Row[]): string[] {
  const heads = ['', 'ns/event', 'judged', 'events/s', 'runs/s', 'virtual/real', 'bytes/event'];
  const lines = rows.map((row) => [
    row.name,
    whole(row.nsPerEvent),
    whole(row.nsPerEventJudged),
    whole(row.eventsPerSecond),
    whole(row.runsPerSecond),
    whole(row.virtualPerReal),
    whole(row.bytesPerEvent),
  ]);
  const all = [heads, ...lines];
  const widths = heads.map((_, at) => Math.max(...all.map((line) => line[at]!.length)));
  const cells = all.map((line) =>
    line.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))),
  );
  return [
    ...cells.map((line) => line.join('  ').trimEnd()),
    ...rows.map(({ name, what }) => `${name.padEnd(widths[0]!)}  ${what}`),
  ];
}

function growthLines(growth: readonly Grown[]): string[] {
  if (growth.length === 0) return ['growth: not measured'];
  const lines = growth.map(({ varied, value, operations, events, nsPerEvent }) =>
    [
      `${varied} ${value}`.padEnd(16),
      `${whole(operations)} operations`.padStart(18),
      `${whole(events)} events`.padStart(15),
      `${whole(nsPerEvent.switchover)} ns/event`.padStart(15),
      `limit ${whole(nsPerEvent.limit)}`.padStart(12),
    ].join(''),
  );
  return [
    'what an event costs as the run grows (operations: of each of 4 clients):',
    ...lines,
    `from 200 to 20,000 operations, an event costs at most ${flatness(growth).toFixed(2)} times that of 200`,
  ];
}

/** A whole number with commas. */
function whole(value: number): string {
  return thousands(Math.round(value));
}
