/**
 * The order of tests that a command meets before it is executed, and what it is told.
 * Source: kvrocks-graceful-failover.md, section 8 (numbers as there). Not modelled: MULTI, keyless
 * writers, several slots, migration in progress, the size limit.
 */
import type { Message } from '../../runtime/vocabulary.js';
import { isImported, type NodeContext } from './context.js';
import { clusterDown, loading, masterDown, moved, noauth, readOnly, tryAgain } from './replies.js';
import { masterIn, ownerOf, slotOf } from './topology.js';

/** Commands that are served while a full sync is being restored. */
const whileLoading = new Set(['auth', 'info', 'replconf']);

/**
 * Commands that are served while the link to the master is down and stale data is not. Beside the
 * source's own, what names an attempt (`graceful`): a slave that cannot follow must still decide,
 * or the master in doubt would wait for it, and it for the master.
 */
const whileMasterDown = ({ type, master }: Message) =>
  type === 'info' || type === 'cancel' || (type === 'takeover' && typeof master === 'string');

/** Commands with the write flag and a key. */
export const isKeyedWrite = (type: string) => type === 'set' || type === 'append';

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
  if (typeof key === 'string') {
    const isWriting = isKeyedWrite(command.type);
    const refusal = keyRefusal(context, connection, slotOf(key), isWriting); // 4; no key passes: 4a
    if (refusal !== null) return refusal;
  }
  const isStale = context.master !== null && !context.linkUp;
  if (!isStale || options.slaveServeStaleData || whileMasterDown(command)) return null;
  return command.type === 'auth' && options.authWhileMasterDown === true ? null : masterDown; // 8
}

function keyRefusal(
  context: NodeContext,
  connection: number,
  slot: number,
  isWriting: boolean,
): string | null {
  const isReadOnly = !isWriting && context.readonly.includes(connection);
  const elsewhere = slotRefusal(context, isReadOnly, slot, isWriting);
  if (elsewhere !== null) return elsewhere;
  if (isWriting && context.master !== null && !isImported(context, slot)) return readOnly; // 6
  return null;
}

function slotRefusal(
  context: NodeContext,
  isReadOnly: boolean,
  slot: number,
  isWriting: boolean,
): string | null {
  const owner = context.topology === null ? undefined : ownerOf(context.topology, slot);
  if (owner === undefined) return clusterDown; // 4c
  if (context.gate === 'all' || (isWriting && context.gate === 'writes')) return tryAgain; // 4d
  if (owner === context.self) {
    return context.migrated === null ? null : moved(slot, context.migrated); // 4e, 4g
  }
  if (isImported(context, slot)) return null; // 4i
  const master = masterIn(context.topology, context.self);
  return isReadOnly && owner === master ? null : moved(slot, owner); // 4j, 4k
}
