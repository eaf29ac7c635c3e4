import { describe, expect, it } from 'vitest';
import { loading } from './replies.js';
import {
  type Answer,
  asked,
  completedAt,
  errors,
  from,
  get,
  moved,
  outcomes,
  policyWith,
  run,
  set,
} from './test-client.js';

/** A write that counts when so many slaves have it. */
const waiting = (slaves: number, timeoutMs = 1000) => ({ ...set, wait: { slaves, timeoutMs } });
const found = (value: number): Answer => ({ value });

describe('a write that waits for slaves', () => {
  it('should ask over the connection of its write, and end ok when enough have it', () => {
    const world = run({ servers: { a: ['ok', found(2)] }, calls: [waiting(2)] });
    expect(asked(world)).toEqual(['a set 1.1', 'a wait 1.1 for 2, 1000 ms']);
    expect(outcomes(world)).toEqual(['ok']);
    expect(completedAt(world)).toEqual([1200]);
    expect('value' in world.record.operations[0]!).toBe(false);
  });

  it('should end info when fewer have it, with their number', () => {
    const world = run({ servers: { a: ['ok', found(1)] }, calls: [waiting(2)] });
    expect(outcomes(world)).toEqual(['info']);
    expect(errors(world)).toEqual(['WAIT: 1 of 2 slaves']);
  });

  it('should end info when WAIT is refused, with the error', () => {
    const world = run({ servers: { a: ['ok', { error: loading }] }, calls: [waiting(1)] });
    expect(outcomes(world)).toEqual(['info']);
    expect(errors(world)).toEqual([`WAIT: ${loading}`]);
  });

  it.each(['close', 'reset'] as const)('should end info when the connection breaks: %s', (how) => {
    const world = run({ servers: { a: ['ok', how, 'ok'] }, calls: [waiting(1), get] });
    expect(outcomes(world)).toEqual(['info', 'ok']);
    expect(errors(world)[0]).toBe('WAIT: no answer');
    // The next call opens another.
    expect(asked(world)).toEqual(['a set 1.1', 'a wait 1.1 for 1, 1000 ms', 'a get 2.1']);
  });

  it('should give WAIT its own time and that of a connection, then hang up', () => {
    const policy = policyWith({ connectTimeoutMs: 500 });
    const world = run({
      servers: { a: ['ok', 'silence', 'ok'] },
      calls: [waiting(1, 2000), get],
      policy,
    });
    expect(outcomes(world)).toEqual(['info', 'ok']);
    expect(completedAt(world)[0]).toBe(800 + 2_500_000);
  });

  it('should give a WAIT without a timeout all the time of its caller', () => {
    const policy = policyWith({ operationTimeoutMs: 3000 });
    const world = run({ servers: { a: ['ok', 'silence'] }, calls: [waiting(1, 0)], policy });
    expect(outcomes(world)).toEqual(['info']);
    expect(completedAt(world)).toEqual([3_000_000]);
  });

  it('should not wait for a write that was refused, and wait where it is carried out', () => {
    const servers = { a: [moved('b')], b: ['ok' as const, found(1)] };
    const world = run({ servers, calls: [waiting(1)] });
    expect(asked(world)).toEqual(['a set 1.1', 'b set 1.2', 'b wait 1.2 for 1, 1000 ms']);
    expect(outcomes(world)).toEqual(['ok']);
  });

  it('should not send the write again when WAIT ends badly', () => {
    const policy = policyWith({ resendUnanswered: 'always' });
    const world = run({ servers: { a: ['ok', 'reset'] }, calls: [waiting(1)], policy });
    expect(asked(world)).toEqual(['a set 1.1', 'a wait 1.1 for 1, 1000 ms']);
    expect(outcomes(world)).toEqual(['info']);
  });

  it('should stay in its patience with the whole when the link is cut meanwhile', () => {
    const cut = from(900, { kind: 'partition', from: ['a'], to: ['c'] }, 5_000_000);
    const world = run({ servers: { a: ['ok', found(1)] }, calls: [waiting(1)], faults: [cut] });
    expect(outcomes(world)).toEqual(['info']);
    expect(completedAt(world)).toEqual([800 + 1_500_000]);
  });

  it('should leave reads and other writes as they are', () => {
    const world = run({ servers: { a: ['ok', 'ok', found(1)] }, calls: [get, waiting(1)] });
    expect(asked(world)).toEqual(['a get 1.1', 'a set 2.1', 'a wait 2.1 for 1, 1000 ms']);
    expect(outcomes(world)).toEqual(['ok', 'ok']);
  });
});
