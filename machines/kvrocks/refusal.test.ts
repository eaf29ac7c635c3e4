import { describe, expect, it } from 'vitest';
import { defaultOptions, type NodeContext, startingNode } from './context.js';
import { refusalOf } from './refusal.js';
import { clusterDown, loading, masterDown, noauth, readOnly, tryAgain } from './replies.js';
import { handedOver, oneShard, type Topology } from './topology.js';

const asked = { operation: 1, attempt: 1 };
const set = { type: 'set', ...asked, key: 'foo', value: 'v' };
const append = { type: 'append', ...asked, key: 'foo', value: 'v' };
const get = { type: 'get', ...asked, key: 'foo' };
const info = { type: 'info', ...asked };
const auth = { type: 'auth', ...asked, password: 'secret' };
const bare = { type: 'takeover', ...asked, master: null };
const named = { type: 'takeover', ...asked, master: 'n1' };
const cancel = { type: 'cancel', ...asked, master: 'n1' };
const psync = { type: 'psync', ...asked, from: 1 };

const strict = { ...defaultOptions, slaveServeStaleData: false };
const locked = { ...defaultOptions, requirepass: 'secret' };
const movedTo = (node: string) => `MOVED 12182 ${node}`;

type Given = Partial<NodeContext> & { self?: string };

/** The slots of n1 and of another master: that of `foo` is n9's. */
const twoMasters: Topology = {
  version: 1,
  nodes: [
    { id: 'n1', master: null, slots: [[0, 100]] },
    { id: 'n2', master: 'n1', slots: [] },
    { id: 'n9', master: null, slots: [[101, 16_383]] },
  ],
};
/** Roles after n2 has taken over. */
const swapped = handedOver(oneShard(['n1', 'n2'], 1), 'n2', 2);

const node = ({ self = 'n1', ...given }: Given): NodeContext => ({
  ...startingNode(self, defaultOptions, oneShard(['n1', 'n2'], 1)),
  ...given,
});

