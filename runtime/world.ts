/**
 * The world: owns time, the queue and the decisions, and gives events to machines one at a time.
 *
 * A step takes one entry from the queue, in order of (time, sequence). A machine that gets an event
 * makes one transition, its effects are performed one by one, then come the answers that cost no
 * time, and only then the next entry. A broken invariant throws, naming step and time.
 */
import { Charts } from './charts.js';
import type { WorldConfig } from './config.js';
import { digestText, foldInteger, foldPlain, foldText } from './digest.js';
import type { Chart, EngineState, Step } from './engine.js';
import {
  type Entry,
  EntryKind,
  type Instance,
  type Kernel,
  type Mail,
  type NodeStatus,
  type Timer,
} from './kernel.js';
import { label } from './keyed.js';
import { bootAll, restart } from './lifecycle.js';
import { empty, isEmpty, join, removeFrom, shift, unshift } from './line.js';
import { Nemesis } from './nemesis.js';
import { dispatch as dispatchNetwork } from './net/network.js';
import { countDead, nextAt, pickNext } from './next.js';
import { type Item, isIdle, lookAt, type NodeState, type Running } from './node.js';
import { nodeRecord } from './node-record.js';
import { performStep, resumeWork } from './perform.js';
import { dispatchPoll, grew } from './process/polls.js';
import { dispatchService } from './process/workers.js';
import { pop, push } from './queue.js';
import type { NodeRecord, WorldRecord } from './record.js';
import { dispatchInvoke, invokeNow, startScripts } from './script.js';
import { restoreSnapshot, type WorldSnapshot } from './snapshot.js';
import { createState, type WorldState } from './state.js';
import { dispatchDisk } from './storage/storage.js';
import { traceDecision } from './trace.js';
import { transition } from './transition.js';
import { countUse } from './uses.js';
import type { Invocation, MachineInput, Plain } from './vocabulary.js';

/** Why `run` returned: nothing left to do, or a limit. */
export type RunEnd = 'idle' | 'time' | 'events';

/** Events without cost, one after another on one node: more than this is an endless loop. */
const turnsMax = 100_000;

export class World implements Kernel {
  state: WorldState;
  /** Engine states by slot; undefined once a machine has ended. */
  readonly running: (EngineState | undefined)[] = [];
  readonly config: WorldConfig;
  readonly nemesis: Nemesis;
  readonly step: Step = { actions: [], microsteps: [], report: false };
  /** The node whose effects are being performed, -1 for none. */
  performing = -1;
  /** Mail that found nobody with anything in hand: it is next, and need not stand in line. */
  private next: Mail | undefined;
  private nextTo: Running | undefined;
  private isSettling = false;
  readonly charts: Charts;
  private readonly names: Map<string, number> = new Map();

  /** @throws RangeError naming what the configuration refers to and does not have */
  constructor(config: WorldConfig, snapshot?: WorldSnapshot) {
    this.config = config;
    this.charts = new Charts(config);
    for (const [index, node] of config.nodes.entries()) {
      if (this.names.has(node.name)) throw new RangeError(`two nodes are named ${node.name}`);
      this.names.set(node.name, index);
      this.chart(node.machine, `node ${node.name}`);
    }
    this.state = createState(config);
    this.nemesis = new Nemesis(this);
    this.step.report =
      this.nemesis.watchesStates || config.tracer !== undefined || config.coverage !== undefined;
    if (snapshot !== undefined) {
      restoreSnapshot(this, snapshot);
      return;
    }
    // First, so that a fault at 0 is in force when the first process starts.
    this.nemesis.start();
    bootAll(this);
    startScripts(this);
  }

  get now(): number {
    return this.state.now;
  }

  /**
   * Two 32-bit lanes over every event, decision and lasting effect so far, as 16 hexadecimal digits.
   */
  get digest(): string {
    return digestText(this.state.digest);
  }

  /** What the checkers read: the record so far. */
  get record(): WorldRecord {
    return this.state.record;
  }

  /** Every node as it stands now. */
  nodes(): NodeRecord[] {
    return this.state.nodes.map(nodeRecord);
  }

  /** Runs until nothing is left, or past a time or a number of events. */
  run(limits: { untilUs?: number; maxEvents?: number } = {}): RunEnd {
    const { untilUs = Number.MAX_SAFE_INTEGER, maxEvents = Number.MAX_SAFE_INTEGER } = limits;
    const { state } = this;
    for (;;) {
      const at = nextAt(state);
      if (at === Infinity) return 'idle';
      if (at > untilUs) {
        state.now = Math.max(state.now, untilUs);
        return 'time';
      }
      if (state.events >= maxEvents) return 'events';
      this.takeAt(at);
    }
  }

