import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import type { FaultAction } from './fault.js';
import { bites, fault, note, notes, small, subjects, tiny } from './test-world.js';
import { effectActions, type MachineEvent, type MachineInput, type Plain } from './vocabulary.js';

const crash = { kind: 'crash', node: 'n' } as const;
const pause = { kind: 'pause', node: 'n' } as const;
const powerLoss = (tail: 'draw' | 'keep' | 'lose' | 'torn') =>
  ({ kind: 'powerLoss', node: 'n', tail }) as const;

/** Notes what it starts with. */
const born = setup({
  types: {
    events: {} as MachineEvent,
    input: {} as MachineInput,
    context: {} as { start: Plain },
  },
  actions: effectActions,
});
const startOf = ({ input }: { input: MachineInput }) => {
  const { incarnation, persisted, self, view } = input;
  const { now, latest, applied, durable } = view;
  return { start: { incarnation, persisted, self, now, offsets: [latest, applied, durable] } };
};
const noteStart = {
  type: 'note',
  params: ({ context }: { context: { start: Plain } }) => ({
    subject: 'start',
    value: context.start,
  }),
} as const;

describe('a restart', () => {
  const batch = { count: 1, operation: 0, writes: [] };
  /** Persists 1, 2 and 3, one after another, and appends twice with one sync between. */
  const writer = born.createMachine({
    context: startOf,
    initial: 'first',
    states: {
      first: {
        entry: [
          noteStart,
          { type: 'persist', params: { fields: { v: 1 } } },
          { type: 'append', params: { batch } },
          { type: 'sync', params: {} },
          { type: 'append', params: { batch } },
          { type: 'persist', params: { fields: { v: 2, w: 2 } } },
        ],
      },
    },
    on: {
      persisted: { actions: note('persisted') },
      synced: { actions: note('synced') },
      appended: {
        actions: {
          type: 'note',
          params: ({ event }) => ({ subject: 'appended', value: event.last }),
        },
      },
    },
  });
  const disk = { persist: [1000], append: [100], sync: [500] };

  const restartAfter = (at: number, action: FaultAction) => {
    const world = small({
      machines: { writer },
      nodes: [{ name: 'n', machine: 'writer', disk }],
      faults: [fault(1, at, action, 10_000)],
    });
    world.run({ untilUs: at + 10_000 });
    const [first, second] = world.record.notes.filter(({ subject }) => subject === 'start');
    expect(first!.value).toEqual({
      incarnation: 1,
      persisted: {},
      self: 'n',
      now: 0,
      offsets: [0, 0, 0],
    });
    expect(second!.at).toBe(at + 10_000);
    return second!.value;
  };

  // The disk: persist until 1000, append until 1100, sync until 1600, append until 1700, persist
  // until 2700.
  it.each([
    [999, {}, [0, 0, 0]],
    [1001, { v: 1 }, [0, 0, 0]],
    [1101, { v: 1 }, [1, 1, 0]],
    [1599, { v: 1 }, [1, 1, 0]],
    [1601, { v: 1 }, [1, 1, 1]],
    [1701, { v: 1 }, [2, 2, 1]],
    [2699, { v: 1 }, [2, 2, 1]],
    [2701, { v: 2, w: 2 }, [2, 2, 1]],
  ])('after a crash at %i µs finds what had completed at the disk', (at, persisted, offsets) => {
    const now = at + 10_000;
    const start = { incarnation: 2, persisted, self: 'n', now, offsets };
    expect(restartAfter(at, crash)).toEqual(start);
  });

  it.each([
    [1101, 'keep', { v: 1 }, [1, 1, 1]],
    [1101, 'lose', { v: 1 }, [0, 0, 0]],
    [1101, 'torn', { v: 1 }, [0, 0, 0]],
    [1601, 'lose', { v: 1 }, [1, 1, 1]],
    [1701, 'keep', { v: 1 }, [2, 2, 2]],
    [1701, 'lose', { v: 1 }, [1, 1, 1]],
    // The mildest draw loses nothing.
    [1701, 'draw', { v: 1 }, [2, 2, 2]],
    [2699, 'lose', { v: 1 }, [1, 1, 1]],
    [2701, 'lose', { v: 2, w: 2 }, [1, 1, 1]],
  ] as const)(
    'after a power loss at %i µs (tail: %s) finds what was durable, its clock at 0',
    (at, tail, persisted, offsets) => {
      const start = { incarnation: 2, persisted, self: 'n', now: 0, offsets };
      expect(restartAfter(at, powerLoss(tail))).toEqual(start);
    },
  );

  it('gets no answer to what the process before it had asked', () => {
    const silent = born.createMachine({
      context: startOf,
      initial: 'starting',
      states: {
        starting: {
          always: [
            { guard: ({ context }) => isFirst(context.start), target: 'asking' },
            { target: 'listening' },
          ],
        },
        asking: {
          entry: [
            { type: 'persist', params: { fields: { v: 1 } } },
            { type: 'append', params: { batch } },
            { type: 'open', params: { to: 'peer' } },
            { type: 'poll', params: { tag: 'p', everyMs: 1, beyond: -1 } },
            { type: 'occupy', params: { job: 1, command: { type: 'c' }, service: 's' } },
          ],
          after: { 4: 'late' },
        },
        late: { entry: note('a timer of the process before') },
        listening: {},
      },
      on: { '*': { actions: note('an answer to the process before') } },
    });
    const world = small({
      machines: { silent, peer: tiny.createMachine({}) },
      nodes: [
        { name: 'n', machine: 'silent', disk, services: { s: [900] } },
        { name: 'peer', machine: 'peer' },
      ],
      // `admitted` costs no time: the crash is after it.
      faults: [fault(1, 300, crash, 10)],
    });
    world.run({ untilUs: 299 });
    expect(subjects(world)).toEqual(['an answer to the process before']);
    world.run();
    expect(subjects(world)).toHaveLength(1);
    expect(world.nodes()[0]).toMatchObject({
      incarnation: 2,
      persisted: {},
      latest: 0,
      applied: 0,
    });
  });
});

