/**
 * The 20 test cases of the proposal, as scenarios with the assertions that its Go tests make.
 *
 * Source: apache/kvrocks PR #3295, `failover_test.go` at 1f154144; ids of `TEST_CASES.md` at d16f56e5;
 * kvrocks-graceful-failover.md, 12. A subtest that shares its servers with others begins where they
 * leave them.
 *
 * Assumed: data types are keys whose writes take several sequence numbers; a node that has no
 * topology yet is one on which a topology is forced; `connected_slaves:1` is not polled for but given
 * time; the Go tests poll a state every 100 ms, `await` every 50 ms.
 */
import { basicFlow, customTimeout, dataConsistency, withAuth } from './cases/basic.js';
import {
  authFailure,
  invalidTimeout,
  notASlave,
  notConnected,
  timeouts,
  unknownNode,
  waitSyncTimeout,
} from './cases/failures.js';
import { inProgress, readsPass, restart, writesBlocked } from './cases/gate.js';
import { authRefused, readsWhileClosed, syncTimesOut, writesTurnedAway } from './cases/meant.js';
import type { ProposalCase } from './cases/proposal-case.js';
import {
  allTransitions,
  stateQuery,
  stateReset,
  stateTransitions,
  takeoverCommand,
} from './cases/states.js';
import {
  estimateTooLong,
  fastSync,
  largeLag,
  noConnection,
  noPassword,
  notReplicating,
  notSyncing,
  redirected,
  takeoverRefused,
} from './cases/untested.js';

/** Every case: those of the Go tests in the order of their file, then those without one. */
export const proposalCases: readonly ProposalCase[] = [
  basicFlow,
  customTimeout,
  unknownNode,
  notASlave,
  invalidTimeout,
  timeouts,
  inProgress,
  restart,
  writesBlocked,
  readsPass,
  withAuth,
  stateQuery,
  allTransitions,
  takeoverCommand,
  dataConsistency,
  stateReset,
  notConnected,
  waitSyncTimeout,
  authFailure,
  stateTransitions,
  noPassword,
  notSyncing,
  notReplicating,
  estimateTooLong,
  noConnection,
  takeoverRefused,
  redirected,
  largeLag,
  fastSync,
  authRefused,
  syncTimesOut,
  writesTurnedAway,
  readsWhileClosed,
];
