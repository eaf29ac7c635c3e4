/**
 * Every mutation of some states of a machine, made from its config by rule and never by hand.
 *
 * In document order; of a state what is done when it is entered, when it is left, then its transitions;
 * of a transition first that it is removed, then retargeted, negated, and each action dropped.
 *
 * A transition is retargeted once, to the next sibling of its target in document order, the first one
 * following the last, that its source is not. Where the target has no other sibling, or is a region, it
 * is not; nor is one without a target, or with several.
 */
import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import type { StateConfig } from '../../machines/mutant.js';
import { namedTransitions, stateNodes } from '../../runtime/transition-names.js';
import { type Mutation, shortName } from './mutation.js';
import { listed, listOf, transitionsIn } from './transition-list.js';
import { actionName, occasion } from './wording.js';

/** States of a machine that are mutated together. */
export interface Part {
  readonly group: string;
  /** By the name that the protocol gives it. */
  readonly machine: string;
  /** The id of a state: it and all below it. */
  readonly region: string;
  /** The id of the root that everything of a node happens in; ids of mutations leave it out. */
  readonly root: string;
}

/** Every mutation of a part of a machine. */
export function mutationsOf(machine: AnyStateMachine, part: Part): Mutation[] {
  const transitions = [...namedTransitions(machine)];
  return stateNodes(machine)
    .filter(({ id }) => id === part.region || id.startsWith(`${part.region}.`))
    .flatMap((node) => [
      ...ofLists(node, part),
      ...transitions
        .filter(([, { source }]) => source === node)
        .flatMap(([name, transition]) => ofTransition(node, name, transition, part)),
    ]);
}

function ofLists(node: AnyStateNode, { group, machine, root }: Part): Mutation[] {
  const where = node.id;
  return (['entry', 'exit'] as const).flatMap((list) => {
    const actions = listed(node.config[list]);
    return actions.map((action, at): Mutation => {
      const done = list === 'entry' ? 'entered' : 'left';
      return {
        id: `${shortName(where, root)}:drop.${list}.${at}`,
        group,
        machine,
        operator: 'drop',
        where,
        action: { list, at },
        text: `${where} is ${done} without ${ordinal(actions, at)} (${actionName(action)})`,
      };
    });
  });
}

function ofTransition(
  node: AnyStateNode,
  where: string,
  definition: AnyTransitionDefinition,
  { group, machine, root }: Part,
): Mutation[] {
  const [, descriptor, index] = where.split('|') as [string, string, string];
  const list = listOf(node, descriptor);
  const { guard, actions: written } = transitionsIn(node.config as StateConfig, list)[
    Number(index)
  ]!;
  const actions = listed(written);
  const on = occasion(list, guard);
  const to = definition.target?.map(({ id }) => id).join(', ');
  const goes = to === undefined ? 'acts' : `goes to ${to}`;
  const elsewhere = retargeted(definition);
  const made = { group, machine, where };
  const id = (change: string) => `${shortName(where, root)}:${change}`;
  return [
    {
      ...made,
      id: id('remove'),
      operator: 'remove',
      text: `${node.id} no longer ${goes} ${on}`,
    },
    ...(elsewhere === undefined
      ? []
      : [
          {
            ...made,
            id: id('retarget'),
            operator: 'retarget' as const,
            to: elsewhere,
            text: `${node.id} goes to ${elsewhere} instead of ${to} ${on}`,
          },
        ]),
    ...(guard === undefined
      ? []
      : [
          {
            ...made,
            id: id('negate'),
            operator: 'negate' as const,
            text: `${node.id} ${goes} ${occasion(list, guard, true)}`,
          },
        ]),
    ...actions.map(
      (action, at): Mutation => ({
        ...made,
        id: id(`drop.${at}`),
        operator: 'drop',
        action: { list: 'actions', at },
        text: `${node.id} ${goes} ${on} without ${ordinal(actions, at)} (${actionName(action)})`,
      }),
    ),
  ];
}

const ordinal = (all: readonly unknown[], at: number) =>
  all.length === 1 ? 'its action' : `action ${at + 1} of ${all.length}`;

/** The id of the state that a transition leads to when it is retargeted; undefined: it is not. */
function retargeted({ source, target }: AnyTransitionDefinition): string | undefined {
  const [own] = target ?? [];
  if (own === undefined || target!.length > 1) return undefined;
  const { parent } = own;
  if (parent === undefined || parent.type !== 'compound') return undefined;
  const siblings = Object.values<AnyStateNode>(parent.states);
  const at = siblings.indexOf(own);
  const others = [...siblings.slice(at + 1), ...siblings.slice(0, at)];
  return others.find((other) => other !== source)?.id;
}
