import { expect, it } from 'vitest';
import { comesToNothing, encodeWorld } from './encode.js';
import type { Fault } from './fault.js';
import { counterWorld } from './fixtures/worlds.js';
import { compact } from './queue.js';
import { seededOracle } from './seeded.js';
import type { WorldState } from './state.js';
import { fault } from './test-world.js';
import { World } from './world.js';

interface Leaf {
  /** Without indexes and keys. */
  readonly path: string;
  /** Makes it another value. @returns what undoes it */
  readonly change: () => () => void;
}

/**
 * Every number, text and truth value of a state. What is in several places is visited once: in a
 * node or the network rather than in the queue.
 */
function leavesOf(root: WorldState): Leaf[] {
  const found: Leaf[] = [];
  const seen = new Set<object>();
  const visit = (value: unknown, path: string, set: (value: unknown) => void) => {
    if (typeof value !== 'object' || value === null) {
      const other = otherThan(value);
      if (other === undefined) return;
      const undo = () => set(value);
      const change = () => {
        set(other);
        return undo;
      };
      found.push({ path, change });
      return;
    }
    if (seen.has(value) || ArrayBuffer.isView(value)) return;
    seen.add(value);
    if (value instanceof Map) {
      for (const [key, item] of value) visit(item, `${path}.*`, (to) => value.set(key, to));
      return;
    }
    const fields = Object.entries(value);
    if (value === root) fields.sort(([one], [other]) => (one < other ? -1 : 1));
    for (const [field, item] of fields) {
      const name = Array.isArray(value) ? '*' : field;
      visit(item, path === '' ? name : `${path}.${name}`, (to) => {
        (value as Record<string, unknown>)[field] = to;
      });
    }
  };
  visit(root, '', () => {});
  return found;
}

function otherThan(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'string') return `${value}!`;
  return typeof value === 'boolean' ? !value : undefined;
}

/** Paths of which no change ever shows. */
const leftOut = [
  // History.
  /^(record|digest|uses|events|slots|dead|picks)\b/,
  /^(open\.\*\.operation|queue\.nextSeq|network\.opened)\b/,
  // Configuration.
  /^network\.(config|latency|bytesPerSecond)\b/,
  /^nodes\.\*\.name$/,
  /^nodes\.\*\.storage\.(disk\.config|log\.retention)\b/,
  /^nodes\.\*\.workers\.(size|services)\b/,
  // Said by the place that it is in.
  /\.(node|identity|lane)$/,
  /^network\..*\.(unread|buffer|waiting|held|lost)\.\*\.direction$/,
  /^nodes\.\*\.workers\.(paused|jobs\.\*\.place)$/,
  /\.(disk|jobs\.\*)\.due$/,
  // Who has asked and ended gets no answer.
  /^nodes\.\*\.storage\.disk\.(serving\.of|waiting\.\*)\.from\.(key|machine|slot)$/,
  // Said by a hash.
  /^nodes\.\*\.storage\.(log\.batches|contents\.values)\b/,
  // Made anew before it is looked at.
  /^nodes\.\*\.(view|answers\.items\.\*\.start\.view)\b/,
  /^nodes\.\*\.storage\.disk\.waiting\.\*\.covers$/,
  // Counts only for whether a point of a poll's grid has passed since.
  /^nodes\.\*\.polls\.pausedAt$/,
];

const isLeftOut = (path: string): boolean => leftOut.some((one) => one.test(path));

/** Changes one leaf after the other, and notes by path which of the changes the encoding shows. */
function sortChanges(world: World, shown: Set<string>, hidden: Set<string>): void {
  const before = encodeWorld(world);
  for (const { path, change } of leavesOf(world.state)) {
    if (shown.has(path) || (hidden.has(path) && isLeftOut(path))) continue;
    const undo = change();
    let after: string | undefined;
    try {
      after = encodeWorld(world);
    } catch {
      // A state that can't be is not mistaken for another.
    }
    undo();
    (after === before ? hidden : shown).add(path);
  }
  expect(encodeWorld(world)).toBe(before);
}

/** One of every kind, so that every part of the state is in use at some time. */
function plan(): Fault[] {
  const pause = { kind: 'pause', node: 'server' } as const;
  const hold = { kind: 'link', type: 'copy', verdict: { kind: 'hold' } } as const;
  const stall = { kind: 'disk', node: 'server', mode: 'stalled' } as const;
  const cut = { kind: 'partition', from: ['server'], to: ['c2'] } as const;
  const slow = { kind: 'disk', node: 'follower', mode: 'slow', factor: [2, 1] } as const;
  const after = { on: 'effect', node: 'server', when: 'after' } as const;
  const asked = { on: 'message', type: 'add', from: 'c2', move: 'sent', when: 'before' } as const;
  // Ends the session that has just asked its disk.
  const reset = (client: string) => ({ kind: 'reset', between: ['server', client] }) as const;
  return [
    fault(1, 2000, pause, 9000),
    fault(2, 1000, slow),
    fault(3, 1000, { ...hold, skip: 1, times: 1 }, 30_000),
    fault(4, asked, cut, 300_000),
    fault(5, { ...after, kind: 'sync', nth: 2 }, pause, 5000),
    fault(6, 5000, { kind: 'drift', node: 'c1', clock: 'monotonic', ppm: 100 }),
    fault(7, { ...after, kind: 'sync', nth: 4 }, stall, 3000),
    fault(8, { ...after, kind: 'start', nth: 3 }, pause, 5000),
    fault(9, 90_000, { kind: 'crash', node: 'c1' }, 5000),
    ...['c0', 'c1', 'c2'].map((client, at) =>
      fault(10 + at, { ...after, kind: 'sync', nth: 3 }, reset(client)),
    ),
  ];
}

it('an encoding shows every change of a state but those of history and configuration', () => {
  const shown = new Set<string>();
  const hidden = new Set<string>();
  const network = {
    latencyUs: [100, 900],
    bytesPerSecond: 1_000_000,
    windowBytes: 100,
    keepalive: { idleMs: 20, intervalMs: 10, count: 3 },
  };
  for (let seed = 1; seed <= 3; seed++) {
    const world = new World(counterWorld(seededOracle(seed), { faults: plan(), network }));
    for (let steps = 0; steps < 400; steps++) {
      world.takeOne();
      compact(world.state.queue, (entry) => entry.live && !comesToNothing(world, entry));
      sortChanges(world, shown, hidden);
    }
  }
  const never = [...hidden].filter((path) => !shown.has(path)).sort();
  expect(never.filter((path) => !isLeftOut(path))).toEqual([]);
  expect(leftOut.filter((one) => !never.some((path) => one.test(path)))).toEqual([]);
  expect(shown.size).toBeGreaterThan(150);
});
