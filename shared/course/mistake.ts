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

/**
 * Mistakes that are made in other right answers, where they look the same from outside: by the file in also-right/,
 * and by the name of the mistake, the edit of that file.
 */
export type Transplants = Record<string, Record<string, [find: string, replace: string]>>;
