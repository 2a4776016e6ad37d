import { defaultExclude, defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { findBrowser, NO_BROWSER } from './shared/check/browser.ts';

if (!findBrowser()) console.warn(`The tests with a browser are left out. ${NO_BROWSER}\n`);

/**
 * `npm test` is what a contributor waits for. What takes long by its nature is in `*.heavy.test.ts`, or asks for HEAVY:
 * `npm run verify` runs it.
 */
const isHeavy = Boolean(process.env.HEAVY);
/** The other files there are answers, and some answers are tests themselves. */
const SOLUTIONS = 'solutions/*/chain.test.ts';
const HEAVY = '{shared,lessons}/**/*.heavy.test.ts';

/** What takes longest. It starts first, so that nothing else has to wait for it at the end. */
const LONGEST = [
  'workshop/web/',
  'solutions/05/',
  'check/broken',
  'workshop/',
  '/experiments.test',
  '/page.test',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return at < 0 ? LONGEST.length : at;
    };
    return files.sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId));
  }
}

export default defineConfig({
  test: {
    include: isHeavy
      ? [HEAVY, SOLUTIONS, 'lessons/*/experiments.test.ts']
      : ['{lessons,shared,exercises}/**/*.test.ts', SOLUTIONS],
    // What `npm run reset` has kept is an old answer.
    exclude: [...defaultExclude, 'exercises/*/kept/**', ...(isHeavy ? [] : [HEAVY])],
    // Far more than any test needs: a busy machine is no mistake of the code.
    testTimeout: isHeavy ? 600_000 : 120_000,
    hookTimeout: 120_000,
    // The files of one worker share their modules, and a browser, which costs most of all to start.
    isolate: false,
    maxConcurrency: 6,
    // Most tests wait, for processes of their own or for what must not come. More workers start more browsers.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
});
