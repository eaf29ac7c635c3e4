/**
 * Cases of the SCXML test framework that are not run, by what XState, or a machine without actors and
 * without errors as events, has no word for. The test finds the same by converting them.
 */
export const skipped: Readonly<Record<string, readonly string[]>> = {};
