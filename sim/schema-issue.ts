/** What a schema finds wrong, in one line: field, value, expectation. */
import type { z } from 'zod';

/**
 * @param root the whole value that was parsed
 * @param what it is called where the fault is in no field of it
 */
export function describeIssue(issue: z.core.$ZodIssue, root: unknown, what: string): string {
  const inner = issue.code === 'invalid_union' ? issue.errors.flat()[0] : undefined;
  // A union that has a message of its own says what is expected better than its first member.
  if (inner !== undefined && issue.message === 'Invalid input') {
    return describeIssue({ ...inner, path: [...issue.path, ...inner.path] } as never, root, what);
  }
  const path = issue.path.map(String).join('.') || what;
  if (issue.code === 'unrecognized_keys') {
    return `${path}: unknown field '${issue.keys[0]}'`;
  }
  return `${path}: got ${shown(at(root, issue.path))}, ${issue.message}`;
}

function at(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
}

/** A value in an error: as JSON, and not too much of it. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
