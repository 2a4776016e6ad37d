/** The wrong answers that the course knows of each exercise, as small edits of right ones. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { applyEdit, type Edit } from './edit.ts';
import { answerIn, type Exercise } from './exercise.ts';
import { ROOT } from './root.ts';

/** A wrong answer that people really give, as a small edit of the reference answer. */
export type Mistake = Edit & {
  /** What was done wrong, in a few words. */
  name: string;
  /** The title of the test that catches it: the first that fails. */
  test: string;
  /** What the learner should read. */
  sentence: string;
  /** The file that is edited, where it is not the exercise's first one. */
  file?: string;
};

/**
 * Mistakes that are made in other right answers, where they look the same from outside: by the file in also-right/,
 * and by the name of the mistake, the edit of that file.
 */
export type Transplants = Record<string, Record<string, [find: string, replace: string]>>;

/** The mistakes that are known of an exercise. */
export async function loadMistakes({ solution }: Exercise): Promise<Mistake[]> {
  return (await load<{ mistakes: Mistake[] }>(`${solution}/mistakes.ts`))?.mistakes ?? [];
}

/** The same mistakes in other right answers, with the path of each answer from the root. */
export async function loadTransplanted(exercise: Exercise): Promise<{ mistake: Mistake; base: string }[]> {
  const file = await load<{ transplants: Transplants }>(`${exercise.solution}/transplants.ts`);
  const mistakes = await loadMistakes(exercise);
  return mistakes.flatMap((mistake) =>
    Object.entries(file?.transplants ?? {}).flatMap(([into, edits]) => {
      const [find, replace] = edits[mistake.name] ?? [];
      if (find === undefined || replace === undefined) return [];
      return [{ mistake: { ...mistake, find, replace }, base: `${exercise.solution}/also-right/${into}` }];
    }),
  );
}

/** Loads a file of the course, where it is there. */
async function load<T>(path: string): Promise<T | undefined> {
  const file = join(ROOT, path);
  return existsSync(file) ? import(pathToFileURL(file).href) : undefined;
}

/**
 * Makes a mistake on purpose.
 *
 * @param base the right answer in which it is made, from the root, where it is not the reference
 * @returns the part that it is in, and that file's text
 * @throws if the mistake's edit does not fit there
 */
export function makeMistake(
  exercise: Exercise,
  mistake: Mistake,
  base?: string,
): { part: string; text: string } {
  const part = mistake.file ?? exercise.parts[0]?.file ?? '';
  const right = base === undefined ? answerIn(exercise, exercise.solution)[part] : join(ROOT, base);
  const where = right ?? part;
  return { part, text: applyEdit(mistake, readFileSync(where, 'utf8'), where) };
}
