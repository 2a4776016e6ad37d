/** `npm run recognise [NN]`: makes each known mistake on purpose, and says whether it is recognised. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findBrowser, NO_BROWSER } from '../check/browser.ts';
import { loadExercise } from '../check/exercise.ts';
import { createJudge } from '../check/judge.ts';
import type { Transplant } from '../check/mistake.ts';
import { ROOT } from '../root.ts';
import { exerciseNumbers, findExercise, otherAnswers } from './desk.ts';
import { findMistake, fingerprint, judgeMistake, loadMistakes } from './recognise.ts';

/** So many mistakes are judged at once. */
const AT_ONCE = 6;

const asked = process.argv.slice(2).map(findExercise);
const judge = createJudge({ reuse: true });
let lost = 0;
try {
  for (const number of asked.length > 0 ? asked : exerciseNumbers()) await report(number);
} finally {
  await judge.end();
}
process.exitCode = lost > 0 ? 1 : 0;

async function report(number: string): Promise<void> {
  const exercise = await loadExercise(`exercises/${number}`);
  const all = await loadMistakes(number);
  const mistakes = findBrowser() ? all : all.filter(({ file }) => file !== 'client.ts');
  if (mistakes.length < all.length) console.log(`The page's mistakes are left out. ${NO_BROWSER}`);
  const look = async (mistake: (typeof mistakes)[number], base?: string) =>
    fingerprint(await judgeMistake(judge, exercise, mistake, base));
  const known = await eachOf(mistakes, async (mistake) => ({ mistake, looks: await look(mistake) }));

  /** Whether a mistake is named by its sentence. It is made once more, for itself or in another right answer. */
  const recognise = async ([mistake, base]: [(typeof mistakes)[number], string | undefined]) => {
    const found = findMistake(await look(mistake, base), known);
    const isRight = found?.mistake.sentence === mistake.sentence;
    if (!isRight) {
      const where = base === undefined ? '' : `, in ${base}`;
      console.log(
        `  not recognised: ${mistake.name}${where} (taken for: ${found?.mistake.name ?? 'nothing'})`,
      );
    }
    return { isRight, isSure: isRight && found?.isGuess === false };
  };
  const again = await eachOf(
    mistakes.map((mistake): [typeof mistake, undefined] => [mistake, undefined]),
    recognise,
  );
  const elsewhere = await eachOf(await transplanted(number, mistakes), recognise);

  const count = (results: { isRight: boolean; isSure: boolean }[], name: 'isRight' | 'isSure') =>
    results.filter((result) => result[name]).length;
  lost += again.length - count(again, 'isRight');
  console.log(
    `${number}: ${count(again, 'isRight')} of ${again.length} recognised, ${count(again, 'isSure')} for sure; ` +
      `${count(elsewhere, 'isRight')} of ${elsewhere.length} when made in another right answer, ${count(elsewhere, 'isSure')} for sure`,
  );
}

/** The same mistakes in other right answers: where the same text stands there, or transplants.ts says how. */
async function transplanted<T extends { name: string; find: string; file?: 'client.ts' }>(
  number: string,
  mistakes: T[],
): Promise<[T, string][]> {
  const file = join(ROOT, 'solutions', number, 'transplants.ts');
  const { transplants }: { transplants: Transplant[] } = existsSync(file)
    ? await import(pathToFileURL(file).href)
    : { transplants: [] };
  return mistakes.flatMap((mistake) => {
    const own = transplants.filter(({ mistake: name }) => name === mistake.name);
    if (own.length > 0) {
      return own.map(({ into, find, replace }): [T, string] => [
        { ...mistake, find, replace },
        `solutions/${number}/also-right/${into}`,
      ]);
    }
    const half = otherAnswers(number).filter(
      (path) => path.endsWith('-client.ts') === (mistake.file === 'client.ts'),
    );
    return half
      .filter((path) => readFileSync(join(ROOT, path), 'utf8').split(mistake.find).length === 2)
      .map((path): [T, string] => [mistake, path]);
  });
}

async function eachOf<T, R>(items: T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) results[at] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
