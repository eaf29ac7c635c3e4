/** What a pushed topology means to a node: refused, ignored, or carried out, and what it clears. */
import type { Batch } from '../../runtime/vocabulary.js';
import { invalidVersion } from '../kvrocks/replies.js';
import {
  nodeIn,
  roleIn,
  sameContent,
  slotCount,
  slotPrefix,
  type Topology,
  topologyOf,
} from '../kvrocks/topology.js';
import { type HandoverContext, roleHeld } from './context.js';

/** The topology of the SETNODES in hand. */
export const pushedOf = ({ pushed }: HandoverContext): Topology =>
  topologyOf(pushed?.command as never);

const isForced = ({ pushed }: HandoverContext) => pushed?.command['force'] === true;

/** What a push is told before anything is done: an error, `done` for OK at once, null to go on. */
export function pushRefusal(context: HandoverContext): string | 'done' | null {
  const { topology, knobs, self } = context;
  const pushed = pushedOf(context);
  if (isForced(context) || topology === null) return null;
  if (knobs.topologyFence && context.intent !== null) return 'ERR Failover is in doubt';
  if (pushed.version < topology.version) return invalidVersion;
  if (pushed.version === topology.version) {
    if (!knobs.topologyFence || sameContent(pushed, topology)) return 'done';
    return `${invalidVersion}: same version, other content`;
  }
  const role = roleHeld(context);
  if (knobs.roleGuard && roleIn(pushed, self) !== role) {
    return `ERR this node is ${role}, only a failover or force changes that`;
  }
  return null;
}

/** The most slots that are cleared by one batch. */
const chunk = 256;

/** The clean-up of slots that have migrated away and are not this node's in the pushed topology. */
export function cleanUp(context: HandoverContext): Batch[] {
  const { topology, migrated, self } = context;
  if (migrated === null || topology === null) return [];
  const isOwn = (of: Topology, slot: number) =>
    (nodeIn(of, self)?.slots ?? []).some(([from, to]) => from <= slot && slot <= to);
  const pushed = pushedOf(context);
  const isGone = (slot: number) => isOwn(topology, slot) && !isOwn(pushed, slot);
  const batches: Batch[] = [];
  for (let slot = 0; slot < slotCount; slot++) {
    if (!isGone(slot)) continue;
    let end = slot + 1;
    while (end < slotCount && end - slot < chunk && isGone(end)) end++;
    batches.push({
      count: end - slot,
      operation: 0,
      writes: [{ kind: 'deleteRange', from: slotPrefix(slot), to: slotPrefix(end) }],
    });
    slot = end - 1;
  }
  return batches;
}
