/**
 * Applies the fault plan: begins each fault at its time or on its trigger, ends it after its
 * duration or when the world heals, and records every fault as it bites.
 */
import type { Action } from './engine.js';
import type { Fault, Trigger } from './fault.js';
import { applyFault, revertFault } from './fault-effects.js';
import { checkPlan } from './fault-plan.js';
import { createEntry, type Entry, EntryKind, type Mail } from './kernel.js';
import type { Boundary, NodeState, Running } from './node.js';
import type { FaultRecord } from './record.js';
import type { FaultState } from './state.js';
import type { Plain } from './vocabulary.js';
import type { World } from './world.js';

type On<Kind extends Trigger['on']> = { index: number; trigger: Extract<Trigger, { on: Kind }> };

const none: readonly Boundary[] = [];

export class Nemesis {
  private readonly world: World;
  private readonly plan: readonly Fault[];
  private states: On<'state'>[] = [];
  private transitions: On<'transition'>[] = [];
  private effects: On<'effect'>[] = [];
  private messages: On<'message'>[] = [];

  /** Whether steps must report their microsteps. */
  watchesStates = false;
  watchesEffects = false;
  watchesMessages = false;

  constructor(world: World) {
    this.world = world;
    this.plan = world.config.faults ?? [];
    checkPlan(world, this.plan);
    this.arm();
  }

  /** Queues the faults that have a time. */
  start(): void {
    for (const [index, { at }] of this.plan.entries()) {
      if ('timeUs' in at) this.queue(EntryKind.faultBegin, index, at.timeUs);
    }
  }

  dispatch(entry: Entry): void {
    const index = entry.of as number;
    if (entry.kind === EntryKind.faultBegin) this.begin(index);
    else this.end(index);
  }

  /** A trigger matched within a step: counts, and begins the fault when its turn has come. */
  hit(index: number): void {
    const state = this.stateOf(index);
    if (state.phase !== 'armed' || --state.left > 0) return;
    state.phase = 'due';
    this.arm();
    const { at } = this.plan[index] as Fault;
    const offset = 'trigger' in at ? (at.offsetUs ?? 0) : 0;
    if (offset > 0) this.queue(EntryKind.faultBegin, index, this.world.now + offset);
    else this.begin(index);
  }

  /** Where in the step that the engine has just made faults are due. */
  boundaries(node: NodeState, by: Running, mail: Mail | undefined): readonly Boundary[] {
    if (!this.watchesStates && !this.watchesMessages) return none;
    const found: Boundary[] = [];
    const { microsteps, actions } = this.world.step;
    for (const step of microsteps) {
      for (const { index, trigger } of this.states) {
        if (trigger.node !== node.name || trigger.machine !== by.machine) continue;
        const moved = trigger.move === 'entered' ? step.entered : step.left;
        if (!moved.includes(trigger.state)) continue;
        found.push({ index: trigger.when === 'before' ? step.begin : step.end, fault: index });
      }
      for (const { index, trigger } of this.transitions) {
        if (trigger.node !== node.name || trigger.machine !== by.machine) continue;
        if (!step.transitions.includes(trigger.transition)) continue;
        found.push({ index: trigger.when === 'before' ? step.begin : step.end, fault: index });
      }
    }
    for (const { index, trigger } of this.messages) {
      if (trigger.when === 'after' && this.isReceived(trigger, node, mail)) {
        found.push({ index: actions.length, fault: index });
      }
    }
    return found.length > 1 ? found.sort((one, other) => one.index - other.index) : found;
  }

  /** Triggers on a message about to be given to its receiver. */
  beforeReceived(node: NodeState, mail: Mail): void {
    for (const { index, trigger } of [...this.messages]) {
      if (trigger.when === 'before' && this.isReceived(trigger, node, mail)) this.hit(index);
    }
  }

  /** Triggers on an effect, and on the message that a `send` hands to the kernel. */
  aroundEffect(node: NodeState, by: Running, action: Action, when: 'before' | 'after'): void {
    if (action.type === 'arm' || action.type === 'disarm') return;
    for (const { index, trigger } of [...this.effects]) {
      if (trigger.when !== when || trigger.node !== node.name) continue;
      if (trigger.machine !== undefined && trigger.machine !== by.machine) continue;
      if (trigger.kind === undefined || trigger.kind === action.type) this.hit(index);
    }
    if (action.type !== 'send') return;
    const { connection, message } = action.params;
    // On a connection that is over nothing is handed to the kernel.
    if (!this.world.state.network.connections.has(connection)) return;
    for (const { index, trigger } of [...this.messages]) {
      if (trigger.when !== when || trigger.move !== 'sent' || trigger.type !== message.type)
        continue;
      if (trigger.from !== undefined && trigger.from !== node.name) continue;
      if (trigger.to !== undefined && trigger.to !== this.peer(connection, node)) continue;
      this.hit(index);
    }
  }

