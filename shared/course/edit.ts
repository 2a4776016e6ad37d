/** A small change to a file's text: for an experiment, or to make a mistake on purpose. */
export type Edit = {
  /** A text that occurs exactly once. */
  find: string;
  replace: string;
};

/** A change that does not fit the text. */
export class Misfit extends Error {
  /** What the text is: 'lessons/04/server.ts' */
  readonly where: string;

  constructor(find: string, times: number, where: string) {
    super(`In ${where} this occurs ${times} times, not once: ${find}`);
    this.where = where;
  }
}

/**
 * Makes the change.
 *
 * @param where what the text is, for the error
 * @throws Misfit if `find` does not occur exactly once
 */
export function applyEdit({ find, replace }: Edit, text: string, where: string): string {
  const times = text.split(find).length - 1;
  if (times !== 1) throw new Misfit(find, times, where);
  return text.replace(find, () => replace);
}
