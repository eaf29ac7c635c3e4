/** What `npm start` shows. Needs the build: `npm test` builds first. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../report/report.js';
import { parts } from './demo.js';

const cli = fileURLToPath(new URL('../../dist/sim/cli.js', import.meta.url));

/** Rejects when the command exits with anything but 0. */
const shown = (...args: string[]) => promisify(execFile)(process.execPath, [cli, 'demo', ...args]);

describe('the demonstration', () => {
  let text = '';
  let stderr = '';
  let json: { reports: Report[]; surprises: string[] };

  beforeAll(async () => {
    const [people, tools] = await Promise.all([shown(), shown('--json')]);
    ({ stdout: text, stderr } = people);
    json = JSON.parse(tools.stdout);
  }, 60_000);

  it('should find what its table says, and exit 0', () => {
    expect(json.surprises).toEqual([]);
    expect(stderr).toBe('');
  });

  it('should show four runs with their timelines, then what held, then how to repeat each', () => {
    expect(text.match(/^\d\. .*/gm)).toHaveLength(parts.length);
    expect(text.match(/asks n1 for FAILOVER to n2/g)).toHaveLength(parts.length);
    expect(text).toMatch(/^What held$/m);
    const last = text.trimEnd().split('\n').slice(-parts.length);
    expect(last).toEqual(json.reports.map(({ reproduce }) => reproduce));
  });

  it('should hand over with writes in flight: else it would show nothing', () => {
    for (const { attempts, clients, idleFaults } of json.reports) {
      expect(attempts.length).toBeGreaterThan(0);
      expect(clients.refusals.map(({ word }) => word)).toContain('TRYAGAIN');
      expect(idleFaults).toEqual([]);
    }
  });

  it('should fit 80 columns', () => {
    const wide = text.split('\n').filter((line) => line.length > 80);
    expect(wide.filter((line) => !line.startsWith('npx'))).toEqual([]);
  });
});
