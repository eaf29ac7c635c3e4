/** R4: role, epoch, intent and verdicts are one record, replaced at once, outside the database. */
import type { StateConfig } from '../../mutant.js';
import { isTagged } from '../orders.js';
import { server } from '../setup.js';
import { type CanaryProtocol, canaryOf } from './canary.js';
import { recordOf, serverWith } from './parts.js';

type Fields = Readonly<Record<string, unknown>>;

const only = (field: string) => (whole: Fields) =>
  field in whole ? { [field]: whole[field] } : {};
const without =
  (field: string) =>
  ({ [field]: _, ...rest }: Fields) =>
    rest;

/** The region with a state's record written as two: that field, then the others. */
const inTwo =
  (name: string, tag: string, first: string) =>
  ({ states, ...region }: StateConfig): StateConfig => {
    const whole = states[name];
    const written = (target: string) => ({ guard: isTagged(tag), target });
    return {
      ...region,
      states: {
        ...states,
        [name]: {
          ...whole,
          entry: recordOf(whole.entry, only(first)),
          on: { ...whole.on, persisted: written('writing the rest') },
        },
        'writing the rest': { ...whole, entry: recordOf(whole.entry, without(first)) },
      },
    };
  };

/** The verdict as a record of the database, by the slave itself. */
const logged = {
  type: 'append',
  params: {
    batch: { count: 1, operation: 0, writes: [{ kind: 'put', key: 'verdict', value: '' }] },
    tag: 'verdict',
  },
};

const forgetVerdicts = [
  server.assign({ verdicts: {} }),
  { type: 'persist', params: { fields: { verdicts: {} }, tag: 'restored' } },
];

export const record: readonly CanaryProtocol[] = [
  canaryOf(
    'r4-role-first',
    { rule: 'R4', breaks: 'the slave writes its role and epoch, and then its verdict' },
    serverWith(['verdict'], inTwo('recording', 'verdict', 'topology')),
  ),
  canaryOf(
    'r4-verdict-first',
    { rule: 'R4', breaks: 'the slave writes its verdict, and then its role and epoch' },
    serverWith(['verdict'], inTwo('recording', 'verdict', 'verdicts')),
  ),
  canaryOf(
    'r4-intent-first',
    { rule: 'R4', breaks: 'the old master closes its intent, and then writes its role and epoch' },
    serverWith(['job'], inTwo('stepping down', 'step down', 'intent')),
  ),
  canaryOf(
    'r4-numbered',
    { rule: 'R4', breaks: 'a verdict is written to the database and takes a sequence number' },
    serverWith(['verdict', 'decided'], (decided) => ({
      ...decided,
      entry: [decided['entry'], logged],
    })),
  ),
  canaryOf(
    'r4-copied-over',
    { rule: 'R4', breaks: 'verdicts lie in the database, and a full sync replaces them' },
    serverWith(['link'], ({ on, ...link }) => ({
      ...link,
      on: {
        ...on,
        'told.restored': { actions: [...on['told.restored'].actions, ...forgetVerdicts] },
      },
    })),
  ),
];
