/** `switchover check`: judges a history from a file, whoever wrote it. */
import { type Command, Option } from 'commander';
import { formatTime } from '../../runtime/duration.js';
import type { Verdict } from '../checkers/verdict.js';
import type { ReadHistory } from '../files/history-reader.js';
import { type ModelName, modelNames } from '../files/history-schema.js';
import { readChunks, sourceName } from '../files/input-text.js';
import { judgeHistory } from '../files/judge-history.js';
import { readHistory } from '../files/read-history.js';
import { coloursOf, hanging, type Page } from '../report/text.js';
import { counted } from '../report/words.js';
import { examples } from './help.js';
import { pageOfStdout } from './page.js';
import { patiently } from './patience.js';
import { exitOf } from './run.js';

interface Options {
  readonly model?: ModelName;
  readonly json?: boolean;
}

/** What a line of a history holds, for people. */
const lineHelp = `
A history is JSON Lines, an event a line, in order:
  process  who, a string or an integer: one operation at a time; nemesis is
           skipped
  type     invoke, then ok (it happened), fail (it did not) or info (it may have)
  f        read, write or append
  key      a string or an integer
  value    of a write or append: what, on its invoke; of a read: what it
           returned, on its ok, a list where the key is appended to, null for
           nothing
  time     microseconds, on every line or on none; without, the order of lines
           counts
\`switchover schema history\` has the whole. A header, as \`run --history\` writes
it, is checked: a history that was changed is not judged.

The model says what keys hold: register, the value last written; append, the
list of what was appended. It may be left out where a header says it.`;

/** Adds the command to the program. */
export function registerCheck(program: Command): void {
  const command = program
    .command('check')
    .argument('<file>', 'a history as JSON Lines; - for stdin')
    .description('judge a history, of Switchover or of another system')
    .addOption(new Option('--model <name>', 'what keys hold').choices(modelNames))
    .option('--json', 'print the verdict as JSON')
    .addHelpText('after', lineHelp)
    .action(act);
  examples(command, [
    ['switchover check history.jsonl', 'what run --history wrote'],
    ['switchover check - --model register < history.jsonl', 'one without a header'],
  ]);
}

async function act(path: string, { model, json }: Options): Promise<void> {
  const source = sourceName(path);
  const history = await readHistory(readChunks(path, 'a history as JSON Lines'), source, model);
  const { operations } = history;
  const what = `judge ${counted(operations.length, 'operation')}:`;
  const verdict = patiently(what, () => judgeHistory(operations, history.model));
  console.log(json === true ? asJson(history, verdict) : textOf(source, history, verdict));
  process.exitCode = exitOf([verdict]);
}

function asJson(history: ReadHistory, verdict: Verdict): string {
  const { model, operations, events, processes, hasTimes, header } = history;
  return JSON.stringify({
    version: 1,
    model,
    operations: operations.length,
    events,
    processes,
    hasTimes,
    digest: header?.digest ?? null,
    verdict,
  });
}

function textOf(source: string, history: ReadHistory, verdict: Verdict): string {
  const { operations, processes, hasTimes, header, model } = history;
  const page = pageOfStdout();
  const seal = header === undefined ? 'no header' : 'as it was written';
  const counts = `${counted(operations.length, 'operation')}, processes: ${processes}`;
  const times = hasTimes ? [] : ['no times: line 12 stands at 0.000012 s'];
  return [
    ...hanging('history  ', [`${source}: ${counts}`, seal, ...times].join('; '), page.width),
    `model    ${model}; operations are named by the line of their invoke`,
    ...renderVerdict(verdict, page),
  ].join('\n');
}

function renderVerdict({ checker, validity, reason, evidence }: Verdict, page: Page): string[] {
  const { bold, green, red, yellow } = coloursOf(page);
  const paint = { valid: green, invalid: red, unknown: yellow }[validity];
  return [
    ...hanging(`${validity.padEnd(8)} ${checker}  `, reason, page.width).map((line, at) =>
      at > 0 ? line : line.replace(validity, paint(validity)).replace(checker, bold(checker)),
    ),
    ...evidence.flatMap(({ at, node, text }) =>
      hanging(`${formatTime(at)}  ${node}  `, text, page.width),
    ),
  ];
}