  /** Takes one entry. @returns false when none is left */
  takeOne(): boolean {
    const at = nextAt(this.state);
    if (at === Infinity) return false;
    this.takeAt(at);
    return true;
  }

  private takeAt(at: number): void {
    const { state } = this;
    if (at > state.now) {
      state.now = at;
      state.picks = 0;
    }
    const entry = this.config.oracle.asksNext ? pickNext(this) : (pop(state.queue) as Entry);
    entry.live = false;
    this.dispatch(entry);
    this.settle();
  }

  schedule(entry: Entry, at: number): void {
    if (!(at >= this.state.now)) {
      throw new Error(`entry of kind ${entry.kind} for ${at} µs is in the past at ${this.where()}`);
    }
    push(this.state.queue, at, entry);
  }

  /** Cancels a queued entry. */
  cancel(entry: Entry): void {
    if (!entry.live) return;
    entry.live = false;
    countDead(this.state);
  }

  choose(purpose: number, identity: number, subject: number, n: number): number {
    const base = label(purpose, identity, subject, 0);
    const nth = countUse(this.state.uses, base);
    const name = nth === 0 ? base : label(purpose, identity, subject, nth);
    const answer = this.answer(name, n);
    if (this.config.tracer !== undefined) {
      traceDecision(this, { label: name, n, answer }, purpose, identity, subject, nth);
    }
    return answer;
  }

  draw(purpose: number, identity: number, subject: number, table: readonly number[]): number {
    if (table.length === 1) return table[0] as number;
    return table[this.choose(purpose, identity, subject, table.length)] as number;
  }

  emit(to: Instance, mail: Mail): void {
    if (!to.alive) return;
    const isFirst = this.next === undefined && !this.isSettling && this.state.ready.length === 0;
    if (isFirst && isIdle(this.node(to.node))) {
      this.next = mail;
      this.nextTo = to as Running;
    } else {
      this.hand({ to: to as Running, mail, start: undefined, announced: false });
    }
  }

  /** Whether something is in hand that has not been taken. */
  hasMail(): boolean {
    return this.next !== undefined || this.state.ready.length > 0;
  }

  status(node: number): NodeStatus {
    return this.node(node).status;
  }

  root(node: number): Running | undefined {
    const name = this.config.nodes[node]!.machine;
    return this.node(node).machines.get(name)?.get(0);
  }

  nameOf(node: number): string {
    return this.node(node).name;
  }

  /** @throws RangeError naming the node and what knows of it */
  indexOf(name: string, wantedBy: string): number {
    const index = this.names.get(name);
    if (index === undefined) {
      throw new RangeError(
        `${wantedBy}: unknown node '${name}', expected one of ${[...this.names.keys()].join(', ')}`,
      );
    }
    return index;
  }

  node(index: number): NodeState {
    return this.state.nodes[index] as NodeState;
  }

  /** @throws RangeError naming the machine and what knows of it */
  chart(machine: string, wantedBy = 'world'): Chart {
    return this.charts.named(machine, wantedBy);
  }

  /** Puts something in a node's hands; it is taken as soon as the node is free to. */
  hand(item: Item): void {
    const node = this.node(item.to.node);
    if (this.performing === node.index) {
      join(node.answers, item);
    } else {
      join(node.mailbox, item);
      this.state.ready.push(node.index);
    }
  }

  /** Ends every fault, restarts and resumes every node; nothing of the plan begins any more. */
  heal(): void {
    this.nemesis.heal();
    this.settle();
  }

  /** Gives a call to a node's root machine at this instant, apart from every script. */
  invoke(node: string, invocation: Invocation): void {
    invokeNow(this, node, invocation);
    this.settle();
  }

  /** Step and time, for the message of a broken invariant. */
  where(): string {
    return `event ${this.state.events}, ${this.state.now} µs`;
  }

  /** The oracle's answer to a decision by its full name; whoever asks tells the tracer. */
  answer(name: number, n: number): number {
    const answer = this.config.oracle.choose(name, n);
    if (!(answer >= 0 && answer < n)) {
      throw new Error(`the oracle answered ${answer} of ${n} for ${name} at ${this.where()}`);
    }
    const { digest } = this.state;
    foldInteger(digest, name);
    foldInteger(digest, n);
    foldInteger(digest, answer);
    return answer;
  }

