/**
 * Machines for a protocol of one's own. With the ready client and operator, any machine that speaks
 * their messages is a node; with the parts of the store, a node needs nothing but its handover.
 */

export type {
  ContextField,
  EffectParams,
  MachineEvent,
  MachineInput,
  Message,
  Plain,
  View,
} from '../runtime/vocabulary.js';
export { effectActions } from '../runtime/vocabulary.js';
export { call, callFields } from './kvrocks/call.js';
export { client } from './kvrocks/client.js';
export { clientFields } from './kvrocks/client-attempt.js';
export { askerOf, epochOf, holdsSlots } from './kvrocks/context.js';
export { joined } from './kvrocks/joined.js';
export type { Command, Reply } from './kvrocks/messages.js';
export { noteGate, noteRole, replying, vacating } from './kvrocks/node.js';
export { operator, operatorFields } from './kvrocks/operator.js';
export * as replies from './kvrocks/replies.js';
export type { StoreArgs, StoreContext, StoreInput, StoreRules } from './kvrocks/store.js';
export * as store from './kvrocks/store.js';
export {
  handedOver,
  masterIn,
  oneShard,
  type Role,
  roleIn,
  type Topology,
  type TopologyNode,
} from './kvrocks/topology.js';
export type { Claim, Knob, KnobValues, Program, Protocol } from './protocol.js';
export {
  ask,
  begin,
  type Deed,
  type DeedsIn,
  end,
  type Facts,
  type Observation,
  pass,
  seen,
  stays,
  type TestModel,
} from './test-model.js';
