import { describe, expect, it } from 'vitest';
import {
  asked,
  askedAt,
  crash,
  errors,
  get,
  heard,
  moved,
  outcomes,
  policyWith,
  run,
} from './test-client.js';

const answer = 'ok' as const;

describe('a client that reads at slaves', () => {
  it('should say READONLY first on its connection, and once', () => {
    const world = run({ servers: { a: [answer] }, calls: [get, get], readonly: true });
    expect(asked(world)).toEqual(['a readonly', 'a get 1.1', 'a get 2.1']);
    // Connect, READONLY and back, then the read.
    expect(askedAt(world)).toEqual([600, 1000, 1400]);
    expect(outcomes(world)).toEqual(['ok', 'ok']);
  });

  it('should begin with the first node that it knows, which may be a slave', () => {
    const servers = { slave: [answer], master: [answer] };
    const world = run({ servers, calls: [get], readonly: true });
    expect(asked(world)).toEqual(['slave readonly', 'slave get 1.1']);
  });

  it('should say it behind AUTH', () => {
    const world = run({ servers: { a: [answer] }, calls: [get], readonly: true, password: 'p' });
    expect(asked(world)).toEqual(['a auth p', 'a readonly', 'a get 1.1']);
  });

  it('should follow MOVED, say it there too, and stay', () => {
    const servers = { a: [moved('b')], b: [answer] };
    const world = run({ servers, calls: [get, get], readonly: true });
    expect(asked(world)).toEqual([
      'a readonly',
      'a get 1.1',
      'b readonly',
      'b get 1.2',
      'b get 2.1',
    ]);
    expect(outcomes(world)).toEqual(['ok', 'ok']);
  });

  it('should go to the next node when its own is gone', () => {
    const world = run({
      servers: { a: [answer], b: [answer] },
      calls: [get],
      readonly: true,
      faults: [crash('a')],
    });
    expect(asked(world)).toEqual(['b readonly', 'b get 1.2']);
  });

  it('should hang up and fail the read when READONLY is refused', () => {
    const refused = { error: 'ERR unknown command' };
    const world = run({
      servers: { a: [answer] },
      calls: [get],
      readonly: true,
      readonlyAnswer: refused,
    });
    expect(asked(world)).toEqual(['a readonly']);
    expect(outcomes(world)).toEqual(['fail']);
    expect(errors(world)).toEqual([refused.error]);
    expect(heard(world, 'closed')).toHaveLength(1);
  });

  it.each(['close', 'reset', 'silence'] as const)(
    'should try the next node when READONLY gets no answer: %s',
    (readonlyAnswer) => {
      const world = run({
        servers: { a: [answer], b: [answer] },
        calls: [get],
        policy: policyWith({ attemptsMax: 2 }),
        readonly: true,
        readonlyAnswer,
      });
      expect(asked(world)).toEqual(['a readonly', 'b readonly']);
      expect(outcomes(world)).toEqual(['fail']);
    },
  );
});
