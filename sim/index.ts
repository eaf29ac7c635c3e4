/** Switchover as a library. The runtime below it, for machines of your own: `switchover/runtime`. */
export {
  type Divergence,
  describeDivergence,
  type Engine,
  encodeWorld,
  type Fault,
  type FaultKind,
  type FaultRecord,
  findDivergence,
  type NodeRecord,
  type Oracle,
  type Program,
  recordingOracle,
  scriptedOracle,
  seededOracle,
  type TraceEntry,
  type Tracer,
  World,
  type WorldConfig,
  type WorldRecord,
  xstateEngine,
} from '../runtime/index.js';
export { type SelfCheck, type SelfCheckOptions, selfCheck } from './selfcheck.js';
