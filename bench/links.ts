/** A message over a healthy connection: send and arrival, without machines. */
import { bench, do_not_optimize, group } from 'mitata';
import type { Kernel } from '../runtime/kernel.js';
import * as net from '../runtime/net/network.js';
import { createQueue, pop, push } from '../runtime/queue.js';

/** Registers the benchmarks. */
export default function suite(): void {
  group('links: one message sent and delivered', () => {
    const queue = createQueue<never>();
    const machine = { slot: 0, node: 0, machine: 'm', key: 0, alive: true, timers: [] };
    const peer = { ...machine, slot: 1, node: 1 };
    let now = 0;
    let told = 0;
    const kernel: Kernel = {
      get now() {
        return now;
      },
      schedule: (entry, at) => push(queue, at, entry as never),
      choose: () => 0,
      draw: (_purpose, _identity, _subject, table) => table[0] as number,
      emit: () => {
        told++;
      },
      status: () => 'running',
      root: () => peer,
      nameOf: () => 'n',
    };
    const state = net.createNetwork(['a', 'b'], { latencyUs: [100] });
    net.open(state, kernel, machine, { to: 'b' }, 1);
    const run = () => {
      for (let entry = pop(queue); entry !== undefined; entry = pop(queue)) {
        now += 100;
        net.dispatch(state, kernel, entry);
      }
    };
    run();
    const [connection] = state.connections.keys();
    const params = { connection: connection as number, message: { type: 'ping' }, subject: 1 };
    bench('send and arrival', () => {
      net.send(state, kernel, machine, params);
      run();
      do_not_optimize(told);
    });
  });
}
