/** What a replay found, in lines: the identical run, or where it first differs and how. */
import { formatTime } from '../../runtime/duration.js';
import { coloursOf, hanging, type Page } from '../report/text.js';
import { counted } from '../report/words.js';
import type { Difference, Replay, ToldDecision } from './replay.js';

/** @param name of the file */
export function renderReplay(name: string, replay: Replay, page: Page): string[] {
  const { saved, result, decisions, difference, changed } = replay;
  const total = counted(saved.decisions.length, 'decision');
  const rows: [string, string][] =
    difference === null
      ? [
          [
            'replay',
            `${name}: the identical run; ${total}, digest ${saved.digest} and ` +
              `${counted(saved.verdicts.length, 'verdict')} as saved`,
          ],
        ]
      : [
          ['replay', `${name}: ${summaries[difference.in]}`],
          ...differenceInWords(difference),
          ['saved', `${total}, ${counted(saved.events, 'event')}, digest ${saved.digest}`],
          [
            'now',
            `${counted(decisions, 'decision')}, ${counted(result.events, 'event')}, digest ${result.digest}`,
          ],
          ['verdicts', changed.map(inWords).join(', ') || 'as saved'],
        ];
  const { bold } = coloursOf(page);
  return rows.flatMap(([head, text]) =>
    hanging(head.padEnd(9), text, page.width).map((line) => line.replace(head, bold(head))),
  );
}

const summaries: Readonly<Record<Difference['in'], string>> = {
  decision: 'not the run that was saved: Switchover has changed since',
  digest: 'the same decisions, and yet another run: Switchover has changed since',
  verdicts: 'the identical run, judged otherwise: a checker has changed since',
};

function differenceInWords(difference: Difference): [string, string][] {
  if (difference.in !== 'decision') return [];
  const { number, saved, now } = difference;
  const at = now?.at ?? null;
  const when = at === null ? '' : `, at ${formatTime(at).trim()}`;
  return [
    ['differs', `from decision ${number} on${when}`],
    ['saved', saved === null ? 'no further decision' : savedInWords(saved, at)],
    ['now', now === null ? 'no further decision' : decisionInWords(now)],
  ];
}

function savedInWords(saved: ToldDecision, at: number | null): string {
  const words = decisionInWords(saved);
  if (saved.at === null) return `${words}, which this run never asks for`;
  if (saved.at === at) return words;
  return `${words}, which this run asks for at ${formatTime(saved.at).trim()}`;
}

function decisionInWords({ about, label, n, answer }: ToldDecision): string {
  const answered = `answer ${answer} of ${n}`;
  if (about === null) return `decision ${label}: ${answered}`;
  const { purpose, nodes, subject, nth } = about;
  const where =
    nodes.length === 2 ? ` from ${nodes.join(' to ')}` : nodes.map((one) => ` at ${one}`);
  return `${purpose}${where}, subject ${subject}, use ${nth + 1}: ${answered}`;
}

function inWords({ checker, saved, now }: Replay['changed'][number]): string {
  return now === null
    ? `${checker} was ${saved}, is no more`
    : `${checker} was ${saved}, is ${now}`;
}
