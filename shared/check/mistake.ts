/** A wrong answer that people really give, as a small edit of the reference answer. */
export type Mistake = {
  /** What was done wrong, in a few words. */
  name: string;
  /** The title of the test that catches it: the first that fails. */
  test: string;
  /** What the learner should read. */
  sentence: string;
  /** A text that occurs exactly once in the reference answer. */
  find: string;
  replace: string;
  /** The file that is edited, where it is not server.ts. */
  file?: 'client.ts';
};

/**
 * Makes the mistake.
 * @param reference the text of the reference answer
 * @throws if `find` does not occur exactly once
 */
export function makeMistake(mistake: Mistake, reference: string): string {
  const count = reference.split(mistake.find).length - 1;
  if (count !== 1)
    throw new Error(`"${mistake.name}": its find occurs ${count} times in the reference, not once.`);
  return reference.replace(mistake.find, () => mistake.replace);
}
