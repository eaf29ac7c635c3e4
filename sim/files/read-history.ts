/**
 * A history from bytes as they come: the whole way from a stream to operations. Whether it is JSON
 * Lines or EDN is seen from its name, or from how it begins.
 */
import type { ReadHistory } from './history-builder.js';
import { ednModelOf } from './history-edn.js';
import { EdnHistoryReader } from './history-edn-reader.js';
import type { ModelName } from './history-models.js';
import { HistoryReader } from './history-reader.js';
import { LineSplitter } from './lines.js';

/** Told bytes in order, then the end. */
interface BytesReader {
  add(chunk: Uint8Array): void;
  end(): ReadHistory;
}

/** Reads a history in either notation. */
export class HistoryStream implements BytesReader {
  private reader: BytesReader | undefined;
  private head: Uint8Array[] = [];

  /**
   * @param source what the history comes from: EDN where it is named `.edn`
   * @param model by which it is to be judged; the history may say so too
   */
  constructor(
    private readonly source: string,
    private readonly model?: ModelName,
  ) {}

  /** @throws InputError naming the line, what is wrong and why */
  add(chunk: Uint8Array): void {
    if (this.reader !== undefined) {
      this.reader.add(chunk);
      return;
    }
    this.head.push(chunk);
    this.begin(false);
  }

  /** @throws InputError when there is no whole history, or nobody says what its keys hold */
  end(): ReadHistory {
    this.begin(true);
    return this.reader!.end();
  }

  private begin(isEnd: boolean): void {
    if (this.reader !== undefined) return;
    const head = Buffer.concat(this.head);
    const found = notationOf(head, isEnd);
    if (found === undefined) {
      this.head = [head];
      return;
    }
    const isEdn = this.source.endsWith('.edn') || found === 'edn';
    this.reader = isEdn
      ? this.edn(head)
      : lineReader(new HistoryReader(this.source, this.model), this.source);
    this.head = [];
    this.reader.add(head);
  }

  private edn(head: Buffer): EdnHistoryReader {
    return new EdnHistoryReader(
      this.source,
      this.model ?? ednModelOf(head.subarray(0, longestComment).toString()),
    );
  }
}

/** A first line that is a comment is waited for so long. */
const longestComment = 1000;

/**
 * EDN begins, brackets aside, with a keyword, a comment, a tag or a discard; JSON with a string.
 * @returns undefined while that is not known
 */
function notationOf(head: Buffer, isEnd: boolean): 'edn' | 'json' | undefined {
  const at = head.findIndex((byte) => !ahead.has(byte));
  if (at < 0) return isEnd ? 'json' : undefined;
  const first = String.fromCharCode(head[at]!);
  if (first === ';' && !isEnd && !head.includes('\n', at) && head.length < longestComment) {
    return undefined;
  }
  return ':;#'.includes(first) ? 'edn' : 'json';
}

/** Blanks, brackets, commas, a byte order mark. */
const ahead = new Set(Buffer.from(' \t\r\n\f,[({\ufeff'));

function lineReader(reader: HistoryReader, source: string): BytesReader {
  const lines = new LineSplitter(source, (text, number) => reader.add(text, number));
  return {
    add: (chunk) => lines.add(chunk),
    end: () => {
      lines.end();
      return reader.end();
    },
  };
}

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
  const stream = new HistoryStream(source, model);
  for await (const chunk of chunks) stream.add(chunk);
  return stream.end();
}
