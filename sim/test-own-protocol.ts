/** For tests: a folder outside of the repository, with Switchover installed and a protocol in it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The example's text, with some of it replaced. */
export function exampleWith(...changes: readonly (readonly [from: string, to: string])[]): string {
  let text = readFileSync(join(root, 'sim/examples/primary-backup.js'), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the example has no ${from}`);
    text = text.replace(from, () => to);
  }
  return text;
}

export class OwnFolder {
  readonly path: string;

  /** @param files what is in it beside `toy.js`, the example */
  constructor(files: Readonly<Record<string, string>> = {}) {
    this.path = mkdtempSync(join(tmpdir(), 'switchover-own-'));
    mkdirSync(join(this.path, 'node_modules'));
    symlinkSync(root, join(this.path, 'node_modules/switchover'), 'dir');
    symlinkSync(join(root, 'node_modules/xstate'), join(this.path, 'node_modules/xstate'), 'dir');
    const all = { 'package.json': '{"type":"module"}', 'toy.js': exampleWith(), ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(this.path, name), text);
  }

  end(): void {
    rmSync(this.path, { recursive: true });
  }
}
