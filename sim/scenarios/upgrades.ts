/**
 * Mixed versions, as an upgrade node by node has them: named scenarios in which a node runs another
 * release than the rest. The load is the default one.
 */
import type { ScenarioInput } from '../scenario.js';

/** A node that does not run the protocol's own release. */
type Other = { readonly node: string; readonly release: 'pr3295' | 'upstream' };

const mixed = (name: string, about: string, { node, release }: Other): ScenarioInput => ({
  name,
  about,
  cluster: { each: { [node]: { release } } },
});

export const upgrades: readonly ScenarioInput[] = [
  mixed('upgrade-slave-upstream', 'the slave is not upgraded yet and has no TAKEOVER at all', {
    node: 'n2',
    release: 'upstream',
  }),
  mixed('upgrade-slave-pr3295', 'the slave runs the proposal and knows the bare TAKEOVER alone', {
    node: 'n2',
    release: 'pr3295',
  }),
  mixed('upgrade-master-pr3295', 'the master runs the proposal, its slave the new release', {
    node: 'n1',
    release: 'pr3295',
  }),
  mixed('upgrade-rolling', 'the role goes to the upgraded n2 while n3 is still of an old release', {
    node: 'n3',
    release: 'upstream',
  }),
];
