/** `switchover protocols`: what can be run, what each promises, and the charts of its machines. */
import type { Command } from 'commander';
import type { Protocol } from '../../machines/protocol.js';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import { canaries, protocols } from '../protocols.js';
import { type Colours, coloursOf, hanging, type Page } from '../report/text.js';
import { counted } from '../report/words.js';
import { InputError } from '../scenario.js';
import { examples, note } from './help.js';
import { pageOfStdout } from './page.js';
import { loadedArgument, protocolNote } from './protocol-argument.js';
import { type ChartFlags, chartText } from './protocol-chart.js';

/** Adds the command to the program. */
export function registerProtocols(program: Command): void {
  const command = program
    .command('protocols')
    .description('list the protocols, or tell one: knobs, claims, assumptions, charts')
    .argument('[protocol]', 'a protocol, by its name or its file')
    .option('--machine <machine>', "print a machine's chart as JSON, as XState takes it")
    .option('--diagram', "draw the machine's chart, as a Mermaid state diagram")
    .option('--state <state>', 'draw what is in this state of the machine alone')
    .option('--json', 'print as JSON in one line, with a version')
    .action(act);
  note(command, protocolNote);
  examples(command, [
    ['switchover protocols', 'what there is'],
    ['switchover protocols graceful', 'its knobs, claims, assumptions and machines'],
    ['switchover protocols graceful --machine call', 'a machine as JSON'],
    [
      'switchover protocols graceful --machine server --diagram --state job > job.mmd',
      'a part of a machine as a picture, for GitHub or mermaid.live',
    ],
  ]);
}

async function act(name: string | undefined, flags: ChartFlags): Promise<void> {
  const { machine, json } = flags;
  const chosen = name === undefined ? undefined : await loadedArgument('protocols', name);
  checkFlags(chosen, flags);
  if (chosen !== undefined && machine !== undefined) {
    console.log(chartText(chosen, machine, flags));
  } else if (json === true) {
    const value =
      chosen === undefined
        ? { protocols: protocols.map(asData), canaries: canaries.map(canaryAsData) }
        : { protocol: asData(chosen) };
    console.log(JSON.stringify({ version: 1, ...value }));
  } else {
    const page = pageOfStdout();
    console.log((chosen === undefined ? list(page) : describe(chosen, page)).join('\n'));
  }
}

function checkFlags(chosen: Protocol | undefined, flags: ChartFlags): void {
  const { machine, diagram, state } = flags;
  const flag = diagram === true ? '--diagram' : '--state';
  if (machine === undefined && (diagram === true || state !== undefined)) {
    throw new InputError(`${flag}: expected --machine too`);
  }
  if (machine !== undefined && chosen === undefined) {
    throw new InputError('--machine: expected a protocol too');
  }
}

/** What a list says of a canary. */
function canaryAsData({ name, canary }: Protocol) {
  return { name, ...canary };
}

/** Everything of a protocol that is data. */
function asData(protocol: Protocol) {
  const { name, summary, source, knobs, values, claims, assumptions, canary } = protocol;
  const all = Object.entries(knobs).map(([knob, { default: _, ...rest }]) => {
    return { name: knob, default: values[knob], ...rest };
  });
  return {
    name,
    summary,
    source,
    knobs: all,
    claims,
    assumptions,
    ...(canary !== undefined && { canary }),
    machines: machinesOf(protocol),
  };
}

/** The machines of a protocol; a root starts with the process of a node, a client, an operator. */
function machinesOf({ programs, roots }: Protocol) {
  return Object.entries(programs).map(([name, { machine }]) => {
    const rootOf = Object.entries(roots).find(([, root]) => root === name)?.[0] ?? null;
    const states = stateNodes(machine).length;
    return { name, rootOf, states, transitions: namedTransitions(machine).size };
  });
}

function list(page: Page): string[] {
  const { bold } = coloursOf(page);
  const named = (lines: readonly (readonly [name: string, text: string])[]) => {
    const column = Math.max(...lines.map(([name]) => name.length)) + 2;
    return lines.flatMap(([name, text]) =>
      hanging(name.padEnd(column), text, page.width).map((line) => line.replace(name, bold(name))),
    );
  };
  return [
    ...named(protocols.map(({ name, summary }) => [name, summary])),
    '',
    ...hanging('', 'canaries: mutants of graceful, each without one of its rules', page.width),
    ...named(canaries.map(({ name, canary }) => [name, `${canary!.rule}: ${canary!.breaks}`])),
  ];
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
    '',
    ...machineLines(protocol, colours, page),
  ];
}

function machineLines(protocol: Protocol, colours: Colours, page: Page): string[] {
  return [
    colours.bold('machines'),
    ...machinesOf(protocol).flatMap(({ name, rootOf, states, transitions }) => {
      const size = `${counted(states, 'state')}, ${counted(transitions, 'transition')}`;
      const role =
        rootOf === null
          ? ''
          : `; starts with the process of ${rootOf === 'operator' ? 'an' : 'a'} ${rootOf}`;
      return hanging(`  ${name.padEnd(15)}`, `${size}${role}`, page.width);
    }),
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
