/** Whether what a story says is in the record: for the tests of stories. */
import type { RunRecord } from '../checkers/run-record.js';
import { seconds } from '../checkers/text.js';

/** Times that sentences name and nothing in the record has, and nodes that are not there. */
export function unfounded(sentences: readonly string[], record: RunRecord): string[] {
  const { notes, faults, replies, operations, nodes, healedAt, endedAt } = record;
  const times = new Set(
    [
      ...[...notes, ...faults, ...replies, ...nodes.flatMap(({ losses }) => losses)].map(
        ({ at }) => at,
      ),
      ...operations.flatMap(({ invokedAt, completedAt = 0 }) => [invokedAt, completedAt]),
      healedAt,
      endedAt,
    ].map(seconds),
  );
  const names = new Set([...nodes.map(({ node }) => node), ...operations.map(({ node }) => node)]);
  return sentences.flatMap((sentence) => [
    ...[...sentence.matchAll(/\b(?:at|from|to) (\d+\.\d+ s)\b/g)]
      .map(([, time]) => time!)
      .filter((time) => !times.has(time)),
    ...[...sentence.matchAll(/\b(?:n|op)\d+\b/g)]
      .map(([name]) => name)
      .filter((name) => !names.has(name)),
  ]);
}
