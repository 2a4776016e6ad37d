import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{lessons,shared,exercises,solutions}/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxConcurrency: 3,
  },
});