  /** Ends what is active and disarms the rest. */
  heal(): void {
    this.world.state.healed = true;
    for (const [index, state] of this.world.state.faults.entries()) {
      if (state.phase === 'active') this.end(index);
      else state.phase = 'over';
    }
    this.arm();
  }

  /** Moves the bites of link rules into the record. */
  recordBites(): void {
    const { bites } = this.world.state.network;
    for (const { rule, connection, type, from, to } of bites) {
      const fault = this.plan.find((one) => one.id === rule);
      if (fault === undefined) continue;
      this.record(fault, 'bit', {
        connection,
        type,
        from: this.world.nameOf(from),
        to: this.world.nameOf(to),
      });
    }
    bites.length = 0;
  }

  private begin(index: number): void {
    const state = this.stateOf(index);
    if (this.world.state.healed || state.phase === 'active' || state.phase === 'over') return;
    const fault = this.plan[index] as Fault;
    state.phase = 'active';
    const detail = applyFault(this.world, fault);
    state.bit = detail !== undefined;
    if (detail !== undefined) this.record(fault, 'began', detail);
    if (detail === undefined || fault.kind === 'reset' || fault.kind === 'step') {
      this.end(index);
    } else if (fault.durationUs !== undefined) {
      this.queue(EntryKind.faultEnd, index, this.world.now + fault.durationUs);
    }
  }

  private end(index: number): void {
    const state = this.stateOf(index);
    if (state.phase !== 'active') return;
    state.phase = 'over';
    if (!state.bit) return;
    const fault = this.plan[index] as Fault;
    revertFault(this.world, fault);
    this.record(fault, 'ended', {});
  }

  private record(fault: Fault, move: FaultRecord['move'], detail: Record<string, Plain>): void {
    const at = this.world.now;
    const { record } = this.world.state;
    record.faults.push({ at, fault: fault.id, kind: fault.kind, move, detail });
    this.world.config.tracer?.({ what: 'fault', at, fault: fault.id, move, detail });
  }

  private queue(kind: 10 | 11, index: number, at: number): void {
    const identity = (this.plan[index] as Fault).id;
    this.world.schedule(createEntry(kind, -1, identity, index), at);
  }

  /** Sorts the armed faults by what they wait for, so that nobody waits for nothing. */
  arm(): void {
    this.states = this.waitingFor('state');
    this.transitions = this.waitingFor('transition');
    this.effects = this.waitingFor('effect');
    this.messages = this.waitingFor('message');
    this.watchesStates = this.states.length > 0 || this.transitions.length > 0;
    this.watchesMessages = this.messages.length > 0;
    this.watchesEffects = this.effects.length > 0 || this.watchesMessages;
  }

  private waitingFor<Kind extends Trigger['on']>(on: Kind): On<Kind>[] {
    return this.plan.flatMap((fault, index) => {
      if (this.stateOf(index).phase !== 'armed' || !('trigger' in fault.at)) return [];
      const { trigger } = fault.at;
      return trigger.on === on ? [{ index, trigger } as On<Kind>] : [];
    });
  }

  private stateOf(index: number): FaultState {
    return this.world.state.faults[index] as FaultState;
  }

  private isReceived(
    trigger: On<'message'>['trigger'],
    node: NodeState,
    mail: Mail | undefined,
  ): boolean {
    if (mail === undefined || trigger.move !== 'received' || !('connection' in mail)) return false;
    if (mail.type !== `message.${trigger.type}`) return false;
    if (trigger.to !== undefined && trigger.to !== node.name) return false;
    return trigger.from === undefined || trigger.from === this.peer(mail.connection, node);
  }

  private peer(connection: number, node: NodeState): string {
    const one = (connection >> 8) & 255;
    const other = connection & 255;
    return this.world.nameOf(one === node.index ? other : one);
  }
}
