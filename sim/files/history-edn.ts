/**
 * The history of a run as Jepsen writes it: a vector of operation maps, times in nanoseconds, for its
 * checkers. A history of registers in the form of `jepsen.independent`, one of lists in the form of
 * Elle's list-append, each operation a transaction of its own.
 */
import type { HistoryEvent } from '../history.js';
import type { RunResult } from '../run.js';
import { edn, Keyword } from './edn.js';
import { type HistoryLine, modelOf, withFaults } from './history-file.js';
import { type ModelName, modelNames } from './history-models.js';
import type { HistoryHeader } from './history-schema.js';

/** A comment, so that whoever reads it back knows what keys hold. */
const head = '; switchover history of model ';

/** By which model a file that begins so is to be judged, if it says so. */
export function ednModelOf(text: string): ModelName | undefined {
  const [first = ''] = text.split(/\r?\n/, 1);
  if (!first.startsWith(head)) return undefined;
  return modelNames.find((name) => first === `${head}${name}`);
}

/** @returns the lines of an EDN file, without newlines */
export function historyEdn(result: RunResult): string[] {
  const model = modelOf(result.history);
  const processes = new Map<string, number>();
  const lines = withFaults(result).map((event, index) => {
    return edn(operationMap(event, index, model, processes));
  });
  return [`${head}${model}`, '[', ...lines, ']'];
}

function operationMap(
  event: HistoryLine,
  index: number,
  model: HistoryHeader['model'],
  processes: Map<string, number>,
): Record<string, unknown> {
  const common = {
    index,
    time: BigInt(event.time) * 1000n,
    type: new Keyword(event.type),
  };
  if (!('key' in event)) {
    return {
      ...common,
      process: new Keyword(event.process),
      f: new Keyword(event.f),
      value: event.value,
    };
  }
  const process = processes.get(event.process) ?? processes.size;
  processes.set(event.process, process);
  return { ...common, process, ...(model === 'append' ? transaction(event) : independent(event)) };
}

type ClientEvent = Omit<HistoryEvent, 'operation'>;

function independent({ f, key, value }: ClientEvent) {
  return { f: new Keyword(f), value: [key, value] };
}

/** Elle knows appends and reads of lists; a key that is written has no form there. */
function transaction({ f, key, value }: ClientEvent) {
  const micro = f === 'read' ? new Keyword('r') : new Keyword(f === 'append' ? 'append' : 'w');
  return { f: new Keyword('txn'), value: [[micro, key, value]] };
}
