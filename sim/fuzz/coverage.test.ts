/** What a run has reached, as numbers that mean the same everywhere. */
import { describe, expect, it } from 'vitest';
import { namedTransitions } from '../../runtime/transition-names.js';
import { node, note, run } from '../checkers/test-records.js';
import { protocolNamed } from '../protocols.js';
import { Coverage } from './coverage.js';

const graceful = protocolNamed('graceful');
const empty = run({ nodes: [node('n1', [], {}), node('n2', [], {})] });

/** A run's notes of roles, by node and epoch. */
function roles(
  ...all: readonly (readonly [node: string, role: 'master' | 'slave', epoch: number])[]
) {
  const notes = all.map(([name, role, epoch], at) =>
    note(name, at, 'role', { role, epoch, master: null }),
  );
  return run({ nodes: empty.nodes, notes });
}

describe('coverage', () => {
  it('should count transitions, pairs that one machine took in turn, and nothing twice', () => {
    const coverage = new Coverage(graceful);
    const { machine } = graceful.programs['client']!;
    const [first, second] = [...namedTransitions(machine).keys()] as [string, string];
    for (const name of ['init', first, second, first, second]) coverage.take('client', name);
    coverage.take('server', 'init');
    const { ofTransitions, ...found } = coverage.kinds(coverage.ofRun(empty));
    expect(ofTransitions).toBeGreaterThan(200);
    // Of pairs: the two beginnings, and one from each of the three to the next.
    expect(found).toEqual({ transitions: 4, pairs: 5, standings: 0 });
  });

  it('should begin anew with every run, and give the same numbers to the same run', () => {
    const coverage = new Coverage(graceful);
    const other = new Coverage(graceful);
    for (const one of [coverage, other]) one.take('server', 'init');
    const reached = coverage.ofRun(empty);
    expect(reached.size).toBe(2);
    expect(other.ofRun(empty)).toEqual(reached);
    expect(coverage.ofRun(empty)).toEqual(new Set());
  });

  it('should tell standings by roles, gates and the order of epochs, not by epochs', () => {
    const coverage = new Coverage(graceful);
    const of = (record: typeof empty) => coverage.ofRun(record);
    const one = of(roles(['n1', 'master', 1], ['n2', 'slave', 1]));
    expect(of(roles(['n1', 'master', 7], ['n2', 'slave', 7]))).toEqual(one);
    expect(of(roles(['n1', 'master', 1], ['n2', 'slave', 2]))).not.toEqual(one);
    expect(of(roles(['n1', 'slave', 1], ['n2', 'master', 1]))).not.toEqual(one);
    const closed = run({ nodes: empty.nodes, notes: [note('n1', 1, 'gate', 'all')] });
    expect(of(closed).size).toBe(1);
    expect(coverage.kinds(one)).toMatchObject({ transitions: 0, pairs: 0, standings: 2 });
  });
});
