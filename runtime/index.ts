/**
 * The runtime by itself: run any machines that ask for effects, deterministically, in one world.
 * `World` is the place to begin; a machine needs `vocabulary.ts`, which is all here too.
 */
export {
  type CompiledAction,
  type CompiledMachine,
  type CompiledStep,
  compile,
} from './compiled/compile.js';
export { compiledEngine } from './compiled/compiled-engine.js';
export type { NodeConfig, Program, Script, WorldConfig } from './config.js';
export { type Divergence, describeDivergence, findDivergence, Lockstep } from './divergence.js';
export { formatTime } from './duration.js';
export { encodeWorld } from './encode.js';
export type {
  Action,
  Chart,
  Engine,
  EngineState,
  Fired,
  Microstep,
  SavedState,
  Step,
} from './engine.js';
export type {
  Fault,
  FaultAction,
  FaultKind,
  FaultPlace,
  Trigger,
  Verdict as LinkVerdict,
} from './fault.js';
export type { NodeStatus } from './kernel.js';
export { ANSWERS_MAX } from './keyed.js';
export type { NetworkConfig } from './net/network.js';
export type { LinkConfig } from './net/state.js';
export type { Decision, Oracle } from './oracle.js';
export type {
  FaultRecord,
  LossRecord,
  NodeRecord,
  NoteRecord,
  OperationRecord,
  ReplyRecord,
  WorldRecord,
} from './record.js';
export { recordingOracle } from './recording.js';
export { type Pinned, scriptedOracle } from './scripted.js';
export { seededOracle } from './seeded.js';
export { takeSnapshot, type WorldSnapshot } from './snapshot.js';
export { type DiskConfig, defaultDisk } from './storage/disk.js';
export type { TraceEntry, Tracer } from './trace.js';
export {
  type Batch,
  type Checkpoint,
  type ContextField,
  type Effect,
  type EffectKind,
  type EffectParams,
  type EventKind,
  type EventParams,
  effectActions,
  effectKinds,
  type Invocation,
  type MachineEvent,
  type MachineInput,
  type Message,
  type Outcome,
  type Plain,
  type PrefixHash,
  type Received,
  type RuntimeEvent,
  type Tag,
  type Told,
  type View,
  type Write,
} from './vocabulary.js';
export { type RunEnd, World } from './world.js';
export { xstateEngine } from './xstate-engine.js';
