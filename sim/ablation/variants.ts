/** What is taken away from a protocol, one thing at a time, to see what its absence does. */
import type { Protocol } from '../../machines/protocol.js';
import type { PlainSubject } from '../fuzz/worker.js';
import { canaries } from '../protocols.js';

/** A protocol without one thing. */
export interface Variant {
  readonly name: string;
  /** A safeguard is a knob; a rule is part of the machines, and a canary breaks it. */
  readonly kind: 'safeguard' | 'rule';
  /** What the safeguard does, or what the canary does instead of the rule. */
  readonly meaning: string;
  readonly subject: PlainSubject;
}

/** A safeguard whose subject is not modelled: taking it away changes nothing. */
export interface Untestable {
  readonly name: string;
  readonly subject: string;
}

/** Every variant of a protocol, safeguards first. */
export function variantsOf({ name: protocol, knobs, values }: Protocol): Variant[] {
  const safeguards = Object.entries(knobs)
    .filter(([name, { safeguard, inert }]) => safeguard && !inert && values[name] === true)
    .map(([name, { meaning }]): Variant => {
      const subject = { protocol, knobs: { [name]: false } };
      return { name, kind: 'safeguard', meaning, subject };
    });
  const rules = canaries
    .filter(({ canary }) => canary.of === protocol)
    .map(({ name, canary }): Variant => {
      const subject = { protocol: name, knobs: {} };
      return { name, kind: 'rule', meaning: canary.breaks, subject };
    });
  return [...safeguards, ...rules];
}

/** Safeguards of a protocol that can't be tested yet. */
export function untestableOf({ knobs }: Protocol): Untestable[] {
  return Object.entries(knobs).flatMap(([name, { inert }]) =>
    inert === undefined ? [] : [{ name, subject: inert }],
  );
}
