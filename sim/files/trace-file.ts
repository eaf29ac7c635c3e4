/** The full trace of a run as JSON Lines: a line that says what it is, then an entry a line. */
import { z } from 'zod';
import type { TraceEntry, Tracer } from '../../runtime/trace.js';
import { type Scenario, scenarioSchema } from '../scenario.js';
import { OutputFile } from './output-file.js';

const at = z.int().min(0).describe('microseconds of simulated time');
const plain = z.unknown().describe('plain data');
const who = {
  at,
  node: z.string(),
  machine: z.string(),
  key: z.int().describe('tells machines of one name in one process apart'),
};

/** The first line of a trace. */
export const traceHeaderSchema = z.strictObject({
  format: z.literal('switchover trace'),
  version: z.literal(1),
  scenario: scenarioSchema.describe('what was run, resolved'),
});

/** Every other line, in the order in which it happened. */
export const traceEntrySchema = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('event'),
    ...who,
    event: z.record(z.string(), plain),
    value: plain.describe("the machine's state after the event, as XState gives it"),
    context: plain,
    transitions: z.array(z.string()).describe('names of the transitions taken'),
  }),
  z.strictObject({
    what: z.literal('effect'),
    ...who,
    effect: z.strictObject({ type: z.string(), params: plain.optional() }),
  }),
  z.strictObject({
    what: z.literal('decision'),
    at,
    label: z.int().min(0).describe('a hash of purpose, nodes, subject and nth'),
    purpose: z.string(),
    nodes: z.array(z.string()).max(2).describe('a node, or both of a link, from and to'),
    subject: z.int().min(0),
    nth: z.int().min(0).describe('how often the same was asked before'),
    n: z.int().min(1).describe('how many answers there were'),
    answer: z.int().min(0).describe('0 is the mildest'),
  }),
  z.strictObject({
    what: z.literal('fault'),
    at,
    fault: z.int(),
    move: z.enum(['began', 'ended', 'bit']),
    detail: z.record(z.string(), plain),
  }),
]);

/** An open trace file; what it is told of is on disk once it is closed. */
export class TraceFile {
  private readonly file: OutputFile;

  /** @throws InputError when the file can't be written */
  constructor(path: string, scenario: Scenario) {
    this.file = new OutputFile('--trace', path);
    this.add({ format: 'switchover trace', version: 1, scenario });
  }

  /** To be given to a run. */
  readonly tracer: Tracer = (entry: TraceEntry) => this.add(entry);

  /** @throws InputError when the rest can't be written */
  close(): void {
    this.file.close();
  }

  private add(value: TraceEntry | z.input<typeof traceHeaderSchema>): void {
    this.file.write(`${JSON.stringify(value)}\n`);
  }
}
