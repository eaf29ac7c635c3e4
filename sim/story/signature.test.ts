import { describe, expect, it } from 'vitest';
import { coarseName, fineName, signatureOf } from './signature.js';
import { mishap, mishaps } from './test-runs.js';

const signature = (what: keyof typeof mishaps, seed = 1) =>
  signatureOf(mishap(what, { seed }).result.record);

describe('a signature', () => {
  it.each([
    ['the answer is lost', 'takeover-reply lost in switching'],
    ['the request is lost', 'takeover lost in switching'],
    ['the slave crashes', 'crash of the slave in switching'],
    ['the master crashes', 'crash of the master in switching'],
    ['the slave is paused', 'pause of the slave in switching'],
  ] as const)('should tell, where %s, of the part and the state that were met', (what, fault) => {
    expect(signature(what).faults).toEqual([fault]);
    expect(coarseName(signature(what))).toBe(fault.replace(/ (of|in) .*/, ''));
    expect(signature(what).commands).toContain('FAILOVER at the master before any attempt');
  });

  it.each(Object.keys(mishaps) as (keyof typeof mishaps)[])(
    'should be the same under other seeds where %s',
    (what) => {
      const [one, ...others] = [1, 2, 3].map((seed) => fineName(signature(what, seed)));
      expect(others).toEqual([one, one]);
    },
  );

  it('should be another one for every other mishap', () => {
    const names = Object.keys(mishaps).map((what) => fineName(signature(what as never)));
    expect(new Set(names).size).toBe(names.length);
  });

  it('should leave what bit before any attempt out of the coarse name', () => {
    const { record } = mishap('the slave crashes').result;
    const early = {
      at: 10,
      fault: 2,
      kind: 'drift',
      move: 'began',
      detail: { node: 'n2' },
    } as const;
    const signed = signatureOf({ ...record, faults: [early, ...record.faults] });
    expect(signed.faults).toContain('clock drift of the slave before any attempt');
    expect(coarseName(signed)).toBe('crash');
  });

  it('should not count a command that was refused', () => {
    const { record } = mishap('the slave crashes').result;
    const refused = record.replies.map((reply) =>
      reply.message.type === 'failover-reply'
        ? { ...reply, message: { ...reply.message, status: 'error' } }
        : reply,
    );
    expect(signatureOf({ ...record, replies: refused }).commands).toEqual([]);
  });
});
