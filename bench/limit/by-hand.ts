/**
 * The standard run written by hand, without statecharts: plain functions over plain fields, one
 * heap, nothing that a run without faults does not need. It is what a general simulator of this run
 * can at best come near to: the limit. The same decisions under the same labels, in an order of
 * events that breaks every tie as the world does; so the history is the world's to the microsecond.
 */
import type { ClientInput } from '../../machines/kvrocks/client-attempt.js';
import type { ServerInput } from '../../machines/kvrocks-handover/setup.js';
import type { NodeConfig, Script } from '../../runtime/config.js';
import type { Simulation, Simulator } from '../simulation.js';
import type { Prepared } from '../standard-run.js';
import { Client, onCall, onClientOpen, onPause, onReply, queueCall } from './client.js';
import { onCleanUp, onClosed, onDiskDone, onMessage, onServed } from './commands.js';
import { finish } from './disk.js';
import {
  type Connection,
  type Deadline,
  type DiskOperation,
  type Due,
  DueKind,
  type Job,
  type Packet,
  What,
} from './entries.js';
import { onPing, onPoll, wakeFeeds } from './feed.js';
import { become, noteRole, onCallOpen, onSampled, onTaken } from './handover.js';
import { Limit } from './limit.js';
import { arrive, readOn, shakeHands } from './network.js';
import {
  Operator,
  onOperatorOpen,
  onOperatorPause,
  onOperatorReply,
  onOrder,
  queueOrder,
} from './operator.js';
import { recordOf } from './record.js';
import { follow, onReplication, onReplicationOpen } from './replication.js';
import { type Feed, type Handover, type Replication, Store, type Times } from './store.js';
import { onAnnounce } from './takeover.js';

/** Simulates a standard run by hand. */
export const limit: Simulator = { name: 'limit', start: (prepared) => new ByHand(prepared) };

class ByHand implements Simulation {
  private readonly sim: Limit;
  private readonly told: DiskOperation[] = [];

  constructor({ config, scenario }: Prepared) {
    this.sim = new Limit(scenario.seed, config.network!.latencyUs!);
    populate(this.sim, config.nodes, config.scripts ?? []);
  }

  run(untilUs: number): void {
    const { sim } = this;
    const { heap } = sim;
    for (let at = heap.peekTime(); at <= untilUs; at = heap.peekTime()) {
      sim.now = at;
      this.dispatch(heap.pop());
    }
    heap.check(untilUs);
    sim.now = untilUs;
  }

  isBusy(): boolean {
    return this.sim.left > 0;
  }

  record(endedAt: number): ReturnType<typeof recordOf> {
    return recordOf(this.sim, endedAt);
  }

  private dispatch({ kind, of }: Due): void {
    const { sim } = this;
    switch (kind) {
      case DueKind.invoke:
        if (of instanceof Client) onCall(sim, of);
        else onOrder(sim, of as Operator);
        break;
      case DueKind.connect:
        if (shakeHands(sim, of as Connection)) this.opened(of as Connection);
        break;
      case DueKind.packet:
        if (arrive(sim, of as Packet)) this.deliver(of as Packet);
        break;
      case DueKind.read: {
        const packet = readOn(sim, of as Connection);
        if (packet !== null) this.deliver(packet);
        break;
      }
      case DueKind.service:
        onServed(sim, of as Job);
        break;
      case DueKind.disk:
        this.diskDone(of as Store);
        break;
      case DueKind.poll:
        onPoll(sim, of as Feed);
        break;
      default:
        this.dispatchTimer(kind, of);
    }
  }

  private dispatchTimer(kind: number, of: object): void {
    const { sim } = this;
    switch (kind) {
      case DueKind.ping:
        onPing(sim, of as Feed);
        break;
      case DueKind.clientPause:
        onPause(sim, of as Client);
        break;
      case DueKind.operatorPause:
        onOperatorPause(sim, of as Operator);
        break;
      case DueKind.sampling:
        onSampled(sim, of as Handover);
        break;
      case DueKind.cleanUp:
        onCleanUp(sim, of as Store);
        break;
      default:
        if ((of as Deadline).isOver(sim.heap)) {
          throw new Error(`limit: ${(of as Deadline).what} is over, which no fault explains`);
        }
    }
  }

