/**
 * A scenario: the whole experiment as one JSON value. Parsed by a schema that knows every field;
 * what is left out takes a default, and the resolved value reproduces the run.
 * Times are in microseconds where the name ends in `Us`, in milliseconds where it ends in `Ms`.
 */
import { z } from 'zod';
import { describeIssue } from './schema-issue.js';

const micros = z.int().min(0).max(1e15);
const count = z.int().min(1).max(1_000_000);
const name = z.string().min(1).max(40);
const bandwidth = z.int().min(1).max(1e12);
/** Ascending integers, each as likely as the next. */
const table = z
  .array(micros)
  .min(1)
  .max(1024)
  .refine((values) => values.every((value, at) => at === 0 || value >= values[at - 1]!), {
    message: 'expected ascending values',
  });
const ratio = z
  .tuple([z.int().min(0), z.int().min(1)])
  .refine(([n, d]) => n <= d, { message: 'expected [n, d] with n <= d' });

const when = z.enum(['before', 'after']);
const nth = count.optional();
const trigger = z.discriminatedUnion('on', [
  z.strictObject({
    on: z.literal('state'),
    node: name,
    machine: name.default('server'),
    state: z.string().min(1),
    move: z.enum(['entered', 'left']),
    when,
    nth,
  }),
  z.strictObject({
    on: z.literal('transition'),
    node: name,
    machine: name.default('server'),
    transition: z.string().min(1),
    when,
    nth,
  }),
  z.strictObject({
    on: z.literal('effect'),
    node: name,
    machine: name.optional(),
    kind: z.string().min(1).optional(),
    when,
    nth,
  }),
  z.strictObject({
    on: z.literal('message'),
    type: z.string().min(1),
    move: z.enum(['sent', 'received']),
    from: name.optional(),
    to: name.optional(),
    when,
    nth,
  }),
]);

const verdict = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pass') }),
  z.strictObject({ kind: z.literal('delay'), us: micros }),
  z.strictObject({ kind: z.literal('hold') }),
  z.strictObject({ kind: z.literal('reset') }),
  z.strictObject({ kind: z.literal('drop') }),
]);

const common = {
  id: count,
  at: z.union([
    z.strictObject({ timeUs: micros }),
    z.strictObject({ trigger, offsetUs: micros.optional() }),
  ]),
  durationUs: micros.optional(),
};

const ppm = z.int().min(-500_000).max(500_000);

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('crash'), node: name, ...common }),
  z.strictObject({
    kind: z.literal('powerLoss'),
    node: name,
    tail: z.enum(['draw', 'keep', 'lose', 'torn']).optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('pause'), node: name, ...common }),
  z.strictObject({
    kind: z.literal('partition'),
    from: z.array(name).min(1),
    to: z.array(name).min(1),
    oneWay: z.boolean().optional(),
    ...common,
  }),
  z.strictObject({ kind: z.literal('reset'), between: z.tuple([name, name]), ...common }),
  z.strictObject({
    kind: z.literal('link'),
    from: name.optional(),
    to: name.optional(),
    on: z.enum(['message', 'connect']).optional(),
    type: z.string().min(1).optional(),
    skip: z.int().min(0).optional(),
    times: count.optional(),
    ratio: ratio.optional(),
    verdict,
    ...common,
  }),
  z.strictObject({
    kind: z.literal('disk'),
    node: name,
    mode: z.enum(['slow', 'stalled', 'failing', 'full']),
    factor: z.tuple([count, count]).optional(),
    ...common,
  }),
  z.strictObject({
    kind: z.literal('drift'),
    node: name,
    clock: z.enum(['monotonic', 'wall']),
    ppm,
    ...common,
  }),
  z.strictObject({
    kind: z.literal('step'),
    node: name,
    byUs: z.int().min(-1e15).max(1e15),
    ...common,
  }),
]);

const topology = z.strictObject({
  version: z.int().min(0),
  nodes: z.array(
    z.strictObject({
      id: name,
      master: name.nullable(),
      slots: z.array(z.tuple([z.int().min(0).max(16383), z.int().min(0).max(16383)])),
    }),
  ),
});