function isFirst(start: Plain): boolean {
  return (start as { incarnation: number }).incarnation === 1;
}

describe('a process that starts again', () => {
  it('takes the same jobs into service, and its polls are answered', () => {
    const server = tiny.createMachine({
      entry: [
        { type: 'occupy', params: { job: 1, command: { type: 'c' }, service: 's' } },
        { type: 'poll', params: { tag: 'p', everyMs: 2, beyond: -1 } },
      ],
      on: { served: { actions: note('served') }, polled: { actions: note('polled') } },
    });
    const world = small({
      machines: { server },
      nodes: [{ name: 'n', machine: 'server', services: { s: [1_000] } }],
      // It crashes while it is paused: what starts again is not.
      faults: [fault(1, 300, pause), fault(2, 500, crash, 500)],
    });
    world.run();
    expect(notes(world)).toEqual(['2000 served', '3000 polled']);
  });
});

describe('a host that loses its power', () => {
  const peer = tiny.createMachine({
    entry: { type: 'open', params: { to: 'n' } },
    on: { closed: { actions: note('closed') }, reset: { actions: note('reset') } },
    after: {
      9: {
        actions: { type: 'send', params: { connection: 65_792, message: { type: 'still there' } } },
      },
    },
  });
  const peerNotes = (action: FaultAction) => {
    const world = small({
      machines: { n: tiny.createMachine({}), peer },
      faults: [fault(1, 1_000, action, 4_000)],
    });
    world.run();
    return notes(world);
  };

  it('tells its peers nothing: they find out when they speak to it', () => {
    expect(peerNotes(powerLoss('keep'))).toEqual(['9400 reset']);
  });

  it('is unlike a process that ends, whose host says so', () => {
    expect(peerNotes(crash)).toEqual(['1200 closed']);
  });
});

describe('a node that starts late', () => {
  it('starts at its time, its clock at 0, and neither crashes nor pauses before', () => {
    const machine = born.createMachine({ context: startOf, entry: noteStart });
    const faults = [fault(1, 10, crash, 5), fault(2, 10, pause), fault(3, 10, powerLoss('keep'))];
    const world = small({
      machines: { machine },
      nodes: [{ name: 'n', machine: 'machine', startAtUs: 700 }],
      faults,
    });
    expect(world.nodes()[0]).toMatchObject({ status: 'off', incarnation: 0 });
    world.run();
    expect(notes(world)).toEqual([
      '700 start {"incarnation":1,"persisted":{},"self":"n","now":0,"offsets":[0,0,0]}',
    ]);
    expect(world.record.faults).toEqual([]);
  });
});

