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
export const noMaster = 'ERR No master to takeover';
export const invalidVersion = 'ERR Invalid cluster version';
export const outOfRange = 'ERR sequence out of range, please use fullsync';
/** `graceful` only (R7): a slave must not copy this node now. */
export const notFit = 'ERR not fit for a full sync';

/** `MOVED <slot> <address>` */
export function moved(slot: number, to: string): string {
  return `MOVED ${slot} ${to}`;
}

/** Errors that say for certain that a command had no effect. */
export function isDefinite(error: string): boolean {
  return /^(TRYAGAIN|MOVED|READONLY|MASTERDOWN|LOADING|CLUSTERDOWN|NOAUTH|ERR)\b/.test(error);
}
