/**
 * What a step of a statechart costs: the reference engine against XState's public ways to run the
 * same machine over the same events. A round is two steps: an answer, and the timer behind it.
 */
import { bench, group, summary } from 'mitata';
import { createActor, initialTransition, type SnapshotFrom, transition } from 'xstate';
import type { Engine, Step } from '../runtime/engine.js';
import { pinger } from '../runtime/fixtures/ping-pong.js';
import type { MachineInput, View } from '../runtime/vocabulary.js';
import { xstateEngine } from '../runtime/xstate-engine.js';

const view: View = { now: 0, wall: 0, latest: 0, applied: 0, durable: 0 };
const input: MachineInput<{ peer: string; rounds: number; everyMs: number }> = {
  input: { peer: 'ponger', rounds: Number.MAX_SAFE_INTEGER, everyMs: 5 },
  persisted: {},
  incarnation: 1,
  self: 'pinger',
  key: 0,
  connection: 0,
  view,
};
const opened = { type: 'opened', connection: 1, tag: 0, peer: 'ponger', view } as const;
const answer = {
  type: 'message.pong',
  connection: 1,
  message: { type: 'pong', round: 1 },
  view,
} as const;
const timer = { type: 'xstate.after.between rounds.pinger.resting', view };

/** Registers the benchmarks. */
export default function suite(): void {
  group('engine: a round of ping-pong, two steps', () => {
    summary(() => {
      bench('reference engine', roundOf(xstateEngine, false)).baseline(true);
      bench('reference engine, reporting', roundOf(xstateEngine, true));
      bench('public transition()', publicRound());
      bench('createActor().send()', actorRound());
    });
  });
}

function roundOf(engine: Engine, report: boolean): () => number {
  const chart = engine.load(pinger);
  const step: Step = { actions: [], microsteps: [], report };
  let state = chart.take(chart.start(input, step), opened, step);
  return () => {
    state = chart.take(state, answer, step);
    const asked = step.actions.length;
    state = chart.take(state, timer, step);
    return asked + step.actions.length;
  };
}

function publicRound(): () => number {
  let [snapshot] = initialTransition(pinger, input);
  const take = (event: { type: string }): number => {
    const [next, actions] = transition(pinger, snapshot, event as typeof opened);
    snapshot = next as SnapshotFrom<typeof pinger>;
    return actions.length;
  };
  take(opened);
  return () => take(answer) + take(timer);
}

function actorRound(): () => number {
  // The timers are fired by hand here too.
  const clock = { setTimeout: () => 0, clearTimeout: () => {} };
  const actor = createActor(pinger, { input, clock }).start();
  const send = (event: { type: string }) => actor.send(event as typeof opened);
  send(opened);
  return () => {
    send(answer);
    send(timer);
    return actor.getSnapshot().context.round;
  };
}
