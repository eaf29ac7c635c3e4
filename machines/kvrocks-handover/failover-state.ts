/**
 * `state_`: what CLUSTER INFO prints and the write gate follows. The command, the job and SETNODES
 * each assign it; what the job does is a region of its own, and only `graceful` keeps the two in step.
 *
 * Source: kvrocks-graceful-failover.md, sections 4 and 6.1; graceful.md, switching / intent.
 */
import type { Gate } from '../kvrocks/context.js';
import { noteGate } from '../kvrocks/node.js';
import type { FailoverState, HandoverContext } from './context.js';
import { server } from './setup.js';

/** Which commands are refused while the variable has that value. */
export function gateIn(state: FailoverState, context: HandoverContext): Gate {
  if (state === 'pause_write' || state === 'wait_sync') return 'writes';
  if (state !== 'switching') return 'open';
  return context.knobs.gateReadsWhileSwitching ? 'all' : 'writes';
}

const become = (state: FailoverState) => ({
  entry: [
    server.assign(({ context }) => ({ failover: state, gate: gateIn(state, context) })),
    { type: 'note' as const, params: { subject: 'failover', value: state } },
    noteGate as never,
  ],
});

export const failoverState = server.createStateConfig({
  initial: 'starting',
  states: {
    starting: { always: [{ guard: 'an intent is open', target: 'switching' }, { target: 'none' }] },
    none: become('none'),
    started: become('started'),
    check_slave: become('check_slave'),
    pause_write: become('pause_write'),
    wait_sync: become('wait_sync'),
    switching: become('switching'),
    success: become('success'),
    failed: become('failed'),
  },
  on: {
    'assign.none': '.none',
    'assign.started': '.started',
    'assign.check_slave': '.check_slave',
    'assign.pause_write': '.pause_write',
    'assign.wait_sync': '.wait_sync',
    'assign.switching': '.switching',
    'assign.success': '.success',
    'assign.failed': '.failed',
  },
});
