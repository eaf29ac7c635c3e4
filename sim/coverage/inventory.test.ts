/** What there is to be taken, pinned: a machine that changes shows here. */
import { describe, expect, it } from 'vitest';
import { setup } from 'xstate';
import { namedTransitions } from '../../runtime/transition-names.js';
import { protocols } from '../protocols.js';
import { merged, nameOf } from './covered.js';
import { inventoryOf, sightsOf } from './inventory.js';

function counted(items: ReturnType<typeof inventoryOf>) {
  const parts: Record<string, [transitions: number, guarded: number]> = {};
  for (const { region, isGuarded } of items) {
    const [transitions, guarded] = parts[region] ?? [0, 0];
    parts[region] = [transitions + 1, guarded + (isGuarded ? 1 : 0)];
  }
  return parts;
}

describe('the inventory', () => {
  it.each(protocols)('should have every transition of $name, by machine and region', (protocol) => {
    const items = inventoryOf(protocol);
    expect(counted(items)).toEqual({
      'server: commands': [27, 17],
      'server: link': [7, 2],
      'server: failover': [10, 1],
      'server: failover command': [3, 3],
      'server: job': [101, 46],
      'server: verdict': [25, 18],
      'server: setnodes': [21, 15],
      feed: [14, 3],
      replication: [61, 28],
      fullSync: [22, 6],
      call: [17, 5],
      client: [49, 35],
      operator: [103, 79],
    });
    for (const [machine, program] of Object.entries(protocol.programs)) {
      const own = items.filter((item) => item.machine === machine);
      const names = [...namedTransitions(program.machine).keys()];
      expect(own.map(({ transition }) => transition)).toEqual(names);
    }
    const names = items.flatMap((item) => sightsOf(item).map((sight) => nameOf(item, sight)));
    expect(new Set(names).size).toBe(460 + 2 * 258);
  });

  it('should name the machine beside transitions that do not begin with it', () => {
    const machine = setup({}).createMachine({ id: 'root', on: { go: {} } });
    const [item] = inventoryOf({ programs: { one: { machine, fields: {} } } });
    expect(nameOf(item!, 'taken')).toBe('one: root|go|0 taken');
    expect(nameOf({ ...item!, machine: 'root' }, 'taken')).toBe('root|go|0 taken');
  });
});

describe('what was covered', () => {
  it('should merge, in any order, to the same plain data', () => {
    const [one, other] = [
      ['a taken', 'b taken'],
      ['b taken', 'b failed'],
    ];
    expect(merged(one!, other!)).toEqual(['a taken', 'b failed', 'b taken']);
    expect(merged(other!, one!)).toEqual(merged(one!, other!));
    expect(merged(one!, one!, [])).toEqual(one);
    expect(JSON.parse(JSON.stringify(merged(one!)))).toEqual(one);
    expect(merged()).toEqual([]);
  });
});
