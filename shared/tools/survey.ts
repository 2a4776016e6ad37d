/** Finds out how many known mistakes are recognised, also where they are made in other right answers. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadExercise } from '#shared/check/exercise.ts';
import type { Judge } from '#shared/check/judge.ts';
import type { Mistake, Transplants } from '#shared/course/mistake.ts';
import { ROOT } from '#shared/course/root.ts';
import { findMistake, fingerprint, judgeMistake } from '#shared/workshop/recognise.ts';

export type Survey = {
  name: string;
  /** Where the mistake was made, if not in the reference answer: the path from the root. */
  base: string | undefined;
  /** The name of the mistake that it was taken for. */
  takenFor: string | undefined;
  /** Whether the learner would read its sentence, and read it as more than a guess. */
  isRight: boolean;
  isSure: boolean;
};

/** So many mistakes are judged at once. */
const AT_ONCE = 6;

/** Makes each mistake once to know it, once more to recognise it, and once in another right answer. */
export async function surveyMistakes(judge: Judge, number: string, mistakes: Mistake[]): Promise<Survey[]> {
  const exercise = await loadExercise(`exercises/${number}`);
  const look = async (mistake: Mistake, base?: string) =>
    fingerprint(await judgeMistake(judge, exercise, mistake, base));
  const known = await eachOf(mistakes, async (mistake) => ({ mistake, looks: await look(mistake) }));
  const again = mistakes.map((mistake) => ({ mistake, base: undefined }));
  const places = [...again, ...(await transplanted(number, mistakes))];
  return eachOf(places, async ({ mistake, base }) => {
    const found = findMistake(await look(mistake, base), known);
    const isRight = found?.mistake.sentence === mistake.sentence;
    return {
      name: mistake.name,
      base,
      takenFor: found?.mistake.name,
      isRight,
      isSure: isRight && found?.isGuess === false,
    };
  });
}

/** The mistakes that transplants.ts makes in other right answers, each with the path of that answer. */
async function transplanted(
  number: string,
  mistakes: Mistake[],
): Promise<{ mistake: Mistake; base: string }[]> {
  const file = join(ROOT, 'solutions', number, 'transplants.ts');
  const { transplants }: { transplants: Transplants } = await import(pathToFileURL(file).href);
  return mistakes.flatMap((mistake) =>
    Object.entries(transplants).flatMap(([into, edits]) => {
      const [find, replace] = edits[mistake.name] ?? [];
      if (find === undefined || replace === undefined) return [];
      return [{ mistake: { ...mistake, find, replace }, base: `solutions/${number}/also-right/${into}` }];
    }),
  );
}

async function eachOf<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
