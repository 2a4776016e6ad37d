/** What the judges of all parts work with: types alone. */
import type { Browser } from 'playwright-core';
import type { Host } from './host.ts';
import type { SuiteProcess } from './suite-process.ts';

export type Tools = {
  /** Where processes come from, and where they go when they are no longer used. `again`: who crashed once will need more. */
  take: (again?: boolean) => Host;
  /** Gives a process in which no server was started yet: what an earlier one left behind is no business of the next. */
  takeFresh: (again?: boolean) => Host;
  giveBack: (host: Host) => Promise<void>;
  /** The same for processes in which suites of tests run. */
  takeSuiteProcess: () => Promise<SuiteProcess>;
  giveBackSuiteProcess: (process: SuiteProcess) => Promise<void>;
  openBrowser: () => Promise<Browser>;
  /** Whether to stop at the first test that fails. */
  bail: boolean;
};
