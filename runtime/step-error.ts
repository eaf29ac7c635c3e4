/** What both engines say of a step that fails. */

/** Microsteps of one step after which a machine that sets no `maxIterations` is stopped. */
export const maxIterationsDefault = 10_000;

/** An error that names machine and place, with what was thrown as its cause. */
export function stepError(machineId: string, where: string, error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  return new Error(`machine '${machineId}', ${where}: ${text}`, { cause: error });
}

/** Of a step in which the machine goes on and on by itself. */
export function noRest(microsteps: number): string {
  return (
    `no rest after ${microsteps} microsteps: ` +
    'eventless transitions or raised events go in a circle'
  );
}