describe('a pause', () => {
  /** Notes every millisecond that it lives. */
  const pulse = tiny.createMachine({
    initial: 'on',
    states: { on: { entry: note('pulse'), after: { 1: { target: 'on', reenter: true } } } },
  });
  const pulses = (world: ReturnType<typeof small>) => world.record.notes.map(({ at }) => at / 1000);

  it('lasts until the last of the faults that pause the process has ended', () => {
    const faults = [fault(1, 1_500, pause, 4_000), fault(2, 2_500, pause, 6_000)];
    const world = small({ machines: { pulse }, nodes: [{ name: 'n', machine: 'pulse' }], faults });
    world.run({ untilUs: 10_000 });
    expect(pulses(world)).toEqual([0, 1, 8.5, 9.5]);
    expect(bites(world)).toEqual([
      '1500 pause 1 began',
      '2500 pause 2 began',
      '5500 pause 1 ended',
      '8500 pause 2 ended',
    ]);
  });

  it('is over for a process that crashed during it: its end resumes no later pause', () => {
    const faults = [
      fault(1, 1_500, pause, 8_000),
      fault(2, 2_500, crash, 1_000),
      fault(3, 5_000, pause, 7_000),
    ];
    const world = small({ machines: { pulse }, nodes: [{ name: 'n', machine: 'pulse' }], faults });
    world.run({ untilUs: 13_500 });
    expect(pulses(world)).toEqual([0, 1, 3.5, 4.5, 12, 13]);
    expect(world.nodes()[0]).toMatchObject({ status: 'running', incarnation: 2 });
  });

  it('that would last on does not hold a process that has started since', () => {
    const faults = [
      fault(1, 1_500, pause),
      fault(2, 2_500, crash, 1_000),
      fault(3, 5_000, pause, 1_000),
    ];
    const world = small({ machines: { pulse }, nodes: [{ name: 'n', machine: 'pulse' }], faults });
    world.run({ untilUs: 7_500 });
    expect(pulses(world)).toEqual([0, 1, 3.5, 4.5, 6, 7]);
  });

  it('does not stop the disk: what was asked completes, and the answer waits', () => {
    const asker = tiny.createMachine({
      entry: { type: 'persist', params: { fields: { v: 1 } } },
      on: { persisted: { actions: note('persisted') } },
    });
    const world = small({
      machines: { asker },
      nodes: [{ name: 'n', machine: 'asker', disk: { persist: [1000] } }],
      faults: [fault(1, 500, pause, 2_000), fault(2, 5_000, crash)],
    });
    world.run({ untilUs: 1_500 });
    expect(world.nodes()[0]).toMatchObject({ status: 'paused', persisted: { v: 1 } });
    expect(notes(world)).toEqual([]);
    world.run();
    expect(notes(world)).toEqual(['2500 persisted']);
  });

  it('keeps the order in which answers came; what is answered on resume comes behind them', () => {
    const asker = tiny.createMachine({
      entry: [
        { type: 'persist', params: { fields: { v: 1 } } },
        { type: 'sync', params: {} },
        { type: 'poll', params: { tag: 'p', everyMs: 2, beyond: -1 } },
      ],
      on: {
        persisted: { actions: note('persisted') },
        synced: { actions: note('synced') },
        polled: { actions: note('polled') },
      },
    });
    const world = small({
      machines: { asker },
      nodes: [{ name: 'n', machine: 'asker', disk: { persist: [400], sync: [300] } }],
      faults: [fault(1, 100, pause, 5_000)],
    });
    world.run();
    expect(notes(world)).toEqual(['5100 persisted', '5100 synced', '5100 polled']);
  });

  it('stops a service, which goes on with what it still needs', () => {
    const server = tiny.createMachine({
      entry: { type: 'occupy', params: { job: 1, command: { type: 'c' }, service: 's' } },
      on: { served: { actions: note('served') } },
    });
    const world = small({
      machines: { server },
      nodes: [{ name: 'n', machine: 'server', services: { s: [1_000] } }],
      faults: [fault(1, 300, pause, 5_000)],
    });
    world.run();
    expect(notes(world)).toEqual(['6000 served']);
  });

  it('keeps messages in the kernel, to be read in order on resume', () => {
    const sender = tiny.createMachine({
      entry: { type: 'open', params: { to: 'n' } },
      on: {
        opened: {
          actions: ['a', 'b'].map((type) => ({
            type: 'send' as const,
            params: ({ event }: { event: { connection: number } }) => ({
              connection: event.connection,
              message: { type },
            }),
          })),
        },
      },
    });
    const receiver = tiny.createMachine({
      on: {
        accepted: { actions: note('accepted') },
        'message.a': { actions: note('a') },
        'message.b': { actions: note('b') },
      },
    });
    const world = small({
      machines: { sender, receiver },
      nodes: [
        { name: 'sender', machine: 'sender' },
        { name: 'n', machine: 'receiver' },
      ],
      faults: [fault(1, 100, pause, 4_900)],
    });
    world.run();
    // The handshake was the kernel's; the process sees all of it at 5 ms.
    expect(notes(world)).toEqual(['5000 accepted', '5000 a', '5000 b']);
  });
});

