/** The built command line, run as a person would. Needs the build: `npm test` builds first. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const cli = fileURLToPath(new URL('../../dist/sim/cli.js', import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command to its end. */
export function switchover(args: readonly string[], input = ''): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    encoding: 'utf8',
    input,
    cwd: root,
  });
  return { status, stdout, stderr };
}

/** Runs a line of a shell, in which `switchover` is the command. */
export function shell(line: string, cwd: string, env: NodeJS.ProcessEnv = {}): Ended {
  const command = `switchover() { "${process.execPath}" "${cli}" "$@"; }\n${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], {
    encoding: 'utf8',
    cwd,
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}
