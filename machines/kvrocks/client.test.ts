import { describe, expect, it } from 'vitest';
import type { Fault } from '../../runtime/fault.js';
import type { World } from '../../runtime/world.js';
import { type ClientPolicy, clientPolicies } from './client-policies.js';
import { clusterDown, loading, masterDown, noPassword, readOnly, tryAgain } from './replies.js';
import {
  type Answer,
  asked,
  askedAt,
  completedAt,
  crash,
  cutOff,
  errors,
  from,
  get,
  heard,
  moved,
  outcomes,
  policyWith,
  run,
  set,
} from './test-client.js';

describe('a call that is answered', () => {
  it('should end ok, a read with the value', () => {
    const world = run({ servers: { a: ['ok'] }, calls: [set, get] });
    expect(world.record.operations).toMatchObject([
      { outcome: 'ok', completedAt: 800 },
      { outcome: 'ok', value: 'v', completedAt: 1200 },
    ]);
    expect('value' in world.record.operations[0]!).toBe(false);
    expect(asked(world)).toEqual(['a set 1.1', 'a get 2.1']);
  });

  it('should not end by replies to other attempts or operations', () => {
    const world = run({ servers: { a: ['strangers, then ok'] }, calls: [set, set] });
    expect(outcomes(world)).toEqual(['ok', 'ok']);
    expect(asked(world)).toEqual(['a set 1.1', 'a set 2.1']);
  });

  it('should end fail for an error of the command and info for a failing disk', () => {
    const world = run({
      servers: { a: [{ error: 'ERR syntax' }, { error: 'ERR io' }] },
      calls: [set, set],
    });
    expect(outcomes(world)).toEqual(['fail', 'info']);
    expect(errors(world)).toEqual(['ERR syntax', 'ERR io']);
  });

  it('should be in doubt for a write, not for a read, after an error that nobody knows', () => {
    const answers: Answer[] = [{ error: 'EXECABORT x' }];
    expect(outcomes(run({ servers: { a: answers }, calls: [set, get] }))).toEqual(['info', 'fail']);
  });

  it('should fail at once while another call is in flight', () => {
    const world = run({ servers: { a: ['ok'] }, calls: [set, get], mode: 'open', atUs: [0, 300] });
    expect(outcomes(world)).toEqual(['ok', 'fail']);
    expect(completedAt(world)).toEqual([800, 300]);
    expect(asked(world)).toEqual(['a set 1.1']);
  });
});

describe('MOVED', () => {
  it('should be followed at once and remembered', () => {
    const world = run({ servers: { a: [moved('b')], b: ['ok'] }, calls: [set, get] });
    expect(asked(world)).toEqual(['a set 1.1', 'b set 1.2', 'b get 2.1']);
    expect(askedAt(world)).toEqual([600, 1400, 1800]);
    expect(outcomes(world)).toEqual(['ok', 'ok']);
  });

  it('should end the connection to the node that is left', () => {
    const world = run({ servers: { a: [moved('b')], b: ['ok'] } });
    expect(heard(world, 'closed').map(({ node, at }) => [node, at])).toEqual([['a', 1000]]);
  });

  it('should keep the connection when it names the node that was asked', () => {
    const world = run({ servers: { a: [moved('a'), 'ok'] } });
    expect(askedAt(world)).toEqual([600, 1000]);
    expect(outcomes(world)).toEqual(['ok']);
  });

  it('should be followed to a node that is not in the list, and back into it', () => {
    const world = run({
      servers: { a: [moved('b'), 'ok'], b: [moved('elsewhere')], elsewhere: ['close', 'ok'] },
      calls: [set, set],
    });
    expect(outcomes(world)).toEqual(['info', 'ok']);
    expect(asked(world).at(-1)).toBe('a set 2.1');
  });

  it('should not be followed more often than the policy says', () => {
    const servers = { a: [moved('b')], b: [moved('a')] };
    const world = run({ servers, policy: policyWith({ redirectsMax: 3 }) });
    expect(asked(world)).toEqual(['a set 1.1', 'b set 1.2', 'a set 1.3', 'b set 1.4']);
    expect(outcomes(world)).toEqual(['fail']);
    expect(errors(world)).toEqual(['MOVED 12706 a']);
  });

  it('should end the call when it names nobody', () => {
    const world = run({ servers: { a: [{ error: 'MOVED 12706' }] } });
    expect(outcomes(world)).toEqual(['fail']);
    expect(asked(world)).toHaveLength(1);
  });
});

