/** Finds out how many known mistakes are recognised, also where they are made in other right answers. */
import type { Exercise } from '#shared/check/exercise.ts';
import type { Judge } from '#shared/check/judge.ts';
import { findMistake, fingerprint, judgeMistake } from '#shared/check/recognise.ts';
import { loadTransplanted, type Mistake } from '#shared/course/mistake.ts';

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
export async function surveyMistakes(
  judge: Judge,
  exercise: Exercise,
  mistakes: Mistake[],
): Promise<Survey[]> {
  const look = async (mistake: Mistake, base?: string) =>
    fingerprint(await judgeMistake(judge, exercise, mistake, base));
  const known = await eachOf(mistakes, async (mistake) => ({ mistake, looks: await look(mistake) }));
  const again = mistakes.map((mistake) => ({ mistake, base: undefined }));
  const elsewhere = (await loadTransplanted(exercise)).filter(({ mistake }) =>
    mistakes.some(({ name }) => name === mistake.name),
  );
  const places = [...again, ...elsewhere];
  return eachOf(places, async ({ mistake, base }) => {
    const recognise = async () => {
      const found = findMistake(await look(mistake, base), known);
      return { found, isRight: found?.mistake.sentence === mistake.sentence };
    };
    const first = await recognise();
    // Two neighbours may look alike for once, on a busy machine. What is mixed up twice is no accident.
    const { found, isRight } = first.isRight || base !== undefined ? first : await recognise();
    return {
      name: mistake.name,
      base,
      takenFor: found?.mistake.name,
      isRight,
      isSure: isRight && found?.isGuess === false,
    };
  });
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
