/** What an operator must see, for cases to be put together from. */
import type { Assertion, Call, Seen } from './proposal-case.js';
import { S } from './steps.js';

/** A call ends so. */
const call = (name: string, says: string, is: (call: Call) => boolean): Assertion => ({
  says: `${name}: ${says}`,
  holds: (seen) => is(seen.call(name)),
});

/** Each of the calls that share a word ends so. */
export const each = (word: string, says: string, is: (call: Call) => boolean): Assertion => ({
  says: `each ${word}: ${says}`,
  holds: (seen) => seen.calls(word).length > 0 && seen.calls(word).every(is),
});

/** One of the calls that share a word ends so. */
export const some = (word: string, says: string, is: (call: Call) => boolean): Assertion => ({
  says: `some ${word}: ${says}`,
  holds: (seen) => seen.calls(word).some(is),
});

/** Was answered OK. */
export const isOk = ({ outcome }: Call) => outcome === 'ok';
/** Was told that the slot is another node's. */
export const isMoved = ({ outcome, error = '' }: Call, to: string = S) =>
  outcome === 'fail' && error.startsWith('MOVED ') && error.endsWith(` ${to}`);
/** The failover state that INFO printed. */
export const stateOf = ({ facts }: Call) => facts['cluster_failover_state'];

/** The command is answered OK. */
export const ok = (name: string) => call(name, 'OK', isOk);
/** Each of the commands is answered OK. */
export const allOk = (word: string) => each(word, 'OK', isOk);
/** The command is told that the slot is another node's. */
export const moved = (name: string, to: string = S) =>
  call(name, `MOVED to ${to}`, (one) => isMoved(one, to));

/** The failover is seen to end in one of these states, within the time that was waited. */
export const ends = (name: string, ...states: ('success' | 'failed')[]) =>
  call(name, `sees ${states.join(' or ')}`, (one) => {
    return isOk(one) && states.includes(one.value as never);
  });

/** The server refuses the command, with an error that begins so. */
export const refused = (name: string, error: string) =>
  call(name, `is refused with ${error}`, (one) => {
    return one.outcome === 'fail' && one.error !== undefined && one.error.startsWith(error);
  });

/** The key holds that value. */
export const reads = (name: string, value: string) =>
  call(name, `reads ${value}`, (one) => isOk(one) && one.value === value);

/** INFO prints one of these failover states. */
export const prints = (name: string, ...states: string[]) =>
  call(name, `prints ${states.join(' or ')}`, (one) => states.includes(stateOf(one) as string));

/** INFO says why the last attempt failed, in words that begin so. */
export const because = (name: string, reason: string) =>
  call(name, `says why: ${reason}`, ({ facts }) =>
    String(facts['failover_reason']).startsWith(reason),
  );

/** INFO counts as many attached slaves. */
export const attached = (name: string, slaves: number) =>
  call(name, `counts ${slaves} attached slaves`, ({ facts }) => facts['attached'] === slaves);

/** From one call on to the end of another it takes at most so long. */
export const within = (from: string, to: string, ms: number): Assertion => ({
  says: `${from} to ${to}: at most ${ms} ms`,
  holds: (seen) =>
    (seen.call(to).completedAt ?? Number.POSITIVE_INFINITY) - seen.call(from).invokedAt <=
    ms * 1000,
});

/** Either all of these hold, or all of those. */
export const either = (these: readonly Assertion[], those: readonly Assertion[]): Assertion => {
  const words = (all: readonly Assertion[]) => all.map(({ says }) => says).join(', ');
  const hold = (all: readonly Assertion[], seen: Seen) => all.every(({ holds }) => holds(seen));
  return {
    says: `either ${words(these)}; or ${words(those)}`,
    holds: (seen) => hold(these, seen) || hold(those, seen),
  };
};
