/** R3: TAKEOVER, CANCEL and SETNODES one at a time; the attempt under the same lock as SETNODES. */
import { isAbout, vacating } from '../../kvrocks/node.js';
import type { Args } from '../setup.js';
import { type CanaryProtocol, canaryOf } from './canary.js';
import { serverWith } from './parts.js';

/** The slave's lock is free while its verdict is being written; a TAKEOVER finds one in hand. */
const lettingGo = serverWith(['verdict'], ({ states, ...verdict }) => ({
  ...verdict,
  states: {
    ...states,
    recording: {
      ...states.recording,
      entry: [
        states.recording.entry,
        { type: 'vacate', params: ({ context }: Args) => ({ job: context.asked?.job ?? 0 }) },
      ],
      on: {
        ...states.recording.on,
        served: [
          { guard: ({ event }: Args) => isAbout(event as never, 'takeover'), actions: vacating },
          { ...states.idle.on.served, target: 'weighing' },
        ],
      },
    },
  },
}));

export const oneAtATime: readonly CanaryProtocol[] = [
  canaryOf(
    'r3-cancel-beside',
    {
      rule: 'R3',
      breaks: 'a CANCEL is decided while the verdict on its TAKEOVER is being written',
    },
    lettingGo,
  ),
  canaryOf(
    'r3-not-compared',
    { rule: 'R3', breaks: 'the attempt runs on when SETNODES has changed the topology under it' },
    serverWith(['setnodes', 'judging'], ({ always: [refusing, fenced, rest] }) => {
      const { actions: _, ...unnoticed } = fenced;
      // A push by force finds an intent, and takes it away: without one there is no attempt.
      const forced = ({ context }: Args) => context.knobs.topologyFence && context.intent !== null;
      return { always: [refusing, { ...fenced, guard: forced }, unnoticed, rest] };
    }),
  ),
];
