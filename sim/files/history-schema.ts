/**
 * A history as JSON Lines: perhaps a header, then an event a line. Other people's histories have no
 * header, and perhaps no times: then the order of the lines counts. What a value may be depends on
 * the model: that is in `history-models.ts`.
 */
import { z } from 'zod';
import { checksumSchema } from './checksum.js';

/** What the keys of a history that Switchover wrote hold. */
const ownModels = ['register', 'append'] as const;

const text = 'expected a string or an integer';
const scalar = z.union([z.string(), z.int()], { error: text });
const named = z.union([z.string().min(1), z.int()], { error: text });
const item = z.union([scalar, z.null()], { error: text });
const time = z
  .int({ error: 'expected an integer' })
  .min(0, 'expected at least 0')
  .optional()
  .describe('microseconds, never less than before; on every line or on none');

/** The first line, of histories that Switchover wrote. */
export const historyHeaderSchema = z.strictObject({
  format: z.literal('switchover history'),
  version: z.literal(1),
  model: z.enum(ownModels).describe('append: keys hold lists, or are written where none appends'),
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

/** `[["append", key, element]]` as Elle has it; how many there are is seen where it is judged. */
const microOperation = z.array(z.union([item, z.array(item)]));

/** What a client asked or saw. 5 and "5" are the same value, key or process. */
export const historyEventSchema = z.looseObject({
  process: named.describe('a logical client: one operation at a time'),
  type: z
    .enum(['invoke', 'ok', 'fail', 'info'])
    .describe('began; happened; definitely did not; may have happened, now or later'),
  f: z
    .enum(['read', 'write', 'cas', 'append', 'add', 'inc', 'txn'])
    .describe(
      'register: read, write; cas-register: cas too; append: read, append, write; ' +
        'counter: read, add, inc; set: read, add; txn: one operation of a list-append transaction',
    ),
  key: named
    .optional()
    .describe('on every line, or on none where there is one object only; none with txn'),
  value: z
    .union([scalar, z.null(), z.array(z.union([item, microOperation]))], {
      error: `${text}, a list of them or null`,
    })
    .optional()
    .describe(
      'write, append, add: what, on its invoke, and that or nothing on its end; cas: [from, to]; ' +
        'read: what it returned, on its ok, a list of a key that is appended to and of a set; ' +
        'null: nothing; txn: [["append", key, element]] or [["r", key, list]]',
    ),
  time,
});

/** A line as it is told, or an operation of another notation. */
export type EventLine = z.output<typeof historyEventSchema>;

/** What the nemesis did to the cluster; no operation. */
export const historyFaultSchema = z.looseObject({
  process: z.literal('nemesis'),
  type: z.literal('info'),
  f: z.string().describe('kind of the fault and what became of it: began, ended or bit'),
  value: z.record(z.string(), z.unknown()),
  time,
});
