import { describe, expect, it } from 'vitest';
import type { Fault, FaultAction, Trigger } from './fault.js';
import { seededOracle } from './seeded.js';
import { bites, fault, note, notes, type Small, small, subjects, tiny } from './test-world.js';

const batch = { count: 1, operation: 1, writes: [] };
const atOnce = { append: [0], persist: [0] };

// -------------------------------------------------------------------------------------------
// A step of five effects

/** Connects; when invoked makes one step of five effects, of which each leaves a mark. */
const five = tiny.createMachine({
  id: 'five',
  initial: 'connecting',
  states: {
    connecting: {
      entry: { type: 'open', params: { to: 'server' } },
      on: { opened: 'idle' },
    },
    idle: {
      on: {
        invoke: {
          target: 'over',
          actions: [
            { type: 'append', params: { batch } },
            { type: 'persist', params: { fields: { v: 1 } } },
            { type: 'send', params: { connection: 65_537, message: { type: 'hello' } } },
            note('noted'),
            { type: 'complete', params: { operation: 1, outcome: 'ok' } },
          ],
        },
      },
    },
    over: {},
  },
});
const server = tiny.createMachine({
  on: { 'message.hello': { actions: note('heard') }, reset: { actions: note('reset') } },
});

const fiveWorld = (faults: Fault[]) => {
  const world = small({
    machines: { five, server },
    nodes: [
      { name: 'n', machine: 'five', disk: atOnce },
      { name: 'server', machine: 'server' },
    ],
    scripts: [{ node: 'n', mode: 'open', items: [{ id: 1, call: { type: 'x' }, atUs: 1_000 }] }],
    faults,
  });
  return world;
};

/** What of the five effects has left its mark, as five letters. */
const marks = (world: ReturnType<typeof small>): string => {
  const node = world.nodes()[0]!;
  const heard = subjects(world);
  return [
    node.applied === 1 ? 'a' : '-',
    node.persisted['v'] === 1 ? 'p' : '-',
    heard.includes('heard') ? 's' : '-',
    heard.includes('noted') ? 'n' : '-',
    world.record.operations[0]?.outcome === 'ok' ? 'c' : '-',
  ].join('');
};

/** The six positions around the five effects, by the effects that come before. */
const positions = ['-----', 'a----', 'ap---', 'aps--', 'apsn-', 'apsnc'];
/** The first effect of the machine is `open`: those of the step are the 2nd to the 6th. */
const around = (position: number, when: 'before' | 'after'): Trigger => ({
  on: 'effect',
  node: 'n',
  machine: 'five',
  nth: when === 'before' ? position + 2 : position + 1,
  when,
});

describe('a crash within a step', () => {
  it.each(positions.slice(0, 5).map((done, position) => [position, done] as const))(
    'before effect %i of five leaves %s',
    (position, done) => {
      const world = fiveWorld([fault(1, around(position, 'before'), { kind: 'crash', node: 'n' })]);
      world.run();
      expect(marks(world)).toBe(done);
      expect(bites(world)).toEqual(['1000 crash 1 began']);
    },
  );

  it.each(positions.map((done, position) => [position, done] as const).slice(1))(
    'after effect %i of five leaves %s',
    (position, done) => {
      const world = fiveWorld([fault(1, around(position, 'after'), { kind: 'crash', node: 'n' })]);
      world.run();
      expect(marks(world)).toBe(done);
      const { outcome } = world.record.operations[0]!;
      expect(outcome).toBe(position === 5 ? 'ok' : 'info');
    },
  );

  it('before the last effect leaves the call in doubt at the instant of the crash', () => {
    const kind = { on: 'effect', node: 'n', kind: 'complete', when: 'before' } as const;
    const world = fiveWorld([fault(1, kind, { kind: 'crash', node: 'n' })]);
    world.run();
    expect(world.record.operations).toEqual([
      {
        id: 1,
        node: 'n',
        call: { type: 'x' },
        invokedAt: 1_000,
        completedAt: 1_000,
        outcome: 'info',
        error: 'the client crashed',
      },
    ]);
  });
});

