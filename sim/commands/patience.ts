/** A sign of life on stderr, only on a terminal, while a run holds the thread for over a second. */
import { Worker } from 'node:worker_threads';

/** A thread of its own, for the one that works can't say anything. */
const ticking = `
const { writeSync } = require('node:fs');
const { workerData } = require('node:worker_threads');
const begun = Date.now();
setInterval(() => {
  const seconds = Math.floor((Date.now() - begun) / 1000);
  writeSync(2, '\\r\\u001b[K' + workerData + ' ' + seconds + ' s');
}, 1000);
`;

/**
 * Does something that takes its time.
 * @param what is shown beside the seconds that have passed
 */
export function patiently<T>(what: string, act: () => T): T {
  if (process.stderr.isTTY !== true) return act();
  const begun = Date.now();
  const worker = new Worker(ticking, { eval: true, workerData: what });
  worker.unref();
  try {
    return act();
  } finally {
    void worker.terminate();
    if (Date.now() - begun >= 1000) process.stderr.write('\r\u001b[K');
  }
}
