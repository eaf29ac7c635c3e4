/** A protocol that a flag or an argument names. */
import type { Protocol } from '../../machines/protocol.js';
import { protocolNamed } from '../protocols.js';

/**
 * @param place the flag or command, for the error
 * @throws InputError naming the ones there are, or the one that was meant
 */
export function protocolArgument(place: string, name: string): Protocol {
  return protocolNamed(name, `${place}: unknown protocol "${name}"`);
}
