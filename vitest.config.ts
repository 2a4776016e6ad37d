import { defineConfig } from 'vitest/config';
import { findBrowser, NO_BROWSER } from './shared/check/browser.ts';

if (!findBrowser()) console.warn(`The tests with a browser are left out. ${NO_BROWSER}\n`);

export default defineConfig({
  test: {
    include: ['{lessons,shared,exercises,solutions}/**/*.test.ts'],
    // Far more than any test needs: a busy machine is no mistake of the code.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The files of one worker share their modules, and a browser, which costs most of all to start.
    isolate: false,
    maxConcurrency: 6,
    // More than most machines have processors: most tests wait, for processes of their own or for what must not come.
    maxWorkers: 5,
  },
});
