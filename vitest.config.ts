import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    // These end what hangs; a busy machine may take long over what does not.
    testTimeout: 120_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000 } },
    // Those that probe a server mostly wait for it: one more than there are processors for the others.
    maxWorkers: availableParallelism() + 1,
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      // What tests start as a program of its own (commands that follow processes, by signals and pipes) is not counted here.
      thresholds: { lines: 86, branches: 78 },
    },
  },
});
