import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['{machines,runtime,sim,bench}/**/*.test.ts'], testTimeout: 60_000 },
});
