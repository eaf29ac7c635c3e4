/** `switchover story`: a run that fails, told in a few sentences, beside the nearest one that passes. */
import { type Command, Option } from 'commander';
import { type CheckerName, checkerNames, type Verdict } from '../checkers/verdict.js';
import { claimFor } from '../claims.js';
import { formatOf } from '../files/format.js';
import { parseFile, sourceName } from '../files/input-text.js';
import { loadProtocolOf, readyRun } from '../files/replay.js';
import { sizeInWords } from '../fuzz/size-in-words.js';
import { folderOf } from '../protocol-file.js';
import { protocolNamed } from '../protocols.js';
import { quoted, reproduce } from '../report/reproduce.js';
import { coloursOf, hanging } from '../report/text.js';
import { InputError, type Scenario } from '../scenario.js';
import { scenarioNamed } from '../scenarios/index.js';
import { type Answering, type Observed, observe } from '../story/observed.js';
import { pinnedOracle } from '../story/pinned-oracle.js';
import { renderHead, renderStory } from '../story/render.js';
import { type Story, storyOf } from '../story/story.js';
import { Defect } from './arguments.js';
import { examples, note } from './help.js';
import { pageOfStdout } from './page.js';
import { patiently } from './patience.js';
import { protocolNote } from './protocol-argument.js';
import { exitOf } from './run.js';
import {
  addScenarioFlags,
  chooseScenario,
  givenIn,
  loadScenario,
  type ScenarioFlags,
  scenarioText,
} from './scenario-source.js';

interface Options extends ScenarioFlags {
  readonly checker?: CheckerName;
  readonly json?: boolean;
}

/** What is told first where a run fails several checkers: what clients lost, then why. */
const gravest: readonly CheckerName[] = [
  'lost-write',
  'single-writer',
  'linearizable',
  'slave-reads',
  'durability',
  'convergence',
  'liveness',
  'attempts',
];

/** Adds the command to the program. */
export function registerStory(program: Command): void {
  const command = addScenarioFlags(program.command('story'))
    .description('tell a run that fails, beside the nearest one that passes')
    .addOption(
      new Option('--checker <name>', 'whose verdict to tell (default: the gravest)').choices(
        checkerNames,
      ),
    )
    .option('--json', 'print as JSON')
    .action(act);
  note(command, 'The file may also be what `run --save` or `fuzz` wrote, then without flags.');
  note(command, protocolNote);
  examples(command, [
    ['switchover story run.json', 'what happened in a run that was saved'],
    ['switchover story scenario.json --seed 7', 'in a scenario, with another seed'],
  ]);
}

/** A run that is to be told, and how to make it again. */
interface Told {
  readonly scenario: Scenario;
  readonly answering?: Answering;
  /** Of the saved run. */
  readonly digest?: string;
  readonly command: string;
}

async function act(name: string | undefined, options: Options): Promise<void> {
  const told = await toldOf(name, options);
  const { scenario, answering } = told;
  const [seen, story] = patiently(`story of ${scenario.name}, seed ${scenario.seed}:`, () => {
    try {
      const observed = observe(scenario, answering);
      const checker = failed(observed.result.verdicts, options.checker);
      const withOracle = answering === undefined ? {} : { answering };
      const found = checker === undefined ? null : storyOf(observed, checker, withOracle);
      return [observed, found] as const;
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new Defect(error, scenario.seed);
    }
  });
  const { digest, verdicts } = seen.result;
  if (options.json === true) {
    const each = verdicts.map(({ checker, validity }) => ({ checker, validity }));
    console.log(JSON.stringify({ version: 1, digest, verdicts: each, story }));
  } else console.log(textOf(told, seen, story));
  process.exitCode = exitOf(verdicts);
}

/** @throws InputError in one line when there is no such run */
async function toldOf(name: string | undefined, options: Options): Promise<Told> {
  if (name === undefined || scenarioNamed(name) !== undefined) return chosen(name, options);
  const source = sourceName(name);
  const given = parseFile(scenarioText(name), 'replay', source);
  if (formatOf(given) !== 'replay') return chosen(name, options, givenIn(name, given));
  const flag = (['protocol', 'seed', 'set', 'without', 'fault'] as const).find(
    (one) => options[one] !== undefined,
  );
  if (flag !== undefined) {
    throw new InputError(`--${flag}: expected a scenario; ${source} is told as it was saved`);
  }
  await loadProtocolOf(given, folderOf(name), source);
  const { scenario, decisions, asksNext, digest } = readyRun(given, source);
  const answering: Answering = (seeded) => pinnedOracle(decisions, seeded, asksNext);
  return { scenario, answering, digest, command: `npx switchover replay ${quoted(name)}` };
}

async function chosen(
  name: string | undefined,
  flags: Options,
  read?: ReturnType<typeof givenIn>,
): Promise<Told> {
  const source = await loadScenario(name, flags, read);
  const { scenario, invoked } = chooseScenario(name, flags, source);
  return { scenario, command: reproduce({ command: 'run', ...invoked }) };
}

/** Whose verdict is told: undefined where it is not invalid. */
function failed(
  verdicts: readonly Verdict[],
  wanted: CheckerName | undefined,
): CheckerName | undefined {
  const among = wanted === undefined ? gravest : [wanted];
  return among.find((name) =>
    verdicts.some(({ checker, validity }) => checker === name && validity === 'invalid'),
  );
}

function textOf(
  { scenario, digest, command }: Told,
  { result }: Observed,
  story: Story | null,
): string {
  const page = pageOfStdout();
  const { yellow } = coloursOf(page);
  const isOther = digest !== undefined && digest !== result.digest;
  const lines = isOther
    ? hanging('', 'not the run that was saved: Switchover has changed since', page.width).map(
        yellow,
      )
    : [];
  const about = [`${scenario.name} of ${scenario.protocol.name}, seed ${scenario.seed}`];
  if (story === null) {
    const each = result.verdicts.map(({ checker, validity }) => `${checker} ${validity}`);
    return [
      ...lines,
      ...hanging('', `nothing to tell of ${about}: ${each.join(', ')}`, page.width),
    ].join('\n');
  }
  const { claimed } = claimFor(protocolNamed(scenario.protocol.name), scenario, story.checker);
  const also = story.also.map(({ checker, kind }) => `${checker}: ${kind}`);
  return [
    ...lines,
    ...renderHead(story, claimed, [...about, sizeInWords(scenario)], page),
    ...(also.length > 0 ? hanging('  ', `it also fails ${also.join('; ')}`, page.width) : []),
    ...renderStory(story, page),
    `  digest ${result.digest}`,
    command,
  ].join('\n');
}
