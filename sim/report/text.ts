/** Text for a terminal: lines no wider than it is, and colours where it has them. */
import pc from 'picocolors';
import type { Tone } from './line.js';

/** What a text is made for. */
export interface Page {
  /** Columns. */
  readonly width: number;
  readonly colours: boolean;
}

/** Colours or, where there are none, the text as it is. */
export type Colours = ReturnType<typeof pc.createColors>;

/** @returns the colours of a page */
export function coloursOf({ colours }: Page): Colours {
  return pc.createColors(colours);
}

/** A line's tone as a colour. */
export function toned(colours: Colours, tone: Tone, text: string): string {
  switch (tone) {
    case 'change':
      return colours.cyan(text);
    case 'good':
      return colours.green(text);
    case 'bad':
      return colours.red(text);
    case 'fault':
      return colours.yellow(text);
    case 'operator':
      return colours.magenta(text);
    case 'faint':
      return colours.dim(text);
    default:
      return text;
  }
}

/**
 * A text behind a head, in lines of at most `width` columns; the second and later ones stand below
 * the text. Broken between words, and within a word only when it is wider than a line.
 */
export function hanging(head: string, text: string, width: number): string[] {
  const room = Math.max(12, width - head.length);
  const rows = broken(text, room);
  const margin = ' '.repeat(head.length);
  return rows.map((row, at) => (at === 0 ? head : margin) + row);
}

/** A number keeps its unit beside it. */
const betweenWords = / (?!(?:us|ms|s)(?:\W|$))/;

function broken(text: string, room: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of text.split(betweenWords).flatMap((one) => pieces(one, room))) {
    if (row !== '' && row.length + 1 + word.length > room) {
      rows.push(row);
      row = word;
    } else row = row === '' ? word : `${row} ${word}`;
  }
  return [...rows, row];
}

function pieces(word: string, room: number): string[] {
  if (word.length <= room) return [word];
  return word.match(new RegExp(`.{1,${room}}`, 'gsu')) ?? [word];
}
