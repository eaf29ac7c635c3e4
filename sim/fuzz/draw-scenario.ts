/**
 * A whole scenario from one seed: cluster, network, load, operators, faults. What is drawn is resolved
 * before it is run, so that it is all there is to repeat it.
 */
import type { ClientPolicyName } from '../../machines/kvrocks/client-policies.js';
import type { KnobValues, Protocol } from '../../machines/protocol.js';
import { plan } from '../builders.js';
import { knobsOf, namedIn, protocolNamed } from '../protocols.js';
import { nodeNames, parseScenario, type Scenario, type ScenarioInput } from '../scenario.js';
import { Dice } from './dice.js';
import { drawFaults, type Names, namesOf, type Targets, type Tempo } from './draw-faults.js';
import { drawOperator } from './draw-operator.js';
import { timersUs } from './durations.js';

/** Streams of dice, one for each part: never renumber, or every seed means another scenario. */
const Stream = { cluster: 0, network: 1, workload: 2, operator: 3, faults: 4, tempo: 5 } as const;

/** What a campaign is about: everything else is drawn. */
export interface Subject {
  readonly protocol: Protocol;
  /** Those that are set, and all of them. */
  readonly knobs: KnobValues;
  readonly values: KnobValues;
  readonly names: Names;
  /** Events of a run at most; by default more than any run of a sound protocol needs. */
  readonly eventsMax?: number;
}

/** @throws InputError when there is no such protocol, or no such knob of it */
export function subjectOf(name: string, knobs: KnobValues = {}): Subject {
  const protocol = protocolNamed(name);
  return { protocol, knobs, values: knobsOf(protocol, knobs), names: namesOf(protocol) };
}

type Part<Name extends keyof ScenarioInput> = NonNullable<ScenarioInput[Name]>;

/** When things happen to an attempt that is asked for at the usual time. */
export function tempoFor({ values }: Subject, timeoutMs: number): Tempo {
  const askedAt = 500_000;
  const switchAt = askedAt + samplingUs(timeoutMs) + 3000;
  return { askedAt, switchAt, timers: timersUs(values, timeoutMs) };
}

/** The timeout of the first attempt, in milliseconds. */
export function timeoutOf({ operator }: Scenario): number {
  const first = operator.find(({ type }) => type === 'failover');
  return (first?.type === 'failover' ? first.timeoutMs : undefined) ?? 1000;
}

/** How long the lag is sampled: half the attempt's timeout, from 100 ms to 3 s. */
const samplingUs = (timeoutMs: number) =>
  Math.max(100, Math.min(3000, Math.floor(timeoutMs / 2))) * 1000;

/** What a plan may name in a cluster of so many slaves and clients. */
export function targetsOf({ names }: Subject, slaves: number, clients: number): Targets {
  const callers = Array.from({ length: clients }, (_, at) => `c${at + 1}`);
  return { ...names, nodes: nodeNames(slaves), callers: [...callers, 'op1'] };
}

/** The scenario of a seed. */
export function drawScenario(seed: number, subject: Subject): Scenario {
  const { protocol, knobs } = subject;
  const dice = new Dice(seed, Stream.tempo);
  const timeoutMs = dice.pick([1, 200, 200, 300, 500, 1000, 2000, 5000]);
  const tempo = tempoFor(subject, timeoutMs);
  const cluster = drawCluster(new Dice(seed, Stream.cluster));
  const nodes = nodeNames(cluster.slaves ?? 2);
  const load = new Dice(seed, Stream.workload);
  const workload = drawWorkload(load, nodes.length - 1, samplingUs(timeoutMs));
  const targets = targetsOf(subject, cluster.slaves ?? 2, workload.clients ?? 0);
  return parseScenario({
    name: `fuzz-${seed}`,
    seed,
    protocol: { ...namedIn(protocol), knobs: { ...drawTimings(dice, protocol), ...knobs } },
    cluster,
    network: drawNetwork(new Dice(seed, Stream.network)),
    workload,
    operator: drawOperator(
      new Dice(seed, Stream.operator),
      nodes,
      tempo,
      timeoutMs,
      workload.kind ?? 'register',
    ),
    faults: plan(...drawFaults(new Dice(seed, Stream.faults), targets, tempo, 5)),
    limits: { safetyUs: 40_000_000, maxEvents: subject.eventsMax ?? 2_000_000 },
  } satisfies ScenarioInput);
}

