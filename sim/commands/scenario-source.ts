/** Where a command's scenario comes from: a name, a file or stdin, and what the flags change. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Protocol } from '../../machines/protocol.js';
import { worldOf } from '../cluster.js';
import { parseFaultSpec } from '../fault-spec.js';
import { parseFile, sourceName } from '../files/input-text.js';
import { folderOf, withProtocolLoaded } from '../protocol-file.js';
import { namedIn, protocolNamed } from '../protocols.js';
import type { Invoked } from '../report/reproduce.js';
import { InputError, parseScenario, type Scenario } from '../scenario.js';
import { checkNames, stateNamed } from '../scenario-names.js';
import { caseScenarios, scenarioList, scenarioNamed, withoutCases } from '../scenarios/index.js';
import { expected } from '../suggest.js';
import { integer } from './arguments.js';
import { addKnobFlags, collect, type KnobFlags, knobsOfFlags } from './knob-flags.js';
import { loadArgument, protocolArgument, protocolValue } from './protocol-argument.js';

/** The flags that make a scenario, as they were typed. */
export interface ScenarioFlags extends KnobFlags {
  readonly protocol?: string;
  readonly seed?: number;
  readonly fault?: readonly string[];
}

/** A resolved scenario, and what to type for it again. */
export interface Chosen {
  readonly scenario: Scenario;
  readonly invoked: Omit<Invoked, 'command'>;
}

/** Adds the argument and the flags that choose a scenario. */
export function addScenarioFlags(command: Command): Command {
  command
    .argument('[scenario]', 'a file (- for stdin) or a name; left out, the default')
    .option(`--protocol ${protocolValue}`, 'run this protocol instead of the one of the scenario')
    .option('--seed <integer>', 'seed of every decision', integer(0));
  return addKnobFlags(command).option(
    '--fault <spec>',
    'add a fault: JSON or a short form, see below',
    collect,
  );
}

/** Help on what the flags take. */
export const scenarioHelp = `
Scenarios by name:
${scenarioList(withoutCases)
  .map(({ name, about }) => `  ${name.padEnd(22)} ${about}`)
  .join('\n')}
and ${caseScenarios.length} test cases of the proposal: switchover scenarios

A fault is a JSON object as in a scenario, or WHAT[@WHERE][+DURATION]:
  WHAT   crash:NODE power:NODE pause:NODE reset:NODE/NODE
         partition:NODES/NODES (both ways) partition:NODES>NODES (one way)
         drop:TYPE hold:TYPE break:TYPE (the next message of that type)
  WHERE  a time (1.2s 500ms 20us), sent:TYPE, received:TYPE, or
         state:[NODE/]STATE (n1 enters it); left out: from the start
  Examples: crash:n1@1.2s+500ms  pause:n2@state:switching+3s  drop:takeover-reply
`;

/** A scenario as it was given, and its text where it came in on stdin. */
export interface Given {
  readonly given: unknown;
  readonly stdin?: string;
}

/**
 * @param source what was read of it already
 * @throws InputError in one line: flag or field, value, expectation
 */
export function chooseScenario(
  name: string | undefined,
  flags: ScenarioFlags,
  { given, stdin }: Given = read(name),
): Chosen {
  const { set = [], without = [], fault = [] } = flags;
  const base = located(name, () => parseScenario(given));
  const protocol = protocolOf(name, base, flags.protocol);
  const states = (state: string) => stateNamed(protocol, state);
  const knobs = {
    ...base.protocol.knobs,
    ...knobsOfFlags({ set, without }, protocol),
  };
  const scenario = parseScenario({
    ...base,
    ...(flags.seed !== undefined && { seed: flags.seed }),
    protocol: { ...namedIn(protocol), knobs },
    faults: withFaults(base, fault, states),
  });
  located(name, () => {
    checkNames(scenario);
    // Building it, without running it, checks what is left to check.
    worldOf(scenario);
  });
  return {
    scenario,
    invoked: {
      ...(name !== undefined && stdin === undefined && { scenario: name }),
      ...(stdin !== undefined && { stdin }),
      ...(flags.protocol !== undefined && { protocol: flags.protocol }),
      set,
      without,
      fault,
      seed: scenario.seed,
    },
  };
}

function protocolOf(name: string | undefined, base: Scenario, flag: string | undefined): Protocol {
  if (flag === undefined) return located(name, () => protocolNamed(base.protocol.name));
  return protocolArgument('--protocol', flag);
}

function read(name = 'default'): Given {
  const known = scenarioNamed(name);
  if (known !== undefined) return { given: known };
  return givenIn(name, parseFile(scenarioText(name), 'scenario', sourceName(name)));
}

/**
 * The same, and the protocols that flag and scenario name are loaded where they are files: one that
 * the flag replaces is not looked for.
 * @param source what was read of it already
 * @throws InputError in one line: flag or field, value, expectation
 */
export async function loadScenario(
  name: string | undefined,
  flags: Pick<ScenarioFlags, 'protocol'>,
  source: Given = read(name),
): Promise<Given> {
  await loadArgument('--protocol', flags.protocol);
  if (flags.protocol !== undefined || name === undefined) return source;
  return located(name, async () => ({
    ...source,
    given: await withProtocolLoaded(source.given, folderOf(name)),
  }));
}

/** What a file, or stdin, had in it. */
export function givenIn(name: string, given: unknown): Given {
  return name === '-' ? { given, stdin: JSON.stringify(given) } : { given };
}

/**
 * @param name of a file, or `-` for stdin
 * @throws InputError when it can't be read, or is no text
 */
export function scenarioText(name: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(name === '-' ? 0 : name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR')
      throw new InputError(`${name}: is a directory, expected a scenario file`);
    if (code !== 'ENOENT') throw new InputError(`${name}: can't be read (${code})`);
    const names = scenarioList().map((one) => one.name);
    throw new InputError(
      `${name}: no such file, and no scenario of that name; ${expected(name, names)}`,
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${name}: not text in UTF-8, expected a scenario as JSON`);
  }
}

/** Names the file in an error about one of its fields. */
function located<T>(name: string | undefined, act: () => T): T {
  try {
    const made = act();
    return made instanceof Promise ? (made.catch((error) => blame(name, error)) as T) : made;
  } catch (error) {
    return blame(name, error);
  }
}

function blame(name: string | undefined, error: unknown): never {
  const isFile = name !== undefined && scenarioNamed(name) === undefined;
  if (!(error instanceof InputError) || !isFile || error.message.startsWith('--')) throw error;
  throw new InputError(`${name === '-' ? 'stdin' : name}: ${error.message}`);
}

/** The scenario's faults and those of the flags, each checked by itself so that it is named. */
function withFaults(
  base: Scenario,
  specs: readonly string[],
  states: (state: string) => string,
): unknown[] {
  const faults: { id: number }[] = [...base.faults];
  for (const spec of specs) {
    const free = Math.max(0, ...faults.map(({ id }) => id)) + 1;
    try {
      const fault = { id: free, ...parseFaultSpec(spec, states) };
      const alone = parseScenario({ ...base, faults: [fault] });
      checkNames(alone);
      faults.push(alone.faults[0]!);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const what = error.message.replace(/^faults\.0(\.|: )/, '');
      throw new InputError(`--fault ${spec}: ${what}`);
    }
  }
  return faults;
}
