/**
 * The bound on `graceful`'s write gate when nothing fails, from the scenario's own numbers, and how
 * long the gate was closed in a run. Source: graceful.md, Claims: drain + apply of the backlog + two
 * round trips + two syncs of the master + two syncs of the slave + one feed poll; and the polls that knobs
 * may set.
 */
import type { RunRecord } from './checkers/run-record.js';
import { defaultDisk, defaultServices } from './cluster.js';
import { knobsOf, protocolNamed } from './protocols.js';
import { nodeNames, type Scenario } from './scenario.js';

const feedPollUs = 2000;

/** How long the lag test waits for a forced ack. */
const ackWithinMs = 1000;

/**
 * The longest that the gate may be closed, in microseconds. Null where a slave may well not keep up, not
 * find what it needs in a log, not let its master in, or not be heard in time: the bound knows nothing of that.
 */
export function gateBoundUs(scenario: Scenario): number | null {
  if (!isPlain(scenario)) return null;
  const { nodes, each } = scenario.cluster;
  const slowest = (of: (given: typeof nodes) => readonly number[]) =>
    Math.max(...[nodes, ...Object.values(each)].flatMap((given) => of({ ...nodes, ...given })));
  const disk = (kind: 'append' | 'persist' | 'sync') =>
    slowest(({ diskUs }) => diskUs?.[kind] ?? defaultDisk[kind]);
  const write = slowest(({ servicesUs }) => servicesUs?.['write'] ?? defaultServices.write);
  const workers = Math.max(...[nodes, ...Object.values(each)].map((given) => given.workers ?? 8));
  const synced = nodes.syncWrites === true ? disk('sync') : 0;
  // Every worker may hold an admitted write, and each takes its turn at the disk, on both sides.
  const drain = write + workers * (disk('append') + synced);
  const backlog = workers * (disk('append') + synced);
  const { latencyUs, links } = scenario.network;
  const roundTrip = 2 * Math.max(...latencyUs, ...links.flatMap((link) => link.latencyUs ?? []));
  const master = 2 * disk('persist');
  const slave = disk('sync') + disk('persist');
  const knobs = knobsOf(protocolNamed(scenario.protocol.name), scenario.protocol.knobs);
  // The ack is looked for, and the thread looks whether it is to stop.
  const polls = 1000 * (Number(knobs['pollMs'] ?? 0) + Number(knobs['stopPollMs'] ?? 0));
  const bound = drain + backlog + 2 * roundTrip + master + slave + feedPollUs + polls;
  // Longer than a call waits for its answer, or the lag test for an ack: it gives up before.
  const patience = Math.min(ackWithinMs, Number(knobs['takeoverTimeoutMs'] ?? Infinity));
  return bound < 1000 * patience ? bound : null;
}

/** Whether no log forgets what a slave may still need. */
export function logsKeepAll({ cluster }: Scenario): boolean {
  return [cluster.nodes, ...Object.values(cluster.each)].every(
    ({ retain, release = 'own' }) => retain === undefined && release === 'own',
  );
}

/**
 * Whether bytes and reads of a log cost nothing, logs keep all that is asked for, every node has the same
 * password, and its log is as fast: what a slower slave has yet to apply grows for as long as clients write.
 */
function isPlain(scenario: Scenario): boolean {
  const { cluster, network, workload } = scenario;
  const each = nodeNames(cluster.slaves).map((name) => ({
    ...cluster.nodes,
    ...cluster.each[name],
  }));
  const appends = each.map(({ diskUs, syncWrites }) => {
    const { append, sync } = { ...defaultDisk, ...diskUs };
    return String([append, syncWrites === true ? sync : 0]);
  });
  const passwords = each.map(({ requirepass = '' }) => requirepass);
  return (
    network.bytesPerSecond === undefined &&
    network.links.every((link) => link.bytesPerSecond === undefined) &&
    workload.valueBytes === undefined &&
    new Set(appends).size === 1 &&
    new Set(passwords).size === 1 &&
    each.every(({ diskUs }) => diskUs?.readLog === undefined) &&
    logsKeepAll(scenario)
  );
}

/** How long the gates of a run were closed, longest first, in microseconds; open ends count. */
export function gateClosedUs(record: RunRecord): number[] {
  const since = new Map<string, number>();
  const closed: number[] = [];
  for (const { node, subject, value, at } of record.notes) {
    if (subject !== 'gate') continue;
    const begun = since.get(node);
    if (value !== 'open' && begun === undefined) since.set(node, at);
    if (value === 'open' && begun !== undefined) {
      closed.push(at - begun);
      since.delete(node);
    }
  }
  for (const begun of since.values()) closed.push(record.endedAt - begun);
  return closed.sort((one, other) => other - one);
}
