/** A story as text: what happened, its timeline and evidence, and what passes instead. */
import { seconds } from '../checkers/text.js';
import { renderTimeline } from '../report/render.js';
import { coloursOf, hanging, type Page } from '../report/text.js';
import { counted } from '../report/words.js';
import type { Differences } from './differences.js';
import type { Neighbour } from './neighbour.js';
import type { Story } from './story.js';

/** So much is shown at most: pieces of evidence, outcomes, names of transitions on either side. */
const most = { evidence: 3, outcomes: 2, transitions: 1 };

/** What fails and how, and what is to be known of it before it is told. */
export function renderHead(
  { checker, kind, signature }: Story,
  isClaimed: boolean,
  about: readonly string[],
  page: Page,
): string[] {
  const { red, dim } = coloursOf(page);
  const met = `met: ${signature.faults.join(', ') || 'no fault'}`;
  return [
    `${red(`${checker}: ${kind}`)}  ${dim(isClaimed ? 'claimed' : 'not claimed')}`,
    ...hanging('  ', [...about, met].join('; '), page.width),
  ];
}

/** Lines below the head: the evidence stands in the timeline. */
export function renderStory(story: Story, page: Page): string[] {
  const { dim } = coloursOf(page);
  const { sentences, timeline, evidence, neighbour } = story;
  const shown = evidence.slice(0, most.evidence).map((one) => ({ ...one, tone: 'bad' as const }));
  const lines = [...timeline.lines, ...shown].sort((one, other) => one.at - other.at);
  const leftOut = timeline.leftOut + evidence.length - shown.length;
  const more = leftOut === 0 ? '' : `  and ${counted(leftOut, 'line')} more`;
  return [
    ...hanging('  ', sentences.join(' '), page.width),
    ...renderTimeline(lines, page),
    ...(more === '' ? [] : [dim(more)]),
    ...(neighbour === undefined ? [] : renderNeighbour(neighbour, page)),
  ];
}

function renderNeighbour(neighbour: Neighbour | null, page: Page): string[] {
  const { green } = coloursOf(page);
  const row = (head: string, text: string) => hanging(`  ${head.padEnd(8)} `, text, page.width);
  if (neighbour === null) {
    return row('passes', 'nothing near it: no fault, command or operation can be left out');
  }
  const { kind, words, differences } = neighbour;
  const isSmaller = kind === 'fault' || kind === 'command' || kind === 'operation';
  const { onlyHere, onlyThere } = differences;
  const became = differences.became
    .slice(0, most.outcomes)
    .map(({ what, here, there }) => `${what}: ${there}, not ${here}`);
  const taken = [...taking('here', onlyHere), ...taking('there', onlyThere)];
  return [
    ...row('passes', `${isSmaller ? '' : 'nothing smaller; '}${words}`).map((line) => green(line)),
    ...row('parts', partsInWords(differences)),
    ...(became.length > 0 ? row('becomes', became.join('; ')) : []),
    ...(taken.length > 0 ? row('takes', taken.join('; ')) : []),
  ];
}

function partsInWords({ here, there }: Differences): string {
  const told = (lines: Differences['here']) =>
    lines.map(({ at, node, text }) => `${node} ${text} at ${seconds(at)}`).join(', ') ||
    'nothing more';
  return `here ${told(here)}; there ${told(there)}`;
}

/** Who calls takes the transitions that the answers make it take. */
const callers = ['client: ', 'operator: '];

function taking(where: string, names: readonly string[]): string[] {
  const telling = names.filter((name) => !callers.some((caller) => name.startsWith(caller)));
  if (telling.length === 0) return [];
  const shown = telling
    .slice(0, most.transitions)
    .map((name) => name.replace(/^\w+: (?=\w+[.|])/, ''));
  const more = telling.length - shown.length;
  return [`only ${where} ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`];
}
