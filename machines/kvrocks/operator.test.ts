import { describe, expect, it } from 'vitest';
import type { Fault } from '../../runtime/fault.js';
import type { Message, Plain } from '../../runtime/vocabulary.js';
import { operator, operatorFields } from './operator.js';
import { noPassword } from './replies.js';
import { type Answers, puppetNode, Stage } from './test-stage.js';
import { oneShard } from './topology.js';

/** An operator before two puppets that answer alike. */
function stageOf(answers: Answers = {}, password = '', faults: readonly Fault[] = []): Stage {
  const nodes = [
    puppetNode('n1', answers),
    puppetNode('n2', answers),
    { name: 'op1', machine: 'operator', input: { password, timeoutMs: 1000 } },
  ];
  const programs = { operator: { machine: operator, fields: operatorFields } };
  return new Stage(programs, nodes, { faults }).until(0);
}

const key = { key: 'k' };
const ok: Answers = { set: {}, append: {}, get: { value: 'v' }, takeover: {}, readonly: {} };

/** Has the operator call once. @returns how the call ended, within 3 s */
function called(stage: Stage, call: Message) {
  const id = stage.make('op1', call);
  stage.later(3000);
  const { outcome, value, error, completedAt, invokedAt } = stage.world.record.operations.find(
    (one) => one.id === id,
  )!;
  return { outcome, value, error, tookUs: completedAt! - invokedAt };
}

/** What a node was asked, by type. */
const asked = (stage: Stage, node: string, type: string) => stage.values(node, type) as Message[];
/** Everything that a node was asked, in order. */
const types = (stage: Stage, node: string) =>
  stage.world.record.notes
    .filter((note) => note.node === node && typeof note.value === 'object')
    .map(({ subject }) => subject);

const error = (text: string): Record<string, Plain> => ({ status: 'error', error: text });

describe('a write of the operator', () => {
  it.each(['set', 'append'])('should go to the node that it names and nowhere else: %s', (type) => {
    const stage = stageOf(ok);
    const ended = called(stage, { type, node: 'n2', ...key, value: 'v', numbers: 3 });
    expect(ended).toMatchObject({ outcome: 'ok', error: undefined });
    expect(asked(stage, 'n2', type)).toMatchObject([{ ...key, value: 'v', numbers: 3 }]);
    expect(types(stage, 'n1')).toEqual([]);
  });

  it('should not follow MOVED, nor try again', () => {
    const stage = stageOf({ set: error('MOVED 12 n2') });
    const ended = called(stage, { type: 'set', node: 'n1', ...key, value: 'v' });
    expect(ended).toMatchObject({ outcome: 'fail', error: 'MOVED 12 n2' });
    expect(asked(stage, 'n1', 'set')).toHaveLength(1);
    expect(types(stage, 'n2')).toEqual([]);
  });

  it.each([
    ['TRYAGAIN Failover in progress', 'fail'],
    ['LOADING kvrocks is restoring the db from backup', 'fail'],
    ['ERR io', 'info'],
    ['an error that nobody knows', 'info'],
  ])('should end by what its error rules out: %s', (text, outcome) => {
    const call = { type: 'append', node: 'n1', ...key, value: 'v' };
    expect(called(stageOf({ append: error(text) }), call)).toMatchObject({ outcome, error: text });
  });

  it('should be in doubt without an answer, after its patience or when its connection breaks', () => {
    const call = { type: 'set', node: 'n1', ...key, value: 'v' };
    expect(called(stageOf(), call)).toMatchObject({
      outcome: 'info',
      error: 'no answer',
      // 200 us for the connection.
      tookUs: 1_000_200,
    });
    const stage = stageOf();
    stage.make('op1', call);
    stage.later(1).make('n1', { type: 'close', abort: true });
    stage.later(5);
    expect(stage.world.record.operations[0]).toMatchObject({ outcome: 'info' });
  });

  it('should fail when it got no connection', () => {
    const crash = { id: 1, kind: 'crash', node: 'n1', at: { timeUs: 50 } } as const;
    const stage = stageOf(ok, '', [crash]).until(1);
    expect(called(stage, { type: 'set', node: 'n1', ...key, value: 'v' })).toMatchObject({
      outcome: 'fail',
      error: 'no connection',
    });
  });
});

describe('a read of the operator', () => {
  it('should bring the value, and null where there is none', () => {
    expect(called(stageOf(ok), { type: 'get', node: 'n1', ...key })).toMatchObject({
      outcome: 'ok',
      value: 'v',
    });
    const none = stageOf({ get: { value: null } });
    expect(called(none, { type: 'get', node: 'n1', ...key }).value).toBeNull();
  });

  it('should say READONLY first when it is told to', () => {
    const stage = stageOf(ok);
    called(stage, { type: 'get', node: 'n2', ...key, readonly: true });
    expect(types(stage, 'n2')).toEqual(['readonly', 'get']);
    called(stage, { type: 'get', node: 'n2', ...key });
    expect(types(stage, 'n2')).toEqual(['readonly', 'get', 'get']);
  });

  it('should fail without an answer: it has had no effect', () => {
    expect(called(stageOf(), { type: 'get', node: 'n1', ...key })).toMatchObject({
      outcome: 'fail',
      error: 'no answer',
    });
  });
});

