/** What each kind of fault does when it begins and undoes when it ends. */
import { readClock, setRate, stepClock } from './clock.js';
import type { Fault } from './fault.js';
import { crash, losePower, pause, restart, resume } from './lifecycle.js';
import * as net from './net/network.js';
import type { NodeState } from './node.js';
import { reschedulePolls } from './process/polls.js';
import { beginDiskFault, endDiskFault } from './storage/storage.js';
import { retime } from './timers.js';
import type { Plain } from './vocabulary.js';
import type { World } from './world.js';

type Detail = Record<string, Plain>;
type Of<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** @returns what happened, or undefined when the fault found nothing to do */
export function applyFault(world: World, fault: Fault): Detail | undefined {
  switch (fault.kind) {
    case 'crash':
    case 'powerLoss':
      return takeDown(world, fault);
    case 'pause': {
      const node = nodeOf(world, fault.node);
      if (node.status !== 'running' && node.status !== 'paused') return undefined;
      pause(world, node, fault.id);
      return { node: node.name };
    }
    case 'partition':
      eachPair(world, fault, (from, to) => net.cut(world.state.network, from, to));
      return { from: fault.from, to: fault.to, oneWay: fault.oneWay ?? false };
    case 'reset': {
      const [one, other] = fault.between.map((name) => world.indexOf(name, 'reset'));
      const broken = net.resetConnections(world.state.network, world, one!, other!);
      return broken > 0 ? { between: fault.between, connections: broken } : undefined;
    }
    case 'link':
      net.addRule(world.state.network, ruleOf(world, fault));
      return { verdict: fault.verdict.kind, type: fault.type ?? null };
    case 'disk':
      beginDiskFault(nodeOf(world, fault.node).storage, world, fault.mode, fault.factor);
      return { node: fault.node, mode: fault.mode };
    case 'drift':
      setDrift(world, fault);
      return { node: fault.node, clock: fault.clock, ppm: fault.ppm };
    case 'step': {
      const node = nodeOf(world, fault.node);
      stepClock(node.wall, world.now, fault.byUs);
      return { node: fault.node, byUs: fault.byUs, wall: readClock(node.wall, world.now) };
    }
  }
}

/** Undoes a fault that bit. */
export function revertFault(world: World, fault: Fault): void {
  switch (fault.kind) {
    case 'crash':
    case 'powerLoss': {
      const node = nodeOf(world, fault.node);
      if (node.downBy === fault.id) restart(world, node);
      break;
    }
    case 'pause':
      resume(world, nodeOf(world, fault.node), fault.id);
      break;
    case 'partition':
      eachPair(world, fault, (from, to) => net.mend(world.state.network, from, to));
      break;
    case 'link':
      net.removeRule(world.state.network, world, fault.id);
      break;
    case 'disk': {
      const node = nodeOf(world, fault.node);
      endDiskFault(node.storage, world, fault.mode, fault.factor);
      world.stored(node);
      break;
    }
    case 'drift':
      setDrift(world, fault);
      break;
    case 'reset':
    case 'step':
      break;
  }
}

function takeDown(world: World, fault: Of<'crash'> | Of<'powerLoss'>): Detail | undefined {
  const node = nodeOf(world, fault.node);
  if (node.status === 'off' || (fault.kind === 'crash' && node.status === 'crashed')) {
    return undefined;
  }
  node.downBy = fault.id;
  if (fault.kind === 'crash') {
    crash(world, node);
    return { node: node.name };
  }
  return { node: node.name, ...losePower(world, node, fault.tail ?? 'draw') };
}

function nodeOf(world: World, name: string): NodeState {
  return world.node(world.indexOf(name, 'fault'));
}

function eachPair(
  world: World,
  fault: Of<'partition'>,
  visit: (from: number, to: number) => void,
): void {
  for (const from of fault.from) {
    for (const to of fault.to) {
      const [one, other] = [world.indexOf(from, 'partition'), world.indexOf(to, 'partition')];
      visit(one, other);
      if (fault.oneWay !== true) visit(other, one);
    }
  }
}

function ruleOf(world: World, fault: Of<'link'>): net.Rule {
  const { id, kind: _, at: __, durationUs: ___, from, to, ...rule } = fault;
  return {
    ...rule,
    id,
    from: from === undefined ? -1 : world.indexOf(from, 'link'),
    to: to === undefined ? -1 : world.indexOf(to, 'link'),
  };
}

/** The rate error that is due now: of the last drift in force, else as configured. */
function ppmNow(world: World, { node, clock }: Of<'drift'>): number {
  const inForce = (world.config.faults ?? []).filter(
    (fault, index) =>
      fault.kind === 'drift' &&
      fault.node === node &&
      fault.clock === clock &&
      world.state.faults[index]?.phase === 'active',
  ) as Of<'drift'>[];
  const last = inForce.at(-1);
  if (last !== undefined) return last.ppm;
  const configured = world.config.nodes[world.indexOf(node, 'drift')]?.clock;
  return (clock === 'wall' ? configured?.wallPpm : configured?.monotonicPpm) ?? 0;
}

/** Sets a clock to the rate that is due, after a drift has begun or ended. */
function setDrift(world: World, fault: Of<'drift'>): void {
  const node = nodeOf(world, fault.node);
  const ppm = ppmNow(world, fault);
  if (fault.clock === 'wall') {
    setRate(node.wall, world.now, ppm);
    return;
  }
  setRate(node.monotonic, world.now, ppm);
  retime(world, node);
  reschedulePolls(node.polls, world, node.monotonic);
}
