/**
 * A chart's transitions as arrows between states side by side, which is what diagrams draw well. An
 * arrow out of or into the depth of a state begins or ends at its border, and its words say where:
 * `judging: always` leaves from the child `judging`, `a, to upper` goes to the child `upper`.
 */
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import { childWith, isWithin, pathIn } from './ancestry.js';
import { transitionText } from './transition-text.js';

/** Every transition from one child of a state to another, or to itself. */
export interface Arrow {
  /** The state whose children it joins. */
  readonly home: AnyStateNode;
  /** Undefined: from whichever child is active. */
  readonly from: AnyStateNode | undefined;
  readonly to: AnyStateNode;
  /** An event with its guard each, in document order. */
  readonly lines: string[];
}

export interface Arrows {
  readonly arrows: readonly Arrow[];
  /** What is no arrow, by the id of the state that it belongs to. */
  readonly inside: ReadonlyMap<string, readonly string[]>;
}

type Ends = Omit<Arrow, 'lines'>;

/** @returns arrows and lines in document order */
export function arrowsOf(machine: AnyStateMachine): Arrows {
  const arrows = new Map<string, Arrow>();
  const inside = new Map<string, string[]>();
  const draw = (ends: Ends, line: string) => {
    const key = `${ends.home.id}|${ends.from?.id}|${ends.to.id}`;
    const arrow = arrows.get(key) ?? { ...ends, lines: [] };
    arrows.set(key, arrow);
    arrow.lines.push(line);
  };
  const add = (from: AnyStateNode, to: readonly AnyStateNode[], line: string) => {
    const home = homeOf(from, to);
    const ends = endsIn(home, from, to);
    if (ends !== undefined) draw(ends, worded(ends, from, to, line));
    else inside.set(home.id, [...(inside.get(home.id) ?? []), within(home, from, to, line)]);
  };
  for (const transition of namedTransitions(machine).values()) {
    add(transition.source, transition.target ?? [], transitionText(transition));
  }
  for (const node of stateNodes(machine)) {
    if (node.type === 'history') add(node, defaultsOf(node), 'by default');
  }
  return { arrows: [...arrows.values()], inside };
}

/** The smallest state that holds both ends: the source itself if all targets are in it. */
function homeOf(from: AnyStateNode, to: readonly AnyStateNode[]): AnyStateNode {
  const isLoop = to.includes(from) && Object.keys(from.states).length === 0;
  let home = isLoop ? (from.parent ?? from) : from;
  while (!to.every((target) => target === home || isWithin(target, home))) home = home.parent!;
  return home;
}

/**
 * Undefined where there is nothing to draw: no target, a state with children as its own target, or
 * regions, which are active together, so that no arrow joins two.
 */
function endsIn(
  home: AnyStateNode,
  from: AnyStateNode,
  to: readonly AnyStateNode[],
): Ends | undefined {
  const [first] = to;
  if (first === undefined || first === home) return undefined;
  const ends = { home, from: from === home ? undefined : childWith(home, from) };
  const target = childWith(home, first);
  if (home.type === 'parallel' && ends.from !== target) return undefined;
  return { ...ends, to: target };
}

function worded(ends: Ends, from: AnyStateNode, to: readonly AnyStateNode[], line: string) {
  const start = ends.from === undefined ? '' : pathIn(ends.from, from);
  const targets = to.filter((target) => target !== ends.to).map((one) => pathIn(ends.to, one));
  return joined(start, line, targets);
}

function within(
  home: AnyStateNode,
  from: AnyStateNode,
  to: readonly AnyStateNode[],
  line: string,
): string {
  const targets = to.map((target) => (target === home ? 'its start' : pathIn(home, target)));
  return joined(pathIn(home, from), line, targets);
}

function joined(start: string, line: string, targets: readonly string[]): string {
  return [
    start === '' ? '' : `${start}: `,
    line,
    targets.length === 0 ? '' : `, to ${targets.join(' and ')}`,
  ].join('');
}

/** Where a history state leads when there is no history: XState keeps this to itself. */
function defaultsOf(node: AnyStateNode): readonly AnyStateNode[] {
  const parent = node.parent!;
  const { target } = node.config as { target?: string };
  if (target === undefined) return parent.type === 'parallel' ? [parent] : parent.initial.target!;
  if (target.startsWith('#')) return [node.machine.getStateNodeById(target)];
  return [target.split('.').reduce((at, key) => at.states[key]!, parent)];
}
