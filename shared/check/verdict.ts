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
  /** '03' */
  exercise: string;
  title: string;
  /** Every part was judged, and all tests pass. */
  solved: boolean;
  /** Why nothing could be checked, where the answer did not even start. */
  problem?: string;
  tests: TestResult[];
  /** Parts that were not judged, and why: for a page, where no browser is installed. */
  notJudged: { file: string; why: string }[];
};