describe('a pause within a step', () => {
  it.each(
    positions.flatMap((done, position) =>
      (['before', 'after'] as const)
        .filter((when) => (when === 'before' ? position < 5 : position > 0))
        .map((when) => [position, when, done] as const),
    ),
  )('at position %i (%s an effect) leaves %j, and the rest on resume', (position, when, done) => {
    const world = fiveWorld([
      fault(1, around(position, when), { kind: 'pause', node: 'n' }, 50_000),
    ]);
    world.run({ untilUs: 50_999 });
    expect(marks(world)).toBe(done);
    expect(world.nodes()[0]!.status).toBe('paused');
    world.run();
    expect(marks(world)).toBe('apsnc');
    const completedAt = position === 5 ? 1_000 : 51_000;
    expect(world.record.operations[0]).toMatchObject({ outcome: 'ok', completedAt });
    expect(bites(world)).toEqual(['1000 pause 1 began', '51000 pause 1 ended']);
  });

  it('between any two effects, several times in one step, happens each time', () => {
    const faults = [0, 1, 2, 3, 4].map((position) =>
      fault(position + 1, around(position, 'before'), { kind: 'pause', node: 'n' }, 1_000),
    );
    const world = fiveWorld(faults);
    world.run();
    expect(marks(world)).toBe('apsnc');
    expect(world.record.operations[0]).toMatchObject({ completedAt: 6_000 });
  });

  it('lets a crash take the rest', () => {
    const world = fiveWorld([
      fault(1, around(2, 'before'), { kind: 'pause', node: 'n' }, 50_000),
      fault(2, 20_000, { kind: 'crash', node: 'n' }),
    ]);
    world.run();
    expect(marks(world)).toBe('ap---');
    expect(world.record.operations[0]).toMatchObject({ outcome: 'info', completedAt: 20_000 });
  });

  it('counts an effect once, whoever pauses before it', () => {
    const world = fiveWorld([
      fault(1, around(2, 'before'), { kind: 'pause', node: 'n' }, 1_000),
      fault(2, around(3, 'before'), { kind: 'crash', node: 'n' }),
    ]);
    world.run();
    expect(marks(world)).toBe('aps--');
  });

  it('within the last step of a machine lets it end only after the rest', () => {
    const child = tiny.createMachine({
      initial: 'on',
      states: {
        on: { after: { 1: { target: 'off', actions: [note('one'), note('two')] } } },
        off: { type: 'final', entry: note('three') },
      },
    });
    const root = tiny.createMachine({ entry: { type: 'start', params: { machine: 'child' } } });
    const trigger = { on: 'effect', node: 'n', kind: 'note', when: 'after' } as const;
    const world = small({
      machines: { root, child },
      nodes: [{ name: 'n', machine: 'root' }],
      faults: [fault(1, trigger, { kind: 'pause', node: 'n' }, 5_000)],
    });
    world.run();
    expect(notes(world)).toEqual(['1000 one', '6000 two', '6000 three']);
    expect(world.state.nodes[0]!.machines.get('child')!.size).toBe(0);
  });

  it('holds answers and mail back behind the rest of the step', () => {
    const reader = tiny.createMachine({
      on: { value: { actions: note('answer') } },
      after: {
        2: {
          actions: [
            { type: 'readKey', params: { key: 'k' } },
            note('between'),
            { type: 'persist', params: { fields: { v: 1 } } },
            note('last'),
          ],
        },
      },
    });
    const world = small({
      machines: { reader },
      nodes: [{ name: 'n', machine: 'reader', disk: { persist: [100] } }],
      faults: [
        fault(
          1,
          { on: 'effect', node: 'n', kind: 'readKey', when: 'after' },
          { kind: 'pause', node: 'n' },
          9_000,
        ),
      ],
    });
    world.run();
    expect(notes(world)).toEqual(['11000 between', '11000 last', '11000 answer']);
  });
});

describe('a connection reset within a step', () => {
  /** Says a and b and is answered nothing; each is a reply in the record once handed over. */
  const talker = tiny.createMachine({
    initial: 'connecting',
    states: {
      connecting: { entry: { type: 'open', params: { to: 'server' } }, on: { opened: 'talking' } },
      talking: {
        entry: ['a', 'b', 'c'].map((type, index) => ({
          type: 'send' as const,
          params: {
            connection: 65_537,
            message: { type },
            answers: { operation: index + 1, epoch: 0 },
          },
        })),
      },
    },
    on: { reset: { actions: note('reset here') } },
  });
  const reset = { kind: 'reset', between: ['talker', 'server'] } as const;

  it.each([
    [0, []],
    [1, [1]],
    [2, [1, 2]],
    [3, [1, 2, 3]],
  ] as const)('after %i of three messages lets the kernel take %j', (position, handed) => {
    const trigger = { on: 'effect', node: 'talker', nth: position + 1, when: 'after' } as const;
    const world = small({ machines: { talker, server }, faults: [fault(1, trigger, reset)] });
    world.run();
    if (position === 0) {
      // After the open: the connection is not there yet, and nothing breaks.
      expect(bites(world)).toEqual([]);
      expect(world.record.replies).toHaveLength(3);
      return;
    }
    expect(world.record.replies.map(({ operation }) => operation)).toEqual(handed);
    expect(notes(world)).toEqual(['400 reset here']);
    expect(bites(world)).toEqual(['400 reset 1 began', '400 reset 1 ended']);
  });
});

