import { describe, expect, it } from 'vitest';
import { puppetNode, type Stage } from './test-stage.js';
import { type Given, stageOf, substrateNode } from './test-substrate.js';
import { oneShard } from './topology.js';

const shard = oneShard(['n1', 'n2', 'n3'], 1);

/** A master n1, puppets n2 and n3 in its slaves' place, and clients. */
function masterStage(given: Given = {}): Stage {
  const puppets = ['n2', 'n3', 'c1', 'c2', 'c3'].map((name) => puppetNode(name));
  return stageOf([substrateNode('n1', shard, given), ...puppets]);
}

/** Makes a puppet an attached slave, fed from a number on. */
function attach(stage: Stage, slave: string, from = 1): Stage {
  stage.answer(slave, 'n1', { type: '_db_name' });
  stage.say(slave, { type: 'replconf', address: slave }).later(1);
  return stage.say(slave, { type: 'psync', from }).later(0.5);
}

const acknowledge = (stage: Stage, slave: string, offset: number) =>
  stage.say(slave, { type: 'ack', offset }).later(1);

let operation = 0;
/** Writes one after another, of so many numbers each. */
function write(stage: Stage, count: number, numbers = 1): Stage {
  for (let n = 0; n < count; n++) {
    stage.answer('c1', 'n1', {
      type: 'set',
      operation: ++operation,
      key: 'k',
      value: 'v',
      numbers,
    });
  }
  return stage;
}

/** WAIT over a new connection; the answer, if it is there after 2 ms. */
function wait(stage: Stage, client: string, slaves: number, timeoutMs = 0): Stage {
  return stage
    .ask(client, 'n1', { type: 'wait', operation: ++operation, slaves, timeoutMs })
    .later(2);
}

/** The numbers that a client was answered. */
const answers = (stage: Stage, client = 'c2') =>
  stage.values(client, 'wait-reply').map((reply) => (reply as { value: number }).value);

/** A shard in which n1 has written as many, and both slaves are attached. */
const written = (count: number, given: Given = {}) => {
  const stage = attach(attach(masterStage(given), 'n2'), 'n3');
  return write(stage, count);
};

