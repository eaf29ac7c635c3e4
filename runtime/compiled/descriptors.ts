/** Event descriptors, as they are written in a machine. */

/** Whether a descriptor stands for an event type: `*`, `a.*` (`a`, `a.b`, ...) or the type itself. */
export function fits(eventType: string, descriptor: string): boolean {
  if (descriptor === eventType || descriptor === '*') return true;
  if (!descriptor.endsWith('.*')) return false;
  const tokens = eventType.split('.');
  const wanted = descriptor.split('.');
  const wildcard = wanted.indexOf('*');
  // XState lets only the last token be a wildcard.
  if (wildcard !== wanted.length - 1) return false;
  return wanted.every((token, at) => token === '*' || token === tokens[at]);
}
