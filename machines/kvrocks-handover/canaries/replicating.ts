/**
 * R5 and R7: when a slave stops replicating to be tested, and whom a slave may copy.
 *
 * A slave that tests first and stops afterwards is no canary: nothing comes in between. Its master's
 * gate is closed since the target was read, so there is nothing to apply; R7 keeps it from a full sync,
 * and the restore of one would wait for the verdict, as for every command. It is the thread that has
 * not ended which does harm, when the old master is a slave already.
 */
import { commandsRegion } from '../../kvrocks/node.js';
import { commandRules } from '../server.js';
import { type CanaryProtocol, canaryOf } from './canary.js';
import { serverWith } from './parts.js';

export const replicating: readonly CanaryProtocol[] = [
  canaryOf(
    'r5-not-joined',
    { rule: 'R5', breaks: 'the slave tells its thread to stop and does not wait until it has' },
    serverWith(['verdict'], ({ states, ...verdict }) => ({
      ...verdict,
      states: {
        ...states,
        // Where a test fails it waits: a thread can't be started beside one that has not ended.
        detaching: {
          ...states.detaching,
          always: { guard: states.testing.always[0].guard, target: 'testing' },
        },
      },
    })),
  ),
  canaryOf(
    'r7-copies-anybody',
    { rule: 'R7', breaks: 'a slave copies a node that is not master or has an open intent' },
    serverWith(['commands'], () => commandsRegion({ ...commandRules, isFitToCopy: () => true })),
  ),
];
