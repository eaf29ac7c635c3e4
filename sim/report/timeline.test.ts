import { describe, expect, it } from 'vitest';
import type { FaultRecord } from '../../runtime/record.js';
import { ack, handover, note, refusal, role, run, set } from '../checkers/test-records.js';
import type { Cast } from '../cluster.js';
import { timeline } from './timeline.js';

const cast: Cast = {
  nodes: ['n1', 'n2'],
  clients: ['client1', 'client2'],
  readers: [],
  operators: ['op1'],
  probe: 'probe',
};

const told = (record: ReturnType<typeof run>) =>
  timeline(record, cast).map(({ at, node, text }) => `${at} ${node} ${text}`);

const fault = (
  at: number,
  kind: FaultRecord['kind'],
  move: FaultRecord['move'],
  detail: FaultRecord['detail'] = {},
  id = 1,
): FaultRecord => ({ at, fault: id, kind, move, detail });

describe('the timeline', () => {
  it('should tell a handover in order of time', () => {
    expect(told(handover())).toEqual([
      '0 n1 master (epoch 1)',
      '0 n2 slave (epoch 1)',
      '300 n1 acknowledges 2 writes in 100 us (epoch 1)',
      '2000 n1 gate closed to writes',
      '2200 n1 TRYAGAIN to client2',
      '2900 n2 master (epoch 2)',
      '3000 n1 slave (epoch 2)',
      '3000 n1 gate open',
      '3400 n2 acknowledges 2 writes in 2.8 ms (epoch 2)',
      '5000 run every fault is over; the liveness phase begins',
      '10000 run the run ends',
    ]);
  });

  it('should leave out what a node repeats, but not what its next life says', () => {
    const lines = told(
      run({
        notes: [
          note('n1', 1, 'gate', 'open'),
          note('n1', 2, 'failover', 'none'),
          role('n1', 3, 'master', 1),
          role('n1', 4, 'master', 1),
          note('n1', 5, 'gate', 'writes'),
          note('n1', 6, 'gate', 'writes'),
          role('n1', 7, 'master', 1, 2),
          note('n1', 8, 'gate', 'writes', 2),
        ],
      }),
    );
    expect(lines.slice(0, 4)).toEqual([
      '3 n1 master (epoch 1)',
      '5 n1 gate closed to writes',
      '7 n1 master (epoch 1)',
      '8 n1 gate closed to writes',
    ]);
  });

  it('should put states that are passed through in one instant on one line', () => {
    const lines = told(
      run({
        notes: [
          note('n1', 9, 'failover', 'pause_write'),
          note('n1', 9, 'gate', 'writes'),
          note('n1', 9, 'failover', 'wait_sync'),
          note('n1', 9, 'failover', 'switching'),
          note('n1', 9, 'gate', 'all'),
          note('n2', 9, 'failover', 'started'),
        ],
      }),
    );
    expect(lines.slice(0, 3)).toEqual([
      '9 n1 failover: pause_write, wait_sync, switching',
      '9 n1 gate closed to reads and writes',
      '9 n2 failover: started',
    ]);
  });

  it('should tell a slave that serves the slots of its master from a master', () => {
    const value = { role: 'master', epoch: 1, master: 'n1' } as const;
    expect(told(run({ notes: [note('n2', 5, 'role', value)] }))[0]).toBe(
      '5 n2 serves the slots of n1, still its slave (epoch 1)',
    );
  });

  it('should count refusals instead of telling each, and tell them apart by node', () => {
    const refused = (id: number, node: string, at: number) => ({
      ...refusal(id, node, at, 1),
      message: { type: 'set-reply', status: 'error', error: 'TRYAGAIN Failover in progress' },
    });
    const operations = [1, 2, 3].map((id) => set(id, `client${1 + (id % 2)}`, 'k1', 'v', [0, 90]));
    const replies = [refused(1, 'n1', 10), refused(2, 'n1', 20), refused(3, 'n2', 30)];
    expect(told(run({ operations, replies })).slice(0, 2)).toEqual([
      '10 n1 TRYAGAIN to client1, client2: 2 in 10 us',
      '30 n2 TRYAGAIN to client2',
    ]);
  });

  it('should begin anew when a gate has opened again', () => {
    const operations = [1, 2, 3].map((id) => set(id, 'client1', 'k1', `v${id}`, [0, 90]));
    const replies = [ack(1, 'n1', 10, 1), ack(2, 'n1', 25, 1), ack(3, 'n1', 40, 1)];
    const notes = [note('n1', 20, 'gate', 'writes'), note('n1', 30, 'gate', 'open')];
    expect(told(run({ operations, replies, notes })).slice(0, 4)).toEqual([
      '10 n1 acknowledges 2 writes in 15 us (epoch 1)',
      '20 n1 gate closed to writes',
      '30 n1 gate open',
      '40 n1 acknowledges 1 write (epoch 1)',
    ]);
  });

  it('should tell faults as they bit, and who was hit when one ends', () => {
    const lines = told(
      run({
        faults: [
          fault(10, 'crash', 'began', { node: 'n1' }),
          fault(20, 'powerLoss', 'began', { node: 'n2', lost: 3, torn: true }, 2),
          fault(30, 'crash', 'ended'),
          fault(40, 'partition', 'began', { from: ['n1'], to: ['n2'], oneWay: true }, 3),
          fault(50, 'partition', 'ended', {}, 3),
        ],
      }),
    );
    expect(lines.slice(0, 5)).toEqual([
      '10 n1 crashes (fault 1)',
      '20 n2 loses power, 3 unsynced offsets lost, the last one torn (fault 2)',
      '30 n1 restarts (fault 1)',
      '40 net n1 cut off from n2, one way (fault 3)',
      '50 net the cut heals (fault 3)',
    ]);
  });

  it('should tell a link rule by what it met, not by its being there', () => {
    const met = (at: number) =>
      fault(at, 'link', 'bit', { connection: at, type: 'takeover-reply', from: 'n2', to: 'n1' });
    const lines = told(
      run({
        faults: [fault(0, 'link', 'began', { verdict: 'drop', type: null }), met(10), met(30)],
      }),
    );
    expect(lines[0]).toBe('10 net takeover-reply of n2 to n1 lost, 2 times in 20 us (fault 1)');
    expect(lines).toHaveLength(3);
  });

  it('should put a fault behind what set it off, and a restart before what follows', () => {
    const lines = told(
      run({
        notes: [note('n1', 10, 'failover', 'switching'), role('n1', 20, 'master', 1, 2)],
        faults: [fault(10, 'crash', 'began', { node: 'n1' }), fault(20, 'crash', 'ended')],
      }),
    );
    expect(lines.slice(0, 4)).toEqual([
      '10 n1 failover: switching',
      '10 n1 crashes (fault 1)',
      '20 n1 restarts (fault 1)',
      '20 n1 master (epoch 1)',
    ]);
  });

  it('should tell the calls of the operator with the answers that were sent', () => {
    const failover = { type: 'failover', node: 'n1', target: 'n2', timeoutMs: 1000 };
    const outcome = { type: 'outcome', nodes: ['n1', 'n2'], target: 'n2' };
    const call = (id: number, of: { type: string }, at: number, more = {}) => ({
      id,
      node: 'op1',
      call: of,
      invokedAt: at,
      completedAt: at + 9,
      ...more,
    });
    const busy = 'ERR Failover is already in progress';
    const lines = told(
      run({
        operations: [
          call(1, failover, 0, { outcome: 'ok' as const }),
          call(2, failover, 10, { outcome: 'fail' as const, error: busy }),
          call(3, { ...failover, type: 'await' }, 20, { outcome: 'ok' as const, value: 'success' }),
          call(4, outcome, 29, { outcome: 'ok' as const }),
        ],
        replies: [
          ack(1, 'n1', 5, 1),
          {
            ...ack(2, 'n1', 15, 1),
            message: { type: 'failover-reply', status: 'error', error: busy },
          },
          ack(3, 'n1', 25, 1),
          ack(4, 'n2', 33, 2),
        ],
      }),
    );
    expect(lines.slice(0, 7)).toEqual([
      '0 op1 asks n1 for FAILOVER to n2, timeout 1000 ms',
      '5 n1 answers FAILOVER: OK',
      '10 op1 asks n1 for FAILOVER to n2, timeout 1000 ms',
      `15 n1 answers FAILOVER: ${busy}`,
      '29 op1 sees success at n1',
      '29 op1 pushes n2 as master to n1, n2',
      '33 n2 answers SETNODES: OK',
    ]);
  });

  it('should tell what an operator reads and writes by key, and why a failover failed', () => {
    const call = (id: number, of: { type: string }, at: number) => ({
      id,
      node: 'op1',
      call: { ...of, node: 'n1' },
      invokedAt: at,
      completedAt: at + 9,
      outcome: 'ok' as const,
    });
    const reply = (id: number, type: string, at: number, more: object) => ({
      ...ack(id, 'n1', at, 1),
      message: { type: `${type}-reply`, status: 'ok', ...more },
    });
    const facts = {
      role: 'master',
      cluster_current_epoch: 1,
      cluster_failover_state: 'failed',
      failover_reason: 'AUTH failed',
    };
    const moved = { status: 'error', error: 'MOVED 12 n2' };
    const lines = told(
      run({
        operations: [
          call(1, { type: 'takeover' }, 0),
          call(2, { type: 'set', key: 'k' } as never, 10),
          call(3, { type: 'get', key: 'k' } as never, 20),
          call(4, { type: 'get', key: 'none' } as never, 30),
          call(5, { type: 'info' }, 40),
        ],
        replies: [
          reply(1, 'takeover', 5, {}),
          reply(2, 'set', 15, moved),
          reply(3, 'get', 25, { value: 'v' }),
          reply(4, 'get', 35, { value: null }),
          reply(5, 'info', 45, { facts }),
        ],
      }),
    );
    expect(lines.slice(0, 7)).toEqual([
      '0 op1 asks n1 for TAKEOVER by hand',
      '5 n1 answers TAKEOVER: OK',
      '15 n1 answers SET k: MOVED 12 n2',
      '25 n1 answers GET k: v',
      '35 n1 answers GET none: no value',
      '40 op1 asks n1 for INFO',
      '45 n1 answers INFO: OK (master, epoch 1, failover failed: AUTH failed)',
    ]);
  });

  it('should say when the operator had nothing to push, and when nobody answered', () => {
    const at = { node: 'op1', invokedAt: 10, completedAt: 12 };
    const lines = told(
      run({
        operations: [
          {
            ...at,
            id: 1,
            call: { type: 'outcome', nodes: ['n1'], target: 'n2' },
            outcome: 'fail',
            error: 'nothing to push: the failover was not seen to succeed',
          },
          { ...at, id: 2, call: { type: 'info', node: 'n1' }, outcome: 'info', error: 'no answer' },
        ],
      }),
    );
    expect(lines.slice(0, 3)).toEqual([
      '10 op1 asks n1 for INFO',
      '12 op1 pushes nothing: the failover was not seen to succeed',
      '12 op1 INFO ends as info: no answer',
    ]);
  });

  it('should say how many writes clients had to leave undecided', () => {
    const operations = [
      set(1, 'client1', 'k1', 'v1', [0, 100], 'info'),
      set(2, 'client2', 'k1', 'v2', [0, 300], 'info'),
    ];
    expect(told(run({ operations }))[0]).toBe(
      '100 clients 2 writes of client1, client2 end as info in 200 us',
    );
  });
});
