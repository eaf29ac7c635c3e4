/** R5 and R7: when a slave stops replicating to be tested, and whom a slave may copy. */
import { commandsRegion } from '../../kvrocks/node.js';
import type { Protocol } from '../../protocol.js';
import { commandRules } from '../server.js';
import { canaryOf } from './canary.js';
import { serverWith } from './parts.js';

export const replicating: readonly Protocol[] = [
  canaryOf(
    'r5-tests-first',
    { rule: 'R5', breaks: 'the slave tests first and stops replicating afterwards' },
    serverWith(['verdict'], ({ states, ...verdict }) => {
      const { weighing, detaching, testing } = states;
      const [passes, fails] = testing.always;
      const always = [...weighing.always.slice(0, -2), { target: 'testing' }];
      return {
        ...verdict,
        states: {
          ...states,
          weighing: { ...weighing, always },
          testing: {
            always: [
              { ...passes, target: 'detaching' },
              { ...fails, actions: [] },
            ],
          },
          detaching: { ...detaching, on: { 'told.stopped': 'passed' } },
        },
      };
    }),
  ),
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
