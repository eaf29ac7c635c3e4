/**
 * The order of tests that a command meets before it is executed, and what it is told.
 * Source: kvrocks-graceful-failover.md, section 8 (numbers as there). Not modelled: MULTI, keyless
 * writers, several slots, migration in progress, READONLY connections, the size limit.
 */
import type { Message } from '../../runtime/vocabulary.js';
import { isImported, type NodeContext } from './context.js';
import { clusterDown, loading, masterDown, moved, noauth, readOnly, tryAgain } from './replies.js';
import { ownerOf, slotOf } from './topology.js';

/** Commands that are served while a full sync is being restored. */
const whileLoading = new Set(['auth', 'info', 'replconf']);

const isWrite = (type: string) => type === 'set';

/** @returns the error that refuses the command, or null when every test passes */
export function refusalOf(
  context: NodeContext,
  connection: number,
  command: Message,
): string | null {
  // Jobs of the node's own have negative numbers; no test is for them.
  if (connection < 0) return null;
  const { options } = context;
  if (
    options.requirepass !== '' &&
    command.type !== 'auth' &&
    !context.authenticated.includes(connection)
  ) {
    return noauth; // 1
  }
  if (context.loading && !whileLoading.has(command.type)) return loading; // 2
  const key = command['key'];
  if (typeof key !== 'string') return null; // 4a
  const slot = slotOf(key);
  const elsewhere = slotRefusal(context, slot, isWrite(command.type));
  if (elsewhere !== null) return elsewhere;
  const imported = isImported(context, slot);
  if (isWrite(command.type) && context.master !== null && !imported) return readOnly; // 6
  if (!options.slaveServeStaleData && context.master !== null && !context.linkUp) {
    return masterDown; // 8
  }
  return null;
}

function slotRefusal(context: NodeContext, slot: number, isWriting: boolean): string | null {
  const owner = context.topology === null ? undefined : ownerOf(context.topology, slot);
  if (owner === undefined) return clusterDown; // 4c
  if (context.gate === 'all' || (isWriting && context.gate === 'writes')) return tryAgain; // 4d
  if (owner === context.self) {
    return context.migrated === null ? null : moved(slot, context.migrated); // 4e, 4g
  }
  return isImported(context, slot) ? null : moved(slot, owner); // 4i, 4k
}