describe('TRYAGAIN', () => {
  const busy: Answer = { error: tryAgain };
  const pausesOf = (world: World) =>
    askedAt(world)
      .slice(1)
      // A reply and the next command take 400 µs.
      .map((time, nth) => time - askedAt(world)[nth]! - 400);

  it('should be backed off by 20 ms, doubling to 200 ms, at the same node', () => {
    const world = run({ servers: { a: [busy, busy, busy, busy, busy, busy, 'ok'], b: ['ok'] } });
    expect(pausesOf(world)).toEqual([20_000, 40_000, 80_000, 160_000, 200_000, 200_000]);
    expect(outcomes(world)).toEqual(['ok']);
    expect(asked(world).every((one) => one.startsWith('a '))).toBe(true);
  });

  it('should end the call fail after the last attempt, without a pause behind it', () => {
    const world = run({ servers: { a: [busy] } });
    expect(asked(world)).toHaveLength(16);
    expect(outcomes(world)).toEqual(['fail']);
    expect(errors(world)).toEqual([tryAgain]);
    expect(completedAt(world)).toEqual([askedAt(world).at(-1)! + 200]);
  });

  it('should be backed off anew in the next operation', () => {
    const world = run({ servers: { a: [busy, 'ok', busy, 'ok'] }, calls: [set, set] });
    expect(pausesOf(world)).toEqual([20_000, 0, 20_000]);
  });

  it('should not be backed off longer because MOVED came before', () => {
    const world = run({ servers: { a: [moved('b')], b: [busy, 'ok'] } });
    const [, first, second] = askedAt(world);
    expect(second! - first! - 400).toBe(20_000);
  });

  it.each(['jedis', 'lettuce'] as const)('should go to the caller of %s at once', (name) => {
    const world = run({ servers: { a: [busy] }, policy: clientPolicies[name] });
    expect(asked(world)).toEqual(['a set 1.1']);
    expect(outcomes(world)).toEqual(['fail']);
  });

  it('should be tried again eight times at once by redis-py, then every 50 ms', () => {
    const world = run({ servers: { a: [busy] }, policy: clientPolicies['redis-py'] });
    expect(pausesOf(world)).toEqual([...Array(8).fill(0), ...Array(7).fill(50_000)]);
  });

  it('should be tried again every 100 ms by ioredis, and three times by go-redis', () => {
    const ioredis = run({ servers: { a: [busy] }, policy: clientPolicies.ioredis });
    expect(pausesOf(ioredis)).toEqual(Array(16).fill(100_000));
    const goRedis = run({ servers: { a: [busy] }, policy: clientPolicies['go-redis'] });
    expect(pausesOf(goRedis)).toEqual([20_000, 30_000, 50_000]);
  });
});

describe('other refusals', () => {
  it.each([loading, clusterDown, masterDown, readOnly])(
    'should pause, then ask another: %s',
    (error) => {
      const world = run({ servers: { a: [{ error }], b: ['ok'] } });
      expect(asked(world)).toEqual(['a set 1.1', 'b set 1.2']);
      expect(askedAt(world)).toEqual([600, 21_400]);
      expect(outcomes(world)).toEqual(['ok']);
    },
  );

  it('should ask the same node again as often as the policy says', () => {
    const servers = { a: [{ error: loading }], b: ['ok' as const] };
    const world = run({ servers, policy: policyWith({ sameNodeRetries: 2 }) });
    expect(asked(world)).toEqual(['a set 1.1', 'a set 1.2', 'a set 1.3', 'b set 1.4']);
  });

  it('should count as failures in a row across operations, up to an answer', () => {
    const refused: Answer = { error: loading };
    const servers = { a: [refused, 'ok' as const, refused, 'ok' as const], b: ['ok' as const] };
    const calls = [set, set, set];
    const stays = run({ servers, calls, policy: policyWith({ sameNodeRetries: 1 }) });
    expect(asked(stays)).toEqual([1.1, 1.2, 2.1, 2.2, 3.1].map((one) => `a set ${one}`));
    const once = policyWith({ sameNodeRetries: 1, loadingBackoffMs: [] });
    const leaves = run({ servers: { a: [refused], b: ['ok'] }, calls, policy: once });
    expect(asked(leaves)).toEqual(['a set 1.1', 'a set 2.1', 'b set 3.1']);
  });

  it('should go to the caller where the policy has no pauses for them', () => {
    const world = run({
      servers: { a: [{ error: loading }] },
      policy: policyWith({ loadingBackoffMs: [] }),
    });
    expect(asked(world)).toHaveLength(1);
    expect(outcomes(world)).toEqual(['fail']);
  });
});

