/** Histories: order within an instant, processes that retire, and what is left out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OperationRecord } from '../runtime/record.js';
import { get, set } from './checkers/test-records.js';
import { type HistoryEvent, history } from './history.js';

const inWords = ({ time, process, type, f, value }: HistoryEvent) =>
  `${time} ${process} ${type} ${f} ${value}`;

function lines(...operations: OperationRecord[]): string[] {
  return history(operations, 1_000).map(inWords);
}

describe('a history', () => {
  it('should tell what clients asked and saw, in order of time', () => {
    expect(
      history(
        [set(1, 'client1', 'k1', 'v1', [0, 300]), get(2, 'client2', 'k2', 'v9', [100, 200])],
        1_000,
      ),
    ).toEqual([
      {
        process: 'client1',
        type: 'invoke',
        f: 'write',
        key: 'k1',
        value: 'v1',
        time: 0,
        operation: 1,
      },
      {
        process: 'client2',
        type: 'invoke',
        f: 'read',
        key: 'k2',
        value: null,
        time: 100,
        operation: 2,
      },
      {
        process: 'client2',
        type: 'ok',
        f: 'read',
        key: 'k2',
        value: 'v9',
        time: 200,
        operation: 2,
      },
      {
        process: 'client1',
        type: 'ok',
        f: 'write',
        key: 'k1',
        value: 'v1',
        time: 300,
        operation: 1,
      },
    ]);
  });

  it('should leave out what operators call', () => {
    const call = { type: 'failover' };
    expect(lines({ id: 1, node: 'operator', call, invokedAt: 0, completedAt: 9 })).toEqual([]);
  });

  it('should retire a process after info, and not after fail', () => {
    expect(
      lines(
        set(1, 'client1', 'k1', 'v1', [0, 100], 'fail'),
        set(2, 'client1', 'k1', 'v2', [200, 300], 'info'),
        set(3, 'client1', 'k1', 'v3', [400, 500]),
        get(4, 'client1', 'k1', null, [600, 700], 'info'),
        get(5, 'client1', 'k1', 'v3', [800, 900]),
      ),
    ).toEqual([
      '0 client1 invoke write v1',
      '100 client1 fail write v1',
      '200 client1 invoke write v2',
      '300 client1 info write v2',
      '400 client1.2 invoke write v3',
      '500 client1.2 ok write v3',
      '600 client1.2 invoke read null',
      '700 client1.2 info read null',
      '800 client1.3 invoke read null',
      '900 client1.3 ok read v3',
    ]);
  });

  it('should end open operations as info at the end of the run', () => {
    expect(lines(set(1, 'client1', 'k1', 'v1', [0]))).toEqual([
      '0 client1 invoke write v1',
      '1000 client1 info write v1',
    ]);
  });

  it('should put invocations before the completions of the same instant', () => {
    expect(
      lines(
        set(1, 'client1', 'k1', 'v1', [0, 100]),
        get(2, 'client2', 'k1', 'v1', [100, 100]),
        get(3, 'client1', 'k1', 'v1', [100, 200]),
        get(4, 'client1', 'k1', 'v1', [300, 400]),
      ),
    ).toEqual([
      '0 client1 invoke write v1',
      '100 client2 invoke read null',
      // The client begins again before, in this order, its write has ended.
      '100 client1.2 invoke read null',
      '100 client1 ok write v1',
      '100 client2 ok read v1',
      '200 client1.2 ok read v1',
      '300 client1 invoke read null',
      '400 client1 ok read v1',
    ]);
  });

  it('should let every process have one operation at a time, and overlap what touches', () => {
    const shape = fc.record({
      client: fc.constantFrom('client1', 'client2'),
      from: fc.integer({ min: 0, max: 9 }),
      length: fc.integer({ min: 0, max: 4 }),
      outcome: fc.constantFrom('ok', 'fail', 'info', 'open'),
    });
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 12 }), (shapes) => {
        const operations = shapes.map(({ client, from, length, outcome }, index) =>
          outcome === 'open'
            ? set(index, client, 'k1', `v${index}`, [from])
            : set(index, client, 'k1', `v${index}`, [from, from + length], outcome),
        );
        const events = history(operations, 100);
        const open = new Map<string, number>();
        const retired = new Set<string>();
        for (const { process, type, operation } of events) {
          expect(retired.has(process)).toBe(false);
          expect(open.get(process)).toBe(type === 'invoke' ? undefined : operation);
          if (type === 'invoke') open.set(process, operation);
          else open.delete(process);
          if (type === 'info') retired.add(process);
        }
        expect([...open.keys()]).toEqual([]);
        const place = new Map(
          events.map(({ type, operation }, index) => [`${type === 'invoke'} ${operation}`, index]),
        );
        for (const one of operations) {
          for (const other of operations) {
            const before = place.get(`false ${one.id}`)! < place.get(`true ${other.id}`)!;
            expect(before).toBe((one.completedAt ?? 100) < other.invokedAt);
          }
        }
      }),
      { seed: 1_993, numRuns: 2_000 },
    );
  });
});
