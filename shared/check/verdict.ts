/** What a check finds out. */
import type { Entry } from '#shared/lesson/conversation.ts';

export type TestResult = {
  title: string;
  passed: boolean;
  /** What is wrong, for the learner. */
  sentence?: string;
  /** What should have come, where a message is missing: its pattern, whole. */
  expected?: string;
  /**
   * What tells this failure from others, where its sentence is in the words of the answer. Nobody reads it: mistakes are
   * recognised by it.
   */
  traits?: string[];
  /** What was said. Messages are whole; printConversation makes lines of them. */
  conversation?: Entry[];
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