describe('faults that meet a node that is down', () => {
  const idle = born.createMachine({ context: startOf, entry: noteStart });
  const run = (...faults: ReturnType<typeof fault>[]) => {
    const world = small({ machines: { idle }, nodes: [{ name: 'n', machine: 'idle' }], faults });
    world.run();
    return { world, bites: bites(world), starts: world.record.notes.map(({ at }) => at) };
  };

  it('find nothing to crash, pause or reset, and leave no record', () => {
    const { bites: found, starts } = run(
      fault(1, 100, crash, 1_000),
      fault(2, 200, crash, 100),
      fault(3, 300, pause, 100),
      fault(4, 400, { kind: 'reset', between: ['n', 'n'] }),
    );
    expect(found).toEqual(['100 crash 1 began', '1100 crash 1 ended']);
    expect(starts).toEqual([0, 1_100]);
  });

  it('take the power of a crashed node, which then returns with the power', () => {
    const { bites: found, starts } = run(
      fault(1, 100, crash, 1_000),
      fault(2, 200, powerLoss('keep'), 5_000),
      fault(3, 300, powerLoss('keep'), 100),
    );
    expect(found).toEqual([
      '100 crash 1 began',
      '200 powerLoss 2 began',
      '1100 crash 1 ended',
      '5200 powerLoss 2 ended',
    ]);
    expect(starts).toEqual([0, 5_200]);
  });

  it('let a node return when its power loss is over, though its crash would last on', () => {
    const { starts, world } = run(
      fault(1, 100, crash, 9_000),
      fault(2, 200, powerLoss('keep'), 5_000),
    );
    expect(starts).toEqual([0, 5_200]);
    expect(world.nodes()[0]).toMatchObject({ status: 'running', incarnation: 2 });
  });
});