// -------------------------------------------------------------------------------------------
// A step of several microsteps

/** On `go` leaves a for b, which is passed through to c. */
const passing = tiny.createMachine({
  id: 'x',
  initial: 'a',
  states: {
    a: { exit: note('exit a'), after: { 1: { target: 'b', actions: note('a to b') } } },
    b: {
      entry: note('enter b'),
      exit: note('exit b'),
      always: { target: 'c', actions: note('b to c') },
    },
    c: { entry: note('enter c') },
  },
});
const first = ['exit a', 'a to b', 'enter b'];
const all = [...first, 'exit b', 'b to c', 'enter c'];

const state = (
  id: string,
  move: 'entered' | 'left',
  when: 'before' | 'after',
): [string, Trigger] => [
  `${when} ${id} is ${move}`,
  { on: 'state', node: 'n', machine: 'passing', state: `x.${id}`, move, when },
];
const taken = (name: string, when: 'before' | 'after'): [string, Trigger] => [
  `${when} ${name}`,
  { on: 'transition', node: 'n', machine: 'passing', transition: name, when },
];
const named: [string, Trigger, string[]][] = [
  [...state('a', 'left', 'before'), []],
  [...state('a', 'left', 'after'), first],
  [...state('b', 'entered', 'before'), []],
  [...state('b', 'entered', 'after'), first],
  [...state('b', 'left', 'before'), first],
  [...state('b', 'left', 'after'), all],
  [...state('c', 'entered', 'before'), first],
  [...state('c', 'entered', 'after'), all],
  [...taken('x.a|xstate.after.1.x.a|0', 'before'), []],
  [...taken('x.a|xstate.after.1.x.a|0', 'after'), first],
  [...taken('x.b|always|0', 'before'), first],
  [...taken('x.b|always|0', 'after'), all],
];
const passingWorld = (trigger: Trigger, action: FaultAction, durationUs?: number) =>
  small({
    machines: { passing },
    nodes: [{ name: 'n', machine: 'passing' }],
    faults: [fault(1, trigger, action, durationUs)],
  });

describe('a trigger on a state or a transition, also one passed through', () => {
  it.each(named)('%s: a crash lets happen what comes before', (_, trigger, done) => {
    const world = passingWorld(trigger, { kind: 'crash', node: 'n' });
    world.run();
    expect(subjects(world)).toEqual(done);
    expect(bites(world)).toEqual(['1000 crash 1 began']);
  });

  it.each(named)('%s: a pause lets the rest happen on resume', (_, trigger, done) => {
    const world = passingWorld(trigger, { kind: 'pause', node: 'n' }, 5_000);
    world.run();
    const times = all.map((subject, index) => `${index < done.length ? 1000 : 6000} ${subject}`);
    expect(notes(world)).toEqual(times);
  });

  it('counts an initial state as entered', () => {
    const world = passingWorld(state('a', 'entered', 'before')[1], { kind: 'crash', node: 'n' });
    world.run();
    expect(bites(world)).toEqual(['0 crash 1 began']);
    expect(subjects(world)).toEqual([]);
  });

  it.each([
    { on: 'state', state: 'x.c', move: 'entered', when: 'after' },
    { on: 'transition', transition: 'x.b|always|0', when: 'after' },
    { on: 'effect', kind: 'note', when: 'after' },
  ] as const)('looks at node and machine: $on', (trigger) => {
    // Both nodes run both machines, under two names.
    const root = tiny.createMachine({
      entry: [
        { type: 'start', params: { machine: 'passing' } },
        { type: 'start', params: { machine: 'other' } },
      ],
    });
    const world = small({
      machines: { root, passing, other: passing },
      nodes: ['n', 'm'].map((name) => ({ name, machine: 'root' })),
      faults: [
        fault(1, { ...trigger, node: 'm', machine: 'other' }, { kind: 'step', node: 'n', byUs: 1 }),
      ],
    });
    const seen = () => world.record.notes.map(({ node, machine }) => `${node} ${machine}`);
    while (bites(world).length === 0 && world.takeOne());
    expect(new Set(seen())).toEqual(new Set(['n passing', 'n other', 'm passing', 'm other']));
    expect(seen().at(-1)).toBe('m other');
  });

  it('does not count timers as effects', () => {
    const timed = tiny.createMachine({
      initial: 'a',
      states: { a: { after: { 1: 'b', 2: 'b' } }, b: { entry: note('b') } },
    });
    const trigger = { on: 'effect', node: 'timed', when: 'before' } as const;
    const world = small({
      machines: { timed },
      faults: [fault(1, trigger, { kind: 'crash', node: 'timed' })],
    });
    world.run();
    expect(bites(world)).toEqual(['1000 crash 1 began']);
    expect(subjects(world)).toEqual([]);
  });

  it('waits for its offset', () => {
    const at = { trigger: state('c', 'entered', 'after')[1], offsetUs: 250 };
    const faults: Fault[] = [{ id: 1, at, kind: 'crash', node: 'n' }];
    const world = small({
      machines: { passing },
      nodes: [{ name: 'n', machine: 'passing' }],
      faults,
    });
    world.run();
    expect(bites(world)).toEqual(['1250 crash 1 began']);
  });

  it('counts to its nth match, and every life of the process', () => {
    const loop = tiny.createMachine({
      id: 'loop',
      initial: 'a',
      states: { a: { entry: note('a'), after: { 1: 'b' } }, b: { after: { 1: 'a' } } },
    });
    const world = small({
      machines: { loop },
      nodes: [{ name: 'n', machine: 'loop' }],
      faults: [
        fault(1, 3_000, { kind: 'crash', node: 'n' }, 500),
        fault(
          2,
          {
            on: 'state',
            node: 'n',
            machine: 'loop',
            state: 'loop.a',
            move: 'entered',
            when: 'after',
            nth: 4,
          },
          { kind: 'crash', node: 'n' },
        ),
      ],
    });
    world.run();
    expect(notes(world)).toEqual(['0 a', '2000 a', '3500 a', '5500 a']);
  });
});

