import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lessons,shared,exercises,solutions}/**/*.test.ts'],
    // Far more than any test needs: a busy machine is no mistake of the code.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxConcurrency: 6,
    // Vitest would leave one processor to others. Most tests wait for processes of their own anyway.
    maxWorkers: 3,
  },
});
