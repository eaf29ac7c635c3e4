/** `switchover schema`: JSON Schema of the files that Switchover reads and writes. */
import { Argument, type Command } from 'commander';
import { type FormatName, formatNames, formats } from '../files/format.js';
import { schemaOf } from '../files/schemas.js';
import { examples } from './help.js';

/** Adds the command to the program. */
export function registerSchema(program: Command): void {
  const command = program
    .command('schema')
    .addArgument(new Argument('[format]', 'left out, all are listed').choices(formatNames))
    .description('print the JSON Schema of a format, draft 2020-12')
    .option('--json', 'list the formats as JSON')
    .action(act);
  examples(command, [
    ['switchover schema', 'what formats there are'],
    ['switchover schema scenario > scenario.schema.json', 'for an editor that completes'],
  ]);
}

function act(format: FormatName | undefined, { json }: { json?: boolean }): void {
  if (format !== undefined) {
    console.log(JSON.stringify(schemaOf(format), null, 2));
  } else if (json === true) {
    const all = formatNames.map((name) => ({ name, ...formats[name] }));
    console.log(JSON.stringify({ version: 1, formats: all }));
  } else {
    for (const name of formatNames) {
      const { version, about } = formats[name];
      console.log(`${name.padEnd(9)} version ${version}  ${about}`);
    }
  }
}