// -------------------------------------------------------------------------------------------
// Messages

/** Says `ask` every millisecond, five times; notes what it is answered. */
const asker = tiny.createMachine({
  initial: 'connecting',
  states: {
    connecting: { entry: { type: 'open', params: { to: 'server' } }, on: { opened: 'open' } },
    open: {
      initial: 'asking',
      states: {
        asking: {
          entry: {
            type: 'send',
            params: { connection: 65_537, message: { type: 'ask' }, subject: 7 },
          },
          after: { 1: { target: 'asking', reenter: true } },
        },
      },
      after: { 4.5: 'quiet' },
    },
    quiet: {},
  },
  on: {
    'message.answer': { actions: note('answered') },
    reset: { target: '.quiet', actions: note('reset') },
    closed: { target: '.quiet', actions: note('closed') },
  },
});
const answerer = tiny.createMachine({
  on: {
    'message.ask': {
      actions: [
        note('asked'),
        {
          type: 'send',
          params: ({ event }) => ({ connection: event.connection, message: { type: 'answer' } }),
        },
      ],
    },
  },
});
const asking = (faults: Fault[], more: Partial<Small> = {}) => {
  const world = small({ machines: { asker, server: answerer }, faults, ...more });
  world.run({ untilUs: 50_000 });
  const count = (subject: string) => subjects(world).filter((one) => one === subject).length;
  return { world, asked: count('asked'), answered: count('answered') };
};
const message = (
  type: string,
  move: 'sent' | 'received',
  when: 'before' | 'after',
  nth = 1,
): Trigger => ({ on: 'message', type, move, when, nth });

