/** A protocol that a flag or an argument names. */
import type { Protocol } from '../../machines/protocol.js';
import { protocols } from '../protocols.js';
import { InputError } from '../scenario.js';
import { expected } from '../suggest.js';

/**
 * @param place the flag or command, for the error
 * @throws InputError naming the ones there are, or the one that was meant
 */
export function protocolArgument(place: string, name: string): Protocol {
  const found = protocols.find((protocol) => protocol.name === name);
  if (found !== undefined) return found;
  const known = protocols.map((protocol) => protocol.name);
  throw new InputError(`${place}: unknown protocol "${name}", ${expected(name, known)}`);
}
