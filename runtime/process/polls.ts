/**
 * The polls of one process: loops that sleep a fixed time and test a condition (Kvrocks: the feed
 * loop's 2 ms, a protocol's 10 ms). An idle poll is no event here. A poll is a grid on the
 * node's monotonic clock, anchored at the instant it was asked; when its condition may have
 * changed, one wake-up is queued for the next point of the grid, and the condition is tested there.
 * The observable times are those of literal polling, in particular:
 *
 * - "Next" is strictly after. When the condition changes at the very instant of a grid point, a
 *   literal loop may test just before or just after the change: which of two events of one instant
 *   goes first is open, both are legal, and this is one of them, the same each time.
 * - A condition that holds only between two points goes unnoticed.
 * - A paused process tests nothing. A loop whose sleep ended meanwhile tests once on resume, at
 *   that instant; then it is back on its grid (assumed: it sleeps to absolute points of its grid).
 * - A change of the clock's rate moves the points to come.
 *
 * Without `beyond` a poll has no condition that the world could test: it waits for `wake`.
 */
import { type Clock, readClock, whenReads } from '../clock.js';
import { createDigest, foldInteger, foldText } from '../digest.js';
import { micros } from '../duration.js';
import { createEntry, type Entry, EntryKind, type Instance, type Kernel } from '../kernel.js';
import { removeAt } from '../line.js';
import type { EffectParams, Tag } from '../vocabulary.js';

export interface Poll {
  readonly from: Instance;
  readonly tag: Tag;
  /** Whose it is and its tag as one number, whatever was asked before. */
  readonly identity: number;
  /** The clock's reading when it was asked, and the grid's step, in microseconds. */
  readonly anchor: number;
  readonly every: number;
  /** It ends once the applied offset is past this one; null: never by itself. */
  readonly beyond: number | null;
  woken: boolean;
  /** A point of the grid went by while the process was paused. */
  missed: boolean;
  /** The wake-up, and the clock's reading at its point, while one is queued. */
  entry: Entry<Poll> | null;
  point: number;
}

/** Plain data: a snapshot clones it together with the queue. */
export interface PollsState {
  readonly node: number;
  /** In the order asked. */
  readonly polls: Poll[];
  /** The applied offset, as last told. */
  applied: number;
  /** What the clock read when the process was paused, or null: it runs. */
  pausedAt: number | null;
}

export function createPolls(node: number): PollsState {
  return { node, polls: [], applied: 0, pausedAt: null };
}

/**
 * Begin a poll; one that this machine began under the same tag is replaced.
 * @throws when its step is no positive time.
 */
export function poll(
  state: PollsState,
  kernel: Kernel,
  clock: Clock,
  from: Instance,
  params: EffectParams['poll'],
  applied: number,
): void {
  const { tag, everyMs, beyond = null } = params;
  const every = micros(everyMs);
  if (every === 0) throw new RangeError(`poll '${tag}' of ${from.machine}: every 0 ms`);
  endPoll(state, from, tag);
  state.applied = applied;
  const anchor = readClock(clock, kernel.now);
  const begun: Poll = {
    from,
    tag,
    identity: identityOf(from, tag),
    anchor,
    every,
    beyond,
    woken: false,
    missed: false,
    entry: null,
    point: 0,
  };
  state.polls.push(begun);
  if (holds(state, begun)) queueNext(state, kernel, clock, begun);
}

/** The applied offset may have changed, in either direction. */
export function grew(state: PollsState, kernel: Kernel, clock: Clock, applied: number): void {
  state.applied = applied;
  const { polls } = state;
  for (let at = 0; at < polls.length; at++) {
    const one = polls[at]!;
    if (one.entry === null && holds(state, one)) queueNext(state, kernel, clock, one);
  }
}

/** The condition of every poll with this tag, of any machine of the process, may have changed. */
export function wake(state: PollsState, kernel: Kernel, clock: Clock, tag: Tag): void {
  for (const one of state.polls) {
    if (one.tag !== tag) continue;
    one.woken = true;
    if (one.entry === null) queueNext(state, kernel, clock, one);
  }
}

