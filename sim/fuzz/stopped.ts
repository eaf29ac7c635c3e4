/** The abort of a signal as something to wait for. */

/** @returns a promise that is fulfilled once the signal is aborted */
export function stopped(signal: AbortSignal): Promise<'stopped'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('stopped');
    signal.addEventListener('abort', () => resolve('stopped'), { once: true });
  });
}
