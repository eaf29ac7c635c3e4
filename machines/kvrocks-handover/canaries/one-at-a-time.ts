/** R3: TAKEOVER, CANCEL and SETNODES one at a time; the attempt under the same lock as SETNODES. */
import { commandsRegion } from '../../kvrocks/node.js';
import { mutant, type StateConfig } from '../../mutant.js';
import type { Protocol } from '../../protocol.js';
import { commandRules } from '../server.js';
import { canaryOf } from './canary.js';
import { serverWith } from './parts.js';

const alone = (types: readonly string[]) =>
  serverWith(['commands'], () =>
    commandsRegion({ ...commandRules, isExclusive: (_, type) => types.includes(type) }),
  );

/** What comes while a verdict is being written is decided too, and what was in hand is dropped. */
const interrupted = mutant(alone(['setnodes']), ['verdict'], ({ states, ...verdict }) => ({
  ...verdict,
  states,
  on: {
    served: {
      ...states.idle.on.served,
      target: '.weighing',
      actions: [
        { type: 'vacate', params: ({ context }: StateConfig) => ({ job: context['asked'].job }) },
        states.idle.on.served.actions,
      ],
    },
  },
}));

export const oneAtATime: readonly Protocol[] = [
  canaryOf(
    'r3-interrupted',
    {
      rule: 'R3',
      breaks: 'a TAKEOVER or CANCEL that comes while a verdict is being written is decided too',
    },
    interrupted,
  ),
  canaryOf(
    'r3-push-beside',
    { rule: 'R3', breaks: 'SETNODES runs beside TAKEOVER, CANCEL and FAILOVER' },
    alone(['takeover', 'cancel']),
  ),
  canaryOf(
    'r3-not-compared',
    { rule: 'R3', breaks: 'the attempt runs on when SETNODES has changed the topology under it' },
    serverWith(
      ['setnodes', 'judging'],
      ({ always: [refusing, { actions: _, ...fenced }, rest] }) => ({
        always: [refusing, fenced, rest],
      }),
    ),
  ),
];
