/**
 * What a consumer gets: the built package, by its own exports, under a strict compiler that checks
 * the declarations too; and run. Needs the build: `npm test` builds first.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
let project = '';

const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  skipLibCheck: false,
  outDir: 'out',
  rootDir: '.',
  types: [],
};

const source = `
import { setup } from 'xstate';
import {
  effectActions,
  type MachineEvent,
  type MachineInput,
  type Message,
  seededOracle,
  World,
  type WorldConfig,
  xstateEngine,
} from 'switchover/runtime';
import { handedOver, type StoreContext, type StoreInput, store } from 'switchover/machines';
import {
  type FaultKind,
  type ProtocolDefinition,
  protocolFrom,
  registerProtocol,
  run,
  type SelfCheck,
  selfCheck,
} from 'switchover';

type Hello = { type: 'hello'; from: string };

const greeter = setup({
  types: {
    events: {} as MachineEvent<Hello>,
    input: {} as MachineInput<{ peer: string }>,
    context: {} as { self: string; peer: string },
  },
  actions: effectActions,
}).createMachine({
  id: 'greeter',
  context: ({ input }) => ({ self: input.self, peer: input.input.peer }),
  entry: { type: 'open', params: ({ context }) => ({ to: context.peer, timeoutMs: 100 }) },
  on: {
    opened: {
      actions: {
        type: 'send',
        params: ({ context, event }) => ({
          connection: event.connection,
          message: { type: 'hello', from: context.self },
        }),
      },
    },
    'message.hello': {
      actions: {
        type: 'note',
        params: ({ event }) => ({ subject: 'greeted by', value: event.message.from }),
      },
    },
  },
});

const config: WorldConfig = {
  machines: { greeter: { machine: greeter, fields: {} } },
  nodes: [
    { name: 'a', machine: 'greeter', input: { peer: 'b' } },
    { name: 'b', machine: 'greeter', input: { peer: 'a' } },
  ],
  faults: [{ id: 1, kind: 'crash', node: 'a', at: { timeUs: 5000 }, durationUs: 10 }],
  oracle: seededOracle(1),
  engine: xstateEngine,
};
const world = new World(config);
world.run({ untilUs: 2000 });
const notes: string[] = world.record.notes.map(({ node, value }) => node + ' ' + value);
const kinds: FaultKind[] = world.record.faults.map(({ kind }) => kind);
const checked: Promise<SelfCheck> = selfCheck({ events: 100 });
const message: Message = { type: 'x', nested: { list: [1, null, 'y'] } };
// @ts-expect-error: a message is plain data
const wrong: Message = { type: 'x', when: () => 1 };

const naive = setup({
  types: { context: {} as StoreContext, input: {} as MachineInput<StoreInput> },
  actions: store.actions,
  guards: store.guards,
}).createMachine({
  id: 'server',
  context: ({ input }) => store.contextOf(input),
  entry: [...store.entry],
  type: 'parallel',
  states: {
    ...store.regions({ commands: ['failover'] }),
    handover: {
      on: {
        served: {
          guard: store.isCommand('failover'),
          actions: [
            ...store.adopt(({ context: { topology }, event }) =>
              handedOver(topology, String(store.commandOf(event)['target']), topology.version + 1),
            ),
            ...store.answer(),
          ],
        },
      },
    },
  },
});
const definition: ProtocolDefinition = {
  name: 'naive',
  summary: 'the master steps down and tells nobody',
  programs: { ...store.programs, server: { machine: naive, fields: { ...store.fields } } },
};
registerProtocol(protocolFrom(definition));
const { verdicts } = run({ protocol: { name: 'naive' }, workload: { operations: 20 } });
const liveness = verdicts.find(({ checker }) => checker === 'liveness')?.kind;

checked.then(({ divergence }) => {
  console.log(JSON.stringify({ notes, kinds, divergence, message, wrong: typeof wrong, liveness }));
});
`;

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'switchover-consumer-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/switchover'), 'dir');
  symlinkSync(join(root, 'node_modules/xstate'), join(project, 'node_modules/xstate'), 'dir');
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', private: true }));
  writeFileSync(join(project, 'index.ts'), source);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** What the compiler of the repository says to the project. */
function compile(more: object): string {
  const tsconfig = { compilerOptions: { ...compilerOptions, ...more }, include: ['index.ts'] };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  try {
    return execFileSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

describe('a consumer of the package', () => {
  it('compiles it strictly, declarations included', () => {
    expect(compile({ noEmit: true })).toBe('');
  });

  it('compiles it with the strictest options that there are', () => {
    const strictest = {
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      verbatimModuleSyntax: true,
      // A library's declarations are not to blame for what is in xstate's under these options.
      skipLibCheck: true,
      noEmit: true,
    };
    expect(compile(strictest)).toBe('');
  });

  it('runs it', () => {
    expect(compile({})).toBe('');
    const stdout = execFileSync(process.execPath, [join(project, 'out/index.js')], {
      encoding: 'utf8',
    });
    expect(JSON.parse(stdout)).toMatchObject({
      notes: ['b a', 'a b'],
      divergence: null,
      liveness: 'no master',
    });
  });
});