const key = z.string().min(1).max(200);
/** Who asks, and not before when; the calls of one operator come one after another. */
const by = z.string().regex(/^op[1-9]\d?$/, { message: 'expected an operator: op1 to op99' });
const asked = {
  by: by.default('op1'),
  atUs: micros,
  /** How long it waits for a connection, and for each reply; 1000 unless said. */
  patienceMs: z.int().min(1).max(3_600_000).optional(),
};
const written = { key, value: z.string().max(4096), numbers: z.int().min(1).max(64).default(1) };
const operatorCall = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('failover'),
    ...asked,
    node: name,
    target: name,
    timeoutMs: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('setnodes'),
    ...asked,
    node: name,
    topology,
    force: z.boolean().default(false),
  }),
  z.strictObject({ type: z.literal('info'), ...asked, node: name }),
  z.strictObject({ type: z.literal('set'), ...asked, node: name, ...written }),
  z.strictObject({ type: z.literal('append'), ...asked, node: name, ...written }),
  z.strictObject({
    type: z.literal('get'),
    ...asked,
    node: name,
    key,
    /** Over a READONLY connection. */
    readonly: z.boolean().default(false),
  }),
  /** The bare TAKEOVER, which only a master is meant to send. */
  z.strictObject({ type: z.literal('takeover'), ...asked, node: name }),
  z.strictObject({
    type: z.literal('await'),
    ...asked,
    node: name,
    forMs: z.int().min(1).default(10_000),
  }),
  z.strictObject({
    type: z.literal('outcome'),
    ...asked,
    /** Who is told, in this order; every node of the cluster unless said. */
    nodes: z.array(name).min(1).optional(),
    target: name,
    topology: topology.optional(),
  }),
]);

const diskTables = z.strictObject({
  append: table.optional(),
  sync: table.optional(),
  persist: table.optional(),
  truncate: table.optional(),
  install: table.optional(),
  readKey: table.optional(),
  readLog: table.optional(),
  readCheckpoint: table.optional(),
});

const node = z.strictObject({
  requirepass: z.string().optional(),
  masterauth: z.string().optional(),
  slaveServeStaleData: z.boolean().optional(),
  syncWrites: z.boolean().optional(),
  /** When feeds ask for acks beyond the throttled ones. */
  forcedAcks: z.enum(['never', 'wait', 'always']).optional(),
  /** The software it runs: the protocol's own, or another that the protocol knows. */
  release: name.optional(),
  workers: z.int().min(1).max(256).optional(),
  servicesUs: z.record(z.string(), table).optional(),
  diskUs: diskTables.optional(),
  clock: z
    .strictObject({
      monotonicPpm: ppm.optional(),
      wallPpm: ppm.optional(),
      wallOffsetUs: z.int().optional(),
    })
    .optional(),
  retain: count.optional(),
});

function newerVersion({ input }: { input?: unknown }): string | undefined {
  if (typeof input !== 'number' || !Number.isSafeInteger(input) || input <= 1) return undefined;
  return 'this Switchover reads scenarios up to version 1: get a newer one';
}

