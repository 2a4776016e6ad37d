/** Lets vitest run an exercise's tests: `npx vitest run exercises/03` gives the same verdict as the check. */
import { answerIn } from '#shared/course/exercise.ts';
import { printConversation } from '#shared/lesson/conversation.ts';
import type { Exercise } from './exercise.ts';
import { createJudge } from './judge.ts';
import type { Verdict } from './verdict.ts';

/**
 * Registers one vitest test for each test of the exercise, where vitest runs its file. Whoever else loads the file
 * gets the exercise alone. The answer is judged once, for all tests.
 *
 * @param file the file that calls this: import.meta.filename
 * @returns the exercise
 */
export async function registerWithVitest(exercise: Exercise, file: string): Promise<Exercise> {
  // Elsewhere vitest cannot even be imported. A process that vitest has started inherits its environment, but not this.
  if (!('__vitest_worker__' in globalThis)) return exercise;
  const { afterAll, beforeAll, describe, expect, test } = await import('vitest');
  if (expect.getState().testPath !== file) return exercise;
  const judge = createJudge();
  let verdict: Verdict;
  describe(exercise.title, () => {
    beforeAll(async () => {
      verdict = await judge.judge(exercise, answerIn(exercise, exercise.folder));
    });
    afterAll(() => judge.end());
    for (const { title } of exercise.parts.flatMap(({ tests }) => tests)) {
      test(title, ({ skip }) => {
        const result = verdict.tests.find((one) => one.title === title);
        if (!result) return skip(verdict.notJudged.map(({ why }) => why).join(' '));
        if (result.passed) return;
        const error = new Error(
          [result.sentence, '', ...printConversation(result.conversation ?? [])].join('\n'),
        );
        delete error.stack;
        throw error;
      });
    }
  });
  return exercise;
}