describe('WAIT', () => {
  it('should be answered at once when enough slaves have acknowledged', () => {
    const stage = acknowledge(written(3), 'n2', 3);
    const asked = stage.world.now;
    wait(stage, 'c2', 1);
    expect(answers(stage)).toEqual([1]);
    // Connect, command, 20 us of service, reply.
    expect(stage.times('c2', 'wait-reply')).toEqual([asked + 200 + 100 + 20 + 100]);
  });

  it('should wait for the last number of the node, whoever wrote it', () => {
    const stage = acknowledge(written(3), 'n2', 2);
    // c2 has written nothing.
    wait(stage, 'c2', 1);
    expect(answers(stage)).toEqual([]);
    acknowledge(stage, 'n2', 3);
    expect(answers(stage)).toEqual([1]);
  });

  it('should wait for the last number that a write of several took', () => {
    const stage = write(written(0), 1, 3);
    wait(stage, 'c2', 1);
    acknowledge(stage, 'n2', 2);
    expect(answers(stage)).toEqual([]);
    acknowledge(stage, 'n2', 3);
    expect(answers(stage)).toEqual([1]);
  });

  it('should not wait for what is written after it', () => {
    const stage = written(3);
    wait(stage, 'c2', 1);
    write(stage, 1);
    acknowledge(stage, 'n2', 3);
    expect(answers(stage)).toEqual([1]);
  });

  it('should wait for as many slaves as it names, and be told how many there are', () => {
    const stage = acknowledge(written(3), 'n2', 3);
    wait(stage, 'c2', 2);
    expect(answers(stage)).toEqual([]);
    acknowledge(stage, 'n3', 3);
    expect(answers(stage)).toEqual([2]);
    wait(stage, 'c3', 1);
    expect(answers(stage, 'c3')).toEqual([2]);
  });

  it('should be answered at once when it waits for no slave', () => {
    expect(answers(wait(written(3), 'c2', 0))).toEqual([0]);
  });

  it('should be answered by its timeout with the slaves that there are, and never again', () => {
    const stage = acknowledge(written(3), 'n2', 3);
    const asked = stage.world.now;
    wait(stage, 'c2', 2, 30).later(40);
    expect(answers(stage)).toEqual([1]);
    expect(stage.times('c2', 'wait-reply')).toEqual([asked + 200 + 100 + 20 + 30_000 + 100]);
    acknowledge(stage, 'n3', 3).later(100);
    expect(answers(stage)).toEqual([1]);
  });

  it('should be answered once when an ack comes before its timeout', () => {
    const stage = written(1);
    wait(stage, 'c2', 1, 30);
    acknowledge(stage, 'n2', 1).later(100);
    expect(answers(stage)).toEqual([1]);
  });

  it('should have no end without a timeout', () => {
    const stage = written(1);
    expect(answers(wait(stage, 'c2', 1).later(100_000))).toEqual([]);
  });

  it('should not be ended by the timeout of one before it on the same connection', () => {
    const stage = written(1);
    wait(stage, 'c2', 1, 30);
    acknowledge(stage, 'n2', 1);
    write(stage, 1);
    stage.say('c2', { type: 'wait', operation: ++operation, slaves: 1, timeoutMs: 0 }).later(100);
    expect(answers(stage)).toEqual([1]);
    acknowledge(stage, 'n2', 2);
    expect(answers(stage)).toEqual([1, 1]);
  });

  it('should be released with all others that an ack is enough for, and with no more', () => {
    const stage = written(1);
    wait(stage, 'c1', 1);
    write(stage, 1);
    wait(stage, 'c2', 1);
    write(stage, 1);
    wait(stage, 'c3', 1);
    acknowledge(stage, 'n2', 2);
    expect(['c1', 'c2', 'c3'].map((client) => answers(stage, client))).toEqual([[1], [1], []]);
  });

  it('should not count a slave that is gone', () => {
    const stage = acknowledge(written(1), 'n2', 1);
    stage.make('n2', { type: 'close' });
    stage.later(1);
    expect(answers(wait(stage, 'c2', 1))).toEqual([]);
  });

  it('should count a slave that attaches meanwhile', () => {
    const stage = write(masterStage(), 2);
    wait(stage, 'c2', 1);
    acknowledge(attach(stage, 'n2'), 'n2', 2);
    expect(answers(stage)).toEqual([1]);
  });

  it('should be forgotten with its connection', () => {
    const stage = written(1);
    wait(stage, 'c2', 1, 10).make('c2', { type: 'close' });
    wait(stage, 'c3', 1);
    acknowledge(stage, 'n2', 1).later(50);
    expect(answers(stage)).toEqual([]);
    expect(answers(stage, 'c3')).toEqual([1]);
  });

  it('should hold no worker', () => {
    const stage = written(1, { workers: 1 });
    wait(stage, 'c2', 1);
    write(stage, 1);
    expect(stage.node('n1').applied).toBe(2);
  });
});

type Fed = { first: number; batches: unknown[]; getack: boolean };

/** Of what a slave was fed: the first number, and whether an ack is asked for. */
const asks = (stage: Stage, slave = 'n2') =>
  stage
    .values(slave, 'fed')
    .map((value) => value as unknown as Fed)
    .filter(({ batches }) => batches.length > 0)
    .map(({ first, getack }) => [first, getack]);