describe('a trigger on a message', () => {
  it('without a fault: five are asked and answered', () => {
    const { asked, answered } = asking([]);
    expect([asked, answered]).toEqual([5, 5]);
  });

  it.each([
    ['ask', 'sent', 'before', 'asker', 2, 2],
    ['ask', 'sent', 'after', 'asker', 3, 2],
    ['ask', 'received', 'before', 'server', 2, 2],
    ['ask', 'received', 'after', 'server', 3, 3],
    ['answer', 'sent', 'before', 'server', 3, 2],
    ['answer', 'sent', 'after', 'server', 3, 3],
    ['answer', 'received', 'before', 'asker', 3, 2],
    ['answer', 'received', 'after', 'asker', 3, 3],
  ] as const)(
    'the third %s %s: a crash %s of %s lets %i be asked and %i be answered',
    (type, move, when, node, asked, answered) => {
      const found = asking([fault(1, message(type, move, when, 3), { kind: 'crash', node })]);
      expect([found.asked, found.answered]).toEqual([asked, answered]);
      expect(found.world.record.faults).toHaveLength(1);
    },
  );

  it('a pause before a message is received gives it on resume', () => {
    const trigger = message('ask', 'received', 'before', 3);
    const { world } = asking([fault(1, trigger, { kind: 'pause', node: 'server' }, 20_000)]);
    expect(notes(world).filter((one) => one.includes('asked'))).toEqual([
      '600 asked',
      '1600 asked',
      '22600 asked',
      '22600 asked',
      '22600 asked',
    ]);
  });

  it('counts a message once, whoever pauses before it', () => {
    const { asked } = asking([
      fault(1, message('ask', 'received', 'before', 2), { kind: 'pause', node: 'server' }, 100),
      fault(2, message('ask', 'received', 'before', 3), { kind: 'crash', node: 'server' }),
    ]);
    expect(asked).toBe(2);
  });

  it('looks at who sends and who receives', () => {
    const trigger = { ...message('ask', 'sent', 'after'), from: 'server' } as Trigger;
    expect(asking([fault(1, trigger, { kind: 'crash', node: 'asker' })]).asked).toBe(5);
    const right = { ...message('ask', 'sent', 'after'), from: 'asker', to: 'server' } as Trigger;
    expect(asking([fault(1, right, { kind: 'crash', node: 'asker' })]).asked).toBe(1);
    const received = { ...message('ask', 'received', 'after'), to: 'asker' } as Trigger;
    expect(asking([fault(1, received, { kind: 'crash', node: 'asker' })]).asked).toBe(5);
  });

  it('counts no message that a machine says to a connection that is over', () => {
    const stubborn = tiny.createMachine({
      entry: { type: 'send', params: { connection: 0, message: { type: 'ask' } } },
    });
    const world = small({
      machines: { stubborn },
      faults: [fault(1, message('ask', 'sent', 'before'), { kind: 'crash', node: 'stubborn' })],
    });
    world.run();
    expect(bites(world)).toEqual([]);
  });
});

describe('a rule for a link', () => {
  const rule = (verdict: object, more: object = {}): FaultAction =>
    ({ kind: 'link', type: 'ask', verdict, ...more }) as FaultAction;

  it('that drops a request keeps it from the server, one that drops a reply does not', () => {
    const request = asking([fault(1, 0, rule({ kind: 'drop' }, { skip: 2 }))]);
    const reply = asking([fault(1, 0, rule({ kind: 'drop' }, { skip: 2, type: 'answer' }))]);
    // To the asker both look alike: two answers, then silence.
    expect([request.answered, reply.answered]).toEqual([2, 2]);
    expect([request.asked, reply.asked]).toEqual([2, 5]);
  });

  it('drops everything from its message on in that direction, and bites once', () => {
    const { world } = asking([fault(1, 0, rule({ kind: 'drop' }, { skip: 2, times: 1 }))]);
    expect(bites(world)).toEqual(['0 link 1 began', '2400 link 1 bit']);
    expect(world.record.faults[1]!.detail).toEqual({
      connection: 65_537,
      type: 'ask',
      from: 'asker',
      to: 'server',
    });
  });

  it('delays a message and all that are behind it', () => {
    const { world } = asking([fault(1, 0, rule({ kind: 'delay', us: 1_700 }, { times: 1 }))]);
    expect(notes(world).filter((one) => one.includes('asked'))).toEqual([
      '2300 asked',
      '2300 asked',
      '2600 asked',
      '3600 asked',
      '4600 asked',
    ]);
    expect(bites(world)).toEqual(['0 link 1 began', '400 link 1 bit']);
  });

  it('holds messages until the fault ends', () => {
    const { world } = asking([fault(1, 0, rule({ kind: 'hold' }, { skip: 1 }), 9_000)]);
    expect(notes(world).filter((one) => one.includes('asked'))).toEqual([
      '600 asked',
      ...new Array(4).fill('9200 asked'),
    ]);
  });

  it('resets the connection at both ends', () => {
    const { world, asked } = asking([fault(1, 0, rule({ kind: 'reset' }, { skip: 1 }))]);
    expect(asked).toBe(1);
    expect(notes(world)).toContain('1600 reset');
    expect(bites(world)).toEqual(['0 link 1 began', '1400 link 1 bit']);
  });

  it('that lets pass goes before the next one and leaves no bite', () => {
    const { asked, world } = asking([
      fault(1, 0, rule({ kind: 'pass' }, { times: 3 })),
      fault(2, 0, rule({ kind: 'drop' })),
    ]);
    expect(asked).toBe(3);
    expect(bites(world)).toEqual(['0 link 1 began', '0 link 2 began', '3400 link 2 bit']);
  });

  it('bites in n of d cases, drawn by the name of each message', () => {
    const delayed = (seed: number) => {
      const half = rule({ kind: 'delay', us: 1 }, { ratio: [1, 2] });
      const { world } = asking([fault(1, 0, half)], { oracle: seededOracle(seed) });
      return world.record.faults.filter(({ move }) => move === 'bit').length;
    };
    const counts = Array.from({ length: 40 }, (_, seed) => delayed(seed));
    const total = counts.reduce((sum, one) => sum + one, 0);
    expect(new Set(counts).size).toBeGreaterThan(3);
    expect(total).toBeGreaterThan(70);
    expect(total).toBeLessThan(130);
  });

  it('for connection attempts refuses or swallows them', () => {
    const attempt = (verdict: 'reset' | 'drop') => {
      const opener = tiny.createMachine({
        entry: { type: 'open', params: { to: 'server', timeoutMs: 50 } },
        on: {
          opened: { actions: note('opened') },
          unopened: {
            actions: {
              type: 'note',
              params: ({ event }) => ({ subject: event.reason, value: true }),
            },
          },
        },
      });
      const on = { kind: 'link', on: 'connect', verdict: { kind: verdict } } as const;
      const world = small({ machines: { opener, server }, faults: [fault(1, 0, on)] });
      world.run();
      return [...subjects(world), ...bites(world)];
    };
    // A fault at 0 is in force before the first process starts.
    expect(attempt('reset')).toEqual(['refused', '0 link 1 began', '0 link 1 bit']);
    expect(attempt('drop')).toEqual(['timeout', '0 link 1 began', '0 link 1 bit']);
  });
});