  private dispatch(entry: Entry): void {
    const { state } = this;
    const { digest } = state;
    foldInteger(digest, state.now);
    foldInteger(digest, entry.kind);
    foldInteger(digest, entry.node);
    foldInteger(digest, entry.identity);
    state.events++;
    const node = entry.node < 0 ? undefined : this.node(entry.node);
    switch (entry.kind) {
      case EntryKind.timer:
        this.fire(entry as Entry<Timer>);
        break;
      case EntryKind.packet:
      case EntryKind.connect:
      case EntryKind.retransmit:
      case EntryKind.keepalive:
      case EntryKind.read:
        dispatchNetwork(state.network, this, entry);
        break;
      case EntryKind.disk:
        dispatchDisk(node!.storage, this, entry);
        this.stored(node!);
        break;
      case EntryKind.service:
        dispatchService(node!.workers, this, entry);
        break;
      case EntryKind.poll:
        dispatchPoll(node!.polls, this, entry);
        break;
      case EntryKind.invoke:
        if (!this.defer(node!, entry)) dispatchInvoke(this, entry);
        break;
      case EntryKind.boot:
        restart(this, node!);
        break;
      case EntryKind.faultBegin:
      case EntryKind.faultEnd:
        this.nemesis.dispatch(entry);
        break;
      default:
        throw new Error(`unknown entry kind ${entry.kind} at ${this.where()}`);
    }
    if (state.network.bites.length > 0) this.nemesis.recordBites();
  }

  /** What the applied offset wakes. Called whenever a node's storage may have changed. */
  stored(node: NodeState): void {
    grew(node.polls, this, node.monotonic, node.storage.applied);
  }

  private defer(node: NodeState, entry: Entry): boolean {
    if (node.status !== 'paused') return false;
    entry.live = true;
    node.deferred.push(entry);
    return true;
  }

  private fire(entry: Entry<Timer>): void {
    const { instance, event } = entry.of;
    if (!instance.alive || this.defer(this.node(entry.node), entry)) return;
    removeFrom(instance.timers, entry);
    this.emit(instance, event);
  }

  /** Lets every node that has something in its hands take it. */
  private settle(): void {
    const { ready } = this.state;
    this.isSettling = true;
    if (this.next !== undefined) this.takeNext(this.nextTo as Running, this.next);
    for (let at = 0; at < ready.length; at++) this.drain(this.node(ready[at] as number));
    if (ready.length > 0) empty(ready);
    this.isSettling = false;
  }

  private takeNext(to: Running, mail: Mail): void {
    this.next = undefined;
    this.nextTo = undefined;
    const node = this.node(to.node);
    if (node.status === 'running') this.take(node, to, mail, undefined, false);
    else if (to.alive) unshift(node.mailbox, { to, mail, start: undefined, announced: false });
    this.drain(node);
  }

  /** Finishes an interrupted step, then answers, then the mailbox, until the node is idle. */
  private drain(node: NodeState): void {
    const { answers, mailbox } = node;
    for (let turns = 0; node.status === 'running'; turns++) {
      if (turns > turnsMax) throw new Error(`${node.name} never rests at ${this.where()}`);
      if (node.work !== undefined) {
        resumeWork(this, node);
        continue;
      }
      const line = isEmpty(answers) ? mailbox : answers;
      if (isEmpty(line)) break;
      const { to, mail, start, announced } = shift(line);
      this.take(node, to, mail, start, announced);
    }
  }

  private take(
    node: NodeState,
    to: Running,
    mail: Mail | undefined,
    start: MachineInput | undefined,
    announced: boolean,
  ): void {
    if (!to.alive) return;
    const { state, nemesis } = this;
    if (mail !== undefined && nemesis.watchesMessages && !announced) {
      nemesis.beforeReceived(node, mail);
      if (node.status === 'paused') unshift(node.answers, { to, mail, start, announced: true });
      if (node.status !== 'running' || !to.alive) return;
    }
    const { digest } = state;
    foldInteger(digest, to.identity);
    state.events++;
    const view = lookAt(node, state.now);
    if (mail === undefined) {
      foldText(digest, 'start');
      foldPlain(digest, start!.input);
    } else {
      this.fold(mail);
      mail.view = view;
    }
    this.running[to.slot] = transition(this, node, to, mail, start);
    performStep(this, node, to, mail);
  }

  private fold(mail: Mail): void {
    const { digest } = this.state;
    for (const field in mail) {
      if (field !== 'view') foldPlain(digest, (mail as unknown as Record<string, Plain>)[field]);
    }
  }
}
