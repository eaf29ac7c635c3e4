/** R2 and R6: which verdicts a node keeps, for how long, and what it looks up of them. */
import type { StateConfig } from '../../mutant.js';
import type { HandoverContext, Verdict } from '../context.js';
import { type Args, server } from '../setup.js';
import { type CanaryProtocol, canaryOf } from './canary.js';
import { recordOf, serverWith } from './parts.js';

type Verdicts = HandoverContext['verdicts'];

const askerId = ({ asked }: HandoverContext) => asked?.command['master'] as string;

/** The slave's test whether a verdict is kept: the third that it makes. */
const lookingUp = (looksUp: (verdict: Verdict, args: Args) => boolean) =>
  serverWith(['verdict', 'weighing'], ({ always, ...weighing }) => ({
    ...weighing,
    always: always.map((test: StateConfig, at: number) => {
      if (at !== 2) return test;
      const guard = (args: Args) =>
        test['guard'](args) && looksUp(args.context.verdicts[askerId(args.context)]!, args);
      return { ...test, guard };
    }),
  }));

const onlyOfAsker = (context: HandoverContext, verdicts: Verdicts): Verdicts => ({
  [askerId(context)]: verdicts[askerId(context)] as Verdict,
});

const keepingOneMaster = serverWith(['verdict'], ({ states, ...verdict }) => ({
  ...verdict,
  states: {
    ...states,
    recording: {
      ...states.recording,
      entry: recordOf(states.recording.entry, ({ verdicts, ...rest }, { context }) => ({
        ...rest,
        verdicts: onlyOfAsker(context, verdicts as unknown as Verdicts),
      })),
    },
    decided: {
      ...states.decided,
      entry: [
        states.decided.entry,
        server.assign(({ context }) => ({ verdicts: onlyOfAsker(context, context.verdicts) })),
      ],
    },
  },
}));

export const verdicts: readonly CanaryProtocol[] = [
  canaryOf(
    'r2-volatile',
    { rule: 'R2', breaks: 'verdicts are forgotten when the process ends' },
    serverWith([], ({ context, ...root }) => ({
      ...root,
      context: (args: unknown) => ({ ...context(args), verdicts: {} }),
    })),
  ),
  canaryOf(
    'r2-unread',
    {
      rule: 'R2',
      breaks: 'an attempt that was decided is decided anew when it is asked about again',
    },
    lookingUp(() => false),
  ),
  canaryOf(
    'r2-one-master',
    { rule: 'R2', breaks: 'only the verdict for the last master is kept' },
    keepingOneMaster,
  ),
  canaryOf(
    'r2-lower-attempt',
    { rule: 'R2', breaks: 'an attempt lower than the highest decided one is decided' },
    lookingUp(({ number }, { context }) => number === (context.asked?.command['number'] as number)),
  ),
  canaryOf(
    'r6-refusal-lapses',
    { rule: 'R6', breaks: 'an attempt that was refused or cancelled is decided anew' },
    lookingUp(({ outcome }) => outcome === 'taken'),
  ),
];
