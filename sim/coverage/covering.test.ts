/** Runs that are listened to are the runs of a campaign, and each thing is told once. */
import { describe, expect, it } from 'vitest';
import { subjectOf } from '../fuzz/draw-scenario.js';
import { Fuzzer, type Task } from '../fuzz/fuzz-run.js';
import { canaries, protocolNamed, protocols } from '../protocols.js';
import { parseScenario } from '../scenario.js';
import { scenarioNamed } from '../scenarios/index.js';
import { merged, nameOf } from './covered.js';
import { Covering } from './covering.js';
import { inventoryOf, sightsOf } from './inventory.js';
import { coverageScenarios, shippedScenarios } from './runs.js';
import { coverageSubjects, subjectNameOf } from './subjects.js';

const subject = { protocol: 'graceful', knobs: { barrier: false } };
const tasks = (from: number, to: number): Task[] =>
  Array.from({ length: to - from }, (_, at) => ({
    index: from + at,
    recipe: { seed: from + at, draw: 'swarm', mutations: [] },
  }));

describe('runs that are listened to', () => {
  it('should be the runs that a campaign makes, whatever was run before them', () => {
    const covering = new Covering();
    const plain = new Fuzzer(subjectOf(subject.protocol, subject.knobs));
    covering.run(parseScenario({ workload: { operations: 5 } }));
    const { outcomes } = covering.make(subject, tasks(1, 9));
    expect(outcomes).toEqual(tasks(1, 9).map((task) => plain.make(task)));
  });

  it('should tell what the paths of a test model cover', () => {
    const covered = new Covering().paths({ protocol: 'graceful', knobs: {}, model: 'takeover' });
    expect(covered.filter((one) => one.startsWith('server.verdict.')).length).toBeGreaterThan(30);
  }, 60_000);

  it('should tell of a subject what is new, and of a scenario all of it', () => {
    const covering = new Covering();
    const first = covering.make(subject, tasks(1, 5)).covered;
    const second = covering.make(subject, tasks(5, 9)).covered;
    expect(first.length).toBeGreaterThan(200);
    expect(second.filter((one) => first.includes(one))).toEqual([]);
    expect(merged(first, second)).toEqual(
      merged(new Covering().make(subject, tasks(1, 9)).covered),
    );
    expect(covering.make(subject, tasks(1, 5)).covered).toEqual([]);
    const scenario = parseScenario({ workload: { operations: 5 } });
    const { covered } = covering.run(scenario);
    expect(covering.run(scenario)).toEqual({ covered });
    expect(new Covering().run(scenario)).toEqual({ covered });
    const names = inventoryOf(protocolNamed('graceful')).flatMap((item) =>
      sightsOf(item).map((sight) => nameOf(item, sight)),
    );
    expect(covered.filter((one) => !names.includes(one))).toEqual([]);
  });

  it('should tell what the simulator failed of as a defect', () => {
    const limits = { livenessUs: 0 };
    const workload = { clients: 0, operations: 0 };
    const scenario = parseScenario({ workload, operator: [], limits });
    const { covered, defect } = new Covering().run({ ...scenario, name: 'nobody' });
    expect([covered, defect]).toEqual([[], expect.stringContaining('nobody: probe is down')]);
  });
});

describe('subjects of coverage', () => {
  it('should be the protocol, what else has its machines, and each without a safeguard', () => {
    const names = coverageSubjects(protocolNamed('graceful')).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(['graceful', 'kvrocks-pr3295', 'graceful without barrier']);
    expect(names).toHaveLength(18);
    const others = coverageSubjects(protocolNamed('kvrocks-pr3295')).map(({ name }) => name);
    expect(others[0]).toBe('kvrocks-pr3295');
    expect([...others].sort()).toEqual([...names].sort());
    for (const protocol of protocols) {
      for (const { subject: one } of coverageSubjects(protocol)) {
        expect(protocolNamed(one.protocol).programs).toBe(protocol.programs);
      }
    }
  });

  it.each([
    [{ protocol: { name: 'graceful', knobs: { pollMs: 10, barrier: true } } }, 'graceful'],
    [{ protocol: { knobs: { barrier: false } } }, 'graceful without barrier'],
    [
      { protocol: { knobs: { barrier: false, demote: false } } },
      'graceful without barrier, without demote',
    ],
    [
      { protocol: { name: 'kvrocks-pr3295', knobs: { barrier: true } } },
      'kvrocks-pr3295 with barrier',
    ],
    [scenarioNamed('upgrade-rolling'), 'graceful beside other releases'],
    [{ cluster: { nodes: { release: 'own' } } }, 'graceful'],
  ])('should keep the runs of %o as those of %s', (given, name) => {
    expect(subjectNameOf(parseScenario(given))).toBe(name);
  });
});

describe('scenarios that are run for coverage', () => {
  it('should be of the machines that are covered, the corpus among them', () => {
    for (const protocol of protocols) {
      const all = coverageScenarios(protocol);
      const shipped = shippedScenarios(protocol);
      expect(all.slice(0, shipped.length)).toEqual(shipped);
      expect(all.length).toBeGreaterThan(shipped.length + 30);
      const others = all.filter(
        (one) => protocolNamed(one.protocol.name).programs !== protocol.programs,
      );
      expect(others).toEqual([]);
      const unsaid = all.find(({ name }) => name === 'slow-slave');
      expect(unsaid?.protocol.name).toBe(protocol.name);
    }
  });

  it('should be run by a mutant of the machines too, where nothing says whose they are', () => {
    const canary = canaries[0]!;
    const all = coverageScenarios(canary);
    expect(all.length).toBeGreaterThan(80);
    expect(all.filter(({ protocol }) => protocol.name !== canary.name)).toEqual([]);
  });
});
