/** What is said of an error that ended a command, and the exit code that it means. */
import { CommanderError } from 'commander';
import { protocolFiles } from '../protocols.js';
import { InputError } from '../scenario.js';
import { Defect, Exit } from './arguments.js';

/** For stderr: one line, none where it has been said already; a stack only where it is asked for. */
export interface Failure {
  readonly lines: readonly string[];
  readonly exit: number;
}

/** @param debug whether the stack is wanted */
export function failureOf(error: unknown, debug: boolean): Failure {
  if (error instanceof CommanderError) {
    // Help and version are answers; commander has said what else was wrong.
    return { lines: [], exit: error.exitCode === 0 ? Exit.valid : Exit.misuse };
  }
  if (error instanceof InputError) {
    return { lines: [`error: ${oneLine(error.message)}`], exit: Exit.misuse };
  }
  const { message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  const inner = cause instanceof Error ? cause.stack : undefined;
  const told = (line: string) => (debug ? [line, inner ?? stack ?? ''] : [line]);
  const files = error instanceof Defect ? protocolFiles() : [];
  if (files.length > 0) {
    // Machines of a user's own throw in the middle of a run.
    const whose = `a mistake in ${files.join(' or ')}, or else a defect of Switchover`;
    const line = `error: ${oneLine(message)}: ${whose}; DEBUG=1 shows where`;
    return { lines: told(line), exit: Exit.misuse };
  }
  const line = `${oneLine(message)}: this is a defect of Switchover; DEBUG=1 shows where`;
  return { lines: told(line), exit: Exit.defect };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