describe('a crash while a connection is being opened', () => {
  const opener = (timeoutMs: number) =>
    tiny.createMachine({
      entry: { type: 'open', params: { to: 'server', timeoutMs } },
      on: {
        opened: { actions: note('opened') },
        unopened: {
          actions: {
            type: 'note',
            params: ({ event }) => ({ subject: event.reason, value: true }),
          },
        },
        reset: { actions: note('reset') },
      },
    });
  const down = (at: number) => {
    const machines = { opener: opener(60_000), server };
    const world = small({ machines, faults: [fault(1, at, { kind: 'crash', node: 'server' })] });
    world.run();
    return subjects(world);
  };

  it('refuses it before the first packet has come, and resets it after', () => {
    expect(down(100)).toEqual(['refused']);
    expect(down(300)).toEqual(['opened', 'reset']);
  });
});

describe('faults that overlap', () => {
  it('of one clock: the last of the plan counts, and the one below it when that ends', () => {
    const pulse = tiny.createMachine({
      initial: 'on',
      states: { on: { entry: note('pulse'), after: { 100: { target: 'on', reenter: true } } } },
    });
    const drift = (ppm: number) => ({ kind: 'drift', node: 'n', clock: 'monotonic', ppm }) as const;
    const world = small({
      machines: { pulse },
      nodes: [{ name: 'n', machine: 'pulse', clock: { monotonicPpm: 1_000 } }],
      faults: [fault(1, 100_000, drift(250_000), 500_000), fault(2, 200_000, drift(0), 200_000)],
    });
    world.run({ untilUs: 800_000 });
    const { monotonic } = world.state.nodes[0]!;
    // 100.1, then a quarter fast for 100, right for 200, a quarter fast for 200, then 200.2.
    expect(monotonic.ppm).toBe(1_000);
    expect(monotonic.reading).toBe(100_100 + 125_000 + 200_000 + 250_000);
    expect(monotonic.anchor).toBe(600_000);
  });

  it('of one link: a cut needs as many mends', () => {
    const cut = { kind: 'partition', from: ['asker'], to: ['server'] } as const;
    const { world } = asking([fault(1, 1_000, cut, 2_000), fault(2, 2_000, cut, 6_000)]);
    const asked = notes(world).filter((one) => one.includes('asked'));
    // The second was under way when the link was cut; the retry at 200 ms is past the end here.
    expect(asked[0]).toBe('600 asked');
    expect(asked).toHaveLength(1);
    world.run({ untilUs: 500_000 });
    expect(notes(world).filter((one) => one.includes('asked'))).toHaveLength(5);
  });
});

