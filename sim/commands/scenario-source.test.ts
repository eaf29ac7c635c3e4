import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InputError, parseScenario } from '../scenario.js';
import { chooseScenario, type ScenarioFlags } from './scenario-source.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'switchover-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function refusal(name: string | undefined, flags: ScenarioFlags = {}): string {
  try {
    chooseScenario(name, flags);
  } catch (error) {
    if (error instanceof InputError) return error.message.replaceAll(`${folder}/`, '');
    throw error;
  }
  return 'accepted';
}

describe('choosing a scenario', () => {
  it('should take the default without an argument, and a name or a file with one', () => {
    expect(chooseScenario(undefined, {}).scenario.name).toBe('default');
    expect(chooseScenario('slow-slave', {}).scenario.faults).toHaveLength(1);
    const path = file('mine.json', '{"name": "mine", "seed": 9}');
    const { scenario, invoked } = chooseScenario(path, {});
    expect(scenario).toEqual(parseScenario({ name: 'mine', seed: 9 }));
    expect(invoked).toMatchObject({ scenario: path, seed: 9 });
  });

  it('should let flags outweigh the file, knob by knob', () => {
    const path = file(
      'knobs.json',
      '{"seed": 9, "protocol": {"knobs": {"retryMs": 7, "demote": false}}}',
    );
    const { scenario } = chooseScenario(path, {
      seed: 3,
      protocol: 'kvrocks-pr3295',
      set: ['retryMs=50', 'inDoubt=true'],
      without: ['barrier'],
    });
    expect(scenario.seed).toBe(3);
    expect(scenario.protocol).toEqual({
      name: 'kvrocks-pr3295',
      knobs: { retryMs: 50, demote: false, inDoubt: true, barrier: false },
    });
  });

  it('should add faults behind those of the scenario, with the next free id', () => {
    const fault = [
      'crash:n1@1s',
      '{"id":9,"kind":"crash","node":"n2","at":{"timeUs":5}}',
      'pause:n2',
    ];
    const { scenario } = chooseScenario('slow-slave', { fault });
    expect(scenario.faults.map(({ id, kind }) => [id, kind])).toEqual([
      [1, 'pause'],
      [2, 'crash'],
      [9, 'crash'],
      [10, 'pause'],
    ]);
  });

  it('should keep what repeats the run: the flags as they were typed', () => {
    const flags = { set: ['retryMs=50'], without: ['barrier'], fault: ['crash:n1@1s'] };
    expect(chooseScenario('default', flags).invoked).toEqual({
      scenario: 'default',
      seed: 1,
      ...flags,
    });
  });
});

describe('what cannot be a scenario', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['bin', Uint8Array.of(255, 0, 97), 'bin: not text in UTF-8, expected a scenario as JSON'],
    [
      'cut.json',
      '{"seed": 1,',
      "cut.json: not JSON at line 1, column 12: got the end of the text, expected a field's name in double quotes",
    ],
    [
      'empty.json',
      '',
      'empty.json: not JSON at line 1, column 1: got the end of the text, expected a value',
    ],
    [
      'list.json',
      '[]',
      'list.json: scenario: got [], Invalid input: expected object, received array',
    ],
    ['field.json', '{"sede": 1}', "field.json: scenario: unknown field 'sede'"],
    ['deep.json', '{"cluster": {"slavs": 1}}', "deep.json: cluster: unknown field 'slavs'"],
    [
      'negative.json',
      '{"faults":[{"id":1,"kind":"crash","node":"n1","at":{"timeUs":5},"durationUs":-4}]}',
      'negative.json: faults.0.durationUs: got -4, Too small: expected number to be >=0',
    ],
    [
      'node.json',
      '{"faults":[{"id":1,"kind":"crash","node":"m9","at":{"timeUs":5}}]}',
      'node.json: faults.0.node: unknown node "m9", expected one of n1, n2, n3, c1, c2, c3, c4, op1, probe',
    ],
    [
      'policy.json',
      '{"workload": {"policy": "no"}}',
      'policy.json: workload.policy: got "no", expected one of ',
    ],
    [
      'protocol.json',
      '{"protocol": {"name": "gracefull"}}',
      'protocol.json: protocol.name: got "gracefull", did you mean "graceful"?',
    ],
    [
      'knob.json',
      '{"protocol": {"knobs": {"barier": false}}}',
      'knob.json: protocol.knobs.barier: unknown knob, did you mean "barrier"?',
    ],
  ])('%s should be refused with file, field, value and expectation', (name, content, message) => {
    expect(refusal(file(name, content))).toContain(message);
  });

  it('should be named when it is no file', () => {
    expect(refusal(folder)).toBe(`${folder}: is a directory, expected a scenario file`);
    expect(refusal('defualt')).toBe(
      'defualt: no such file, and no scenario of that name; did you mean "default"?',
    );
  });
});

describe('a flag that makes no sense', () => {
  it.each<[ScenarioFlags, string]>([
    [{ protocol: 'grace' }, '--protocol: unknown protocol "grace", expected one of graceful'],
    [{ set: ['barrier'] }, '--set: got "barrier", expected knob=value'],
    [{ set: ['barrier=1'] }, '--set barrier: got "1", expected true or false'],
    [{ set: ['pollMs=-1'] }, '--set pollMs: got "-1", expected an integer of at least 0 (ms)'],
    [{ set: ['poll=1'] }, '--set: unknown knob "poll", expected one of barrier'],
    [{ set: ['toString=1'] }, '--set: unknown knob "toString", expected one of barrier'],
    [{ without: ['barier'] }, '--without: unknown safeguard "barier", did you mean "barrier"?'],
    [{ without: ['pollMs'] }, '--without: unknown safeguard "pollMs", expected one of barrier'],
    [
      { fault: ['crash:n9@1s'] },
      '--fault crash:n9@1s: node: unknown node "n9", expected one of n1',
    ],
    [{ fault: ['crash:n1@1'] }, '--fault crash:n1@1: got "1", expected a time of at least 0'],
    [
      { fault: ['drop:takover'] },
      '--fault drop:takover: type: unknown message type "takover", did you',
    ],
    [
      { fault: ['pause:n2@state:swiching'] },
      '--fault pause:n2@state:swiching: unknown state "swiching", did',
    ],
    [{ fault: ['{"kind":"crash"}'] }, '--fault {"kind":"crash"}: node: got nothing, '],
  ])('%j should be refused by name', (flags, message) => {
    expect(refusal(undefined, flags)).toContain(message);
  });
});
