/** JSON Schema of every format, made from the schema that its files are parsed with. */
import { z } from 'zod';
import { scenarioSchema } from '../scenario.js';
import { type FormatName, formats } from './format.js';
import { historyEventSchema, historyFaultSchema, historyHeaderSchema } from './history-schema.js';
import { replaySchema } from './replay-file.js';
import { traceEntrySchema, traceHeaderSchema } from './trace-file.js';

const schemas: Readonly<Record<FormatName, z.ZodType>> = {
  scenario: scenarioSchema,
  history: z.union([historyHeaderSchema, historyFaultSchema, historyEventSchema]),
  trace: z.union([traceHeaderSchema, traceEntrySchema]),
  replay: replaySchema,
};

/** JSON Schema, draft 2020-12: of the whole file, or of each line where it is JSON Lines. */
export function schemaOf(format: FormatName): Record<string, unknown> {
  const { version, about } = formats[format];
  const schema = z.toJSONSchema(schemas[format], { io: 'input', target: 'draft-2020-12' });
  const { $schema, ...rest } = schema as Record<string, unknown>;
  return {
    $schema,
    title: `switchover ${format}, version ${version}`,
    description: about,
    ...rest,
  };
}
