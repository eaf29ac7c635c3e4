/** `switchover protocols`: what can be run, and what each protocol promises. */
import type { Command } from 'commander';
import type { Protocol } from '../../machines/protocol.js';
import { protocols } from '../protocols.js';
import { type Colours, coloursOf, hanging, type Page } from '../report/text.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';
import { pageOfStdout } from './page.js';

/** Adds the command to the program. */
export function registerProtocols(program: Command): void {
  program
    .command('protocols')
    .description('list the protocols, or one with knobs, claims and assumptions')
    .argument('[name]', 'a protocol')
    .option('--json', 'print as JSON')
    .action(act);
}

function act(name: string | undefined, { json }: { json?: boolean }): void {
  const chosen = name === undefined ? undefined : named(name);
  if (json === true) {
    const value = chosen === undefined ? protocols.map(asData) : asData(chosen);
    console.log(
      JSON.stringify({ version: 1, ...(chosen ? { protocol: value } : { protocols: value }) }),
    );
    return;
  }
  const page = pageOfStdout();
  const lines = chosen === undefined ? list(page) : describe(chosen, page);
  console.log(lines.join('\n'));
}

function named(name: string): Protocol {
  const found = protocols.find((protocol) => protocol.name === name);
  if (found !== undefined) return found;
  const known = protocols.map((protocol) => protocol.name);
  throw new InputError(`protocols: unknown protocol "${name}", ${expected(name, known)}`);
}

/** Everything of a protocol that is data. */
function asData({ name, summary, source, knobs, values, claims, assumptions }: Protocol) {
  const all = Object.entries(knobs).map(([knob, { default: _, ...rest }]) => {
    return { name: knob, default: values[knob], ...rest };
  });
  return { name, summary, source, knobs: all, claims, assumptions };
}

function list(page: Page): string[] {
  const { bold } = coloursOf(page);
  const column = Math.max(...protocols.map(({ name }) => name.length)) + 2;
  return protocols.flatMap(({ name, summary }) =>
    hanging(name.padEnd(column), summary, page.width).map((line) => line.replace(name, bold(name))),
  );
}

function describe(protocol: Protocol, page: Page): string[] {
  const colours = coloursOf(page);
  const { name, summary, source, claims, assumptions } = protocol;
  return [
    ...hanging(`${name}: `, summary, page.width),
    ...hanging('source: ', source, page.width),
    '',
    ...knobLines(protocol, colours, page),
    colours.bold('claims'),
    ...(claims.length === 0 ? ['  none; what a run finds is reported as not claimed'] : []),
    ...claims.flatMap(({ checker, text, under }) => [
      ...hanging(`  ${checker.padEnd(15)}`, text, page.width),
      ...hanging(' '.repeat(17), `under: ${under.join(', ')}`, page.width),
    ]),
    '',
    colours.bold('assumptions'),
    ...assumptions.flatMap((text) => hanging('  ', text, page.width)),
  ];
}

function knobLines({ knobs, values }: Protocol, colours: Colours, page: Page): string[] {
  const group = (title: string, isSafeguard: boolean) => [
    colours.bold(title),
    ...Object.entries(knobs)
      .filter(([, { safeguard }]) => (safeguard === true) === isSafeguard)
      .flatMap(([name, { unit, meaning, inert }]) => {
        const value = values[name];
        const shown = typeof value === 'boolean' ? (value ? 'on' : 'off') : `${value} ${unit}`;
        const head = `  ${name.padEnd(25)}${shown.padEnd(8)} `;
        const note = inert === undefined ? '' : ` (no effect yet: ${inert} not modelled)`;
        return hanging(head, `${meaning}${note}`, page.width);
      }),
    '',
  ];
  return [...group('safeguards', true), ...group('knobs', false)];
}