describe('an ack', () => {
  const attached = (forcedAcks: 'never' | 'wait' | 'always' = 'wait') =>
    attach(masterStage({ options: { forcedAcks } }), 'n2');
  /** A write that is sent by itself. */
  const sent = (stage: Stage) => write(stage, 1).later(3);

  it('should not be asked for when nobody waits', () => {
    expect(asks(sent(attached()))).toEqual([[1, false]]);
  });

  it('should be asked for with the first data that is sent after WAIT has blocked', () => {
    const stage = sent(attached());
    wait(stage, 'c2', 1).later(100);
    expect(asks(sent(stage))).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('should be asked for with the data itself when WAIT blocks before that is sent', () => {
    const stage = attached();
    const grid = stage.times('n2', 'psync-reply').at(-1)! - 100;
    // Right behind a poll: a write and a WAIT take less than the 2 ms until the next.
    stage.until((grid + 20_100) / 1000);
    write(stage, 1);
    wait(stage, 'c2', 1);
    expect(asks(stage)).toEqual([[1, true]]);
  });

  it('should be asked for once for each number that is waited for', () => {
    const stage = sent(attached());
    wait(stage, 'c2', 1);
    sent(sent(sent(stage)));
    wait(stage, 'c3', 1);
    expect(asks(sent(stage)).map(([, getack]) => getack)).toEqual([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('should be asked for with the packet that ends at the number or behind it', () => {
    const stage = write(masterStage(), 40);
    wait(stage, 'c2', 1);
    expect(asks(attach(stage, 'n2').later(1))).toEqual([
      [1, false],
      [17, false],
      [33, true],
    ]);
  });

  it('should not be asked for when who waited has been answered or has gone', () => {
    const answered = sent(attached());
    acknowledge(wait(answered, 'c2', 1), 'n2', 1);
    expect(asks(sent(answered)).at(-1)).toEqual([2, false]);
    const gone = sent(attached());
    wait(gone, 'c2', 1).make('c2', { type: 'close' });
    expect(asks(sent(gone.later(1))).at(-1)).toEqual([2, false]);
  });

  it('should be asked of a slave that attaches while somebody waits, if of any', () => {
    const askedOf = (forcedAcks: 'never' | 'wait') => {
      const stage = write(masterStage({ options: { forcedAcks } }), 1);
      return asks(attach(wait(stage, 'c2', 1), 'n2'));
    };
    expect(askedOf('wait')).toEqual([[1, true]]);
    expect(askedOf('never')).toEqual([[1, false]]);
  });

  it.each([
    ['always', true],
    ['never', false],
  ] as const)('should be asked for as the node is told: %s', (forcedAcks, expected) => {
    const stage = sent(attached(forcedAcks));
    wait(stage, 'c2', 1);
    expect(asks(sent(stage))).toEqual([
      [1, expected],
      [2, expected],
    ]);
  });
});

describe('how long WAIT takes', () => {
  /** A slave of the store's own instead of a puppet; it has sent its ack of this second. */
  function pair(forcedAcks: 'never' | 'wait' | 'always'): { stage: Stage; gridUs: number } {
    const two = oneShard(['n1', 'n2'], 1);
    const nodes = ['n1', 'n2'].map((name) => substrateNode(name, two, { options: { forcedAcks } }));
    const stage = stageOf([...nodes, ...['c1', 'c2'].map((name) => puppetNode(name))]);
    stage.until(100);
    // The +OK of PSYNC leaves 100 us before the link is up; the polls begin there.
    const gridUs = stage.times('n2', 'link')[0]! - 100;
    write(stage, 1).until(200);
    return { stage, gridUs };
  }

  /** Milliseconds that WAIT takes behind a write that comes so long after a poll of the feed. */
  function took(forcedAcks: 'never' | 'wait' | 'always', behindPollMs: number): number {
    const { stage, gridUs } = pair(forcedAcks);
    const poll = gridUs + Math.ceil((stage.world.now - gridUs) / 2000) * 2000;
    stage.until(poll / 1000 + behindPollMs);
    write(stage, 1);
    const asked = stage.world.now;
    wait(stage, 'c2', 1).later(3000);
    return (stage.times('c2', 'wait-reply')[0]! - asked) / 1000;
  }

  // The write is committed 0.34 ms after it is asked for, WAIT blocks 0.76 ms after it.
  const [bothBeforeThePoll, pollBetween] = [0.1, 1.5];

  it('should be a poll of the feed and a round trip where an ack is asked for', () => {
    expect(took('wait', bothBeforeThePoll)).toBeLessThan(3);
    expect(took('always', bothBeforeThePoll)).toBeLessThan(3);
    expect(took('always', pollBetween)).toBeLessThan(3);
  });

  it('should last until the idle ping where the data has left before WAIT came', () => {
    const ms = took('wait', pollBetween);
    expect(ms).toBeGreaterThan(1500);
    expect(ms).toBeLessThan(2000);
  });

  it('should last until the idle ping where none is ever asked for', () => {
    for (const behind of [bothBeforeThePoll, pollBetween]) {
      expect(took('never', behind)).toBeGreaterThan(1500);
    }
  });

  it('should end with the throttled ack where data goes on', () => {
    const { stage } = pair('never');
    stage.until(500);
    write(stage, 1);
    wait(stage, 'c2', 1);
    while (answers(stage).length === 0 && stage.world.now < 1_900_000) write(stage, 1).later(20);
    // The first ack of the next second.
    expect(stage.times('c2', 'wait-reply')[0]! / 1000).toBeGreaterThan(1000);
    expect(stage.times('c2', 'wait-reply')[0]! / 1000).toBeLessThan(1025);
  });
});
