/**
 * Streams between processes: connect, send, deliver in order, end. Left out is what no run without
 * faults makes use of: windows that fill, keepalive, loss, refusals.
 */
import { linkIdentity, Purpose } from '../../runtime/kernel.js';
import type { EffectParams, Message, Tag } from '../../runtime/vocabulary.js';
import type { Actors } from './actors.js';
import type { Callback } from './event-clock.js';
import type { Process, Running, Told } from './process.js';

interface End {
  readonly process: Process;
  owner: Running | undefined;
  isOpen: boolean;
  reading: boolean;
  readQueued: boolean;
  readonly unread: Packet[];
  /** A packet met this end when it was closed: what is behind it is lost. */
  refuses: boolean;
  lastArrival: number;
}

interface Connection {
  readonly id: number;
  readonly subject: number;
  readonly tag: Tag;
  readonly opener: End;
  readonly accepter: End;
  isOpen: boolean;
  timeout: Callback | undefined;
}

interface Packet {
  readonly connection: Connection;
  readonly from: End;
  readonly to: End;
  readonly what: 'ack' | 'data' | 'fin' | 'rst';
  readonly message: Message | undefined;
  readonly subject: number;
}

export class Network {
  private readonly sim: Actors;
  private readonly latencyUs: readonly number[];
  private readonly connections = new Map<number, Connection>();
  private opened = 0;

  constructor(sim: Actors, latencyUs: readonly number[]) {
    this.sim = sim;
    this.latencyUs = latencyUs;
  }

  open(by: Running, { to, tag = '', timeoutMs, subject = 0 }: EffectParams['open']): void {
    const { clock } = this.sim;
    const id = ++this.opened;
    const opener = endOf(by.process, by);
    const accepter = endOf(this.sim.process(to), undefined);
    const connection: Connection = {
      id,
      subject,
      tag,
      opener,
      accepter,
      isOpen: false,
      timeout: undefined,
    };
    this.connections.set(id, connection);
    if (timeoutMs !== undefined) {
      connection.timeout = clock.at(clock.now + Math.round(timeoutMs * 1000), () => {
        throw new Error('actors: a connection attempt timed out, which no fault explains');
      });
    }
    const arrival = clock.now + this.leg(connection, opener, accepter);
    clock.at(arrival, () => {
      accepter.isOpen = true;
      const back = clock.now + this.leg(connection, accepter, opener);
      clock.at(back, () => this.establish(connection));
    });
  }

  private leg({ subject }: Connection, from: End, to: End): number {
    return this.draw(Purpose.connect, from, to, subject);
  }

  private draw(purpose: number, from: End, to: End, subject: number): number {
    const link = linkIdentity(from.process.index, to.process.index);
    return this.sim.decisions.draw(purpose, link, subject, this.latencyUs);
  }

  private establish(connection: Connection): void {
    const { id, tag, opener, accepter, subject } = connection;
    if (!opener.isOpen) return;
    connection.isOpen = true;
    if (connection.timeout !== undefined) this.sim.clock.cancel(connection.timeout);
    this.transmit({
      connection,
      from: opener,
      to: accepter,
      what: 'ack',
      message: undefined,
      subject,
    });
    tell(opener, { type: 'opened', connection: id, tag, peer: accepter.process.name });
  }

  /** @returns whether the kernel took it */
  send(by: Running, { connection: id, message, subject = 0 }: EffectParams['send']): boolean {
    const connection = this.connections.get(id);
    if (connection?.isOpen !== true) return false;
    const [from, to] = directed(connection, by.process);
    if (!from.isOpen) return false;
    this.transmit({ connection, from, to, what: 'data', message, subject });
    return true;
  }

  private transmit(packet: Packet): void {
    const { from, to, what, subject } = packet;
    const { clock } = this.sim;
    const purpose = what === 'data' ? Purpose.latency : Purpose.connect;
    const arrival = clock.now + this.draw(purpose, from, to, subject);
    to.lastArrival = Math.max(arrival, to.lastArrival);
    clock.at(to.lastArrival, () => this.arrive(packet));
  }

