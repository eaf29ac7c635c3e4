import { describe, expect, it } from 'vitest';
import { graceful, kvrocksPr3295 } from '../machines/kvrocks-handover/index.js';
import type { CheckerName } from './checkers/verdict.js';
import { claimFor } from './claims.js';
import { parseScenario, type ScenarioInput } from './scenario.js';

const claimed = (given: ScenarioInput, checker: CheckerName = 'lost-write') =>
  claimFor(graceful, parseScenario(given), checker);

const at = { timeUs: 0 };
const topology = { version: 2, nodes: [] };

describe('a claim', () => {
  it('should stand where the protocol makes it, and be its text', () => {
    expect(claimed({})).toEqual({ claimed: true, claim: 'no acknowledged write is lost' });
    const none = claimFor(kvrocksPr3295, parseScenario({}), 'lost-write');
    expect(none).toEqual({ claimed: false, claim: '' });
  });

  it('should fall with a safeguard, but not with one whose subject is not modelled', () => {
    const without = (knobs: Record<string, boolean>) => claimed({ protocol: { knobs } });
    expect(without({ barrier: false })).toEqual({ claimed: false, claim: 'without barrier' });
    expect(without({ gateAllWriters: false }).claimed).toBe(true);
    expect(without({ barrier: true }).claimed).toBe(true);
  });

  it('should fall under a fault that it does not name', () => {
    const disk = { id: 1, kind: 'disk', node: 'n1', mode: 'full', at } as const;
    const crash = { id: 2, kind: 'crash', node: 'n1', at } as const;
    expect(claimed({ faults: [crash, disk] }).claim).toBe('not under disk');
    expect(claimed({ faults: [crash] }).claimed).toBe(true);
  });

  it('should stand under power loss only where every log is synced', () => {
    const faults = [{ id: 1, kind: 'powerLoss', node: 'n1', at } as const];
    const synced = { nodes: { syncWrites: true } };
    expect(claimed({ faults }).claimed).toBe(false);
    expect(claimed({ faults, cluster: synced }).claimed).toBe(true);
    const notAll = { ...synced, each: { n2: { syncWrites: false } } };
    expect(claimed({ faults, cluster: notAll }).claimed).toBe(false);
  });

  it('should fall when a push is forced, and that of convergence with any other push', () => {
    const push = { type: 'setnodes', atUs: 0, node: 'n1', topology } as const;
    expect(claimed({ operator: [{ ...push, force: true }] }).claim).toBe('a push is forced');
    expect(claimed({ operator: [push] }).claimed).toBe(true);
    expect(claimed({ operator: [push] }, 'convergence').claimed).toBe(false);
  });

  it('should fall for convergence where an operator may announce what has not happened', () => {
    const failover = { type: 'failover', atUs: 0, node: 'n1', target: 'n2' } as const;
    const outcome = { type: 'outcome', atUs: 0, target: 'n2' } as const;
    const convergence = (...operator: NonNullable<ScenarioInput['operator']>) =>
      claimed({ operator }, 'convergence').claimed;
    expect(convergence(failover, outcome)).toBe(true);
    expect(convergence(failover, { ...outcome, target: 'n3' })).toBe(false);
    expect(convergence({ type: 'await', atUs: 0, node: 'n1' }, outcome)).toBe(false);
    const other = { ...failover, by: 'op2', target: 'n3' } as const;
    expect(convergence(failover, outcome, other)).toBe(false);
    expect(convergence(failover, outcome, { ...other, node: 'n2' })).toBe(true);
  });

  it('should fall for linearizability with clients that send again what was not answered', () => {
    const workload = { policy: 'ioredis' };
    expect(claimed({ workload }, 'linearizable').claim).toContain('may happen twice');
    expect(claimed({ workload }).claimed).toBe(true);
    expect(claimed({}, 'linearizable').claimed).toBe(true);
  });

  it('should fall for convergence without TCP keepalive, and for all with other software', () => {
    const network = { keepalive: false };
    expect(claimed({ network }, 'convergence').claim).toBe('without TCP keepalive');
    expect(claimed({ network }).claimed).toBe(true);
    const cluster = { each: { n3: { release: 'upstream' } } };
    expect(claimed({ cluster }).claim).toBe('a node runs upstream');
  });
});
