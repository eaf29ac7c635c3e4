/** A machine of a protocol as its chart: XState's config as JSON, or a Mermaid diagram. */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import type { Protocol } from '../../machines/protocol.js';
import { stateNodes } from '../../runtime/transition-names.js';
import { chartJson } from '../chart/chart-json.js';
import { chartMermaid } from '../chart/chart-mermaid.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';

/** The flags that choose a chart and its form. */
export interface ChartFlags {
  readonly machine?: string;
  readonly diagram?: boolean;
  readonly state?: string;
  readonly json?: boolean;
}

/**
 * @returns the chart's text, without a newline at its end
 * @throws InputError naming flag, value and what was expected
 */
export function chartText(protocol: Protocol, name: string, flags: ChartFlags): string {
  const { diagram, state, json } = flags;
  const machine = machineNamed(protocol, name);
  const about = { version: 1, protocol: protocol.name, machine: name };
  if (diagram !== true) {
    if (state !== undefined) throw new InputError('--state: expected --diagram too');
    const chart = chartJson(machine);
    return json === true
      ? JSON.stringify({ ...about, chart })
      : JSON.stringify(chart, undefined, 2);
  }
  const part = state === undefined ? machine.root : stateOf(machine, state);
  const title = [`${protocol.name}, ${name}`, ...part.path].join(' / ');
  const text = chartMermaid(machine, title, part);
  return json === true ? JSON.stringify({ ...about, diagram: text }) : text.trimEnd();
}

function machineNamed({ programs }: Protocol, name: string): AnyStateMachine {
  if (Object.hasOwn(programs, name)) return programs[name]!.machine;
  throw new InputError(
    `--machine: unknown machine "${name}", ${expected(name, Object.keys(programs))}`,
  );
}

/** A state by its id, or by the end of it where only one ends so. */
function stateOf(machine: AnyStateMachine, given: string): AnyStateNode {
  const nodes = stateNodes(machine);
  const exact = nodes.filter(({ id }) => id === given);
  const found = exact.length > 0 ? exact : nodes.filter(({ id }) => id.endsWith(`.${given}`));
  if (found.length === 1) return found[0]!;
  const ids = nodes.map(({ id }) => id);
  const what = found.length > 1 ? 'ambiguous' : 'unknown';
  throw new InputError(`--state: ${what} state "${given}", ${expected(given, ids)}`);
}
