/**
 * The cases of SCION's SCXML test framework, among them the W3C's own, on both engines. Each is a
 * document, the events it is given and the configurations it must then be in. What is left out is
 * listed by name, with the reason.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AnyStateMachine, StateValue } from 'xstate';
import type { Chart, Engine, EngineState, Fired, Step } from '../engine.js';
import { xstateEngine } from '../xstate-engine.js';
import { compiledEngine } from './compiled-engine.js';
import { someInput } from './test-equality.js';
import { machineFromScxml, withoutDots } from './test-scxml.js';
import { Unsupported } from './test-scxml-element.js';
import { skipped } from './test-scxml-skipped.js';

/** What stands beside a document. */
interface Case {
  readonly initialConfiguration: readonly string[];
  readonly events: readonly {
    readonly after?: number;
    readonly event: { readonly name: string; readonly data?: unknown };
    readonly nextConfiguration: readonly string[];
  }[];
}

const framework = createRequire(import.meta.url).resolve(
  '@scion-scxml/test-framework/package.json',
);
const folder = join(dirname(framework), 'test');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
const names = files
  .filter((path) => path.endsWith('.scxml') && files.includes(path.replace('.scxml', '.json')))
  .map((path) => path.replace('.scxml', ''));

/** XState itself does otherwise than SCXML here. */
const deviations: Readonly<Record<string, string>> = {
  'scxml-prefix-event-name-matching/star0':
    'of two descriptors XState asks the exact one first, SCXML the one written first',
};

const machines = new Map<string, AnyStateMachine>();
const reasons: Record<string, string[]> = {};
for (const name of names) {
  try {
    machines.set(name, machineFromScxml(readFileSync(join(folder, `${name}.scxml`), 'utf8')));
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    reasons[error.message] = [...(reasons[error.message] ?? []), name];
  }
}

describe.each([xstateEngine, compiledEngine])('the $name engine', (engine) => {
  const cases = [...machines].filter(([name]) => deviations[name] === undefined);

  it.each(cases)('is in the configurations of %s', (name, machine) => {
    expect(configurations(engine, name, machine)).toEqual(wanted(name));
  });

  it.each(Object.entries(deviations))('is not in those of %s: %s', (name) => {
    expect(configurations(engine, name, machines.get(name)!)).not.toEqual(wanted(name));
  });
});

describe('of the cases', () => {
  it('all but these are run, as XState has no word for what they need', () => {
    expect(reasons).toEqual(skipped);
  });

  it('192 are run', () => {
    expect(machines.size - Object.keys(deviations).length).toBe(192);
    expect(names).toHaveLength(316);
  });
});

function caseOf(name: string): Case {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

function wanted(name: string): string[][] {
  const { initialConfiguration, events } = caseOf(name);
  return [initialConfiguration, ...events.map(({ nextConfiguration }) => nextConfiguration)].map(
    (ids) => ids.map(withoutDots).sort(),
  );
}

function configurations(engine: Engine, name: string, machine: AnyStateMachine): string[][] {
  const run = new Clocked(engine.load(machine));
  const found = [run.configuration()];
  for (const { after = 0, event } of caseOf(name).events) {
    run.wait(after);
    run.take({ type: event.name, ...(event.data !== undefined && { data: event.data }) });
    found.push(run.configuration());
  }
  return found;
}

/** A machine with a clock of its own. */
class Clocked {
  readonly #chart: Chart;
  readonly #step: Step = { actions: [], microsteps: [], report: false };
  #state: EngineState;
  #now = 0;
  /** In the order in which they are due, and of those due together as they were armed. */
  #timers: { readonly at: number; readonly id: string; readonly event: Fired }[] = [];

  constructor(chart: Chart) {
    this.#chart = chart;
    this.#state = chart.start(someInput, this.#step);
    this.#arm();
  }

  take(event: Fired): void {
    this.#state = this.#chart.take(this.#state, event as never, this.#step);
    this.#arm();
  }

  wait(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers[0];
      if (next === undefined || next.at > until) break;
      this.#timers.shift();
      this.#now = next.at;
      this.take(next.event);
    }
    this.#now = until;
  }

  /** The ids of the leaves. */
  configuration(): string[] {
    return leaves('scxml', this.#chart.save(this.#state).value as StateValue).sort();
  }

  #arm(): void {
    for (const action of this.#step.actions) {
      if (action.type !== 'arm' && action.type !== 'disarm') continue;
      this.#timers = this.#timers.filter(({ id }) => id !== action.id);
      if (action.type === 'disarm') continue;
      const { id, delayMs, event } = action;
      this.#timers.push({ at: this.#now + delayMs, id, event });
      this.#timers.sort((one, other) => one.at - other.at);
    }
  }
}

function leaves(key: string, value: StateValue): string[] {
  if (typeof value === 'string') return [value];
  const children = Object.entries(value) as [string, StateValue][];
  return children.length === 0 ? [key] : children.flatMap((child) => leaves(...child));
}
