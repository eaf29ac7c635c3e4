/** R1: definite are `taken`, `refused` and `cancelled` of this attempt, durable before they are sent. */
import { definite } from '../setup.js';
import { type CanaryProtocol, canaryOf } from './canary.js';
import { serverGuarded, serverWith } from './parts.js';

export const answers: readonly CanaryProtocol[] = [
  canaryOf(
    'r1-any-line',
    { rule: 'R1', breaks: 'any line but `taken` counts as a refusal: LOADING, an error' },
    serverGuarded({ 'the slave refused': (args) => definite(args) !== 'taken' }),
  ),
  canaryOf(
    'r1-silence',
    { rule: 'R1', breaks: 'a reset or a timeout of the first TAKEOVER counts as a refusal' },
    serverGuarded({ 'doubt is kept': () => false }),
  ),
  canaryOf(
    'r1-before-durable',
    { rule: 'R1', breaks: 'the slave acts and answers while its verdict is still being written' },
    serverWith(['verdict', 'recording'], ({ entry }) => ({ entry, always: 'decided' })),
  ),
];
