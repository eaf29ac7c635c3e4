/** Pushed topologies that change nothing, and what nodes say to them. */
import type { Plain } from '../../../runtime/vocabulary.js';
import { type Deed, pass } from '../../test-model.js';
import { push, pushEverywhere } from './shard.js';

type TopologyAt = (version: number) => Plain;

const stale = 'ERR Invalid cluster version';
const otherContent = 'ERR Invalid cluster version: same version, other content';
const isRole = (role: string) => `ERR this node is ${role}, only a failover or force changes that`;

/** Makes sure that what was asked is answered before the next is asked. */
const afterwards = pass(10);

/** A stale one, the one of now again, and of its version another one, at every node. */
export const oldOnesPushed = (version: number, now: TopologyAt, other: TopologyAt): Deed[] => [
  ...pushEverywhere(other(version - 1), stale),
  afterwards,
  ...pushEverywhere(now(version), 'OK'),
  afterwards,
  ...pushEverywhere(other(version), otherContent),
  afterwards,
];

/** A later one that has it the other way round, at the master and at a slave. */
export const otherRolesPushed = (master: string, slave: string, topology: Plain): Deed[] => [
  push(master, topology, isRole('master')),
  push(slave, topology, isRole('slave')),
  afterwards,
];
