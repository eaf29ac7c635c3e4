/** A protocol that a flag or an argument names. */
import type { Protocol } from '../../machines/protocol.js';
import { loadProtocol } from '../protocol-file.js';
import { isProtocolFile, protocolNamed } from '../protocols.js';
import { InputError } from '../scenario.js';

/** For the help of every command that takes a protocol. */
export const protocolNote =
  'A protocol of your own is a JavaScript file, named by its path: one that ends in .js, .mjs or .cjs, or ' +
  'begins with ./, ../ or /.';

/** What the value of `--protocol` is called in help. */
export const protocolValue = '<name|file>';

/**
 * Loads the protocol that is named, where that is a file: it is known from then on.
 * @param place the flag or command, for the error
 * @throws InputError in one line naming the file
 */
export async function loadArgument(place: string, name: string | undefined): Promise<void> {
  if (name === undefined || !isProtocolFile(name)) return;
  try {
    await loadProtocol(name);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(`${place}: ${error.message}`);
  }
}

/** The same, and which it is. @throws InputError naming the ones there are, or what is wrong */
export async function loadedArgument(place: string, name: string): Promise<Protocol> {
  await loadArgument(place, name);
  return protocolArgument(place, name);
}

/**
 * @param place the flag or command, for the error
 * @throws InputError naming the ones there are, or the one that was meant
 */
export function protocolArgument(place: string, name: string): Protocol {
  return protocolNamed(name, `${place}: unknown protocol "${name}"`);
}
