/** A history from bytes as they come: the whole way from a stream to operations. */
import type { ReadHistory } from './history-builder.js';
import type { ModelName } from './history-models.js';
import { HistoryReader } from './history-reader.js';
import { LineSplitter } from './lines.js';

/**
 * @param chunks of bytes, as they come
 * @param source what they come from
 * @throws InputError naming the line, what is wrong and why
 */
export async function readHistory(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  source: string,
  model?: ModelName,
): Promise<ReadHistory> {
  const reader = new HistoryReader(source, model);
  const lines = new LineSplitter(source, (text, number) => reader.add(text, number));
  for await (const chunk of chunks) lines.add(chunk);
  lines.end();
  return reader.end();
}
