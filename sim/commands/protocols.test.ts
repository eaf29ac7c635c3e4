import { describe, expect, it } from 'vitest';
import { chartJson } from '../chart/chart-json.js';
import { canaries, protocolNamed } from '../protocols.js';
import { switchover } from './test-cli.js';

const { programs } = protocolNamed('graceful');
const call = programs['call']!.machine;

describe('the machines of a protocol', () => {
  it('should be listed by name, for people and as JSON', () => {
    const { stdout } = switchover(['protocols', 'graceful']);
    const list = stdout.slice(stdout.indexOf('\nmachines\n'));
    expect([...list.matchAll(/^ {2}(\w+) +\d+ states/gm)].map(([, name]) => name)).toEqual(
      Object.keys(programs),
    );
    expect(list).toMatch(/^ {2}server .*starts with the process of a node$/m);
    const { protocol } = JSON.parse(switchover(['protocols', 'graceful', '--json']).stdout);
    expect(protocol.machines.map(({ name }: { name: string }) => name)).toEqual(
      Object.keys(programs),
    );
    expect(protocol.machines).toContainEqual({
      name: 'call',
      rootOf: null,
      states: 6,
      transitions: expect.any(Number),
    });
  });

  it('should be printed as the config that XState takes, or in one line with what it is', () => {
    const chart = chartJson(call);
    const { stdout, stderr, status } = switchover(['protocols', 'graceful', '--machine', 'call']);
    expect([stderr, status]).toEqual(['', 0]);
    expect(JSON.parse(stdout)).toEqual(chart);
    expect(stdout.split('\n')[1]).toBe('  "id": "call",');
    const line = switchover(['protocols', 'graceful', '--machine', 'call', '--json']).stdout;
    expect(line.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(line)).toEqual({ version: 1, protocol: 'graceful', machine: 'call', chart });
  });

  it('should be drawn, whole or a state alone', () => {
    const words = ['protocols', 'graceful', '--machine', 'server', '--diagram'];
    const whole = switchover(words).stdout;
    expect(whole.split('\n').slice(0, 4)).toEqual([
      '---',
      'title: "graceful, server"',
      '---',
      'stateDiagram-v2',
    ]);
    const part = switchover([...words, '--state', 'job.waiting']).stdout;
    expect(part).toContain('title: "graceful, server / job / waiting"');
    expect(part).toContain('state "listening" as server__job__waiting__listening');
    expect(part).not.toContain('state "draining"');
    const { diagram } = JSON.parse(switchover([...words, '--json']).stdout);
    expect(diagram).toBe(whole);
  });
});

describe('the canaries of a protocol', () => {
  it('should be listed below the protocols, by rule and breach', () => {
    const { stdout } = switchover(['protocols']);
    const [above, below] = stdout.split('\n\ncanaries: ');
    expect(above).toMatch(/^graceful /);
    expect(above).not.toContain('graceful-r1');
    expect([...below!.matchAll(/^(graceful-\S+) +(R\d): /gm)].map(([, name]) => name)).toEqual(
      canaries.map(({ name }) => name),
    );
    const told = JSON.parse(switchover(['protocols', '--json']).stdout);
    expect(told.protocols.map(({ name }: { name: string }) => name)).toEqual([
      'graceful',
      'kvrocks-pr3295',
    ]);
    expect(told.canaries).toContainEqual({
      name: 'graceful-r2-volatile',
      of: 'graceful',
      rule: 'R2',
      breaks: 'verdicts are forgotten when the process ends',
    });
  });

  it('should be told like any protocol, and a slip in their names too', () => {
    const { stdout } = switchover(['protocols', 'graceful-r4-numbered']);
    expect(stdout).toMatch(/^graceful-r4-numbered: graceful without R4: /);
    expect(stdout).toContain('none; what a run finds is reported as not claimed');
    const { stderr, status } = switchover(['protocols', 'graceful-r4-numbred']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('did you mean "graceful-r4-numbered"?');
  });

  it('should be run by name', () => {
    const given = ['lost-takeover-reply', '--protocol', 'graceful-r2-unread'];
    const { stdout, status } = switchover(['run', ...given]);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^invalid {2}liveness +not claimed/m);
  });
});
