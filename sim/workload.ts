/**
 * What clients call, and when: every call is a hash of the seed, the client and its place, so that
 * leaving one out changes no other.
 *
 * - `closed`: a client calls, waits for the end, thinks, calls again. `open`: calls come on their own
 *   times, whether the last one has ended or not, and wait at the client for their turn; so a pause of
 *   the store is felt by every call that comes meanwhile.
 * - Keys: each as likely as the next; by Zipf's law (the nth key n times rarer than the first); or a
 *   share of all calls on the first few.
 */
import { sized } from '../machines/kvrocks/sizes.js';
import type { Script } from '../runtime/config.js';
import { keyed, label } from '../runtime/keyed.js';
import type { Message } from '../runtime/vocabulary.js';
import { appended } from './checkers/elements.js';
import type { Cast } from './cluster.js';
import type { Scenario } from './scenario.js';

type Workload = Scenario['workload'];

/** Purposes of the workload's own decisions; far from the world's. */
const Purpose = { call: 100, arrival: 101, read: 102 } as const;

/** Readers are numbered behind as many clients as there can be: one client fewer moves none. */
const firstReader = 200;

/** Ids of client operations: beyond any operator's, and apart by client. */
const operationId = (client: number, at: number) => (client + 1) * 1_000_000 + at + 1;

/** The script of every client, and of every reader behind them. */
export function clientScripts(scenario: Scenario, { clients, readers }: Cast): Script[] {
  const { seed, workload } = scenario;
  const keyOf = keyChooser(workload);
  const isWanted = wanted(workload);
  const writers = clients.map((node, client) =>
    scriptOf(scenario, node, client, isWanted, (at) => callOf(seed, workload, keyOf, client, at)),
  );
  const reading = readers.map((node, reader) => {
    const draw = (at: number) => (nth: number, n: number) =>
      keyed(seed, label(Purpose.read, reader, at, nth), n);
    return scriptOf(scenario, node, firstReader + reader, isWanted, (at) => {
      return { type: 'get', key: keyOf(draw(at)), readonly: true };
    });
  });
  return [...writers, ...reading];
}

/** The ids of every operation of a workload, in order; of those that it is restricted to. */
export function clientOperationIds(workload: Workload): number[] {
  const { clients, readers, operations } = workload;
  const first = (count: number) => Array.from({ length: count }, (_, at) => at);
  const callers = [...first(clients), ...first(readers).map((reader) => firstReader + reader)];
  const ids = callers.flatMap((one) => first(operations).map((at) => operationId(one, at)));
  return ids.filter(wanted(workload));
}

function wanted({ only }: Workload): (id: number) => boolean {
  if (only === undefined) return () => true;
  const ids = new Set(only);
  return (id) => ids.has(id);
}

function scriptOf(
  { seed, workload }: Scenario,
  node: string,
  client: number,
  isWanted: (id: number) => boolean,
  call: (at: number) => Message,
): Script {
  const { operations, startUs, thinkUs, loop, everyUs } = workload;
  const isOpen = loop === 'open';
  let dueUs = startUs;
  const all = Array.from({ length: operations }, (_, at) => {
    const item = { id: operationId(client, at), atUs: dueUs, call: call(at) };
    if (isOpen) {
      dueUs += everyUs[keyed(seed, label(Purpose.arrival, client, at, 0), everyUs.length)]!;
    }
    return item;
  });
  const items = all.filter(({ id }) => isWanted(id));
  return isOpen ? { node, mode: 'open', items } : { node, mode: 'closed', thinkUs, items };
}

/** The nth draw of a call, from 0 to n - 1. */
type Draw = (nth: number, n: number) => number;

/** What a call draws. */
const Nth = { key: 0, isRead: 1, numbers: 2, bytes: 3, otherKey: 4 } as const;

function callOf(
  seed: number,
  workload: Workload,
  keyOf: (draw: Draw) => string,
  client: number,
  at: number,
): Message {
  const draw: Draw = (nth, n) => keyed(seed, label(Purpose.call, client, at, nth), n);
  const key = keyOf(draw);
  const [n, d] = workload.reads;
  if (draw(Nth.isRead, d) < n) return { type: 'get', key };
  const numbers = workload.numbers[draw(Nth.numbers, workload.numbers.length)] as number;
  const name = `v${client + 1}.${at + 1}`;
  const { valueBytes: sizes, wait } = workload;
  const value = sizes === undefined ? name : sized(name, sizes[draw(Nth.bytes, sizes.length)]!);
  const written = writing(workload, key, value);
  // Not `...written, numbers`: V8 gives every such object a hidden class of its own.
  return {
    type: written.type,
    key,
    value: written['value'],
    numbers,
    ...(wait !== undefined && { wait: { slaves: wait.slaves, timeoutMs: wait.timeoutMs } }),
  };
}

function writing({ kind }: Workload, key: string, value: string): Message {
  return kind === 'append'
    ? { type: 'append', key, value: appended(value) }
    : { type: 'set', key, value };
}

/** What the probe calls after healing: a write, then a read of every key. */
export function probeCalls({ workload }: Scenario): { id: number; call: Message }[] {
  const keys = Array.from({ length: workload.keys }, (_, at) => `k${at + 1}`);
  const reads = keys.map((key, at) => ({ id: 900_000_001 + at, call: { type: 'get', key } }));
  return [{ id: 900_000_000, call: writing(workload, 'k1', 'probe') }, ...reads];
}

/** The same call once more, as one of its own; a write brings another value, so that they differ. */
export function probeAgain(
  { id, call }: { id: number; call: Message },
  nth: number,
): { id: number; call: Message } {
  if (nth === 0) return { id, call };
  const { value } = call;
  return {
    id: id + nth * 100_000,
    call: value === undefined ? call : { ...call, value: `${String(value)}.${nth + 1}` },
  };
}

/** How a call's key is drawn. Integers only: a weight for each rank, and the sum is drawn from. */
function keyChooser({ keys, keyChoice }: Workload): (draw: Draw) => string {
  if (keyChoice === 'uniform') return (draw) => `k${draw(Nth.key, keys) + 1}`;
  if (keyChoice === 'zipf') {
    const ends = zipfEnds(keys);
    return (draw) => `k${rankAt(ends, draw(Nth.key, ends.at(-1)!)) + 1}`;
  }
  const [n, d] = keyChoice.share;
  const hot = Math.min(keyChoice.hot, keys);
  return (draw) => {
    const isHot = draw(Nth.otherKey, d) < n || hot === keys;
    return `k${(isHot ? draw(Nth.key, hot) : hot + draw(Nth.key, keys - hot)) + 1}`;
  };
}

/** Where the weights of ranks end, one after another; their sum stays below what can be drawn. */
function zipfEnds(keys: number): number[] {
  const ends: number[] = [];
  let end = 0;
  for (let rank = 1; rank <= keys; rank++) {
    end += Math.max(1, Math.floor(200_000 / rank));
    ends.push(end);
  }
  return ends;
}

function rankAt(ends: readonly number[], drawn: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (drawn < ends[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
