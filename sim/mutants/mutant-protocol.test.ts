/** Mutants by name, where any protocol may be named. */
import { describe, expect, it } from 'vitest';
import { namedTransitions } from '../../runtime/transition-names.js';
import { protocolNamed } from '../protocols.js';
import { run } from '../run.js';
import { InputError } from '../scenario.js';
import { mutations } from './mutants.js';

const named = (id: string) => protocolNamed(`graceful:${id}`);

describe('a mutant by its name', () => {
  it('should be graceful with one machine exchanged, and claim what graceful claims', () => {
    const { name, summary, source, programs, ...rest } = named('job.failing|always|0:remove');
    const { programs: own, ...graceful } = protocolNamed('graceful');
    expect(name).toBe('graceful:job.failing|always|0:remove');
    expect(summary).toBe(
      'graceful, but server.job.failing no longer goes to server.job.idle at once',
    );
    expect({ ...graceful, ...rest }).toEqual(graceful);
    const exchanged = Object.keys(own).filter((machine) => programs[machine] !== own[machine]);
    expect(exchanged).toEqual(['server']);
    expect([...namedTransitions(programs['server']!.machine).keys()]).not.toContain(
      'server.job.failing|always|0',
    );
  });

  it('should be built once, and again when many others were', () => {
    const id = 'call.ready|told.go|0:remove';
    const one = named(id);
    expect(named(id)).toBe(one);
    const others = [...mutations().keys()].filter((other) => other !== id);
    for (const other of others.slice(0, 10)) named(other);
    expect(named(id)).not.toBe(one);
    expect(named(id).name).toBe(one.name);
  });

  it('should run like any protocol', () => {
    const name = 'graceful:verdict.idle|served|0:remove';
    const { record, scenario } = run({ protocol: { name }, limits: { livenessUs: 1_000_000 } });
    expect(scenario.protocol.name).toBe(name);
    // The slave never answers, so nobody takes over.
    expect(record.nodes.map(({ node }) => node)).toEqual(['n1', 'n2', 'n3']);
    const roles = record.notes.filter(({ subject, node }) => subject === 'role' && node === 'n2');
    expect(roles.map(({ value }) => (value as { role: string }).role)).not.toContain('master');
  });

  it('should say which one was meant', () => {
    expect(() => named('job.failing|always|0:remov')).toThrow(InputError);
    expect(() => named('job.failing|always|0:remov')).toThrow(
      'did you mean "job.failing|always|0:remove"?',
    );
    expect(() => protocolNamed('gracefull:job')).toThrow('expected one of graceful');
  });
});
