import { describe, expect, it } from 'vitest';
import { raise, setup } from 'xstate';
import type { NodeConfig } from './config.js';
import { fault, note, notes, small, subjects, tiny } from './test-world.js';
import { effectActions, type MachineEvent, type MachineInput } from './vocabulary.js';

/** A timer of one second, and what the clocks say when it fires. */
const second = setup({
  types: { events: {} as MachineEvent, input: {} as MachineInput, context: {} as { wall: number } },
  actions: effectActions,
}).createMachine({
  context: ({ input }) => ({ wall: input.view.wall }),
  after: {
    1000: {
      actions: {
        type: 'note',
        params: ({ event, context }) => ({
          subject: 'fired',
          value: [
            (event as unknown as { view: { now: number } }).view.now,
            (event as unknown as { view: { wall: number } }).view.wall - context.wall,
          ],
        }),
      },
    },
  },
});

const clocked = (clock: NodeConfig['clock'], machine = 'second'): NodeConfig[] => [
  { name: 'n', machine, ...(clock === undefined ? {} : { clock }) },
];

describe('a timer', () => {
  it.each([
    [0, 1_000_000, 1_000_000],
    // The least t with t + floor(t * 100 / 1e6) >= 1 000 000.
    [100, 999_901, 1_000_000],
    [-100, 1_000_101, 1_000_000],
    [333, 999_668, 1_000_000],
    [-333, 1_000_334, 1_000_000],
    [500_000, 666_667, 1_000_000],
    [-500_000, 2_000_000, 1_000_000],
  ])('of 1 s on a clock wrong by %i ppm fires at %i µs, when it reads 1 s', (ppm, at, reading) => {
    const world = small({ machines: { second }, nodes: clocked({ monotonicPpm: ppm }) });
    world.run();
    expect(world.record.notes.map((one) => [one.at, (one.value as number[])[0]])).toEqual([
      [at, reading],
    ]);
  });

  it('is due by the rate at each instant when the clock drifts while it is armed', () => {
    // 200 ms as they are, then 640 ms that count for 800.
    const faults = [
      fault(1, 200_000, { kind: 'drift', node: 'n', clock: 'monotonic', ppm: 250_000 }),
    ];
    const world = small({ machines: { second }, nodes: clocked({}), faults });
    world.run();
    expect(notes(world)).toEqual(['840000 fired [1000000,840000]']);
  });

  it('is due at the old rate again once the drift is over', () => {
    const drift = { kind: 'drift', node: 'n', clock: 'monotonic', ppm: -500_000 } as const;
    const faults = [fault(1, 200_000, drift, 600_000)];
    const world = small({ machines: { second }, nodes: clocked({}), faults });
    world.run();
    // 200 ms, then 600 ms that count for 300, then the 500 that are missing.
    expect(notes(world)).toEqual(['1300000 fired [1000000,1300000]']);
  });

  it('keeps its turn among timers due at one instant when they are queued anew', () => {
    const both = tiny.createMachine({
      type: 'parallel',
      states: {
        one: {
          initial: 'on',
          states: { on: { after: { 9: 'off' } }, off: { entry: note('one') } },
        },
        two: {
          initial: 'on',
          states: { on: { after: { 9: 'off' } }, off: { entry: note('two') } },
        },
      },
    });
    const drift = { kind: 'drift', node: 'n', clock: 'monotonic', ppm: 1000 } as const;
    const faults = [fault(1, 2_000, drift)];
    const world = small({ machines: { both }, nodes: clocked({}, 'both'), faults });
    world.run();
    expect(subjects(world)).toEqual(['one', 'two']);
  });

  it('cares neither for skew, nor for drift, nor for steps of the wall clock', () => {
    const faults = [
      fault(1, 100_000, { kind: 'step', node: 'n', byUs: -5_000_000 }),
      fault(2, 200_000, { kind: 'drift', node: 'n', clock: 'wall', ppm: 500_000 }),
    ];
    const nodes = clocked({ wallOffsetUs: 77, wallPpm: -1000 });
    const world = small({ machines: { second }, nodes, faults });
    world.run();
    // 200 ms at -1000 ppm, the step, 800 ms at half as fast again.
    expect(notes(world)).toEqual([
      `1000000 fired [1000000,${200_000 - 200 - 5_000_000 + 1_200_000}]`,
    ]);
  });

  it('is replaced when it is armed again, and cancelled when its state is left', () => {
    const rearmer = tiny.createMachine({
      initial: 'on',
      states: {
        on: {
          initial: 'waiting',
          states: { waiting: { on: { 'told.again': { target: 'waiting', reenter: true } } } },
          after: { 4: '#quiet' },
          on: { 'told.more': { target: 'on', reenter: true } },
        },
        quiet: { id: 'quiet', entry: note('quiet') },
        left: {},
      },
      on: { 'told.leave': '.left' },
    });
    const told = (...words: string[]) =>
      tiny.createMachine({
        entry: { type: 'start', params: { machine: 'rearmer' } },
        after: Object.fromEntries(
          words.map((type, index) => [
            3 * (index + 1),
            {
              actions: { type: 'tell', params: { machine: 'rearmer', message: { type } } } as const,
            },
          ]),
        ),
      });
    const run = (...words: string[]) => {
      const machines = { root: told(...words), rearmer };
      const world = small({ machines, nodes: [{ name: 'n', machine: 'root' }] });
      world.run();
      return notes(world);
    };
    expect(run()).toEqual(['4000 quiet']);
    // Reentering a child leaves the parent's timer alone.
    expect(run('again')).toEqual(['4000 quiet']);
    expect(run('more')).toEqual(['7000 quiet']);
    expect(run('more', 'more', 'more')).toEqual(['13000 quiet']);
    expect(run('more', 'leave')).toEqual([]);
  });

  it('is replaced by another one of its name', () => {
    const raiser = setup({
      types: { events: {} as MachineEvent<never, { type: 'again' }> | { type: 'due' } },
      actions: { ...effectActions, arm: raise({ type: 'due' }, { delay: 5, id: 'one' }) },
    }).createMachine({
      entry: ['arm', { type: 'start', params: { machine: 'prompter' } }],
      on: { 'told.again': { actions: 'arm' }, due: { actions: note('due') } },
    });
    const prompter = tiny.createMachine({
      after: {
        2: { actions: { type: 'tell', params: { machine: 'raiser', message: { type: 'again' } } } },
      },
    });
    const nodes = [{ name: 'n', machine: 'raiser' }];
    const world = small({ machines: { raiser, prompter }, nodes });
    world.run();
    expect(notes(world)).toEqual(['7000 due']);
  });

  it('that was cancelled stays so when the clock changes its rate', () => {
    const leaver = tiny.createMachine({
      initial: 'on',
      states: { on: { after: { 1: 'off', 5: 'late' } }, off: {}, late: { entry: note('late') } },
    });
    const drift = { kind: 'drift', node: 'n', clock: 'monotonic', ppm: 10 } as const;
    const faults = [fault(1, 2_000, drift)];
    const world = small({ machines: { leaver }, nodes: clocked({}, 'leaver'), faults });
    world.run();
    expect(notes(world)).toEqual([]);
    expect(world.now).toBe(2_000);
  });

  it('leaves nothing behind when it is cancelled, however often', () => {
    const nervous = tiny.createMachine({
      initial: 'on',
      states: { on: { after: { 1: { target: 'on', reenter: true }, 3600000: 'off' } }, off: {} },
    });
    const world = small({ machines: { nervous } });
    world.run({ untilUs: 5_000_000 });
    expect(world.state.events).toBeGreaterThan(5_000);
    expect(world.state.queue.items.length).toBeLessThan(1_100);
  });

  it('of no time fires in its turn at the same instant', () => {
    const zero = tiny.createMachine({
      initial: 'on',
      states: { on: { entry: note('on'), after: { 0: 'off' } }, off: { entry: note('off') } },
    });
    const world = small({ machines: { zero } });
    world.run();
    expect(notes(world)).toEqual(['0 on', '0 off']);
  });

  it('finer than a microsecond is refused by name', () => {
    const fine = tiny.createMachine({ id: 'fine', after: { 0.0001: { actions: note('no') } } });
    expect(() => small({ machines: { fine } }).run()).toThrow(
      'delay of 0.0001 ms: expected 0 or more, in steps of 0.001',
    );
  });
});