  private opened({ opener }: Connection): void {
    const { sim } = this;
    switch (opener.role) {
      case 'client':
        onClientOpen(sim, opener as Client);
        break;
      case 'operator':
        onOperatorOpen(sim, opener as Operator);
        break;
      case 'replication':
        onReplicationOpen(sim, opener as Replication);
        break;
      case 'call':
        onCallOpen(sim, opener as Handover);
        break;
    }
  }

  private deliver(packet: Packet): void {
    const { sim } = this;
    const connection = packet.connection!;
    if (packet.back) {
      if (packet.what === What.data) this.answered(connection, packet);
      else if (packet.what !== What.ack) throw new Error('limit: an opener was hung up on');
    } else {
      const store = connection.accepter as Store;
      if (packet.what === What.data) onMessage(sim, store, packet);
      else if (packet.what !== What.ack) onClosed(sim, store, connection);
    }
    sim.give(packet);
  }

  private answered({ opener }: Connection, packet: Packet): void {
    const { sim } = this;
    switch (opener.role) {
      case 'client':
        onReply(sim, opener as Client, packet);
        break;
      case 'operator':
        onOperatorReply(sim, opener as Operator, packet);
        break;
      case 'replication':
        onReplication(sim, opener as Replication, packet, onAnnounce);
        break;
      case 'call':
        onTaken(sim, opener as Handover, packet);
        break;
    }
  }

  /** What the disk has done comes first, then the polls that it wakes, then who asked for it. */
  private diskDone(store: Store): void {
    const { sim, told } = this;
    const count = finish(sim, store, told);
    wakeFeeds(sim, store);
    for (let at = 0; at < count; at++) onDiskDone(sim, store, told[at]!);
  }
}

/** Nodes, clients and the operator as configured, and their first steps. */
function populate(sim: Limit, nodes: readonly NodeConfig[], scripts: readonly Script[]): void {
  const shard = nodes.filter(({ machine }) => machine === 'server').map(({ name }) => name);
  for (const [index, node] of nodes.entries()) {
    if (node.machine !== 'server') continue;
    check(node.input as unknown as ServerInput);
    const store = new Store(index, node.name, shard, node.workers ?? 1, timesOf(node));
    sim.stores.push(store);
    sim.storeNamed.set(store.name, store);
  }
  for (const script of scripts) {
    const index = nodes.findIndex(({ name }) => name === script.node);
    const { name, machine, input } = nodes[index]!;
    sim.left += script.items.length;
    if (machine === 'operator') {
      const { timeoutMs } = input as { timeoutMs: number };
      const operator = new Operator(index, name, timeoutMs, script);
      sim.operators.push(operator);
      queueOrder(sim, operator);
    } else {
      const { policy } = input as unknown as ClientInput;
      const client = new Client(sim, index, name, policy, script);
      sim.clients.push(client);
      queueCall(sim, client, 0);
    }
  }
  for (const store of sim.stores) {
    noteRole(sim, store);
    become(sim, store, 'none');
    follow(sim, store);
  }
}

function timesOf({ services, disk }: NodeConfig): Times {
  const { read, write, admin } = services as Record<'read' | 'write' | 'admin', readonly number[]>;
  const { append, sync, persist } = disk as Record<
    'append' | 'sync' | 'persist',
    readonly number[]
  >;
  return { read, write, admin, append, sync, persist };
}

/** Refuses a node that is configured in a way that was not written out here. */
function check({ options, knobs }: ServerInput): void {
  const isOpen = options.requirepass === '' && !options.syncWrites;
  const isSafe = Object.values(knobs).every((value) => value !== false) && knobs.pollMs === 0;
  if (!isOpen || !isSafe) throw new RangeError('limit: only the standard run is written by hand');
}
