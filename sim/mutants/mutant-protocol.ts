/** Mutants where protocols are named: `graceful:`, then the id of a mutation. */
import type { Protocol } from '../../machines/protocol.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';
import { mutations, protocolNameOf, protocolOf } from './mutants.js';
import { probe, probeId } from './probe.js';

/** Machines are heavy once they are compiled, and whoever goes through all needs each for a while. */
const kept = 8;
const made = new Map<string, Protocol>();

/** Whether a name is that of a mutant, there or not. */
export const namesMutant = (name: string): boolean => name.startsWith(protocolNameOf(''));

/**
 * The mutant of a name.
 * @param unknown what an error says before the id that was meant
 * @throws InputError when there is no such mutant, or its machine can't be built
 */
export function mutantProtocol(name: string, unknown: string): Protocol {
  const found = made.get(name);
  if (found !== undefined) return found;
  const protocol = build(name, unknown);
  const [oldest] = made.keys();
  if (made.size >= kept) made.delete(oldest!);
  made.set(name, protocol);
  return protocol;
}

function build(name: string, unknown: string): Protocol {
  const id = name.slice(protocolNameOf('').length);
  if (id === probeId) return probe();
  const mutation = mutations().get(id);
  if (mutation === undefined) {
    throw new InputError(`${unknown}, ${expected(id, [...mutations().keys()])}`);
  }
  try {
    return protocolOf(mutation);
  } catch (error) {
    throw new InputError(`${unknown}, a machine that can't be built: ${(error as Error).message}`);
  }
}
