/** Who acknowledged writes, how many, when and under which epoch, before an attempt's end and after. */
import { isAcknowledgement } from '../checkers/register.js';
import type { RunRecord } from '../checkers/run-record.js';
import { listed, seconds } from '../checkers/text.js';
import type { Verdict } from '../checkers/verdict.js';
import { counted } from '../report/words.js';
import type { Scene } from './scene.js';

interface Span {
  readonly node: string;
  readonly epoch: number;
  readonly from: number;
  to: number;
  readonly ids: number[];
}

/**
 * @param probe the client whose writes are told only where they are offending
 * @returns one sentence; none where nothing was acknowledged
 */
export function acknowledged(
  { replies, operations }: RunRecord,
  { handovers }: Scene,
  { operations: offending }: Verdict,
  probe: string,
): string[] {
  const writes = new Set(
    operations
      .filter(({ call }) => call.type === 'set' || call.type === 'append')
      .filter(({ id, node }) => node !== probe || offending.includes(id))
      .map(({ id }) => id),
  );
  const spans = new Map<string, Span>();
  for (const { at, node, epoch, operation, message } of replies) {
    if (!writes.has(operation) || !isAcknowledgement(message)) continue;
    const ended = handovers.filter(({ endedAt }) => endedAt <= at).length;
    const name = `${node} ${epoch} ${ended}`;
    const span = spans.get(name) ?? { node, epoch, from: at, to: at, ids: [] };
    span.to = at;
    span.ids.push(operation);
    spans.set(name, span);
  }
  const told = [...spans.values()].map((span) => spanInWords(span, offending));
  return told.length === 0 ? [] : [told.join('; ')];
}

function spanInWords({ node, epoch, from, to, ids }: Span, offending: readonly number[]): string {
  if (ids.length === 1) {
    return `${node} acknowledges write ${ids[0]} at ${seconds(from)} (epoch ${epoch})`;
  }
  const among = ids.filter((id) => offending.includes(id));
  const which = among.length === 0 ? '' : `, ${listed(among, 2)} among them,`;
  const time = `from ${seconds(from)} to ${seconds(to)}`;
  return `${node} acknowledges ${counted(ids.length, 'write')}${which} ${time} (epoch ${epoch})`;
}
