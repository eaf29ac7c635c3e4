import { beforeAll, describe, expect, it } from 'vitest';
import { run } from '../run.js';
import { scenarioNamed } from '../scenarios/index.js';
import { render } from './render.js';
import { type Report, reportOf } from './report.js';
import { hanging } from './text.js';

const command = 'npx switchover run --seed 1';
const plain = { width: 80, colours: false };
const esc = String.fromCharCode(27);

describe('the text of a report', () => {
  let report: Report;
  let failed: Report;

  beforeAll(() => {
    const workload = { clients: 2, operations: 30, startUs: 2_950_000 };
    const given = { ...scenarioNamed('lost-takeover-reply'), workload };
    report = reportOf(run(given), command);
    const [first, ...others] = report.verdicts;
    const evidence = [
      { at: 2_000_000, node: 'n2', text: 'second' },
      { at: 1_000_000, node: 'n1', text: 'first' },
    ];
    const invalid = { ...first!, validity: 'invalid' as const, reason: 'it is wrong', evidence };
    failed = { ...report, verdicts: [invalid, ...others] };
  });

  it('should tell scenario, protocol, seed, faults, timeline, attempt, clients, verdicts, digest', () => {
    const text = render(report, plain);
    const order = [
      /^scenario lost-takeover-reply: /,
      /^protocol graceful, seed 1$/m,
      /^fault 1 {2}drop takeover-reply once from the start$/m,
      /^ {3}0\.000000 s {2}n1 {4}master \(epoch 1\)$/m,
      /net {3}takeover-reply of n2 to n1 lost \(fault 1\)$/m,
      /^attempt 1 {2}asked for at n1: /m,
      /^clients {4}writes \d+ ok, /m,
      /linearizable {3}(not )?claimed/,
      /^digest [0-9a-f]{16}, \d+ events$/m,
    ];
    const places = order.map((pattern) => text.search(pattern));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  it.each([60, 80, 100])('should fit %i columns', (width) => {
    const lines = render(report, { width, colours: false }).split('\n');
    const wide = lines.filter((line) => line.length > width && line !== command);
    expect(wide).toEqual([]);
  });

  it('should end a failure with the command that repeats it, and nothing else with one', () => {
    expect(render(failed, plain).split('\n').at(-1)).toBe(command);
    const held = {
      ...report,
      verdicts: report.verdicts.map((one) => ({ ...one, validity: 'valid' as const })),
    };
    expect(render(held, plain)).not.toContain(command);
  });

  it('should give the evidence of an invalid verdict in order of time, and its claim', () => {
    const lines = render(failed, plain).split('\n');
    const at = lines.findIndex((line) => line.startsWith('invalid  linearizable'));
    expect(lines.slice(at).join(' ')).toMatch(/claimed \(histories are linearizable per key\);/);
    const first = lines.findIndex((line) => line.endsWith('n1  first'));
    const second = lines.findIndex((line) => line.endsWith('n2  second'));
    expect([first > at, second]).toEqual([true, first + 1]);
  });

  it('should say the same with colours and without', () => {
    const coloured = render(failed, { width: 80, colours: true });
    expect(coloured).toContain(esc);
    const bare = coloured.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '');
    expect(bare).toBe(render(failed, plain));
    expect(render(failed, plain)).not.toContain(esc);
  });

  it('should name the knobs that differ, and only those', () => {
    const knobs = { barrier: false, promote: true, retryMs: 250 };
    const scenario = { ...report.scenario, protocol: { name: 'graceful', knobs } };
    const text = render({ ...report, scenario }, plain);
    expect(text).toMatch(/^knobs {4}barrier off, retryMs 250$/m);
    expect(render(report, plain)).not.toMatch(/^knobs/m);
  });

  it('should say of a fault that it found nothing to do', () => {
    expect(render({ ...report, idleFaults: [1] }, plain)).toMatch(/\(found nothing to do\)$/m);
  });
});

describe('hanging', () => {
  it('should break between words, keep a number with its unit, and split what is too wide', () => {
    expect(hanging('at: ', 'it took just 12 ms or so', 20)).toEqual([
      'at: it took just',
      '    12 ms or so',
    ]);
    expect(hanging('', 'x'.repeat(30), 12)).toEqual([
      'x'.repeat(12),
      'x'.repeat(12),
      'x'.repeat(6),
    ]);
  });
});
