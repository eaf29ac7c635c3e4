/**
 * What a switch is made of, seen in a run in which nothing fails: the states that its node notes, the
 * messages that nodes send one another about it, and the effects in its midst. A survey strikes there.
 */
import type { Protocol } from '../machines/protocol.js';
import type { TraceEntry } from '../runtime/trace.js';
import { stateNodes } from '../runtime/transition-names.js';
import { isAtRest } from './checkers/attempt-spans.js';
import { isOfStore } from './fuzz/draw-faults.js';
import { protocolNamed } from './protocols.js';
import { run } from './run.js';
import type { ScenarioInput } from './scenario.js';

type Place = NonNullable<ScenarioInput['faults']>[number]['at'];

/** Effects of one machine on one node, counted as triggers count them: from 1. */
export interface EffectsSeen {
  readonly node: string;
  readonly machine: string;
  readonly nths: readonly number[];
}

export interface SwitchSeen {
  /** States of the first attempt in the order of their notes, and where each begins. */
  readonly states: readonly { readonly name: string; readonly at: Place }[];
  /** Types of messages about the switch, requests and replies, in the order of the first of each. */
  readonly types: readonly string[];
  readonly effects: readonly EffectsSeen[];
}

type EffectEntry = Extract<TraceEntry, { what: 'effect' }>;

/** What operators ask for, and how far logs are: no part of any one switch. */
const ofEveryDay = /^(failover|setnodes|ack|psync)(-reply)?$/;

/** Machines that carry data from one node to another, whoever is master. */
const ofData = new Set(['feed', 'replication', 'fullSync']);

/** Effects of commands in service. */
const ofService = new Set(['occupy', 'vacate', 'park', 'release', 'append', 'readKey']);

/** Runs a scenario of a switch from n1 to n2, and looks at it. */
export function switchSeen(scenario: ScenarioInput, protocol: string): SwitchSeen {
  const watch = new Watch(protocolNamed(protocol));
  run(scenario, { tracer: (entry) => watch.take(entry) });
  return watch.seen();
}

class Watch {
  private readonly protocol: Protocol;
  private readonly root: string;
  /** Effects by node and machine, and of a kind by node, machine and kind. */
  private readonly counts = new Map<string, number>();
  private readonly nths = new Map<string, number[]>();
  private readonly isOpen = new Map<string, boolean>();
  private readonly states: { name: string; at: Place }[] = [];
  private readonly types = new Set<string>();
  private hasEnded = false;
  private ending = '';

  constructor(protocol: Protocol) {
    this.protocol = protocol;
    this.root = protocol.roots.node;
  }

  take(entry: TraceEntry): void {
    if (entry.what === 'event' && entry.machine === this.root) this.takeEvent(entry);
    if (entry.what !== 'effect') return;
    const { client, operator } = this.protocol.roots;
    if (entry.machine === client || entry.machine === operator) return;
    if (ofData.has(entry.machine)) return;
    const { node, machine, effect } = entry;
    const nth = this.counted(`${node} ${machine}`);
    const nthOfKind = this.counted(`${node} ${machine} ${effect.type}`);
    if (machine === this.root && effect.type === 'note') this.takeNote(entry, nthOfKind);
    if (effect.type === 'send') this.takeType(entry);
    if (!this.isInMidst(entry)) return;
    const name = `${node} ${machine}`;
    this.nths.set(name, [...(this.nths.get(name) ?? []), nth]);
  }

  seen(): SwitchSeen {
    const effects = [...this.nths].map(([name, nths]): EffectsSeen => {
      const [node, machine] = name.split(' ') as [string, string];
      return { node, machine, nths: this.protocol.isSwitching === undefined ? nths : all(nths) };
    });
    return { states: this.states, types: [...this.types], effects };
  }

  private counted(name: string): number {
    const nth = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, nth);
    return nth;
  }

  private takeEvent({ node, value }: Extract<TraceEntry, { what: 'event' }>): void {
    const { isSwitching } = this.protocol;
    if (isSwitching === undefined) return;
    const was = this.isOpen.get(node) ?? false;
    const now = isSwitching(value as Readonly<Record<string, unknown>>);
    // The step that ends the switch belongs to it: its effects follow this entry.
    this.isOpen.set(node, now);
    this.ending = was && !now ? node : this.ending === node && !was ? '' : this.ending;
  }

  private takeNote({ node, effect }: EffectEntry, nth: number): void {
    const { subject, value } = effect.params as { subject: string; value: unknown };
    if (subject !== 'failover' || node !== 'n1' || this.hasEnded) return;
    const name = String(value);
    if (name === 'none') return;
    this.hasEnded = isAtRest(name);
    if (this.states.some((one) => one.name === name)) return;
    this.states.push({ name, at: this.placeOf(name, nth) });
  }

  /** A state of the node's machine that is called so; where there is none, the note itself. */
  private placeOf(name: string, nth: number): Place {
    const { root: machine } = this;
    const ids = stateNodes(this.protocol.programs[machine]!.machine).map(({ id }) => id);
    const ending = ids.filter((id) => id.endsWith(`.${name}`));
    const state = ending.find((id) => id.endsWith(`.failover.${name}`)) ?? ending[0];
    const common = { node: 'n1', machine, when: 'after' } as const;
    return state === undefined
      ? { trigger: { on: 'effect', ...common, kind: 'note', nth } }
      : { trigger: { on: 'state', ...common, state, move: 'entered' } };
  }

  private takeType({ effect }: EffectEntry): void {
    const { message } = effect.params as { message: { type: string } };
    if (this.states.length === 0 || this.hasEnded) return;
    if (!isOfStore(message.type) && !ofEveryDay.test(message.type)) this.types.add(message.type);
  }

  private isInMidst({ node, effect }: EffectEntry): boolean {
    if (this.protocol.isSwitching !== undefined) {
      return this.isOpen.get(node) === true || this.ending === node;
    }
    if (this.states.length === 0 || this.hasEnded || ofService.has(effect.type)) return false;
    return effect.type !== 'send' || !('answers' in (effect.params as object));
  }
}

/** From the first to the last. */
function all(nths: readonly number[]): number[] {
  const [first = 1] = nths;
  return Array.from({ length: (nths.at(-1) ?? 0) - first + 1 }, (_, at) => first + at);
}