/** End a machine's poll without an answer. */
export function endPoll(state: PollsState, from: Instance, tag: Tag): void {
  const { polls } = state;
  for (let at = 0; at < polls.length; at++) {
    const one = polls[at]!;
    // No machine has two of one tag.
    if (one.from !== from || one.tag !== tag) continue;
    end(polls, at);
    return;
  }
}

/** Take a due entry of kind `poll`, also while the process is paused. */
export function dispatchPoll(state: PollsState, kernel: Kernel, entry: Entry): void {
  const due = entry.of as Poll;
  if (due.entry !== entry) {
    throw new Error(`poll on ${kernel.nameOf(state.node)}: a wake-up that belongs to none`);
  }
  due.entry = null;
  if (state.pausedAt !== null) due.missed = true;
  else if (holds(state, due)) {
    endPoll(state, due.from, due.tag);
    answer(kernel, due);
  }
}

/** The rate of the node's clock has changed: the points to come are due at other times. */
export function reschedulePolls(state: PollsState, kernel: Kernel, clock: Clock): void {
  for (const one of state.polls) {
    if (one.entry === null) continue;
    one.entry.live = false;
    queue(state, kernel, clock, one);
  }
}

/** The process stops running; its clock does not. */
export function pausePolls(state: PollsState, kernel: Kernel, clock: Clock): void {
  state.pausedAt = readClock(clock, kernel.now);
}

/** The process runs again: loops whose sleep ended meanwhile test at once. */
export function resumePolls(state: PollsState, kernel: Kernel, clock: Clock): void {
  const { pausedAt } = state;
  if (pausedAt === null) return;
  state.pausedAt = null;
  const now = readClock(clock, kernel.now);
  const answered = state.polls.filter((one) => {
    const slept = one.missed || pointsUntil(one, now) > pointsUntil(one, pausedAt);
    one.missed = false;
    return slept && holds(state, one);
  });
  // All out of the way first, for an answer may run a machine.
  for (const { from, tag } of answered) endPoll(state, from, tag);
  for (const one of answered) answer(kernel, one);
}

/** The process is gone, and every poll with it. */
export function crashedPolls(state: PollsState): void {
  const { polls } = state;
  while (polls.length > 0) end(polls, polls.length - 1);
  state.pausedAt = null;
}

/** A machine was stopped: its polls end. */
export function stoppedPolls(state: PollsState, instance: Instance): void {
  const { polls } = state;
  for (let at = polls.length - 1; at >= 0; at--) if (polls[at]!.from === instance) end(polls, at);
}

function holds(state: PollsState, { woken, beyond }: Poll): boolean {
  return woken || (beyond !== null && state.applied > beyond);
}

/** How many points of the grid the clock has passed or reached; the anchor is none. */
function pointsUntil({ anchor, every }: Poll, reading: number): number {
  return Math.floor((reading - anchor) / every);
}

/** Queue a wake-up for the first point strictly after now. */
function queueNext(state: PollsState, kernel: Kernel, clock: Clock, one: Poll): void {
  const passed = pointsUntil(one, readClock(clock, kernel.now));
  one.point = one.anchor + (passed + 1) * one.every;
  queue(state, kernel, clock, one);
}

function queue(state: PollsState, kernel: Kernel, clock: Clock, one: Poll): void {
  one.entry = createEntry(EntryKind.poll, state.node, one.identity, one);
  // A point that is due at this very instant may lie before the clock's new anchor.
  kernel.schedule(one.entry, Math.max(kernel.now, whenReads(clock, one.point)));
}

/** Answer a poll that has ended. */
function answer(kernel: Kernel, { from, tag }: Poll): void {
  kernel.emit(from, { type: 'polled', tag, view: undefined });
}

function end(polls: Poll[], at: number): void {
  const { entry } = polls[at] as Poll;
  if (entry !== null) entry.live = false;
  removeAt(polls, at);
}

function identityOf(from: Instance, tag: Tag): number {
  const hash = createDigest();
  foldText(hash, from.machine);
  foldInteger(hash, from.key);
  if (typeof tag === 'number') foldInteger(hash, tag);
  else foldText(hash, tag);
  return hash.a >>> 0;
}
