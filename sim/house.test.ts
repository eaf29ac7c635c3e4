/** The house rules that a linter doesn't know: which folder imports which, bans, sizes. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folders = ['machines', 'runtime', 'sim', 'bench'];

interface Source {
  path: string;
  text: string;
  code: string;
  isTest: boolean;
}

const sources: Source[] = folders
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      join(folder, file),
    ),
  )
  .filter((path) => path.endsWith('.ts'))
  .sort()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return { path, text, code: stripComments(text), isTest: /\.test\.ts$|test-/.test(path) };
  });

function stripComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
}

/** Words in quotes are not code. */
function stripTexts(code: string): string {
  return code.replace(/'[^'\n]*'/g, "''");
}

/** What a source imports: paths from the root, or package names. */
function importsOf({ path, code }: Source): string[] {
  return [...code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name]) =>
    name!.startsWith('.') ? normalize(join(dirname(path), name!)) : name!,
  );
}

/** Offences of the sources of a folder, as `path: what`. */
function offences(
  folder: string,
  find: (source: Source) => string[],
  tests: 'with tests' | 'without tests',
): string[] {
  return sources
    .filter(({ path, isTest }) => path.startsWith(folder) && (tests === 'with tests' || !isTest))
    .flatMap((source) => find(source).map((what) => `${source.path}: ${what}`));
}

const banned: [RegExp, string][] = [
  [/\bDate\b/, 'Date: the time arrives on the event'],
  [/\bMath\.(random|log\w*|exp\w*|pow|sin|cos|tan|sqrt|cbrt|hypot)\b/, 'Math: engines differ'],
  [/\*\*/, '** is Math.pow'],
  [/\bperformance\b/, 'performance: real time'],
  [/\b(setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'a timer of the real clock'],
  [/\b(process\.|console\.)/, 'process or console'],
  [/\b(async|await|Promise)\b/, "promises: their order is not the world's"],
  [/\blocaleCompare\b|\bIntl\b|\btoLocale/, 'locales differ'],
];

describe('the house', () => {
  it('should let machines import nothing of the runtime but its vocabulary', () => {
    const found = offences(
      'machines/',
      (source) =>
        importsOf(source).filter(
          (name) =>
            name.startsWith('sim') ||
            name.startsWith('bench') ||
            name.startsWith('node:') ||
            (name.startsWith('runtime') && name !== 'runtime/vocabulary.js'),
        ),
      'without tests',
    );
    expect(found).toEqual([]);
  });

  it('should keep the runtime apart from machines, sim, bench and node', () => {
    const found = offences(
      'runtime/',
      (source) => importsOf(source).filter((name) => /^(machines|sim|bench)\b|^node:/.test(name)),
      'without tests',
    );
    expect(found).toEqual([]);
  });

  it('should keep protocol words out of the runtime', () => {
    const words = /\b(master|slave|failover|replica)\b/i;
    const found = offences('runtime/', ({ text }) => text.match(words) ?? [], 'without tests');
    expect(found).toEqual([]);
  });

  it('should let no protocol import another', () => {
    const shared = ['protocol.js', 'mutant.js', 'test-model.js'];
    const found = offences(
      'machines/',
      (source) => {
        const own = source.path.split('/')[1]!;
        return importsOf(source).filter((name) => {
          const [folder, other] = name.split('/');
          return folder === 'machines' && ![own, 'kvrocks', ...shared].includes(other!);
        });
      },
      'with tests',
    );
    expect(found).toEqual([]);
  });

  it('should let a checker import neither machine, protocol nor world', () => {
    const found = offences(
      'sim/checkers/',
      (source) =>
        importsOf(source).filter(
          (name) =>
            name.startsWith('machines') ||
            (name.startsWith('runtime') && !/runtime\/(record|vocabulary)\.js$/.test(name)),
        ),
      'without tests',
    );
    expect(found).toEqual([]);
  });

  it.each(['runtime/', 'machines/'])('should keep clocks, dice and locales out of %s', (folder) => {
    const found = offences(
      folder,
      ({ code }) =>
        banned.filter(([pattern]) => pattern.test(stripTexts(code))).map(([, why]) => why),
      'without tests',
    ).filter((offence) => !offence.startsWith('runtime/fixtures/leaky'));
    expect(found).toEqual([]);
  });

  it('should keep every file to 400 lines outside tests', () => {
    const found = offences(
      '',
      ({ text }) => (text.split('\n').length > 401 ? [`${text.split('\n').length} lines`] : []),
      'without tests',
    );
    expect(found).toEqual([]);
  });

  it('should keep functions to 70 lines outside tests', () => {
    const found = offences('', ({ text }) => longFunctions(text), 'without tests');
    expect(found).toEqual([]);
  });

  it('should leave no mark of unfinished work', () => {
    const mark = new RegExp(['FIX' + 'ME', 'TO' + 'DO', 'XX' + 'X'].join('|'));
    expect(offences('', ({ text }) => text.match(mark) ?? [], 'with tests')).toEqual([]);
  });
});

/** Functions and methods by indentation: a closing brace at the indentation of the head ends one. */
function longFunctions(text: string): string[] {
  const found: string[] = [];
  const lines = text.split('\n');
  for (const [at, line] of lines.entries()) {
    const head =
      /^( *)(?:export )?(?:default )?(?:private |static )?(?:function )?\*?\w+(?:<.*>)?\(/.exec(
        line,
      );
    if (head === null || /^\s*(if|for|while|switch|return|describe|it)\b/.test(line)) continue;
    if (!/[{(]$/.test(line) || line.includes('=>')) continue;
    const end = lines.findIndex((other, index) => index > at && other === `${head[1]}}`);
    const opened = lines.slice(at, end + 1).join('\n');
    if (end > 0 && /\{\s*$/m.test(opened) && end - at > 70)
      found.push(`${line.trim()} ${end - at}`);
  }
  return found;
}
