import { defineConfig } from 'vitest/config';

/**
 * Everything runs with the XState that is installed; what depends on its insides runs once more with
 * the lowest one that the package accepts.
 */
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // Of two cores the default leaves one idle.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['{machines,runtime,sim,bench}/**/*.test.ts'],
          env: { XSTATE_END: 'highest' },
        },
      },
      {
        extends: true,
        resolve: { alias: [{ find: /^xstate(?=\/|$)/, replacement: 'xstate-lowest' }] },
        test: {
          name: 'xstate-lowest',
          include: [
            'runtime/engine.test.ts',
            'runtime/compiled/equality.test.ts',
            'sim/chart/chart-json.test.ts',
            'sim/xstate-range.test.ts',
          ],
          env: { XSTATE_END: 'lowest' },
        },
      },
    ],
  },
});