/** Timings that the proposal has: polls where `graceful` goes on at once. */
function drawTimings(dice: Dice, { knobs }: Protocol): KnobValues {
  return {
    ...(knobs['stopPollMs'] !== undefined && dice.chance(1, 6) && { stopPollMs: 100 }),
    ...(knobs['pollMs'] !== undefined && dice.chance(1, 12) && { pollMs: 10 }),
  };
}

function drawCluster(dice: Dice): Part<'cluster'> {
  const slaves = dice.pick([1, 2, 2, 2, 3]);
  const ppm = () => dice.pick([0, 0, 20, -20, 200, -200]);
  const password = dice.chance(1, 8) ? { requirepass: 'secret', masterauth: 'secret' } : {};
  return {
    slaves,
    nodes: {
      ...password,
      ...(dice.chance(1, 3) && { syncWrites: true }),
      ...(dice.chance(1, 6) && { slaveServeStaleData: false }),
      ...(dice.chance(1, 4) && { workers: dice.pick([1, 2, 32]) }),
      ...(dice.chance(1, 5) && { retain: dice.pick([1, 8, 64]) }),
      ...(dice.chance(1, 6) && { forcedAcks: dice.pick(['never', 'always']) }),
      ...(dice.chance(1, 5) && { servicesUs: { write: [30, 300, 3000], read: [20] } }),
      ...(dice.chance(1, 4) && { diskUs: drawDisk(dice) }),
    },
    each: Object.fromEntries(
      dice.some(nodeNames(slaves)).map((name) => {
        const wallOffsetUs = dice.pick([0, 999_000, -5_000_000, 86_400_000_000]);
        return [name, { clock: { monotonicPpm: ppm(), wallPpm: ppm(), wallOffsetUs } }];
      }),
    ),
  };
}

/** Disks that are slower than the default, in one way or another. */
function drawDisk(dice: Dice) {
  const slow = dice.pick([1, 5, 50]);
  return {
    append: [8 * slow, 10 * slow, 20 * slow],
    sync: dice.pick([[100], [400, 2000], [5000, 20_000, 100_000]]),
    persist: dice.pick([[200], [800, 4000], [10_000, 50_000]]),
  };
}

/** Links of one kind or another. */
export function drawNetwork(dice: Dice): Part<'network'> {
  const latencyUs = dice.pick([
    [20, 30, 50],
    [180, 200, 220, 240, 260, 300, 360, 500],
    [100, 200, 400, 800, 1600, 3200],
    [20_000, 22_000, 25_000, 40_000],
  ]);
  return {
    latencyUs,
    ...(dice.chance(1, 8) && { bytesPerSecond: dice.pick([100_000, 10_000_000]) }),
    ...(dice.chance(1, 8) && { windowBytes: 4096 }),
    keepalive: dice.chance(7, 8),
  };
}

/** Most clients send nothing twice: else a write may happen twice, and little is left to claim. */
const policies: readonly ClientPolicyName[] = [
  ...(Array(10).fill('default') as 'default'[]),
  'ioredis',
  'redis-py',
  'jedis',
  'lettuce',
  'go-redis',
];

/** A load that begins before the attempt switches and goes on for a while after it. */
function drawWorkload(dice: Dice, slaves: number, samplingUs: number): Part<'workload'> {
  const operations = dice.pick([20, 40, 80]);
  // With the times that a client thinks the load lasts about as long as the attempt and a second.
  const thinkUs = Math.floor((samplingUs + 1_000_000) / operations);
  const think = [Math.floor(thinkUs / 4), Math.floor(thinkUs / 2), thinkUs, thinkUs * 2];
  return {
    kind: dice.chance(1, 3) ? 'append' : 'register',
    clients: dice.between(1, 5),
    readers: dice.chance(1, 5) ? 1 : 0,
    operations,
    keys: dice.pick([1, 3, 8]),
    keyChoice: dice.chance(1, 4) ? 'zipf' : 'uniform',
    reads: dice.pick([
      [1, 3],
      [1, 2],
      [1, 10],
    ]),
    numbers: dice.chance(1, 2) ? [1] : [1, 1, 2, 5],
    startUs: 450_000,
    loop: dice.chance(1, 4) ? 'open' : 'closed',
    thinkUs: think,
    everyUs: think,
    ...(dice.chance(1, 8) && { wait: { slaves: dice.between(1, slaves), timeoutMs: 500 } }),
    policy: dice.pick(policies),
  };
}