describe('a missing answer', () => {
  it('should make a write info and a read fail after the command timeout', () => {
    const world = run({ servers: { a: ['silence'], b: ['silence'] }, calls: [set, get] });
    expect(outcomes(world)).toEqual(['info', 'fail']);
    expect(errors(world)).toEqual(['no answer', 'no answer']);
    expect(completedAt(world)).toEqual([1_000_400, 2_000_800]);
  });

  it('should let the next call begin at the next node', () => {
    const world = run({ servers: { a: ['silence'], b: ['ok'] }, calls: [set, set] });
    expect(asked(world)).toEqual(['a set 1.1', 'b set 2.1']);
    expect(heard(world, 'reset').map(({ node }) => node)).toEqual(['a']);
  });

  it.each(['close', 'reset'] as const)('should end a call whose connection broke: %s', (how) => {
    const world = run({ servers: { a: [how], b: [how] }, calls: [set, get] });
    expect(outcomes(world)).toEqual(['info', 'fail']);
    expect(errors(world)).toEqual(['connection broken', 'connection broken']);
    expect(completedAt(world)).toEqual([800, 1600]);
  });

  it('should not end a read that an earlier operation left in doubt as info', () => {
    const world = run({
      servers: { a: ['silence', { error: 'ERR x' }] },
      calls: [set, set, get],
    });
    expect(outcomes(world)).toEqual(['info', 'fail', 'fail']);
  });

  it('should be answered for by the caller where commands have no timeout', () => {
    const world = run({
      servers: { a: ['silence', 'ok'] },
      policy: policyWith({ commandTimeoutMs: 0, operationTimeoutMs: 3000 }),
      calls: [set, set],
    });
    expect(outcomes(world)).toEqual(['info', 'ok']);
    expect(completedAt(world)[0]).toBe(3_000_000);
  });
});

describe('sending again', () => {
  const twice = (resendUnanswered: ClientPolicy['resendUnanswered'], first: Answer) =>
    run({ servers: { a: [first], b: ['ok'] }, policy: policyWith({ resendUnanswered }) });

  it('should happen under the same operation id, with the next attempt', () => {
    const world = twice('always', 'silence');
    expect(asked(world)).toEqual(['a set 1.1', 'b set 1.2']);
    expect(outcomes(world)).toEqual(['ok']);
  });

  it('should happen after a broken connection or a timeout, as the policy says', () => {
    const tries = (['never', 'broken', 'always'] as const).map((policy) => [
      asked(twice(policy, 'reset')).length,
      asked(twice(policy, 'silence')).length,
    ]);
    expect(tries).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
    ]);
  });

  it('should leave a write in doubt when later attempts are refused for certain', () => {
    const world = run({
      servers: { a: ['silence'], b: [{ error: tryAgain }] },
      policy: policyWith({ resendUnanswered: 'always' }),
    });
    expect(asked(world)).toHaveLength(16);
    expect(outcomes(world)).toEqual(['info']);
  });
});

describe('connections', () => {
  it('should go to the next node when one refuses, and the next call too', () => {
    const world = run({
      servers: { a: ['ok'], b: ['ok'] },
      calls: [set, set],
      faults: [crash('a')],
    });
    expect(asked(world)).toEqual(['b set 1.2', 'b set 2.1']);
    expect(askedAt(world)).toEqual([1000, 1400]);
  });

  it('should go to the next node when one does not answer in time', () => {
    const world = run({ servers: { a: ['ok'], b: ['ok'] }, faults: [cutOff('a', 2_000_000)] });
    expect(asked(world)).toEqual(['b set 1.2']);
    expect(askedAt(world)).toEqual([500_600]);
  });

  it('should begin the next call at the next node when the last attempt got none', () => {
    const world = run({
      servers: { a: ['ok'], b: ['ok'] },
      policy: policyWith({ attemptsMax: 1 }),
      calls: [set, set],
      faults: [crash('a')],
    });
    expect(outcomes(world)).toEqual(['fail', 'ok']);
    expect(errors(world)).toEqual(['connection: refused', undefined]);
  });

  it('should end a write fail when no attempt was ever sent', () => {
    const faults = [crash('a')];
    const world = run({ servers: { a: ['ok'] }, faults });
    expect(outcomes(world)).toEqual(['fail']);
    // 16 attempts of 400 µs, and pauses of 0, 20, 40, 80, 160 and ten times 200 ms.
    expect(completedAt(world)).toEqual([16 * 400 + 2_300_000]);
  });

  it('should be opened anew when an idle one has ended', () => {
    const between = from(5000, { kind: 'reset', between: ['a', 'c'] });
    const world = run({
      servers: { a: ['ok'] },
      calls: [set, set],
      atUs: [0, 10_000],
      faults: [between],
    });
    expect(outcomes(world)).toEqual(['ok', 'ok']);
    expect(askedAt(world)).toEqual([600, 10_600]);
  });

  it('should be closed when they come after the caller has given up', () => {
    const world = run({
      servers: { a: ['ok'] },
      policy: policyWith({ connectTimeoutMs: 5000, operationTimeoutMs: 100 }),
      faults: [cutOff('a', 1_000_000)],
    });
    expect(outcomes(world)).toEqual(['fail']);
    expect(completedAt(world)).toEqual([100_000]);
    expect(asked(world)).toEqual([]);
    expect(heard(world, 'closed')).toHaveLength(1);
  });
});

