/** R8: news of a new master counts only with a higher epoch. */

import { mutant } from '../../mutant.js';
import type { Protocol } from '../../protocol.js';
import type { HandoverContext } from '../context.js';
import { pushRefusal } from '../push.js';
import type { Args } from '../setup.js';
import { canaryOf } from './canary.js';
import { serverWith } from './parts.js';

/** Jobs below this are news that the node has brought itself. */
const isNews = ({ pushed }: HandoverContext) => (pushed?.job ?? 0) < -10;

/** Every test of a push but the one of its version. */
const refusalApartFromEpoch = (context: HandoverContext) =>
  pushRefusal({ ...context, topology: context.topology && { ...context.topology, version: -1 } });

const heard = serverWith(['setnodes'], ({ on, ...setnodes }) => ({
  ...setnodes,
  on: {
    'told.announce': {
      ...on['told.announce'],
      guard: ({ context, event }: Args) =>
        event.type === 'told.announce' && event.message.topology.version !== context.announced,
    },
  },
}));

const anyEpoch = mutant(heard, ['setnodes', 'judging'], ({ always: [refused, ...rest] }) => ({
  always: [
    {
      ...refused,
      guard: (args: Args) =>
        isNews(args.context) ? refusalApartFromEpoch(args.context) !== null : refused.guard(args),
    },
    ...rest,
  ],
}));

export const news: readonly Protocol[] = [
  canaryOf(
    'r8-any-epoch',
    { rule: 'R8', breaks: 'a slave takes news of a master whatever its epoch' },
    anyEpoch,
  ),
];
