/**
 * What a step of a statechart costs: the compiled engine against the same written by hand, the
 * reference engine, and XState's public ways to run a machine. A round of ping-pong is two steps: an
 * answer, and the timer behind it. A node of the store is given what it was given in a scenario.
 */
import { bench, group, summary } from 'mitata';
import { createActor, initialTransition, type SnapshotFrom, transition } from 'xstate';
import { server } from '../machines/kvrocks-handover/server.js';
import { compiledEngine } from '../runtime/compiled/compiled-engine.js';
import type { Engine, Step } from '../runtime/engine.js';
import { pinger } from '../runtime/fixtures/ping-pong.js';
import type { MachineInput, View } from '../runtime/vocabulary.js';
import { xstateEngine } from '../runtime/xstate-engine.js';
import { type Life, longestLife } from './recorded-steps.js';

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

/** Load comes with the switch, at 3 s. */
const scenario = { workload: { clients: 4, operations: 300, startUs: 2_900_000 } };

/** Registers the benchmarks. */
export default function suite(): void {
  group('engine: a round of ping-pong, two steps', () => {
    summary(() => {
      bench('by hand', handRound());
      bench('compiled engine', roundOf(compiledEngine, false)).baseline(true);
      bench('compiled engine, reporting', roundOf(compiledEngine, true));
      bench('reference engine', roundOf(xstateEngine, false));
      bench('reference engine, reporting', roundOf(xstateEngine, true));
      bench('public transition()', publicRound());
      bench('createActor().send()', actorRound());
    });
  });
  const life = longestLife('server', compiledEngine, scenario);
  group(`engine: a node of the store, ${life.events.length} steps`, () => {
    summary(() => {
      bench('compiled engine', lifeOf(compiledEngine, life)).baseline(true);
      bench('reference engine', lifeOf(xstateEngine, life));
    });
  });
}

function lifeOf(engine: Engine, { input: given, events }: Life): () => number {
  const chart = engine.load(server);
  const step: Step = { actions: [], microsteps: [], report: false };
  return () => {
    let state = chart.start(given, step);
    let asked = step.actions.length;
    for (const event of events) {
      state = chart.take(state, event, step);
      asked += step.actions.length;
    }
    return asked;
  };
}

/** The two steps and what they ask for, as one would write them without a statechart. */
function handRound(): () => number {
  const context = { ...input.input, link: 1, round: 1, answered: 0 };
  const impatience = 'xstate.after.1000.pinger.asking';
  const pause = timer.type;
  let state: 'asking' | 'resting' = 'asking';
  const actions: unknown[] = [];
  const take = (event: { type: string }): number => {
    while (actions.length > 0) actions.pop();
    if (state === 'asking' && event.type === 'message.pong') {
      actions.push({ type: 'disarm', id: impatience });
      context.answered++;
      state = 'resting';
      actions.push({ type: 'arm', id: pause, delayMs: context.everyMs, event: { type: pause } });
    } else if (state === 'resting' && event.type === pause && context.round < context.rounds) {
      actions.push({ type: 'disarm', id: pause });
      state = 'asking';
      context.round++;
      const { link, round } = context;
      const message = { type: 'ping', round };
      actions.push({ type: 'send', params: { connection: link, message, subject: round } });
      actions.push({ type: 'arm', id: impatience, delayMs: 1000, event: { type: impatience } });
    }
    return actions.length;
  };
  return () => take(answer) + take(timer);
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
