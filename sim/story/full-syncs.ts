/** Logs that were replaced by another node's, as sentences. */
import type { RunRecord } from '../checkers/run-record.js';
import { seconds } from '../checkers/text.js';
import { counted } from '../report/words.js';
import type { Deed } from './deed.js';

const weight = 2;

/** One sentence for each full sync that came to its end. */
export function fullSyncDeeds({ notes, nodes }: RunRecord): Deed[] {
  return notes.flatMap(({ at, node, subject, value }): Deed[] => {
    if (subject !== 'full sync' || value !== 'restored') return [];
    const losses = nodes.find((one) => one.node === node)?.losses ?? [];
    const lost = losses
      .filter((loss) => loss.cause === 'replaced' && loss.at === at)
      .reduce((sum, loss) => sum + loss.lost.length, 0);
    const gone = lost === 0 ? '' : `, and ${counted(lost, 'operation')} of its own with it`;
    const text = `a full sync replaces the log of ${node} at ${seconds(at)}${gone}`;
    return [{ at, text, weight }];
  });
}