describe('a command of the operator', () => {
  it('should be a TAKEOVER that names no attempt', () => {
    const stage = stageOf(ok);
    expect(called(stage, { type: 'takeover', node: 'n2' }).outcome).toBe('ok');
    expect(asked(stage, 'n2', 'takeover')).toMatchObject([{ master: null, target: 'n2' }]);
  });

  it('should be sent behind AUTH when a password is set', () => {
    const stage = stageOf({ ...ok, auth: {} }, 'secret');
    called(stage, { type: 'get', node: 'n1', ...key, readonly: true });
    expect(types(stage, 'n1')).toEqual(['auth', 'readonly', 'get']);
    expect(asked(stage, 'n1', 'auth')).toMatchObject([{ password: 'secret' }]);
    // What a wrong password does is for the server to say, at the command.
    const wrong = stageOf({ set: error('NOAUTH'), auth: error(noPassword) }, 'wrong');
    const ended = called(wrong, { type: 'set', node: 'n1', ...key, value: 'v' });
    expect(ended).toMatchObject({ outcome: 'fail', error: 'NOAUTH' });
  });

  it('should be waited for as long as its call says, where it does', () => {
    const call = { type: 'failover', node: 'n1', target: 'n2', patienceMs: 250 };
    const { outcome, tookUs } = called(stageOf(), call);
    expect([outcome, tookUs]).toEqual(['info', 250_200]);
  });

  it('should leave no connection behind', () => {
    const stage = stageOf(ok);
    called(stage, { type: 'set', node: 'n1', ...key, value: 'v' });
    called(stage, { type: 'get', node: 'n1', ...key });
    expect(stage.times('n1', 'accepted')).toHaveLength(2);
    expect(stage.times('n1', 'closed')).toHaveLength(2);
  });
});

describe('await and outcome', () => {
  const facts = (state: string) => ({ facts: { cluster_failover_state: state, role: 'master' } });
  const awaits = { type: 'await', node: 'n1', forMs: 2000 };
  const outcome = { type: 'outcome', nodes: ['n2', 'n1'], target: 'n2' };
  const push = { ...outcome, topology: oneShard(['n1', 'n2'], 4) } as unknown as Message;

  it.each(['success', 'failed'])('should end when INFO prints %s', (state) => {
    const stage = stageOf({ info: facts(state) });
    expect(called(stage, awaits)).toMatchObject({ outcome: 'ok', value: state });
    expect(asked(stage, 'n1', 'info')).toHaveLength(1);
  });

  it('should ask every 50 ms, and give up when the time is over', () => {
    const stage = stageOf({ info: facts('wait_sync') });
    const { outcome: end, tookUs } = called(stage, awaits);
    expect(end).toBe('info');
    expect(tookUs).toBeGreaterThanOrEqual(2_000_000);
    expect(tookUs).toBeLessThan(2_060_000);
    expect(asked(stage, 'n1', 'info').length).toBeGreaterThan(38);
  });

  it('should take a master that became a slave for success, if a failover was asked for', () => {
    const slave = { facts: { role: 'slave' } };
    const stage = stageOf({ info: slave, failover: {} });
    expect(called(stage, { ...awaits, forMs: 200 }).outcome).toBe('info');
    called(stage, { type: 'failover', node: 'n1', target: 'n2' });
    expect(called(stage, awaits)).toMatchObject({ outcome: 'ok', value: 'success' });
  });

  it('should not, if that failover was refused or not answered', () => {
    const slave = { facts: { role: 'slave' } };
    for (const failover of [error('ERR no'), undefined]) {
      const stage = stageOf({ info: slave, ...(failover && { failover }) });
      called(stage, { type: 'failover', node: 'n1', target: 'n2' });
      expect(called(stage, { ...awaits, forMs: 200 }).outcome).toBe('info');
    }
  });

  it('should push the swapped roles to each node in turn, after a success alone', () => {
    const stage = stageOf({ info: facts('success'), setnodes: {} });
    expect(called(stage, push)).toMatchObject({ outcome: 'fail' });
    expect(types(stage, 'n1')).toEqual([]);
    called(stage, awaits);
    expect(called(stage, push).outcome).toBe('ok');
    const [pushed] = asked(stage, 'n2', 'setnodes');
    expect(pushed).toMatchObject({ force: false, topology: { version: 5 } });
    expect(JSON.stringify(pushed!['topology'])).toContain('{"id":"n1","master":"n2","slots":[]}');
    expect(stage.times('n2', 'setnodes')[0]!).toBeLessThan(stage.times('n1', 'setnodes')[0]!);
  });
});