describe('a fault plan that names what is not there is refused in one line:', () => {
  const idle = tiny.createMachine({ id: 'idle', initial: 'a', states: { a: {} } });
  const crash = { kind: 'crash', node: 'idle' } as const;
  const on = { node: 'idle', machine: 'idle', when: 'after' } as const;
  it.each<[string, Fault, string]>([
    [
      'a node',
      fault(3, 5, { kind: 'crash', node: 'm' }),
      "fault 3 (crash): unknown node 'm', expected one of idle",
    ],
    [
      'a node of a partition',
      fault(3, 5, { kind: 'partition', from: ['idle'], to: ['m'] }),
      "fault 3 (partition): unknown node 'm', expected one of idle",
    ],
    [
      'a node of a reset',
      fault(3, 5, { kind: 'reset', between: ['idle', 'm'] }),
      "fault 3 (reset): unknown node 'm', expected one of idle",
    ],
    [
      'an end of a link',
      fault(3, 5, { kind: 'link', to: 'm', verdict: { kind: 'hold' } }),
      "fault 3 (link): unknown node 'm', expected one of idle",
    ],
    ['an id', fault(0, 5, crash), 'fault 0 (crash): id is 0, expected a positive integer'],
    [
      'a time',
      fault(3, 0.5, crash),
      'fault 3 (crash): at.timeUs is 0.5, expected an integer of at least 0',
    ],
    [
      'a duration',
      fault(3, 5, crash, -1),
      'fault 3 (crash): durationUs is -1, expected an integer of at least 0',
    ],
    [
      'an offset',
      { id: 3, at: { trigger: { on: 'effect', ...on }, offsetUs: -1 }, ...crash },
      'fault 3 (crash): at.offsetUs is -1, expected an integer of at least 0',
    ],
    [
      'a machine',
      fault(3, { on: 'state', ...on, machine: 'ghost', state: 'a', move: 'left' }, crash),
      "fault 3 (crash): unknown machine 'ghost', expected one of idle",
    ],
    [
      'the machine of an effect',
      fault(3, { on: 'effect', ...on, machine: 'ghost' }, crash),
      "fault 3 (crash): unknown machine 'ghost', expected one of idle",
    ],
    [
      'a state',
      fault(3, { on: 'state', ...on, state: 'b', move: 'left' }, crash),
      "fault 3 (crash): unknown state 'b', expected one of idle, idle.a",
    ],
    [
      'a transition',
      fault(3, { on: 'transition', ...on, transition: 'b' }, crash),
      "fault 3 (crash): unknown transition 'b', expected one of ",
    ],
    [
      'a peer of a message',
      fault(3, { on: 'message', type: 'x', move: 'sent', to: 'm', when: 'after' }, crash),
      "fault 3 (crash): unknown node 'm', expected one of idle",
    ],
    [
      'a count',
      fault(3, { on: 'effect', ...on, nth: 0 }, crash),
      'fault 3 (crash): nth is 0, expected an integer of at least 1',
    ],
  ])('%s', (_, one, line) => {
    expect(() => small({ machines: { idle }, faults: [one] })).toThrow(new RangeError(line));
  });

  it('an effect', () => {
    const one = fault(3, { on: 'effect', ...on, kind: 'sned' }, crash);
    expect(() => small({ machines: { idle }, faults: [one] })).toThrow(
      /^fault 3 \(crash\): unknown effect 'sned', expected one of open, send, /,
    );
  });

  it('an id used twice', () => {
    const faults = [fault(3, 5, crash), fault(3, 6, crash)];
    expect(() => small({ machines: { idle }, faults })).toThrow(
      new RangeError('fault 3 (crash): id 3 is used twice'),
    );
  });
});

describe('a partition', () => {
  const split = (oneWay: boolean, from: string, to: string) => {
    const cut = { kind: 'partition', from: [from], to: [to], oneWay } as const;
    const { asked, answered, world } = asking([fault(1, 1_500, cut)]);
    expect(world.record.faults[0]!.detail).toEqual({ from: [from], to: [to], oneWay });
    return [asked, answered];
  };

  it('cuts both ways, or one: requests that arrive may be answered to nobody', () => {
    // Two have been asked by then, and the second was on its way.
    expect(split(false, 'asker', 'server')).toEqual([1, 1]);
    expect(split(false, 'server', 'asker')).toEqual([1, 1]);
    expect(split(true, 'asker', 'server')).toEqual([1, 1]);
    expect(split(true, 'server', 'asker')).toEqual([5, 1]);
  });

  it('without a word is both ways', () => {
    const cut = { kind: 'partition', from: ['server'], to: ['asker'] } as const;
    const { asked, world } = asking([fault(1, 1_500, cut)]);
    expect(asked).toBe(1);
    expect(world.record.faults[0]!.detail['oneWay']).toBe(false);
  });
});

