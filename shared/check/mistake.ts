import type { Edit } from './edit.ts';

/** A wrong answer that people really give, as a small edit of the reference answer. */
export type Mistake = Edit & {
  /** What was done wrong, in a few words. */
  name: string;
  /** The title of the test that catches it: the first that fails. */
  test: string;
  /** What the learner should read. */
  sentence: string;
  /** The file that is edited, where it is not server.ts. */
  file?: 'client.ts';
};

/** The same mistake, made in another right answer: it looks the same from outside, and must be recognised. */
export type Transplant = Edit & {
  /** The name of the mistake. */
  mistake: string;
  /** The file in also-right/. */
  into: string;
};
