/** `switchover check`: judges a history from a file, whoever wrote it. */
import { type Command, Option } from 'commander';
import { formatTime } from '../../runtime/duration.js';
import { defaultBudget } from '../checkers/linearizability/check-history.js';
import type { Verdict } from '../checkers/verdict.js';
import type { ReadHistory } from '../files/history-builder.js';
import { initialOf, type ModelName, modelNames } from '../files/history-models.js';
import { readChunks, sourceName } from '../files/input-text.js';
import { type JudgeOptions, judgeHistory } from '../files/judge-history.js';
import { readHistory } from '../files/read-history.js';
import { coloursOf, hanging, type Page } from '../report/text.js';
import { counted } from '../report/words.js';
import { integer } from './arguments.js';
import { examples } from './help.js';
import { pageOfStdout } from './page.js';
import { patiently } from './patience.js';
import { exitOf } from './run.js';

interface Options {
  readonly model?: ModelName;
  readonly initial?: string;
  readonly steps: number;
  readonly memory: number;
  readonly json?: boolean;
}

/** What a history is, for people. */
const lineHelp = `
A history is JSON Lines, an event a line, in order:
  process  who, a string or an integer: one operation at a time; nemesis is
           skipped
  type     invoke, then ok (it happened), fail (it did not) or info (it may have)
  f        what was asked for, by the model
  key      a string or an integer; on no line where there is one object only
  value    what was written, appended or added, on its invoke; what a read
           returned, on its ok, null for nothing
  time     microseconds, on every line or on none; without, the order of lines
           counts
\`switchover schema history\` has the whole. A header, as \`run --history\` writes
it, is checked: a history that was changed is not judged.

Or it is EDN as Jepsen writes it, one vector of operation maps or one after
another: :process, :type, :f, :value, perhaps :key, perhaps :time in nanoseconds.
Without :key, values are pairs [key value], as of jepsen.independent, where the
first one is (of a cas: [key [from to]]); else there is one object only. It is
known by the name FILE.edn, or by how it begins.

The model says what keys hold. It may be left out where the history says it.
  register      f: read, write; holds the value last written
  cas-register  f: cas too, of [from, to]; one that found another value is fail
  append        f: read, append; holds the list of what was appended. Or f: txn
                as Elle has it, [["append", key, 1]] or [["r", key, [1]]]: one
                operation each, several are refused
  counter       f: read, add (an integer), inc; begins as 0
  set           f: read (a list, in any order), add

Where a search is needed, --steps and --memory limit it for all keys together.
When either is spent the verdict is unknown: exit code 2.`;

/** Adds the command to the program. */
export function registerCheck(program: Command): void {
  const command = program
    .command('check')
    .argument('<file>', 'a history as JSON Lines or EDN; - for stdin')
    .description('judge a history, of Switchover or of another system')
    .addOption(new Option('--model <name>', 'what keys hold').choices(modelNames))
    .option('--initial <json>', 'what each key holds at first; by default nothing, or 0')
    .option('--steps <n>', 'operations to try and place, at most', integer(1), defaultBudget.steps)
    .option(
      '--memory <n>',
      'configurations to store at once, at most',
      integer(1),
      defaultBudget.memory,
    )
    .option('--json', 'print the verdict as JSON')
    .addHelpText('after', lineHelp)
    .action(act);
  examples(command, [
    ['switchover check history.jsonl', 'what run --history wrote'],
    ['switchover check - --model register < history.jsonl', 'one without a header'],
    ['switchover check history.jsonl --steps 1000', 'give up soon where a search is needed'],
  ]);
}

async function act(path: string, options: Options): Promise<void> {
  const source = sourceName(path);
  const history = await readHistory(readChunks(path, 'a history'), source, options.model);
  const { operations, model } = history;
  const { steps, memory } = options;
  const initial = options.initial === undefined ? undefined : initialOf(options.initial, model);
  const judging = { initial, steps, memory };
  const what = `judge ${counted(operations.length, 'operation')}:`;
  const verdict = patiently(what, () => judgeHistory(operations, model, judging));
  const isJson = options.json === true;
  console.log(
    isJson ? asJson(history, judging, verdict) : textOf(source, history, judging, verdict),
  );
  process.exitCode = exitOf([verdict]);
}

function asJson(history: ReadHistory, judging: JudgeOptions, verdict: Verdict): string {
  const { model, operations, events, processes, hasTimes, header } = history;
  return JSON.stringify({
    version: 1,
    model,
    operations: operations.length,
    events,
    processes,
    hasTimes,
    digest: header?.digest ?? null,
    ...(judging.initial !== undefined && { initial: judging.initial }),
    budget: { steps: judging.steps, memory: judging.memory },
    verdict,
  });
}

function textOf(
  source: string,
  history: ReadHistory,
  judging: JudgeOptions,
  verdict: Verdict,
): string {
  const { operations, processes, hasTimes, header, model } = history;
  const page = pageOfStdout();
  const seal = header === undefined ? 'no header' : 'as it was written';
  const counts = `${counted(operations.length, 'operation')}, processes: ${processes}`;
  const times = hasTimes ? [] : ['no times: line 12 stands at 0.000012 s'];
  return [
    ...hanging('history  ', [`${source}: ${counts}`, seal, ...times].join('; '), page.width),
    `model    ${model}; operations are named by the line of their invoke`,
    ...renderVerdict(verdict, page),
    ...(verdict.validity === 'unknown' ? budgetOf(judging, page) : []),
  ].join('\n');
}

function budgetOf({ steps, memory }: JudgeOptions, page: Page): string[] {
  const text = `--steps ${steps}, --memory ${memory}: with more of them it may be decided`;
  return hanging('budget   ', text, page.width);
}

function renderVerdict({ checker, validity, reason, evidence }: Verdict, page: Page): string[] {
  const { bold, green, red, yellow } = coloursOf(page);
  const paint = { valid: green, invalid: red, unknown: yellow }[validity];
  return [
    ...hanging(`${validity.padEnd(8)} ${checker}  `, reason, page.width).map((line, at) =>
      at > 0 ? line : line.replace(validity, paint(validity)).replace(checker, bold(checker)),
    ),
    ...evidence.flatMap(({ at, node, text }) =>
      hanging(`${formatTime(Math.floor(at))}  ${node}  `, text, page.width),
    ),
  ];
}
