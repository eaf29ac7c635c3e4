/** What a protocol of a user's own must say, and what stands for it where it says nothing. */
import type { AnyStateMachine } from 'xstate';
import { z } from 'zod';
import { inputOf } from '../machines/kvrocks/store.js';
import type { Protocol } from '../machines/protocol.js';
import { chartOf } from '../runtime/charts.js';
import { compiledEngine } from '../runtime/compiled/compiled-engine.js';
import { checkerNames } from './checkers/verdict.js';
import { faultKinds } from './fuzz/draw-faults.js';
import { graphOf } from './paths/model-graph.js';
import { knobsOf } from './protocols.js';
import { InputError } from './scenario.js';
import { describeIssue } from './schema-issue.js';
import { expected } from './suggest.js';

const name = z
  .string()
  .regex(
    /^[a-z][\w-]{0,39}$/i,
    'expected a letter, then letters, digits, - and _, 40 characters at most',
  );
const text = z.string().min(1).max(1000);

/** Of any copy of XState: what the engines need of a machine. */
function isMachine(value: unknown): value is AnyStateMachine {
  const machine = value as AnyStateMachine | null | undefined;
  return (
    typeof machine === 'object' &&
    machine !== null &&
    typeof machine.id === 'string' &&
    typeof machine.getInitialSnapshot === 'function' &&
    typeof machine.root === 'object'
  );
}

const program = z.strictObject({
  machine: z.custom<AnyStateMachine>(
    isMachine,
    'expected a machine: setup(...).createMachine(...)',
  ),
  fields: z
    .record(
      z.string(),
      z.strictObject({
        keep: z.enum(['volatile', 'persisted']),
        is: z.enum(['plain', 'time', 'id']),
      }),
    )
    .default({}),
});

const knob = z.discriminatedUnion('unit', [
  z.strictObject({
    unit: z.literal('on/off'),
    default: z.boolean(),
    meaning: text,
    safeguard: z.boolean().optional(),
    inert: text.optional(),
  }),
  z.strictObject({ unit: z.literal('ms'), default: z.int().min(0), meaning: text }),
]);

const claim = z.strictObject({
  checker: z.enum(checkerNames),
  text,
  under: z.array(z.enum([...faultKinds, 'powerLoss with a synced log'])),
});

const deed = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('ask'),
    call: z.record(z.string(), z.unknown()),
    answer: text.optional(),
  }),
  z.strictObject({
    do: z.literal('begin'),
    fault: text,
    as: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ do: z.literal('end'), fault: text }),
  z.strictObject({ do: z.literal('pass'), ms: z.int().min(0) }),
  z.strictObject({ do: z.literal('given'), cluster: z.record(z.string(), z.unknown()) }),
]);

const model = z.strictObject({
  name,
  about: text,
  machine: z.custom<AnyStateMachine>(
    isMachine,
    'expected a machine: setup(...).createMachine(...)',
  ),
  deeds: z.record(
    z.string(),
    z.union([z.array(deed), z.custom<() => never>((value) => typeof value === 'function')]),
  ),
  scenario: z.record(z.string(), z.unknown()).default({}),
  knobs: z.record(z.string(), z.union([z.boolean(), z.number()])).optional(),
  withinMs: z.int().min(1).optional(),
  simpleWithout: z.array(z.string()).optional(),
});

const isFunction = (value: unknown) => typeof value === 'function';

const protocolSchema = z.strictObject({
  name,
  summary: text,
  source: text.default('a file of its own'),
  knobs: z.record(name, knob).default({}),
  values: z.record(z.string(), z.union([z.boolean(), z.number()])).default({}),
  programs: z.record(name, program),
  roots: z
    .strictObject({
      node: z.string().default('server'),
      client: z.string().default('client'),
      operator: z.string().default('operator'),
    })
    .prefault({}),
  releases: z.record(name, text).default({ own: 'what the protocol is' }),
  claims: z.array(claim).default([]),
  assumptions: z.array(text).default([]),
  models: z.array(model).default([]),
  switching: z.array(z.string()).optional(),
  isSwitching: z
    .custom<NonNullable<Protocol['isSwitching']>>(
      isFunction,
      "expected a function of a state's value",
    )
    .optional(),
  fencedEpochs: z
    .custom<Protocol['fencedEpochs']>(isFunction, 'expected a function of the knobs')
    .default(() => () => false),
  nodeInput: z
    .custom<Protocol['nodeInput']>(isFunction, 'expected a function of { options, knobs, shard }')
    .default(() => inputOf as Protocol['nodeInput']),
});

/** A protocol as its author writes it: what may be left out has a default. */
export type ProtocolDefinition = z.input<typeof protocolSchema>;

/**
 * A protocol from what its author has written.
 * @throws InputError in one line: the first field that is wrong, its value, what was expected; of a
 * machine that the engine refuses, the construct and the way out
 */
export function protocolFrom(given: unknown): Protocol {
  const result = protocolSchema.safeParse(given, { reportInput: true });
  if (!result.success) {
    const { issues } = result.error;
    // A field that is missing is likely to be the one that was spelled otherwise.
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]!;
    const told = describeIssue(issue, given, 'the protocol');
    throw new InputError(told.replace(/, Invalid \w+: (.*?)(?:, received \w+)?$/, ', $1'));
  }
  const { values, ...parsed } = result.data;
  const defaults = Object.entries(parsed.knobs).map(([knobName, one]) => [knobName, one.default]);
  const whole = { ...parsed, values: Object.fromEntries(defaults) } as Protocol;
  const protocol = { ...whole, values: valuesOf(whole, values) };
  checkRoots(protocol);
  for (const [programName, { machine }] of Object.entries(protocol.programs)) {
    within(`programs.${programName}`, () => chartOf(compiledEngine, machine));
  }
  within('nodeInput', () =>
    protocol.nodeInput({ options: {}, knobs: protocol.values, shard: ['n1', 'n2', 'n3'] }),
  );
  for (const one of protocol.models ?? []) {
    within(`models.${one.name}`, () => graphOf(one));
    within(`models.${one.name}.knobs`, () => knobsOf(protocol, one.knobs ?? {}));
  }
  within('fencedEpochs', () => protocol.fencedEpochs(protocol.values));
  return protocol;
}

function valuesOf(protocol: Protocol, values: Protocol['values']): Protocol['values'] {
  try {
    return knobsOf(protocol, values);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new InputError(error.message.replace('protocol.knobs', 'values'));
  }
}

function checkRoots({ roots, programs }: Protocol): void {
  for (const [role, root] of Object.entries(roots)) {
    if (Object.hasOwn(programs, root)) continue;
    const known = expected(root, Object.keys(programs));
    throw new InputError(`roots.${role}: no program "${root}", ${known}`);
  }
}

/** What code of the protocol's author throws is bad input, named by its field. */
function within(field: string, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    throw new InputError(`${field}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
