/** The benchmarks as a command. Needs the build: `npm test` builds first. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/bench/main.js', import.meta.url));

function bench(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [main, ...args]);
}

describe('npm run bench', () => {
  it('refuses an unknown name in one line that says what there is', async () => {
    const refused = await bench('thruput').catch((error: object) => error);
    expect(refused).toMatchObject({ code: 3, stdout: '' });
    const { stderr } = refused as { stderr: string };
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain("'thruput'");
    expect(stderr).toContain('throughput, engine, queue, links');
  });

  it('has help', async () => {
    const { stdout } = await bench('--help');
    expect(stdout).toContain('--json');
    expect(stdout).toContain('throughput');
  });

  it('prints a micro benchmark as one object', async () => {
    const { stdout, stderr } = await bench('decisions', '--json');
    const { micro } = JSON.parse(stdout);
    expect(stderr).toBe('');
    expect(micro).toContainEqual({
      group: 'one of 1000',
      name: 'keyed, with its label',
      ns: expect.any(Number),
    });
  });
});
