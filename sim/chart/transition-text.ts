/** A transition in a few words. */
import type { AnyTransitionDefinition } from 'xstate';
import { isWithin } from './ancestry.js';
import { guardText } from './guard-text.js';

/** `event [guard]`; re-entry is told where it makes a difference: in a state's way to itself. */
export function transitionText(transition: AnyTransitionDefinition): string {
  const { source, target = [], guard, reenter, eventType } = transition;
  const isOwn = target.some((to) => to === source || isWithin(to, source));
  return [
    eventText(eventType, source.id),
    ...(guard === undefined ? [] : [`[${guardText(guard)}]`]),
    ...(reenter && isOwn ? ['(reenter)'] : []),
  ].join(' ');
}

function eventText(descriptor: string, id: string): string {
  const delay = /^xstate\.after\.(.*)$/s.exec(descriptor)?.[1];
  if (delay !== undefined) {
    const time = delay.slice(0, -id.length - 1);
    return `after ${time}${/^\d+$/.test(time) ? ' ms' : ''}`;
  }
  if (descriptor === '') return 'always';
  return descriptor.startsWith('xstate.done.state.') ? 'done' : descriptor;
}
