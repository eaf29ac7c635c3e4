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
export {
  atTime,
  breakOn,
  crash,
  drop,
  entering,
  failover,
  hold,
  ms,
  type Place,
  partition,
  pause,
  plan,
  powerLoss,
  receiving,
  type Span,
  seconds,
  sending,
  type UnnumberedFault,
} from './builders.js';
export { type ChartJson, chartJson } from './chart/chart-json.js';
export { chartMermaid } from './chart/chart-mermaid.js';
export {
  type Budget,
  type CheckerName,
  type CheckOptions,
  checkers,
  checkHistory,
  defaultBudget,
  type Evidence,
  type Judgement,
  judge,
  type KeyedOperation,
  type Model,
  models,
  type RunRecord,
  type Validity,
  type Verdict,
} from './checkers/index.js';
export { type Claimed, claimFor } from './claims.js';
export { Collector, coveredBy, type Listening } from './coverage/collector.js';
export { type Covered, merged } from './coverage/covered.js';
export { type Explanation, explanationsOf } from './coverage/explained.js';
export { type Item, inventoryOf, type Sight } from './coverage/inventory.js';
export {
  type Measure,
  type Missing,
  measure,
  type Share,
  type Shares,
} from './coverage/measure.js';
export { type FormatName, formatNames } from './files/format.js';
export type { ReadHistory } from './files/history-builder.js';
export { historyEdn } from './files/history-edn.js';
export { historyLines } from './files/history-file.js';
export { type ModelName, modelNames } from './files/history-models.js';
export { judgeHistory } from './files/judge-history.js';
export { readHistory } from './files/read-history.js';
export { type Difference, type Replay, replay } from './files/replay.js';
export { type ReplayFile, saveRun } from './files/replay-file.js';
export { schemaOf } from './files/schemas.js';
export { type HistoryEvent, history } from './history.js';
export { loadProtocol } from './protocol-file.js';
export { type ProtocolDefinition, protocolFrom } from './protocol-schema.js';
export { canaries, protocolNamed, protocols, registerProtocol } from './protocols.js';
export { render } from './report/render.js';
export { type Report, reportOf } from './report/report.js';
export type { Page } from './report/text.js';
export { type Recorded, type RunOptions, type RunResult, run } from './run.js';
export { InputError, parseScenario, type Scenario, type ScenarioInput } from './scenario.js';
export { scenarioNamed, scenarios } from './scenarios/index.js';
export { type SelfCheck, type SelfCheckOptions, selfCheck } from './selfcheck.js';
