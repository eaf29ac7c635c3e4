/**
 * Whose runs count for a protocol: its own, and those of whatever else has the same machines. Much of a
 * chart belongs to knobs that the protocol itself never sets.
 */
import type { Protocol } from '../../machines/protocol.js';
import { variantsOf } from '../ablation/variants.js';
import type { PlainSubject } from '../fuzz/worker.js';
import { knobsOf, protocolNamed, protocols } from '../protocols.js';
import type { Scenario } from '../scenario.js';

/** A subject of campaigns, by the name under which its coverage is kept. */
export interface NamedSubject {
  readonly name: string;
  readonly subject: PlainSubject;
}

/** The protocol itself first, then others with its machines, then each without one safeguard. */
export function coverageSubjects(protocol: Protocol): NamedSubject[] {
  const others = protocols.filter(
    (one) => one.name !== protocol.name && one.programs === protocol.programs,
  );
  const all = [protocol, ...others];
  const whole = all.map(({ name }) => ({ name, subject: { protocol: name, knobs: {} } }));
  const less = all.flatMap((one) =>
    variantsOf(one)
      .filter(({ kind }) => kind === 'safeguard')
      .map(({ name, subject }) => ({ name: `${one.name} without ${name}`, subject })),
  );
  return [...whole, ...less];
}

/** Under which name a scenario's coverage is kept: timings do not matter, other software does. */
export function subjectNameOf({ protocol: { name, knobs }, cluster }: Scenario): string {
  const protocol = protocolNamed(name);
  const releases = [cluster.nodes, ...Object.values(cluster.each)].map(({ release }) => release);
  if (releases.some((release) => release !== undefined && release !== 'own')) {
    return `${name} beside other releases`;
  }
  const changed = Object.entries(knobsOf(protocol, knobs)).filter(
    ([knob, value]) => typeof value === 'boolean' && value !== protocol.values[knob],
  );
  if (changed.length === 0) return name;
  const words = changed.map(([knob, value]) => `${value === true ? 'with' : 'without'} ${knob}`);
  return `${name} ${words.join(', ')}`;
}
