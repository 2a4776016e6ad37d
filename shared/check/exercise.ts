/** What an exercise.test.ts is written with: an exercise, its parts, and their tests. */
import type { Answer, Exercise as CourseExercise, Part as CoursePart } from '#shared/course/exercise.ts';
import type { PageRoom, Room } from './room.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';

/** `R` is where the test happens: what its `run` is given. */
export type ExerciseTest<R = Room> = { title: string; run: (room: R) => Promise<void> };

/** What was found out about one part: its tests, why none could run, or why this machine cannot judge it. */
export type PartVerdict = { tests: TestResult[]; problem?: string; whyNotJudged?: string };

/** A part that can judge itself. Whoever needs another kind of part writes one more of these. */
export type Part = CoursePart & {
  tests: { title: string }[];
  /** @param isWanted which of the tests to run */
  judge: (answer: Answer, tools: Tools, isWanted: (title: string) => boolean) => Promise<PartVerdict>;
};

export type Exercise = CourseExercise<Part>;

/** Describes one test. The title is a sentence about what the answer does. */
export function test<R = Room>(title: string, run: (room: R) => Promise<void>): ExerciseTest<R> {
  return { title, run };
}

/**
 * Describes an exercise.
 *
 * @param folder where it is, named from the root: 'exercises/03'
 * @param parts what is judged, in this order
 */
export function exercise(about: { folder: string; title: string; parts: Part[] }): Exercise {
  const number = about.folder.replace('exercises/', '');
  return { ...about, number, solution: `solutions/${number}` };
}

/** The part server.ts: it runs as a server in a process of its own, started anew for each test. */
export function server(tests: ExerciseTest[]): Part {
  return {
    file: 'server.ts',
    tests,
    // Loaded when it is needed: who only lists the exercises does not wait for a compiler.
    async judge(answer, tools, isWanted) {
      const { judgeServer } = await import('./judge-server.ts');
      return judgeServer(select(tests, isWanted), fileOf(answer, 'server.ts'), tools);
    },
  };
}

/**
 * The part client.ts: it runs in a real browser, in the page of a server that is right.
 *
 * @param against that server's file, named from the root: 'lessons/06/server.ts'
 */
export function page(against: string, tests: ExerciseTest<PageRoom>[]): Part {
  return {
    file: 'client.ts',
    tests,
    async judge(answer, tools, isWanted) {
      const { judgePage } = await import('./judge-page.ts');
      return judgePage(select(tests, isWanted), fileOf(answer, 'client.ts'), against, tools);
    },
  };
}

function select<T extends { title: string }>(tests: T[], isWanted: (title: string) => boolean): T[] {
  return tests.filter(({ title }) => isWanted(title));
}

/** @throws if the answer has no such file */
export function fileOf(answer: Answer, part: string): string {
  const file = answer[part];
  if (file === undefined) throw new Error(`This answer has no ${part}.`);
  return file;
}