describe('AUTH', () => {
  it('should go first on every connection, and only there', () => {
    const servers = { a: ['ok' as const, moved('b')], b: ['ok' as const] };
    const world = run({ servers, calls: [set, set], password: 'p' });
    const heardBy = ['a auth p', 'a set 1.1', 'a set 2.1', 'b auth p', 'b set 2.2'];
    expect(asked(world)).toEqual(heardBy);
    expect(outcomes(world)).toEqual(['ok', 'ok']);
  });

  it('should end the call fail when the password is wrong, and be tried again by the next', () => {
    const auth = { error: noPassword };
    const world = run({ servers: { a: ['ok'] }, calls: [set, set], password: 'p', auth });
    expect(asked(world)).toEqual(['a auth p', 'a auth p']);
    expect(outcomes(world)).toEqual(['fail', 'fail']);
    expect(errors(world)).toEqual([noPassword, noPassword]);
  });

  it.each(['close', 'reset', 'silence'] as const)('should leave a write fail: %s', (auth) => {
    const policy = policyWith({ attemptsMax: 2 });
    const world = run({ servers: { a: ['ok'], b: ['ok'] }, policy, password: 'p', auth });
    expect(asked(world)).toEqual(['a auth p', 'b auth p']);
    expect(outcomes(world)).toEqual(['fail']);
  });
});

describe.each(Object.entries(clientPolicies))('the policy %s', (_name, policy) => {
  const calls = [set, get, set, get];
  const both = (answer: Answer, faults: Fault[] = []) =>
    run({ servers: { a: [answer], b: [answer] }, policy, calls, faults });

  it.each([
    ...[tryAgain, loading, clusterDown, masterDown, readOnly, 'ERR x', 'MOVED 1 a', 'MOVED 1 b'],
  ])('should end every call fail where every answer is %s', (error) => {
    expect(outcomes(both({ error }))).toEqual(['fail', 'fail', 'fail', 'fail']);
  });

  it.each(['silence', 'close', 'reset'] as const)(
    'should end every write info and every read fail where every answer is %s',
    (answer) => {
      expect(outcomes(both(answer))).toEqual(['info', 'fail', 'info', 'fail']);
    },
  );

  it('should end every call fail where nobody can be reached', () => {
    const refused = both('ok', [crash('a'), { ...crash('b'), id: 2 }]);
    expect(outcomes(refused)).toEqual(['fail', 'fail', 'fail', 'fail']);
    const cut = both('ok', [cutOff('a'), { ...cutOff('b'), id: 2 }]);
    expect(outcomes(cut)).toEqual(['fail', 'fail', 'fail', 'fail']);
    expect(asked(cut)).toEqual([]);
  });

  it('should end every call ok once the owner answers', () => {
    expect(outcomes(both('ok'))).toEqual(['ok', 'ok', 'ok', 'ok']);
    const behind = run({ servers: { a: [moved('b')], b: ['ok'] }, policy, calls });
    expect(outcomes(behind)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });

  it('should fit what an operation may ask for', () => {
    expect(policy.attemptsMax).toBeGreaterThanOrEqual(1);
    // The subject of a message has room for 63 attempts.
    expect(policy.attemptsMax).toBeLessThanOrEqual(63);
    expect(policy.redirectsMax).toBeLessThan(policy.attemptsMax + 1);
    expect(policy.operationTimeoutMs).toBeGreaterThan(0);
  });
});
