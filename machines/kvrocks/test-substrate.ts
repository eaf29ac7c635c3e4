/** For tests: a node that has nothing but the substrate, whatever protocol there may be on top. */
import { setup } from 'xstate';
import type { NodeConfig, Program, WorldConfig } from '../../runtime/config.js';
import { effectActions, type MachineInput } from '../../runtime/vocabulary.js';
import { nodeActions } from './connections.js';
import { defaultOptions, type NodeContext, type NodeOptions, startingNode } from './context.js';
import { feed, feedFields } from './feed.js';
import { fullSync, fullSyncFields } from './full-sync.js';
import { type CommandRules, commandsRegion, followMaster, linkRegion, nodeGuards } from './node.js';
import { replication } from './replication.js';
import { replicationFields } from './replication-context.js';
import { type Answers, puppetNode, Stage, storeNode } from './test-stage.js';
import type { Topology } from './topology.js';

export interface SubstrateInput {
  readonly options: NodeOptions;
  readonly topology: Topology;
  /** How often the replication thread looks at its stop flag. */
  readonly stopPollMs: number;
  /** Whether it may be copied whole. */
  readonly isFit: boolean;
}

type Context = NodeContext & Pick<SubstrateInput, 'stopPollMs' | 'isFit'>;

const rules: CommandRules = {
  isExclusive: () => false,
  isKnown: () => true,
  newsFor: () => undefined,
  isFitToCopy: ({ isFit }: Context) => isFit,
};

const parts = setup({
  types: { context: {} as Context, input: {} as MachineInput<SubstrateInput> },
  actions: {
    ...effectActions,
    ...(nodeActions as unknown as Record<keyof typeof nodeActions, () => void>),
  },
  guards: nodeGuards as unknown as Record<keyof typeof nodeGuards, () => boolean>,
});

const substrate = parts.createMachine({
  id: 'server',
  context: ({ input: { self, input } }: { input: MachineInput<SubstrateInput> }) => ({
    ...startingNode(self, input.options, input.topology),
    stopPollMs: input.stopPollMs,
    isFit: input.isFit,
  }),
  entry: parts.enqueueActions(({ context, enqueue }) => {
    if (context.master === null) return;
    enqueue(followMaster((one: Context) => one.stopPollMs) as never);
  }),
  on: {
    // RemoveMaster, at the word of a test.
    invoke: {
      actions: [
        { type: 'tell', params: { machine: 'replication', message: { type: 'stop' } } },
        { type: 'note', params: { subject: 'told to stop', value: true } },
      ],
    },
    'told.stopped': { actions: { type: 'note', params: { subject: 'stopped', value: true } } },
  },
  type: 'parallel',
  states: { commands: commandsRegion(rules), link: linkRegion },
} as never);

const programs: Readonly<Record<string, Program>> = {
  server: { machine: substrate as never, fields: {} },
  feed: { machine: feed, fields: feedFields },
  replication: { machine: replication, fields: replicationFields },
  fullSync: { machine: fullSync, fields: fullSyncFields },
};

export interface Given extends Partial<Omit<NodeConfig, 'input'>> {
  readonly options?: Partial<NodeOptions>;
  readonly stopPollMs?: number;
  readonly isFit?: boolean;
}

/** A node of the substrate, in a topology. */
export function substrateNode(name: string, topology: Topology, given: Given = {}): NodeConfig {
  const { options, stopPollMs = 0, isFit = true, ...more } = given;
  const input = { options: { ...defaultOptions, ...options }, topology, stopPollMs, isFit };
  return storeNode(name, input as never, more);
}

/** A stage with these nodes, booted. */
export function stageOf(nodes: readonly NodeConfig[], more: Partial<WorldConfig> = {}): Stage {
  return new Stage(programs, nodes, more).until(0);
}

/** A slave n2 of a puppet n1 that answers like this, and a puppet c1 beside them. */
export function slaveStage(
  topology: Topology,
  answers: Answers,
  given: Given = {},
  more: Partial<WorldConfig> = {},
): Stage {
  const nodes = [puppetNode('n1', answers), substrateNode('n2', topology, given), puppetNode('c1')];
  return stageOf(nodes, more);
}
