/** What is changed in a machine to make a mutant of it: plain data, so that it crosses to a worker. */

/** Kinds of change, in the order in which they are listed. */
export const operators = ['remove', 'retarget', 'negate', 'drop'] as const;

/**
 * `remove`: a transition is not there. `retarget`: it leads elsewhere. `negate`: it is taken where its
 * guard says no, and not where it says yes. `drop`: one of its actions is not done, or one of those
 * that are done when a state is entered or left.
 */
export type Operator = (typeof operators)[number];

/** Where actions are listed: by a transition, or by a state. */
export type ActionList = 'actions' | 'entry' | 'exit';

/** One change of one machine. */
export interface Mutation {
  /** Stable from run to run: the place, then the change, as a person types it. */
  readonly id: string;
  /** Whose machines they are: one of the protocol's groups. */
  readonly group: string;
  /** The machine, by the name that the protocol gives it. */
  readonly machine: string;
  readonly operator: Operator;
  /** The name of a transition; of a state, for what is done when it is entered or left. */
  readonly where: string;
  /** What it leads to instead, by id; of `retarget`. */
  readonly to?: string;
  /** Which action, from 0; of `drop`. */
  readonly action?: { readonly list: ActionList; readonly at: number };
  /** The change in a sentence. */
  readonly text: string;
}

/** A name as it stands in an id: everything of a node happens within its root. */
export const shortName = (name: string, root: string): string =>
  name.startsWith(`${root}.`) ? name.slice(root.length + 1) : name;
