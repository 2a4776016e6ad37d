/** `npm run recognise [NN]`: makes each known mistake on purpose, and says whether it is recognised. */
import { findBrowser, NO_BROWSER } from '#shared/check/browser.ts';
import { browserTests, type Part } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import { exerciseNumbers, findExercise, loadExercise } from '#shared/course/course.ts';
import { loadMistakes } from '#shared/course/mistake.ts';
import { type Survey, surveyMistakes } from './survey.ts';

const asked = process.argv.slice(2).map(findExercise);
const judge = createJudge({ reuse: true });
try {
  for (const number of asked.length > 0 ? asked : exerciseNumbers()) {
    const exercise = await loadExercise<Part>(number);
    const all = await loadMistakes(exercise);
    const inBrowser = browserTests(exercise);
    const mistakes = findBrowser() ? all : all.filter(({ test }) => !inBrowser.has(test));
    if (mistakes.length < all.length) console.log(`  The page's mistakes are left out. ${NO_BROWSER}`);
    report(number, await surveyMistakes(judge, exercise, mistakes));
  }
} finally {
  await judge.end();
}

function report(number: string, surveys: Survey[]): void {
  for (const { name, base, takenFor, isRight } of surveys) {
    if (isRight) continue;
    const where = base === undefined ? '' : `, in ${base}`;
    console.log(`  not recognised: ${name}${where} (taken for: ${takenFor ?? 'nothing'})`);
  }
  const count = (some: Survey[]) =>
    `${some.filter(({ isRight }) => isRight).length} of ${some.length}, ${some.filter(({ isSure }) => isSure).length} for sure`;
  const own = surveys.filter(({ base }) => base === undefined);
  const elsewhere = surveys.filter(({ base }) => base !== undefined);
  // A mistake must be recognised as itself, but for one of an exercise: what the oracle finds it makes short within a
  // time, and on a busy machine it gets less far. In another answer a mistake may look different.
  if (own.filter(({ isRight }) => !isRight).length > 1) process.exitCode = 1;
  console.log(`${number}: recognised ${count(own)}; made in another right answer ${count(elsewhere)}`);
}
