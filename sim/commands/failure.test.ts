import { CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { InputError } from '../scenario.js';
import { Defect } from './arguments.js';
import { failureOf } from './failure.js';

describe('what is said of an error', () => {
  it('should be one line for bad input, and exit 3', () => {
    expect(failureOf(new InputError('seed: got\n  "x"'), false)).toEqual({
      lines: ['error: seed: got "x"'],
      exit: 3,
    });
  });

  it('should be nothing where commander has spoken', () => {
    expect(failureOf(new CommanderError(0, 'commander.help', ''), false)).toEqual({
      lines: [],
      exit: 0,
    });
    expect(failureOf(new CommanderError(1, 'commander.unknownOption', 'x'), false).exit).toBe(3);
  });

  it('should call anything else a defect, with the seed of the run, and exit 4', () => {
    const defect = new Defect(new Error('step 12: two nodes have\none name'), 7);
    expect(failureOf(defect, false)).toEqual({
      lines: [
        'step 12: two nodes have one name (seed 7): this is a defect of Switchover; DEBUG=1 shows where',
      ],
      exit: 4,
    });
    expect(failureOf('thrown', false).exit).toBe(4);
  });

  it('should show the stack of the cause only when asked', () => {
    const cause = new Error('inner');
    const { lines } = failureOf(new Defect(cause, 1), true);
    expect(lines[1]).toBe(cause.stack);
  });
});
