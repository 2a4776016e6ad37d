/** Lets vitest run an exercise's tests: `npx vitest run exercises/03` gives the same verdict as the check. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { answerIn } from './answers.ts';
import type { Exercise } from './exercise.ts';
import { createJudge, type Verdict } from './judge.ts';

/** Registers one vitest test for each test of the exercise. The answer is judged once, for all of them. */
export function registerWithVitest(exercise: Exercise): void {
  const judge = createJudge();
  let verdict: Verdict;
  describe(exercise.title, () => {
    beforeAll(async () => {
      verdict = await judge.judge(exercise, answerIn(exercise.folder));
    });
    afterAll(() => judge.end());
    for (const { title } of [...exercise.tests, ...(exercise.client?.tests ?? [])]) {
      test(title, ({ skip }) => {
        const result = verdict.tests.find((one) => one.title === title);
        if (!result) return skip(verdict.whyNotChecked);
        if (!result.passed) {
          const error = new Error([result.sentence, '', ...(result.conversation ?? [])].join('\n'));
          delete error.stack;
          throw error;
        }
      });
    }
  });
}
