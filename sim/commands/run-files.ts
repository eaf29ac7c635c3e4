/** A run and the files that it leaves behind. */
import { dirname, resolve } from 'node:path';
import type { Engine } from '../../runtime/engine.js';
import { historyEdn } from '../files/history-edn.js';
import { historyLines } from '../files/history-file.js';
import { OutputFile } from '../files/output-file.js';
import { saveRun } from '../files/replay-file.js';
import { TraceFile } from '../files/trace-file.js';
import { type RunResult, run } from '../run.js';
import { InputError, type Scenario } from '../scenario.js';
import { Defect } from './arguments.js';
import { patiently } from './patience.js';

/** Where to write what; nothing is written of what is left out. */
export interface RunFiles {
  /** The run with its decisions. */
  readonly save?: string;
  /** What clients asked and saw: JSON Lines, or EDN where the name ends so. */
  readonly history?: string;
  /** Everything that the world did. */
  readonly trace?: string;
  /** What runs the statecharts. */
  readonly engine?: Engine['name'];
}

/**
 * Runs a scenario that has been checked: whatever else is thrown is a defect of the simulator.
 * @throws InputError when a file can't be written
 */
export function runToFiles(scenario: Scenario, files: RunFiles = {}): RunResult {
  expectApart(files);
  const opened: { close(): void }[] = [];
  const open = <T extends { close(): void }>(
    path: string | undefined,
    make: (path: string) => T,
  ) => {
    if (path === undefined) return undefined;
    const file = make(path);
    opened.push(file);
    return file;
  };
  try {
    const saved = open(files.save, (path) => new OutputFile('--save', path));
    const history = open(files.history, (path) => new OutputFile('--history', path));
    const trace = open(files.trace, (path) => new TraceFile(path, scenario));
    const what = `run ${scenario.name}, seed ${scenario.seed}:`;
    const result = patiently(what, () =>
      run(scenario, {
        ...(trace !== undefined && { tracer: trace.tracer }),
        decisions: saved !== undefined,
        ...(files.engine !== undefined && { engine: files.engine }),
      }),
    );
    if (files.save !== undefined) {
      saved?.write(`${JSON.stringify(saveRun(result, dirname(files.save)))}\n`);
    }
    const isEdn = files.history?.endsWith('.edn') === true;
    const lines = history === undefined ? [] : isEdn ? historyEdn(result) : historyLines(result);
    for (const line of lines) history?.write(`${line}\n`);
    return result;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new Defect(error, scenario.seed);
  } finally {
    for (const file of opened) file.close();
  }
}

/** @throws InputError when two would be written over one another */
function expectApart(files: RunFiles): void {
  const flags = new Map<string, string>();
  for (const flag of ['save', 'history', 'trace'] as const) {
    const path = files[flag];
    if (path === undefined) continue;
    const other = flags.get(resolve(path));
    if (other !== undefined) {
      throw new InputError(`--${flag}: got "${path}", which --${other} writes too`);
    }
    flags.set(resolve(path), flag);
  }
}