  close(by: Running, id: number): void {
    const connection = this.connections.get(id);
    if (connection !== undefined) this.closeFrom(connection, by.process);
  }

  private closeFrom(connection: Connection, process: Process): void {
    const [from, to] = directed(connection, process);
    if (!from.isOpen) return;
    from.isOpen = false;
    from.owner = undefined;
    const { isOpen, subject } = connection;
    const what = from.unread.length > 0 ? 'rst' : 'fin';
    if (isOpen) this.transmit({ connection, from, to, what, message: undefined, subject });
    this.forgetIfOver(connection);
  }

  private forgetIfOver({ id, opener, accepter }: Connection): void {
    if (!opener.isOpen && !accepter.isOpen) this.connections.delete(id);
  }

  /** An actor has ended: its connections close. */
  closeAllOf(running: Running): void {
    for (const connection of this.connections.values()) {
      const { opener, accepter } = connection;
      if (opener.owner === running || accepter.owner === running) {
        this.closeFrom(connection, running.process);
      }
    }
  }

  /** Hands the end that a process has over to another actor of it. */
  adopt(id: number, process: Process, to: Running): void {
    const connection = this.connections.get(id);
    if (connection !== undefined) directed(connection, process)[0].owner = to;
  }

  private arrive(packet: Packet): void {
    const { connection, to, what } = packet;
    if (!this.connections.has(connection.id) || to.refuses) return;
    if (!to.isOpen) this.refuse(packet);
    else if (to.unread.length > 0 || !to.reading || to.readQueued) to.unread.push(packet);
    else this.read(packet);
    if (what === 'rst') this.forgetIfOver(connection);
  }

  /** A host that knows nothing of a connection any more says so. */
  private refuse({ connection, from, to, what }: Packet): void {
    if (what === 'rst') return;
    to.refuses = true;
    const { subject } = connection;
    this.transmit({ connection, from: to, to: from, what: 'rst', message: undefined, subject });
  }

  private read({ connection, from, to, what, message }: Packet): void {
    const { id } = connection;
    switch (what) {
      case 'data':
        tell(to, { type: `message.${message!.type}`, connection: id, message: message! });
        break;
      case 'ack':
        to.owner = to.process.root;
        tell(to, { type: 'accepted', connection: id, peer: from.process.name });
        break;
      default:
        to.isOpen = false;
        this.forgetIfOver(connection);
        if (what === 'fin') tell(to, { type: 'closed', connection: id });
        else tell(to, { type: 'reset', connection: id, reason: 'reset' });
    }
  }

  /** Stops or goes on reading. */
  receive(by: Running, { connection: id, on }: EffectParams['receive']): void {
    const connection = this.connections.get(id);
    if (connection === undefined) return;
    const [end] = directed(connection, by.process);
    end.reading = on;
    if (on && end.unread.length > 0) this.queueRead(end);
  }

  private queueRead(end: End): void {
    if (end.readQueued) return;
    end.readQueued = true;
    const { clock } = this.sim;
    clock.at(clock.now, () => {
      end.readQueued = false;
      if (!end.isOpen || !end.reading) return;
      const packet = end.unread.shift();
      if (packet === undefined) return;
      this.read(packet);
      if (end.unread.length > 0) this.queueRead(end);
    });
  }
}

function endOf(process: Process, owner: Running | undefined): End {
  return {
    process,
    owner,
    isOpen: owner !== undefined,
    reading: true,
    readQueued: false,
    unread: [],
    refuses: false,
    lastArrival: 0,
  };
}

/** A process's own end and the other one. */
function directed({ opener, accepter }: Connection, process: Process): [End, End] {
  return opener.process === process ? [opener, accepter] : [accepter, opener];
}

function tell({ owner, process }: End, event: Told): void {
  if (owner !== undefined) process.tell(owner, event);
}
