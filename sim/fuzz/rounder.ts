/** Scenarios whose times are rounder or shorter: easier to read, and to see that they don't matter. */
import type { Scenario } from '../scenario.js';

export function* rounder(scenario: Scenario): Iterable<Scenario> {
  const { faults, operator, workload } = scenario;
  for (const [at, fault] of faults.entries()) {
    const changed = (change: object) => ({
      ...scenario,
      faults: faults.with(at, { ...fault, ...change } as typeof fault),
    });
    const { durationUs, at: place } = fault;
    if (durationUs !== undefined) {
      for (const us of shorter(durationUs)) yield changed({ durationUs: us });
    }
    if ('timeUs' in place) {
      for (const timeUs of rounded(place.timeUs)) yield changed({ at: { timeUs } });
    } else if (place.offsetUs !== undefined) {
      for (const offsetUs of shorter(place.offsetUs)) yield changed({ at: { ...place, offsetUs } });
    }
    if (fault.kind === 'link' && fault.verdict.kind === 'delay') {
      for (const us of shorter(fault.verdict.us)) yield changed({ verdict: { kind: 'delay', us } });
    }
  }
  for (const [at, call] of operator.entries()) {
    for (const atUs of rounded(call.atUs)) {
      yield { ...scenario, operator: operator.with(at, { ...call, atUs } as typeof call) };
    }
  }
  for (const startUs of rounded(workload.startUs)) {
    yield { ...scenario, workload: { ...workload, startUs } };
  }
}

/** A time with fewer digits that mean something: one, then two, then three. */
function* rounded(us: number): Iterable<number> {
  const tried = new Set([us]);
  for (let unit = 10 ** Math.max(0, String(us).length - 1); unit >= 10; unit /= 10) {
    const less = Math.floor(us / unit) * unit;
    if (tried.has(less)) continue;
    tried.add(less);
    yield less;
  }
}

/** A shorter time: a millisecond, a tenth, a half; or the same with fewer digits. */
function* shorter(us: number): Iterable<number> {
  const tried = new Set([us]);
  for (const less of [1000, Math.floor(us / 10), Math.floor(us / 2), ...rounded(us)]) {
    if (less < 1 || less >= us || tried.has(less)) continue;
    tried.add(less);
    yield less;
  }
}
