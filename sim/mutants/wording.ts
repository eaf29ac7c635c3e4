/** Mutations in sentences: what a machine does otherwise, in the words that it is written in. */
import type { StateConfig } from '../../machines/mutant.js';
import type { TransitionList } from './transition-list.js';

/** When a transition is taken: `on drained when 'it is the last barrier'`. */
export function occasion({ key, name }: TransitionList, guard: unknown, isNegated = false): string {
  const when = isNegated ? 'unless' : 'when';
  return guard === undefined ? event(key, name) : `${event(key, name)} ${when} ${claim(guard)}`;
}

function event(key: TransitionList['key'], name: string | undefined): string {
  if (key === 'always') return 'at once';
  if (key === 'onDone') return 'when it is done';
  if (key === 'on') return `on '${name}'`;
  return Number.isNaN(Number(name)) ? `after '${name}'` : `after ${name} ms`;
}

function claim(guard: unknown): string {
  if (typeof guard === 'string') return `'${guard}'`;
  if (typeof guard !== 'object' || guard === null) return 'its guard holds';
  const { type, params } = guard as { type: string; params?: unknown };
  return typeof params === 'string' ? `'${type} ${params}'` : `'${type}'`;
}

/** An action in a word or two: `note failover`, `assign reason`, `raise`. */
export function actionName(action: unknown): string {
  if (typeof action === 'string') return action;
  const { type, params, assignment } = action as StateConfig;
  const name = (type as string).replace('xstate.', '');
  if (typeof assignment === 'object') return `${name} ${Object.keys(assignment).join(', ')}`;
  if (typeof params !== 'object') return name;
  const said = params['subject'] ?? params['machine'] ?? params['tag'];
  return typeof said === 'string' ? `${name} ${said}` : name;
}