/** Node, command, what it is told. Each row meets one test more than passes before it. */
const table: readonly [string, Given, object, string | null][] = [
  // 1: authentication comes before everything.
  ['a stranger, while loading', { options: locked, loading: true }, set, noauth],
  ['a stranger who gives the password', { options: locked }, auth, null],
  ['a guest', { options: locked, authenticated: [5] }, get, null],
  ['another connection than the guest', { options: locked, authenticated: [6] }, info, noauth],
  // 2: loading comes before the cluster's tests.
  ['a read, while loading', { loading: true, topology: null }, get, loading],
  ['TAKEOVER, while loading', { self: 'n2', loading: true }, named, loading],
  ['PSYNC, while loading', { loading: true }, psync, loading],
  ['INFO, while loading', { loading: true }, info, null],
  // 4a: without a key all of 4 passes.
  ['INFO in no cluster', { topology: null }, info, null],
  ['TAKEOVER at a closed gate', { gate: 'all' }, named, null],
  // 4c: a slot without owner comes before the gate.
  ['a write in no cluster', { topology: null, gate: 'all' }, set, clusterDown],
  ['a read of a slot of nobody', { topology: { version: 1, nodes: [] } }, get, clusterDown],
  // 4d: the gate comes before ownership.
  ['a write at the gate', { gate: 'writes', migrated: 'n2' }, set, tryAgain],
  ['a read at the gate of writes', { gate: 'writes' }, get, null],
  ['a read at the whole gate', { gate: 'all', migrated: 'n2' }, get, tryAgain],
  ['a write at a slave with a gate', { self: 'n2', gate: 'writes' }, set, tryAgain],
  // 4e: own slots that have migrated.
  ['a read of what has migrated', { migrated: 'n2' }, get, movedTo('n2')],
  ['a write of what has migrated', { migrated: 'n2' }, set, movedTo('n2')],
  // 4g
  ['a write at the master', {}, set, null],
  ['an append at the master', {}, append, null],
  ['an append at the gate', { gate: 'writes' }, append, tryAgain],
  // 4i: imported slots, before 4k.
  ['a read of what is imported', { self: 'n2', imported: 'n1' }, get, null],
  ['a write of what is imported', { self: 'n2', imported: 'n1' }, set, null],
  ['a write of what another gave', { self: 'n2', imported: 'n9' }, set, movedTo('n1')],
  // 4j: a READONLY connection to a slave, for reads of its master's slots alone.
  ['a read at a slave, READONLY', { self: 'n2', readonly: [5] }, get, null],
  ['a write at a slave, READONLY', { self: 'n2', readonly: [5] }, set, movedTo('n1')],
  ['an append at a slave, READONLY', { self: 'n2', readonly: [5] }, append, movedTo('n1')],
  ['a read at a slave, READONLY elsewhere', { self: 'n2', readonly: [6] }, get, movedTo('n1')],
  [
    "a read of another master's slot, READONLY",
    { self: 'n2', readonly: [5], topology: twoMasters, master: 'n1' },
    get,
    movedTo('n9'),
  ],
  ['a read at a gate, READONLY', { self: 'n2', readonly: [5], gate: 'all' }, get, tryAgain],
  ['a read at the master, READONLY', { readonly: [5] }, get, null],
  ['a write at the master, READONLY', { readonly: [5] }, set, null],
  // After the switch, the old master is a slave and the new one is not.
  [
    'a read at the old master, READONLY',
    { topology: swapped, master: 'n2', readonly: [5] },
    get,
    null,
  ],
  ['a read at the old master', { topology: swapped, master: 'n2' }, get, movedTo('n2')],
  [
    'a read at the new master, READONLY',
    { self: 'n2', topology: swapped, master: null, readonly: [5] },
    get,
    null,
  ],
  // Before SETNODES the old master of the proposal is none, and no slave either.
  ['a read of what has migrated, READONLY', { migrated: 'n2', readonly: [5] }, get, movedTo('n2')],
  // 4k: and it comes before READONLY.
  ['a read at a slave', { self: 'n2' }, get, movedTo('n1')],
  ['a write at a slave', { self: 'n2' }, set, movedTo('n1')],
  // 6: a master by topology that remembers a master, as between two steps of SETNODES.
  ['a write while a master is remembered', { master: 'n9' }, set, readOnly],
  ['a read while a master is remembered', { master: 'n9' }, get, null],
  // 8: after READONLY, for every command but INFO and what names an attempt; in `graceful` AUTH too.
  ['a write at a strict slave', { master: 'n9', options: strict }, set, readOnly],
  ['a read at a strict slave', { master: 'n9', options: strict }, get, masterDown],
  ['an imported write', { self: 'n2', imported: 'n1', options: strict }, set, masterDown],
  ['PSYNC at a strict slave', { self: 'n2', options: strict }, psync, masterDown],
  ['a bare TAKEOVER at a strict slave', { self: 'n2', options: strict }, bare, masterDown],
  ['INFO at a strict slave', { self: 'n2', options: strict }, info, null],
  ['TAKEOVER of an attempt', { self: 'n2', options: strict }, named, null],
  ['CANCEL', { self: 'n2', options: strict }, cancel, null],
  ['AUTH at a strict slave', { self: 'n2', options: strict }, auth, masterDown],
  [
    'AUTH at a strict slave of graceful',
    { self: 'n2', options: { ...strict, authWhileMasterDown: true } },
    auth,
    null,
  ],
  ['a read, READONLY', { self: 'n2', readonly: [5], options: strict }, get, masterDown],
  ['a read, link up', { master: 'n9', linkUp: true, options: strict }, get, null],
  ['MOVED, link down', { self: 'n2', options: strict }, get, movedTo('n1')],
];

describe('the order of tests', () => {
  it.each(table)('should answer %s', (_, given, command, refusal) => {
    expect(refusalOf(node(given), 5, command as never)).toBe(refusal);
  });

  it("should let the node's own jobs through", () => {
    expect(refusalOf(node({ options: locked, loading: true }), -1, set)).toBeNull();
  });
});
