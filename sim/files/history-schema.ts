/**
 * A history as JSON Lines: perhaps a header, then an event a line. Other people's histories have no
 * header, and perhaps no times: then the order of the lines counts.
 */
import { z } from 'zod';
import { checksumSchema } from './checksum.js';

/** What the keys of a history hold, and so how it is judged. */
export const modelNames = ['register', 'append'] as const;

export type ModelName = (typeof modelNames)[number];

const text = 'expected a string or an integer';
const scalar = z.union([z.string(), z.int()], { error: text });
const named = z.union([z.string().min(1), z.int()], { error: text });
const time = z
  .int({ error: 'expected an integer' })
  .min(0, 'expected at least 0')
  .optional()
  .describe('microseconds, never less than before; on every line or on none');

/** The first line, of histories that Switchover wrote. */
export const historyHeaderSchema = z.strictObject({
  format: z.literal('switchover history'),
  version: z.literal(1),
  model: z.enum(modelNames).describe('append: keys hold lists, or are written where none appends'),
  timeUnit: z.literal('us'),
  events: z.int().min(0).describe('lines behind this one'),
  digest: z
    .string()
    .regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits')
    .optional()
    .describe('of the run'),
  checksum: checksumSchema.describe(
    'SHA-256 of this line as JSON without checksum and spaces, then every other line, each with LF',
  ),
});

export type HistoryHeader = z.output<typeof historyHeaderSchema>;

/** What a client asked or saw. 5 and "5" are the same value, key or process. */
export const historyEventSchema = z.looseObject({
  process: named.describe('a logical client: one operation at a time'),
  type: z
    .enum(['invoke', 'ok', 'fail', 'info'])
    .describe('began; happened; definitely did not; may have happened, now or later'),
  f: z.enum(['read', 'write', 'append']),
  key: named,
  value: z
    .union([scalar, z.null(), z.array(scalar)], { error: `${text}, a list of them or null` })
    .optional()
    .describe(
      'write, append: what, on its invoke, and that or nothing on its end; read: what it returned, ' +
        'on its ok, a list where the key is appended to; null: nothing',
    ),
  time,
});

/** What the nemesis did to the cluster; no operation. */
export const historyFaultSchema = z.looseObject({
  process: z.literal('nemesis'),
  type: z.literal('info'),
  f: z.string().describe('kind of the fault and what became of it: began, ended or bit'),
  value: z.record(z.string(), z.unknown()),
  time,
});
