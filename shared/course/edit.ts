/** A small change to a file's text: for an experiment, or to make a mistake on purpose. */
export type Edit = {
  /** A text that occurs exactly once. */
  find: string;
  replace: string;
};

/**
 * Makes the change.
 *
 * @param where what the text is, for the error
 * @throws if `find` does not occur exactly once
 */
export function applyEdit({ find, replace }: Edit, text: string, where: string): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Error(`In ${where} this occurs ${times} times, not once: ${find}`);
  return text.replace(find, () => replace);
}
