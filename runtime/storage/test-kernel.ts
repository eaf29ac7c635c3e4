/**
 * A kernel for the tests of single parts: a queue, a log of mail and answers to decisions, all of
 * it plain data, so that a test can clone it together with a part and go on from either.
 */
import { type Entry, EntryKind, type Instance, type Kernel, type Mail } from '../kernel.js';

export interface TestState {
  now: number;
  queue: { readonly at: number; readonly entry: Entry }[];
  /** Every mail given out, with its time and the machine it is for. */
  readonly mail: { readonly at: number; readonly to: string; readonly mail: Mail }[];
  /** Every decision asked for. */
  readonly decisions: { readonly label: string; readonly n: number }[];
}

export interface TestKernel extends Kernel {
  readonly state: TestState;
}

/** How a test looks into a kernel: what it answers, and who reacts to mail at once. */
export interface TestHooks {
  /** From 0 to n - 1; by default 0. */
  choose?: (label: string, n: number) => number;
  react?: (to: Instance, mail: Mail) => void;
}

export function testState(): TestState {
  return { now: 0, queue: [], mail: [], decisions: [] };
}

/** A kernel over a state, for nodes named n0, n1 ... */
export function testKernel(state: TestState = testState(), hooks: TestHooks = {}): TestKernel {
  const choose: Kernel['choose'] = (purpose, identity, subject, n) => {
    const label = `${purpose}/${identity}/${subject}`;
    state.decisions.push({ label, n });
    return hooks.choose?.(label, n) ?? 0;
  };
  return {
    state,
    get now() {
      return state.now;
    },
    schedule(entry, at) {
      if (!(at >= state.now)) throw new Error(`scheduled for ${at}, now ${state.now}`);
      state.queue.push({ at, entry });
    },
    choose,
    draw(purpose, identity, subject, table) {
      const index = table.length === 1 ? 0 : choose(purpose, identity, subject, table.length);
      return table[index] as number;
    },
    emit(to, mail) {
      if (!to.alive) return;
      state.mail.push({ at: state.now, to: to.machine, mail });
      hooks.react?.(to, mail);
    },
    status: () => 'running',
    root: () => undefined,
    nameOf: (node) => `n${node}`,
  };
}

/** Go on to a time, giving every live entry that is due, in order, to its part. */
export function runUntil(
  { state }: TestKernel,
  until: number,
  dispatch: (entry: Entry) => void,
): void {
  for (;;) {
    state.queue = state.queue.filter(({ entry }) => entry.live);
    const first = state.queue.reduce<(typeof state.queue)[number] | undefined>(
      (least, one) => (least === undefined || one.at < least.at ? one : least),
      undefined,
    );
    if (first === undefined || first.at > until) break;
    state.now = first.at;
    first.entry.live = false;
    dispatch(first.entry);
  }
  state.now = Math.max(state.now, until);
}

/** A machine to answer. */
export function testInstance(machine: string, node = 0, key = 0): Instance {
  return { slot: key, node, machine, key, alive: true, timers: [] };
}

/** The mail given out, as `time machine type` and the payload. */
export function mailLog({ state }: TestKernel): string[] {
  return state.mail.map(({ at, to, mail }) => `${at} ${to} ${JSON.stringify(mail)}`);
}

/** Only `time type`: for tests of when. */
export function times({ state }: TestKernel): string[] {
  return state.mail.map(({ at, mail }) => `${at} ${mail.type}`);
}

/** The kinds of live entries in the queue. */
export function queued({ state }: TestKernel): string[] {
  const names = Object.entries(EntryKind);
  return state.queue
    .filter(({ entry }) => entry.live)
    .map(({ entry }) => names.find(([, kind]) => kind === entry.kind)?.[0] ?? '?');
}