describe('a timer that comes due while the process is paused', () => {
  const three = tiny.createMachine({
    type: 'parallel',
    states: {
      a: { initial: 'on', states: { on: { after: { 30: 'off' } }, off: { entry: note('a') } } },
      b: { initial: 'on', states: { on: { after: { 20: 'off' } }, off: { entry: note('b') } } },
      c: { initial: 'on', states: { on: { after: { 50: 'off' } }, off: { entry: note('c') } } },
    },
  });
  const pause = (from: number, length: number) =>
    fault(1, from, { kind: 'pause', node: 'n' }, length);

  it('fires on resume, with the others in due order, and later ones in time', () => {
    const world = small({
      machines: { three },
      nodes: clocked({}, 'three'),
      faults: [pause(10_000, 35_000)],
    });
    world.run();
    expect(notes(world)).toEqual(['45000 b', '45000 a', '50000 c']);
  });

  it('tells the machine the time of the resume', () => {
    const world = small({
      machines: { second },
      nodes: clocked({}),
      faults: [pause(900_000, 600_000)],
    });
    world.run();
    expect(notes(world)).toEqual(['1500000 fired [1500000,1500000]']);
  });

  it('is cancelled by the first one that fires, when that leaves its state', () => {
    const race = tiny.createMachine({
      initial: 'on',
      states: { on: { after: { 20: 'won', 30: 'lost' } }, won: { entry: note('won') }, lost: {} },
    });
    const world = small({
      machines: { race },
      nodes: clocked({}, 'race'),
      faults: [pause(10_000, 90_000)],
    });
    world.run();
    expect(notes(world)).toEqual(['100000 won']);
    expect(world.run()).toBe('idle');
  });

  it('fires once, on resume, when the clock drifts during the pause', () => {
    const drift = { kind: 'drift', node: 'n', clock: 'monotonic', ppm: 10_000 } as const;
    const world = small({
      machines: { three },
      nodes: clocked({}, 'three'),
      faults: [pause(10_000, 35_000), fault(2, 40_000, drift), fault(3, 42_000, drift, 1_000)],
    });
    world.run();
    // 40 ms, then 1 % fast: the third is due when 10 ms more have passed on the clock.
    expect(notes(world)).toEqual(['45000 b', '45000 a', '49901 c']);
  });
});