describe('the end of a fault', () => {
  const writer = tiny.createMachine({
    entry: [
      { type: 'poll', params: { tag: 'p', everyMs: 10, beyond: 0 } },
      { type: 'append', params: { batch } },
      { type: 'persist', params: { fields: { v: 1 } } },
    ],
    on: {
      polled: { actions: note('polled') },
      appended: { actions: note('appended') },
      persisted: { actions: note('persisted') },
      storageFailed: { actions: note('failed') },
    },
  });
  const run = (one: Fault, more: object = {}) => {
    const world = small({
      machines: { writer },
      nodes: [{ name: 'n', machine: 'writer', disk: { append: [0], persist: [3_000] }, ...more }],
      faults: [one],
    });
    world.run();
    return notes(world);
  };

  it('lets a stalled disk go on: what waited is written, and wakes who polls for it', () => {
    const stalled = { kind: 'disk', node: 'n', mode: 'stalled' } as const;
    expect(run(fault(1, 0, stalled, 21_000))).toEqual([
      '21000 appended',
      '24000 persisted',
      '30000 polled',
    ]);
  });

  it('lets a failing disk succeed again', () => {
    const failing = { kind: 'disk', node: 'n', mode: 'failing' } as const;
    expect(run(fault(1, 0, failing, 2_999))).toEqual(['0 failed', '3000 persisted']);
    expect(run(fault(1, 0, failing, 3_001))).toEqual(['0 failed', '3000 failed']);
  });

  it('of a drift moves the polls with the clock', () => {
    const drift = { kind: 'drift', node: 'n', clock: 'monotonic', ppm: -500_000 } as const;
    // 1 ms, 4 ms that count for 2, and the 7 that are missing to the grid's first point.
    expect(run(fault(1, 1_000, drift, 4_000))).toEqual([
      '0 appended',
      '3000 persisted',
      '12000 polled',
    ]);
  });
});

describe('the record of a fault', () => {
  it('says what each kind did, as it bit', () => {
    const busy = tiny.createMachine({
      entry: [
        { type: 'open', params: { to: 'server' } },
        { type: 'append', params: { batch } },
      ],
      on: { appended: { actions: { type: 'append', params: { batch } } } },
    });
    const world = small({
      machines: { n: busy, server },
      nodes: [
        { name: 'n', machine: 'n', disk: { append: [400] } },
        { name: 'server', machine: 'server' },
      ],
      faults: [
        fault(1, 1_000, { kind: 'step', node: 'n', byUs: 77 }),
        fault(2, 1_000, { kind: 'drift', node: 'n', clock: 'wall', ppm: 9 }, 10),
        fault(3, 1_000, { kind: 'disk', node: 'n', mode: 'slow', factor: [3, 2] }, 10),
        fault(4, 1_000, { kind: 'partition', from: ['n'], to: ['server'], oneWay: true }, 10),
        fault(5, 1_000, { kind: 'reset', between: ['server', 'n'] }, 10),
        fault(6, 1_000, { kind: 'link', verdict: { kind: 'hold' } }, 10),
        fault(7, 1_000, { kind: 'pause', node: 'n' }, 10),
        fault(8, 1_005, { kind: 'powerLoss', node: 'n', tail: 'lose' }, 10),
      ],
    });
    world.run({ untilUs: 1_100 });
    const began = world.record.faults.filter(({ move }) => move === 'began');
    expect(began.map(({ at, fault: id, kind, detail }) => [at, id, kind, detail])).toEqual([
      [1_000, 1, 'step', { node: 'n', byUs: 77, wall: 1_077 }],
      [1_000, 2, 'drift', { node: 'n', clock: 'wall', ppm: 9 }],
      [1_000, 3, 'disk', { node: 'n', mode: 'slow' }],
      [1_000, 4, 'partition', { from: ['n'], to: ['server'], oneWay: true }],
      [1_000, 5, 'reset', { between: ['server', 'n'], connections: 1 }],
      [1_000, 6, 'link', { verdict: 'hold', type: null }],
      [1_000, 7, 'pause', { node: 'n' }],
      [1_005, 8, 'powerLoss', { node: 'n', lost: 2, torn: false }],
    ]);
    const ended = world.record.faults.filter(({ move }) => move === 'ended');
    expect(ended.map(({ at, fault: id }) => [at, id])).toEqual([
      [1_000, 1],
      [1_000, 5],
      [1_010, 2],
      [1_010, 3],
      [1_010, 4],
      [1_010, 6],
      [1_010, 7],
      [1_015, 8],
    ]);
  });
});
