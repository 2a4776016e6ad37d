/** What a check finds out. */

export type TestResult = {
  title: string;
  passed: boolean;
  /** What is wrong, for the learner. */
  sentence?: string;
  /** What was said, as lines to print. */
  conversation?: string[];
};

export type Verdict = {
  exercise: string;
  title: string;
  solved: boolean;
  /** Why nothing could be checked, where the server did not even start. */
  problem?: string;
  tests: TestResult[];
  /** Halves that this machine cannot check, and why: for a client, where no browser is installed. */
  notChecked: string[];
  whyNotChecked?: string;
};
