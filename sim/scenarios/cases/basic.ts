/** Go tests of the whole flow: BasicFlow, WithAuth, DataConsistency. */
import { ends, moved, ok, reads } from './assertions.js';
import { caseOf } from './proposal-case.js';
import { unacknowledged } from './races.js';
import { takenBack, takenBackWell } from './resets.js';
import { at, ending, failover, get, M, S, set } from './steps.js';

export const basicFlow = caseOf({
  number: 1,
  id: '1.1',
  title: 'Basic failover flow',
  name: 'basic-flow',
  about: 'two keys, a failover with the default timeout, MOVED, and the keys at S',
  steps: {
    // Right behind a poll of the feed, so that both writes reach S in one read.
    'SET key1': at(151, set(M, 'key1', 'value1')),
    'SET key2': set(M, 'key2', 'value2'),
    FAILOVER: failover(M, S),
    'the end': ending(M),
    'SET at M': set(M, 'key1', 'newvalue'),
    'GET at M': get(M, 'key1'),
    'GET key1 at S': get(S, 'key1'),
    'GET key2 at S': get(S, 'key2'),
  },
  asserts: [
    ok('SET key1'),
    ok('SET key2'),
    ok('FAILOVER'),
    ends('the end', 'success'),
    moved('SET at M'),
    moved('GET at M'),
    reads('GET key1 at S', 'value1'),
    reads('GET key2 at S', 'value2'),
  ],
  race: unacknowledged,
});

export const customTimeout = caseOf({
  number: 2,
  id: '1.2',
  title: 'Failover with custom timeout',
  name: 'custom-timeout',
  about: 'the old roles come back by SETNODES; then a failover with a timeout of 5 s',
  steps: { ...takenBack, FAILOVER: at(2500, failover(M, S, 5000)), 'the end': ending(M) },
  asserts: [...takenBackWell, ok('FAILOVER'), ends('the end', 'success')],
});

export const withAuth = caseOf({
  number: 11,
  id: '1.4',
  title: 'Failover with authentication',
  name: 'auth',
  about: 'the same password on both sides, and the key at S',
  scenario: {
    cluster: { slaves: 1, nodes: { requirepass: 'password123', masterauth: 'password123' } },
  },
  steps: {
    'SET authkey': at(151, set(M, 'authkey', 'authvalue')),
    FAILOVER: failover(M, S),
    'the end': ending(M),
    'GET at S': get(S, 'authkey'),
  },
  asserts: [
    ok('SET authkey'),
    ok('FAILOVER'),
    ends('the end', 'success'),
    reads('GET at S', 'authvalue'),
  ],
});

/** A write of each type, the sequence numbers that it takes in Kvrocks, and how it reads. */
const typed = [
  ['SET', 'GET', 'string_key', 'string_value', 1],
  // One for the metadata of a collection, then one for each element; a sorted set has two.
  ['LPUSH', 'LRANGE', 'list_key', 'item3 item2 item1', 4],
  ['HSET', 'HGETALL', 'hash_key', 'field1=value1 field2=value2', 3],
  ['SADD', 'SMEMBERS', 'set_key', 'member1 member2', 3],
  ['ZADD', 'ZRANGE', 'zset_key', 'member1=1', 3],
] as const;

export const dataConsistency = caseOf({
  number: 15,
  id: '5.4',
  title: 'Data consistency after failover',
  name: 'data-consistency',
  about: 'a string, a list, a hash, a set and a sorted set are whole at S',
  steps: {
    ...Object.fromEntries(
      typed.map(([command, , key, value, numbers]) => [
        `${command} ${key}`,
        at(151, set(M, key, value, numbers)),
      ]),
    ),
    FAILOVER: failover(M, S, 10_000),
    'the end': ending(M, 15_000),
    ...Object.fromEntries(typed.map(([, read, key]) => [`${read} ${key} at S`, get(S, key)])),
  },
  asserts: [
    ...typed.map(([command, , key]) => ok(`${command} ${key}`)),
    ok('FAILOVER'),
    ends('the end', 'success'),
    ...typed.map(([, read, key, value]) => reads(`${read} ${key} at S`, value)),
  ],
});
