/**
 * Topology: who is master of what, and since which version. Every node keeps the one that SETNODES
 * (or, in `graceful`, the handover) gave it last; nothing but the version number orders two of them.
 * Node ids and addresses are both the node's name, and keys are ASCII.
 * Source: kvrocks-replication.md, section 7.
 */
import type { Message } from '../../runtime/vocabulary.js';

export type TopologyNode = {
  readonly id: string;
  /** The id of its master; null for a master. */
  readonly master: string | null;
  /** Inclusive ranges of slots; empty for a slave. */
  readonly slots: readonly (readonly [number, number])[];
};

export type Topology = {
  readonly version: number;
  readonly nodes: readonly TopologyNode[];
};

export type Role = 'master' | 'slave' | 'none';

export const slotCount = 16_384;

/** The line of a node, if the topology knows it. */
export function nodeIn(topology: Topology, id: string): TopologyNode | undefined {
  return topology.nodes.find((node) => node.id === id);
}

/** The role that a topology gives a node. */
export function roleIn(topology: Topology | null, id: string): Role {
  const node = topology === null ? undefined : nodeIn(topology, id);
  if (node === undefined) return 'none';
  return node.master === null ? 'master' : 'slave';
}

/** The id of a slave's master, null for a master or an unknown node. */
export function masterIn(topology: Topology | null, id: string): string | null {
  return topology === null ? null : (nodeIn(topology, id)?.master ?? null);
}

/** The master that owns a slot. */
export function ownerOf(topology: Topology, slot: number): string | undefined {
  return topology.nodes.find((node) => node.slots.some(([from, to]) => from <= slot && slot <= to))
    ?.id;
}

/** The slaves of a master, in the topology's order. */
export function slavesOf(topology: Topology, master: string): string[] {
  return topology.nodes.filter((node) => node.master === master).map(({ id }) => id);
}

/** The topology after `target` has taken over from its master, at a version: once is enough. */
export function handedOver(topology: Topology, target: string, version: number): Topology {
  const old = masterIn(topology, target);
  if (old === null) return { ...topology, version: Math.max(version, topology.version) };
  const slots = nodeIn(topology, old)?.slots ?? [];
  return {
    version,
    nodes: topology.nodes.map((node) => {
      if (node.id === target) return { id: node.id, master: null, slots };
      const belongs = node.id === old || node.master === old;
      return belongs ? { id: node.id, master: target, slots: [] } : node;
    }),
  };
}

/** Whether two topologies say the same, whatever their versions and the order of their lines. */
export function sameContent(one: Topology, other: Topology): boolean {
  if (one.nodes.length !== other.nodes.length) return false;
  return one.nodes.every((node) => {
    const twin = nodeIn(other, node.id);
    return (
      twin !== undefined &&
      twin.master === node.master &&
      JSON.stringify(twin.slots) === JSON.stringify(node.slots)
    );
  });
}

/** A shard in which the first node is master of every slot. */
export function oneShard(ids: readonly string[], version: number): Topology {
  const [first] = ids;
  return {
    version,
    nodes: ids.map((id) =>
      id === first
        ? { id, master: null, slots: [[0, slotCount - 1]] }
        : { id, master: first as string, slots: [] },
    ),
  };
}

/** The topology that a SETNODES command carries. */
export function topologyOf(command: Message): Topology {
  return command['topology'] as unknown as Topology;
}

const slots: Map<string, number> = new Map();

/** The slot of a key: CRC16 (XMODEM) modulo 16,384, of the hash tag where there is one. */
export function slotOf(key: string): number {
  const known = slots.get(key);
  if (known !== undefined) return known;
  const open = key.indexOf('{');
  const close = open < 0 ? -1 : key.indexOf('}', open + 1);
  const hashed = close > open + 1 ? key.slice(open + 1, close) : key;
  let crc = 0;
  for (let at = 0; at < hashed.length; at++) {
    crc ^= hashed.charCodeAt(at) << 8;
    for (let bit = 0; bit < 8; bit++)
      crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  const slot = crc % slotCount;
  if (slots.size < 4096) slots.set(key, slot);
  return slot;
}

/** How a key is stored: behind its slot, so that a slot can be cleared by a range. */
export function storedKey(key: string): string {
  return `${slotPrefix(slotOf(key))}${key}`;
}

/** Where the keys of a slot begin. */
export function slotPrefix(slot: number): string {
  return `${String(slot).padStart(5, '0')}:`;
}

/** The key of a stored key. */
export function keyOfStored(stored: string): string {
  return stored.slice(stored.indexOf(':') + 1);
}
