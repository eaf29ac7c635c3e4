/** Invocations: who calls next, and how each call ended. */
import type { Script } from './config.js';
import { type Entry, EntryKind, Purpose } from './kernel.js';
import type { NodeState } from './node.js';
import type { OperationRecord } from './record.js';
import type { ScriptState } from './state.js';
import type { EffectParams } from './vocabulary.js';
import type { World } from './world.js';

interface InvokeEntry extends Entry {
  readonly script: number;
}

/** Queues the first call of every script. */
export function startScripts(world: World): void {
  for (const [index, script] of (world.config.scripts ?? []).entries()) {
    world.indexOf(script.node, `script ${index}`);
    queueNext(world, index, 0);
  }
}

function queueNext(world: World, index: number, notBefore: number): void {
  const { script, state } = at(world, index);
  const item = script.items[state.next];
  if (item === undefined) return;
  const entry: InvokeEntry = {
    kind: EntryKind.invoke,
    node: world.indexOf(script.node, `script ${index}`),
    lane: 0,
    identity: item.id,
    live: true,
    script: index,
  };
  world.schedule(entry, Math.max(world.now, notBefore, item.atUs));
}

function at(world: World, index: number): { script: Script; state: ScriptState } {
  return { script: world.config.scripts![index]!, state: world.state.scripts[index]! };
}

/** A call is due. A process that is down misses it if the script is open, else it waits. */
export function dispatchInvoke(world: World, entry: Entry): void {
  const index = (entry as InvokeEntry).script;
  const { script, state } = at(world, index);
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
  const operation: OperationRecord = {
    id: item.id,
    node: script.node,
    call: item.call,
    invokedAt: world.now,
  };
  world.state.record.operations.push(operation);
  world.state.open.set(item.id, { operation, script: index });
  if (script.mode === 'closed') state.open = item.id;
  else queueNext(world, index, 0);
  world.emit(root, { type: 'invoke', operation: { id: item.id, call: item.call } });
}

/** The end of an operation as its client saw it. */
export function completeOperation(
  world: World,
  node: NodeState,
  params: EffectParams['complete'],
): void {
  const open = world.state.open.get(params.operation);
  if (open === undefined) {
    throw new Error(
      `${node.name} completes operation ${params.operation}, which is not open, at ${world.where()}`,
    );
  }
  world.state.open.delete(params.operation);
  const { operation, script: index } = open;
  operation.completedAt = world.now;
  operation.outcome = params.outcome;
  if (params.value !== undefined) operation.value = params.value;
  if (params.error !== undefined) operation.error = params.error;
  const { script, state } = at(world, index);
  if (state.open !== params.operation) return;
  state.open = 0;
  const table = script.thinkUs ?? [0];
  const think = world.draw(Purpose.think, node.index, params.operation, table);
  queueNext(world, index, world.now + think);
}

/** The caller's process is gone: what it had open may or may not have happened. */
export function scriptsCrashed(world: World, node: NodeState): void {
  for (const [id, { operation, script: index }] of world.state.open) {
    if (operation.node !== node.name) continue;
    world.state.open.delete(id);
    operation.completedAt = world.now;
    operation.outcome = 'info';
    operation.error = 'the client crashed';
    const { state } = at(world, index);
    if (state.open === id) {
      state.open = 0;
      state.waiting = true;
    }
  }
}

/** A closed script goes on after its process has started again. */
export function scriptsRestarted(world: World, node: NodeState): void {
  for (const [index, state] of world.state.scripts.entries()) {
    if (!state.waiting || at(world, index).script.node !== node.name) continue;
    state.waiting = false;
    queueNext(world, index, 0);
  }
}
