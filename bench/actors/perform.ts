/** Does what an actor asked for. */
import type { EffectParams } from '../../runtime/vocabulary.js';
import type { Asked } from './collected.js';
import type { Process, Running } from './process.js';

/** @throws on what no run without faults asks for */
export function perform(process: Process, by: Running, asked: Asked): void {
  const { sim, storage, workers, polls } = process;
  switch (asked.type) {
    case 'timer':
      if (!asked.callback.live) return;
      sim.clock.put(sim.clock.now + Math.round(asked.delayMs * 1000), asked.callback);
      break;
    case 'open':
      sim.network.open(by, asked.params);
      break;
    case 'send':
      if (sim.network.send(by, asked.params)) recordReply(process, asked.params);
      break;
    case 'close':
      sim.network.close(by, asked.params.connection);
      break;
    case 'receive':
      sim.network.receive(by, asked.params);
      break;
    case 'readKey':
    case 'readLog':
    case 'append':
    case 'sync':
    case 'persist':
      storage.submit(by, asked);
      break;
    case 'occupy':
      workers.occupy(by, asked.params);
      break;
    case 'vacate':
      workers.vacate(asked.params.job);
      break;
    case 'drain':
      workers.drain(by, asked.params.tag ?? '');
      break;
    case 'poll':
      polls.poll(by, asked.params);
      break;
    case 'wake':
      polls.wake(asked.params.tag);
      break;
    case 'endPoll':
      polls.endPoll(by, asked.params.tag);
      break;
    default:
      performOther(process, by, asked);
  }
}

function performOther(process: Process, by: Running, asked: Asked): void {
  const { sim } = process;
  switch (asked.type) {
    case 'start': {
      const { machine, key = 0, connection = 0, input = null } = asked.params;
      process.start(machine, key, connection, input);
      break;
    }
    case 'stop': {
      const running = process.find(asked.params.machine, asked.params.key ?? 0);
      if (running !== undefined) process.stop(running);
      break;
    }
    case 'tell': {
      const { machine, key = 0, message } = asked.params;
      const to = process.find(machine, key);
      if (to !== undefined) process.tell(to, { type: `told.${message.type}`, message });
      break;
    }
    case 'complete':
      sim.scripts.complete(process, asked.params);
      break;
    case 'note': {
      const { applied } = process.storage;
      const { subject, value } = asked.params;
      const { machine, key } = by;
      const at = { at: sim.clock.now, node: process.name, incarnation: 1 };
      sim.notes.push({ ...at, machine, key, subject, value, applied });
      break;
    }
    default:
      throw new Error(`actors: ${by.machine} asks for '${asked.type}'`);
  }
}

function recordReply(process: Process, { answers, message }: EffectParams['send']): void {
  if (answers === undefined) return;
  const { sim, storage } = process;
  sim.replies.push({
    at: sim.clock.now,
    node: process.name,
    incarnation: 1,
    operation: answers.operation,
    epoch: answers.epoch,
    applied: storage.applied,
    durable: storage.durable,
    message,
  });
}