describe('a client that crashes', () => {
  const silent = tiny.createMachine({});
  const items = (...times: number[]) =>
    times.map((atUs, index) => ({ id: index + 1, call: { type: 'get' }, atUs }));
  const run = (mode: 'open' | 'closed', faults: ReturnType<typeof fault>[], times: number[]) => {
    const world = small({
      machines: { silent },
      nodes: [{ name: 'n', machine: 'silent' }],
      scripts: [{ node: 'n', mode, items: items(...times) }],
      faults,
    });
    world.run();
    return world.record.operations.map(({ id, invokedAt, outcome, completedAt }) => [
      id,
      invokedAt,
      outcome,
      completedAt,
    ]);
  };

  it('leaves its call in doubt, and a closed script goes on after the restart', () => {
    expect(run('closed', [fault(1, 500, crash, 1_000)], [0, 0])).toEqual([
      [1, 0, 'info', 500],
      [2, 1_500, undefined, undefined],
    ]);
  });

  it('misses the calls of an open script that come while it is down', () => {
    expect(run('open', [fault(1, 500, crash, 1_000)], [0, 600, 700, 2_000])).toEqual([
      [1, 0, 'info', 500],
      [4, 2_000, undefined, undefined],
    ]);
  });

  it('makes a call that came during a pause when it resumes', () => {
    expect(run('open', [fault(1, 500, pause, 1_000)], [0, 600, 700, 2_000])).toEqual([
      [1, 0, undefined, undefined],
      [2, 1_500, undefined, undefined],
      [3, 1_500, undefined, undefined],
      [4, 2_000, undefined, undefined],
    ]);
  });

  it('makes no call twice: one that waited for a resume is over', () => {
    const faults = [fault(1, 500, pause, 500), fault(2, 1_500, crash, 1_000)];
    expect(run('open', faults, [700, 3_000, 4_000])).toEqual([
      [1, 1_000, 'info', 1_500],
      [2, 3_000, undefined, undefined],
      [3, 4_000, undefined, undefined],
    ]);
  });

  it.each([
    // Closed: the one call that was due waits for the restart.
    ['closed', [[1, 3_000, undefined, undefined]]],
    // Open: what was due while it was paused and then crashed was missed.
    ['open', [[4, 4_000, undefined, undefined]]],
  ] as const)('during a pause loses no %s script', (mode, operations) => {
    const faults = [fault(1, 500, pause), fault(2, 1_000, crash, 2_000)];
    expect(run(mode, faults, [600, 700, 2_000, 4_000])).toEqual(operations);
  });

  it('has its call in doubt for good when nobody restarts it', () => {
    expect(run('closed', [fault(1, 500, powerLoss('lose'))], [0, 0])).toEqual([
      [1, 0, 'info', 500],
    ]);
  });
});

describe('healing', () => {
  it('ends every fault, restarts and resumes, and lets nothing begin afterwards', () => {
    const pulse = tiny.createMachine({
      initial: 'on',
      states: { on: { entry: note('pulse'), after: { 10: { target: 'on', reenter: true } } } },
    });
    const world = small({
      machines: { pulse },
      nodes: ['n', 'm', 'o'].map((name) => ({ name, machine: 'pulse' })),
      faults: [
        fault(1, 5_000, crash),
        fault(2, 5_000, { kind: 'pause', node: 'm' }),
        fault(3, 5_000, { kind: 'powerLoss', node: 'o', tail: 'keep' }, 40_000),
        fault(4, 5_000, { kind: 'partition', from: ['n'], to: ['m', 'o'] }),
        fault(5, 5_000, { kind: 'disk', node: 'n', mode: 'stalled' }),
        fault(6, 5_000, { kind: 'drift', node: 'm', clock: 'monotonic', ppm: 500 }),
        fault(7, 5_000, { kind: 'link', verdict: { kind: 'drop' } }, 90_000),
        fault(8, 60_000, crash),
        fault(
          9,
          { on: 'effect', node: 'm', kind: 'note', nth: 5, when: 'after' },
          { kind: 'pause', node: 'm' },
        ),
      ],
    });
    world.run({ untilUs: 20_000 });
    expect(world.nodes().map(({ status }) => status)).toEqual(['crashed', 'paused', 'off']);
    world.heal();
    expect(world.nodes().map(({ status }) => status)).toEqual(['running', 'running', 'running']);
    expect(world.nodes().map(({ incarnation }) => incarnation)).toEqual([2, 1, 2]);
    // The first steps of what starts again are part of it.
    expect(notes(world).slice(-2)).toEqual(['20000 pulse', '20000 pulse']);
    world.run({ untilUs: 100_000 });
    expect(bites(world).slice(7)).toEqual([
      '20000 crash 1 ended',
      '20000 pause 2 ended',
      '20000 powerLoss 3 ended',
      '20000 partition 4 ended',
      '20000 disk 5 ended',
      '20000 drift 6 ended',
      '20000 link 7 ended',
    ]);
    expect(world.state.network.rules).toEqual([]);
    expect(world.state.network.cuts.every((count) => count === 0)).toBe(true);
    const m = world.record.notes.filter(({ node }) => node === 'm').map(({ at }) => at);
    expect(m.slice(0, 4)).toEqual([0, 20_000, 30_000, 40_000]);
    expect(m.at(-1)).toBe(100_000);
  });
});
