import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { reproduce } from './reproduce.js';

describe('reproduce', () => {
  it('should repeat every flag that made the run, and the seed always', () => {
    expect(reproduce({ command: 'run', seed: 1 })).toBe('npx switchover run --seed 1');
    const invoked = {
      command: 'run',
      scenario: 'slow-slave',
      protocol: 'graceful',
      set: ['retryMs=50', 'barrier=false'],
      without: ['promote'],
      fault: ['crash:n1@1.2s+500ms'],
      seed: 7,
    };
    expect(reproduce(invoked)).toBe(
      'npx switchover run slow-slave --protocol graceful --set retryMs=50 --set barrier=false ' +
        '--without promote --fault crash:n1@1.2s+500ms --seed 7',
    );
  });

  it.skipIf(process.platform === 'win32')('should mean to a shell what was typed', () => {
    const fault = `{"kind":"crash","node":"n'1 $HOME \`x\`"}`;
    const line = reproduce({ command: 'run', scenario: 'my file.json', fault: [fault], seed: 1 });
    const words = line.replace(
      'npx switchover',
      'node -p "JSON.stringify(process.argv.slice(1))" --',
    );
    const typed = JSON.parse(execFileSync('sh', ['-c', words], { encoding: 'utf8' }));
    expect(typed).toEqual(['run', 'my file.json', '--fault', fault, '--seed', '1']);
  });

  it.skipIf(process.platform === 'win32')('should bring what came in on stdin along', () => {
    const stdin = '{"name":"it\'s 100 % \\\\ mine"}';
    const line = reproduce({ command: 'run', stdin, seed: 3 });
    expect(line).toMatch(/\| npx switchover run - --seed 3$/);
    const echo = line.replace(/npx switchover.*/, 'cat');
    expect(execFileSync('sh', ['-c', echo], { encoding: 'utf8' })).toBe(stdin);
  });
});