export const scenarioSchema = z.strictObject({
  version: z.literal(1, { error: newerVersion }).default(1),
  name: z.string().max(80).default('unnamed'),
  about: z.string().max(1000).default(''),
  seed: z.int().min(0).default(1),
  protocol: z
    .strictObject({
      name: z.string().default('graceful'),
      /** The JavaScript file that it is from, where it is none of Switchover's. */
      file: z.string().min(1).optional(),
      knobs: z.record(z.string(), z.union([z.boolean(), z.number()])).default({}),
    })
    .prefault({}),
  cluster: z
    .strictObject({
      /** Slaves of the shard's master n1: n2, n3 ... */
      slaves: z.int().min(1).max(32).default(2),
      /** What every node is configured with. */
      nodes: node.default({}),
      /** What single nodes are configured with beside that, by name. */
      each: z.record(name, node).default({}),
    })
    .prefault({}),
  network: z
    .strictObject({
      latencyUs: table.default([180, 200, 220, 240, 260, 300, 360, 500]),
      bytesPerSecond: bandwidth.optional(),
      windowBytes: z.int().min(1).max(1e12).default(65_536),
      keepalive: z.boolean().default(true),
      links: z
        .array(
          z.strictObject({
            from: name,
            to: name,
            latencyUs: table.optional(),
            bytesPerSecond: bandwidth.optional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
  workload: z
    .strictObject({
      /** `register`: SET and GET; `append`: APPEND of elements that are told apart, and GET. */
      kind: z.enum(['register', 'append']).default('register'),
      clients: z.int().min(0).max(200).default(4),
      /** Clients beside them that only read, at slaves, over READONLY connections. */
      readers: z.int().min(0).max(200).default(0),
      /** Of each client and reader. */
      operations: z.int().min(0).max(1_000_000).default(1500),
      keys: z.int().min(1).max(10_000).default(64),
      /** How often each is called: alike, by Zipf's law, or a share of all calls on the first few. */
      keyChoice: z
        .union([z.enum(['uniform', 'zipf']), z.strictObject({ hot: count, share: ratio })], {
          error: 'expected "uniform", "zipf" or {"hot": keys, "share": [n, d]}',
        })
        .default('uniform'),
      reads: ratio.default([1, 3]),
      /** Sequence numbers that a write takes: a string takes one, a hash or a list more. */
      numbers: z.array(z.int().min(1).max(64)).min(1).default([1, 1, 1, 2, 3]),
      /** How large values are; left out, bytes play no part. */
      valueBytes: z.array(z.int().min(1).max(100_000_000)).min(1).max(1024).optional(),
      /** A write counts as acknowledged when WAIT has found it at so many slaves. */
      wait: z
        .strictObject({
          slaves: z.int().min(1).max(32),
          /** 0: as long as it takes. */
          timeoutMs: z.int().min(0).max(86_400_000).default(1000),
        })
        .optional(),
      startUs: micros.default(200_000),
      /** `closed`: the next call when the last has ended; `open`: whether it has or not. */
      loop: z.enum(['closed', 'open']).default('closed'),
      /** Closed: between the end of a call and the next one. */
      thinkUs: table.default([500, 1000, 2000, 4000, 8000]),
      /** Open: between a client's calls. */
      everyUs: table.default([2000, 3000, 4000, 6000]),
      policy: z.string().default('default'),
      /** Only these of its operations, by their ids; left out, all. Nothing else changes with it. */
      only: z.array(z.int().min(1)).max(1_000_000).optional(),
    })
    .refine(({ clients, readers, operations }) => (clients + readers) * operations <= 1_000_000, {
      path: ['operations'],
      message: 'expected at most 1000000 of all clients and readers in sum',
    })
    .prefault({}),
  operator: z.array(operatorCall).prefault([
    { type: 'failover', atUs: 500_000, node: 'n1', target: 'n2', timeoutMs: 5000 },
    { type: 'await', atUs: 0, node: 'n1', forMs: 10_000 },
    { type: 'outcome', atUs: 0, target: 'n2' },
  ]),
  faults: z.array(fault).default([]),
  limits: z
    .strictObject({
      /** The safety phase ends when the scripts have, or here. */
      safetyUs: micros.default(30_000_000),
      /** How long after healing the cluster may take to be whole. */
      livenessUs: micros.default(300_000_000),
      maxEvents: z.int().min(1).default(20_000_000),
    })
    .prefault({}),
});

/** Names of the store's nodes: n1, the first master, and its slaves. */
export function nodeNames(slaves: number): string[] {
  return Array.from({ length: slaves + 1 }, (_, at) => `n${at + 1}`);
}

/** Fills in what follows from other fields. */
function resolved(scenario: Scenario): Scenario {
  const everybody = nodeNames(scenario.cluster.slaves);
  const operator = scenario.operator.map((call) => {
    if (call.type !== 'outcome' || call.nodes !== undefined) return call;
    // For the schema's order of fields: a digest knows it, and this will be parsed again.
    return operatorCall.parse({ ...call, nodes: everybody });
  });
  return { ...scenario, operator };
}

/** A resolved scenario. */
export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario as a person writes it: every field but a fault's own may be left out. */
export type ScenarioInput = z.input<typeof scenarioSchema>;

/** Bad input: one line naming field, value and expectation. */
export class InputError extends Error {
  override name = 'InputError';
}

/** @throws InputError naming the first field that is wrong */
export function parseScenario(value: unknown): Scenario {
  const result = scenarioSchema.safeParse(value, { reportInput: true });
  if (result.success) return resolved(result.data);
  throw new InputError(describeIssue(result.error.issues[0]!, value, 'scenario'));
}
