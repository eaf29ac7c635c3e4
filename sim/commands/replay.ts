/** `switchover replay`: a saved run again, and whether it is the same. */
import type { Command } from 'commander';
import { parseFile, readText, sourceName } from '../files/input-text.js';
import { loadProtocolOf, type Replay, readyRun, replayRun } from '../files/replay.js';
import { renderReplay } from '../files/replay-words.js';
import { folderOf } from '../protocol-file.js';
import { render } from '../report/render.js';
import { type Report, reportOf } from '../report/report.js';
import { quoted } from '../report/reproduce.js';
import { InputError } from '../scenario.js';
import { Defect, Exit } from './arguments.js';
import { examples, note } from './help.js';
import { pageOfStdout } from './page.js';
import { patiently } from './patience.js';
import {
  loadArgument,
  protocolArgument,
  protocolNote,
  protocolValue,
} from './protocol-argument.js';
import { exitOf } from './run.js';

/** Adds the command to the program. */
export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .argument('<file>', 'what `run --save` wrote; - for stdin')
    .description('run a saved run again and tell whether it is the same')
    .option(
      `--protocol ${protocolValue}`,
      'run it by this protocol instead of the one that was saved',
    )
    .option('--json', 'print what was found and the report as JSON')
    .addHelpText('after', '\nExit code 2 also where it is another run than the one saved.')
    .action(act);
  note(command, protocolNote);
  examples(command, [
    ['switchover replay run.json', 'the run that run --save wrote, again'],
    ['switchover replay - < run.json', 'the same from stdin'],
  ]);
}

interface Options {
  readonly protocol?: string;
  readonly json?: boolean;
}

async function act(path: string, { protocol, json }: Options): Promise<void> {
  const replayed = await replayOf(path, protocol);
  const { result, difference, changed, decisions, saved } = replayed;
  const by = protocol === undefined ? '' : ` --protocol ${quoted(protocol)}`;
  const command = path === '-' ? undefined : `npx switchover replay ${quoted(path)}${by}`;
  const report = reportOf(result, command);
  if (json === true) {
    const told = { identical: difference === null, decisions, difference, changed, report };
    const { digest, events, verdicts } = saved;
    const before = { decisions: saved.decisions.length, digest, events, verdicts };
    console.log(JSON.stringify({ version: 1, saved: before, ...told }));
  } else console.log(textOf(sourceName(path), replayed, report));
  process.exitCode = exitOfReplay(replayed);
}

/**
 * Reads a replay file and runs it.
 * @param protocol to run it by, by name or file, instead of its own
 * @throws InputError when it is none that can be run
 */
export async function replayOf(path: string, protocol?: string): Promise<Replay> {
  const source = sourceName(path);
  const file = parseFile(readText(path, 'a switchover replay'), 'replay', source);
  await loadArgument('--protocol', protocol);
  if (protocol === undefined) await loadProtocolOf(file, folderOf(path), source);
  const by = protocol === undefined ? undefined : protocolArgument('--protocol', protocol);
  const saved = readyRun(file, source, by);
  const { name, seed } = saved.scenario;
  try {
    return patiently(`replay ${name}, seed ${seed}:`, () => replayRun(saved));
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new Defect(error, seed);
  }
}

/** Of another run there is no more to say than where it departs. */
function textOf(name: string, replayed: Replay, report: Report): string {
  const page = pageOfStdout();
  const lines = renderReplay(name, replayed, page);
  if (replayed.difference === null) lines.push('', render(report, page));
  return lines.join('\n');
}

/** Another run proves nothing of the saved one. */
export function exitOfReplay({ difference, result }: Replay): number {
  return difference === null ? exitOf(result.verdicts) : Exit.undecided;
}
