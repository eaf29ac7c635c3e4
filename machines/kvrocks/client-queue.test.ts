import { describe, expect, it } from 'vitest';
import {
  asked,
  askedAt,
  completedAt,
  cutOff,
  errors,
  get,
  outcomes,
  policyWith,
  run,
  set,
} from './test-client.js';

/** Calls that come at their times, whether the one before has ended or not. */
const open = { mode: 'open', queues: true } as const;

describe('a call that comes while another is in flight', () => {
  it('should wait its turn in an open loop, in order', () => {
    const calls = [set, get, set];
    const world = run({ ...open, servers: { a: ['ok'] }, calls, atUs: [0, 100, 200] });
    expect(asked(world)).toEqual(['a set 1.1', 'a get 2.1', 'a set 3.1']);
    expect(askedAt(world)).toEqual([600, 1000, 1400]);
    expect(outcomes(world)).toEqual(['ok', 'ok', 'ok']);
    // Each was called when it came, and has waited since.
    expect(world.record.operations.map(({ invokedAt }) => invokedAt)).toEqual([0, 100, 200]);
    expect(completedAt(world)).toEqual([800, 1200, 1600]);
  });

  it('should begin at once when the client is idle again', () => {
    const world = run({ ...open, servers: { a: ['ok'] }, calls: [set, set], atUs: [0, 5000] });
    expect(askedAt(world)).toEqual([600, 5200]);
  });

  it('should have its full time from its turn on', () => {
    const policy = policyWith({ commandTimeoutMs: 0, operationTimeoutMs: 3000 });
    const world = run({
      ...open,
      servers: { a: ['silence'] },
      calls: [set, set],
      atUs: [0, 1000],
      policy,
    });
    expect(outcomes(world)).toEqual(['info', 'info']);
    expect(errors(world)).toEqual(['no answer in time', 'no answer in time']);
    expect(completedAt(world)).toEqual([3_000_000, 6_000_000]);
  });

  it('should not be lost by what becomes of the one before', () => {
    const servers = { a: [{ error: 'ERR syntax' }, 'reset' as const, 'ok' as const] };
    const atUs = [0, 10, 20];
    const world = run({ ...open, servers, calls: [set, set, set], atUs });
    expect(outcomes(world)).toEqual(['fail', 'info', 'ok']);
  });

  it('should be felt late by every call that came during an outage', () => {
    const calls = Array.from({ length: 5 }, () => set);
    const atUs = calls.map((_, nth) => nth * 100_000);
    const faults = [cutOff('a', 350_000)];
    const world = run({ ...open, servers: { a: ['ok'] }, calls, atUs, faults });
    expect(outcomes(world)).toEqual(calls.map(() => 'ok'));
    const took = world.record.operations.map((one) => one.completedAt! - one.invokedAt);
    // The first has waited for the whole of it, each further one for what was left when it came.
    expect(took[0]).toBeGreaterThan(350_000);
    for (let nth = 1; nth < 4; nth++) {
      expect(Math.abs(took[nth - 1]! - took[nth]! - 100_000)).toBeLessThan(1000);
    }
  });

  it('should fail at once where calls do not queue', () => {
    const calls = [set, set];
    const world = run({ ...open, queues: false, servers: { a: ['ok'] }, calls, atUs: [0, 100] });
    expect(outcomes(world)).toEqual(['ok', 'fail']);
    expect(errors(world)[1]).toBe('the client is busy');
  });
});

describe('a large value', () => {
  it('should take the link its time on the way there', () => {
    const more = { network: { latencyUs: [200], bytesPerSecond: 1_000_000 } };
    const took = (value: string) =>
      completedAt(run({ servers: { a: ['ok'] }, calls: [{ ...set, value }], more }))[0]!;
    expect(took('v*100000') - took('v')).toBe(100_000);
  });
});
