/** Invocations: who calls next, and how each call ended. */
import type { Script } from './config.js';
import { createEntry, type Entry, EntryKind, Purpose } from './kernel.js';
import type { NodeState } from './node.js';
import type { OperationRecord } from './record.js';
import type { ScriptState } from './state.js';
import type { EffectParams, Invocation } from './vocabulary.js';
import type { World } from './world.js';

const noThinking: readonly number[] = [0];

/** Queues the first call of every script. */
export function startScripts(world: World): void {
  const seen = new Set<number>();
  for (const [index, script] of (world.config.scripts ?? []).entries()) {
    world.indexOf(script.node, `script ${index}`);
    for (const { id } of script.items) checkId(seen, index, id);
    queueNext(world, index, 0);
  }
}

/** @throws RangeError naming the script and the operation */
function checkId(seen: Set<number>, index: number, id: number): void {
  if (!(Number.isSafeInteger(id) && id > 0)) {
    throw new RangeError(`script ${index}: id is ${id}, expected a positive integer`);
  }
  if (seen.has(id)) throw new RangeError(`script ${index}: operation ${id} is invoked twice`);
  seen.add(id);
}

function queueNext(world: World, index: number, notBefore: number): void {
  const script = scriptOf(world, index);
  const state = stateOf(world, index);
  const item = script.items[state.next];
  if (item === undefined) return;
  const node = world.indexOf(script.node, 'script');
  const entry = createEntry(EntryKind.invoke, node, item.id, index);
  world.schedule(entry, Math.max(world.now, notBefore, item.atUs));
}

function scriptOf(world: World, index: number): Script {
  return world.config.scripts![index]!;
}

function stateOf(world: World, index: number): ScriptState {
  return world.state.scripts[index]!;
}

/** Gives a call to a node's root machine now, apart from every script. */
export function invokeNow(world: World, node: string, invocation: Invocation): void {
  const root = world.root(world.indexOf(node, `operation ${invocation.id}`));
  if (root === undefined) throw new Error(`${node} is down: nobody to call at ${world.where()}`);
  record(world, node, invocation, -1);
  world.emit(root, { type: 'invoke', operation: invocation });
}

function record(world: World, node: string, { id, call }: Invocation, script: number): void {
  const operation: OperationRecord = { id, node, call, invokedAt: world.now };
  world.state.record.operations.push(operation);
  world.state.open.set(id, { operation, script });
}

/** A call is due. A process that is down misses it if the script is open, else it waits. */
export function dispatchInvoke(world: World, entry: Entry): void {
  const index = entry.of as number;
  const script = scriptOf(world, index);
  const state = stateOf(world, index);
  const root = world.root(entry.node);
  const item = script.items[state.next]!;
  if (root === undefined) {
    if (script.mode === 'open') {
      state.next++;
      queueNext(world, index, 0);
    } else {
      state.waiting = true;
    }
    return;
  }
  state.next++;
  record(world, script.node, item, index);
  if (script.mode === 'closed') state.open = item.id;
  else queueNext(world, index, 0);
  const operation = { id: item.id, call: item.call };
  world.emit(root, { type: 'invoke', operation, view: undefined });
}

/** The end of an operation as its client saw it. */
export function completeOperation(
  world: World,
  node: NodeState,
  params: EffectParams['complete'],
): void {
  const open = world.state.open.get(params.operation);
  if (open === undefined || open.operation.node !== node.name) {
    const what = open === undefined ? 'is not open' : `is ${open.operation.node}'s`;
    throw new Error(
      `${node.name} completes operation ${params.operation}, which ${what}, at ${world.where()}`,
    );
  }
  world.state.open.delete(params.operation);
  const { operation, script: index } = open;
  operation.completedAt = world.now;
  operation.outcome = params.outcome;
  if (params.value !== undefined) operation.value = params.value;
  if (params.error !== undefined) operation.error = params.error;
  if (index < 0) return;
  const script = scriptOf(world, index);
  const state = stateOf(world, index);
  if (state.open !== params.operation) return;
  state.open = 0;
  const table = script.thinkUs ?? noThinking;
  const think = world.draw(Purpose.think, node.index, params.operation, table);
  queueNext(world, index, world.now + think);
}

/**
 * The caller's process is gone: what it had open may or may not have happened, and calls that came
 * due while it was paused (among `deferred`) find nobody.
 */
export function scriptsCrashed(world: World, node: NodeState, deferred: readonly Entry[]): void {
  for (const [id, { operation, script: index }] of world.state.open) {
    if (operation.node !== node.name) continue;
    world.state.open.delete(id);
    operation.completedAt = world.now;
    operation.outcome = 'info';
    operation.error = 'the client crashed';
    if (index < 0) continue;
    const state = stateOf(world, index);
    if (state.open === id) {
      state.open = 0;
      state.waiting = true;
    }
  }
  for (const entry of deferred) {
    if (entry.kind === EntryKind.invoke) dispatchInvoke(world, entry);
  }
}

/** A closed script goes on after its process has started again. */
export function scriptsRestarted(world: World, node: NodeState): void {
  for (const [index, state] of world.state.scripts.entries()) {
    if (!state.waiting || scriptOf(world, index).node !== node.name) continue;
    state.waiting = false;
    queueNext(world, index, 0);
  }
}
