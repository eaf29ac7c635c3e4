/** R8: news of a new master counts only with a higher epoch. */
import { commandsRegion } from '../../kvrocks/node.js';
import { mutant } from '../../mutant.js';
import type { HandoverContext } from '../context.js';
import { pushRefusal } from '../push.js';
import { commandRules } from '../server.js';
import type { Args } from '../setup.js';
import { type CanaryProtocol, canaryOf } from './canary.js';
import { serverWith } from './parts.js';

/** Whether the push in hand is news that the node has brought itself: its jobs count down from -10. */
const isNews = ({ pushed }: HandoverContext) => (pushed?.job ?? 0) < -10;

/** Every test of a push but the one of its version. */
const refusalApartFromEpoch = (context: HandoverContext) =>
  pushRefusal({ ...context, topology: context.topology && { ...context.topology, version: -1 } });

const believing = serverWith(['setnodes'], ({ on, states, ...setnodes }) => {
  const [refused, ...rest] = states.judging.always;
  const guard = (args: Args) =>
    isNews(args.context) ? refusalApartFromEpoch(args.context) !== null : refused.guard(args);
  const isOther = ({ context, event }: Args) =>
    event.type === 'told.announce' && event.message.topology.version !== context.announced;
  return {
    ...setnodes,
    on: { 'told.announce': { ...on['told.announce'], guard: isOther } },
    states: { ...states, judging: { always: [{ ...refused, guard }, ...rest] } },
  };
});

/**
 * Without R8 alone nothing comes of it: a slave that has gone back to an older master is told the newer
 * epoch as soon as it attaches there. So it is told nothing then. That alone does harm too, but only to
 * a slave that was not attached when its master stepped down.
 */
const believingAndUntold = mutant(believing, ['commands'], () =>
  commandsRegion({ ...commandRules, newsFor: () => undefined }),
);

export const news: readonly CanaryProtocol[] = [
  canaryOf(
    'r8-any-epoch',
    {
      rule: 'R8',
      breaks: 'a slave takes news of a master whatever its epoch, and is told none as it attaches',
    },
    believingAndUntold,
  ),
];
