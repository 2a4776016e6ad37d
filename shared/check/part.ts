/** What the parts of an exercise are to the check: types alone. */
import type { Answer, Exercise as CourseExercise, Part as CoursePart } from '#shared/course/exercise.ts';
import type { Room } from './room.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';

/** `R` is where the test happens: what its `run` is given. */
export type ExerciseTest<R = Room> = { title: string; run: (room: R) => Promise<void> };

/** What was found out about one part: its tests, why none could run, or why this machine cannot judge it. */
export type PartVerdict = {
  tests: TestResult[];
  problem?: string;
  whyNotJudged?: string;
  /** What that is about, where it is not the whole part: 'double.ts in a page'. */
  whatNotJudged?: string;
};

/** A part that can judge itself. Whoever needs another kind of part writes one more of these. */
export type Part = CoursePart & {
  tests: { title: string; needsBrowser?: boolean }[];
  /** Why `npm run mutants` leaves it out, where it does. */
  whyNoMutants?: string;
  /**
   * @param isWanted which of the tests to run
   * @param folder the exercise, named from the root
   */
  judge: (
    answer: Answer,
    tools: Tools,
    isWanted: (title: string) => boolean,
    folder: string,
  ) => Promise<PartVerdict>;
};

export type Exercise = CourseExercise<Part>;
