/** Reply texts, as a user of Kvrocks knows them. Source: kvrocks-graceful-failover.md, section 8. */

export const noauth = 'NOAUTH Authentication required.';
export const loading = 'LOADING kvrocks is restoring the db from backup';
export const clusterDown = 'CLUSTERDOWN Hash slot not served';
export const notInitialized = 'ERR Cluster is not initialized';
export const tryAgain = 'TRYAGAIN Failover in progress';
export const readOnly = "READONLY You can't write against a read only slave.";
export const masterDown =
  "MASTERDOWN Link with MASTER is down and slave-serve-stale-data is set to 'no'.";
export const noPassword = 'ERR invalid password';
export const inProgress = 'ERR Failover is already in progress';
export const isSlave = "ERR Current node is a slave, can't failover";
export const invalidTimeout = 'ERR Invalid timeout';
export const negativeTimeout = 'ERR timeout is negative';
/** What CLUSTERX says of a subcommand that it does not know, shortened. */
export const unknownCommand = 'ERR CLUSTERX command, unknown subcommand';
export const noMaster = 'ERR No master to takeover';
export const invalidVersion = 'ERR Invalid cluster version';
export const outOfRange = 'ERR sequence out of range, please use fullsync';
/** `graceful` only: a bare TAKEOVER names no attempt that could be decided. */
export const noAttempt = 'ERR TAKEOVER without an attempt';
/** `graceful` only (R7): a slave must not copy this node now. */
export const notFit = 'ERR not fit for a full sync';

/** `MOVED <slot> <address>` */
export function moved(slot: number, to: string): string {
  return `MOVED ${slot} ${to}`;
}

/**
 * Errors that say for certain that a command had no effect. A disk that failed under a write (`ERR
 * io`, `ERR full`) may have kept it.
 */
export function rulesOut(error: string): boolean {
  if (/^ERR (io|full)\b/.test(error)) return false;
  return /^(TRYAGAIN|MOVED|READONLY|MASTERDOWN|LOADING|CLUSTERDOWN|NOAUTH|ERR)\b/.test(error);
}
