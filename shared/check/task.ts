/** What a two-minutes.test.ts is written with: a small task, done in a copy of a lesson's server, and its check. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Edit } from '#shared/course/edit.ts';
import { type Answer, answerIn } from '#shared/course/exercise.ts';
import { copyFolder, fileOfCopy } from '#shared/course/own-copy.ts';
import { ROOT } from '#shared/course/root.ts';
import { sourceFiles } from '#shared/course/source-files.ts';
import { copyChanged } from './changed-copy.ts';
import { type Exercise, server } from './exercise.ts';
import { createJudge } from './judge.ts';
import type { ExerciseTest } from './part.ts';

/** One change of a right answer. `file`: where it is not server.ts. */
export type TaskEdit = Edit & { file?: string };

/** An exercise whose starter is the lesson's own server, and whose answer is the copy beside it. */
export type Task = Exercise & {
  /** Named from the root: 'lessons/03' */
  lesson: string;
  /** The file in which one works: 'server.ts', or one beside it. */
  file: string;
  /** A right answer, as changes of the lesson's server. */
  answer: TaskEdit[];
};

/**
 * Describes a task. `file`: where one works, if not in server.ts. Where vitest runs its file it also holds it: the lesson's own server fails the task with a
 * sentence, and the right answer passes.
 */
export async function task(about: {
  lesson: string;
  title: string;
  file?: string;
  tests: ExerciseTest[];
  answer: TaskEdit[];
}): Promise<Task> {
  const { lesson, title, file = 'server.ts', tests, answer } = about;
  const number = lesson.replace('lessons/', '');
  const parts = [server(tests)];
  const made = { lesson, number, title, file, answer, parts, folder: copyFolder(lesson), solution: lesson };
  await holdWithVitest(made);
  return made;
}

/** The file of a lesson's task. */
function fileOf(lesson: string): string {
  return join(ROOT, lesson, 'two-minutes.test.ts');
}

/** Whether a lesson has a task. @param lesson named from the root: 'lessons/03' */
export function hasTask(lesson: string): boolean {
  return existsSync(fileOf(lesson));
}

/** Loads a lesson's task. Undefined where it has none. */
export async function loadTask(lesson: string): Promise<Task | undefined> {
  if (!hasTask(lesson)) return undefined;
  const module: { default: Task } = await import(pathToFileURL(fileOf(lesson)).href);
  return module.default;
}

/** The file of a lesson's copy in which one works. A task that can't be loaded says why when it is checked: see `TaskState`. */
export async function fileToEdit(lesson: string): Promise<string> {
  const loaded = await loadTask(lesson).catch(() => undefined);
  return fileOfCopy(lesson, loaded?.file);
}

/** Gives the right answer of a task to `use`, as files that live while that runs. */
async function withRightAnswer<T>({ lesson, answer }: Task, use: (answer: Answer) => Promise<T>): Promise<T> {
  const edits = answer.map((edit) => ({ ...edit, file: edit.file ?? 'server.ts' }));
  const { file, remove } = await copyChanged(lesson, edits);
  try {
    return await use({ 'server.ts': file });
  } finally {
    await remove();
  }
}

/** Registers the tests of a task, where vitest runs its file: see `registerWithVitest`. */
async function holdWithVitest(made: Task): Promise<void> {
  if (!('__vitest_worker__' in globalThis)) return;
  const { afterAll, beforeAll, describe, expect, test } = await import('vitest');
  if (expect.getState().testPath !== fileOf(made.lesson)) return;
  describe(`the two-minute task "${made.title}"`, () => {
    let judge: ReturnType<typeof createJudge>;
    beforeAll(() => {
      judge = createJudge();
    });
    afterAll(() => judge.end());

    test('the file in which one works is a part of the copy', () => {
      expect(sourceFiles(made.lesson)).toContain(made.file);
    });

    test("the lesson's own server fails it, with a sentence, and not by its end", async () => {
      const { tests, solved, problem } = await judge.judge(made, answerIn(made, made.lesson));
      expect(problem).toBeUndefined();
      expect(solved).toBe(false);
      expect(tests.find(({ passed }) => !passed)?.sentence).toMatch(/^\S+ .*\./s);
    });

    test('the right answer passes', async () => {
      const verdict = await withRightAnswer(made, (answer) => judge.judge(made, answer));
      expect(verdict.tests.filter(({ passed }) => !passed)).toEqual([]);
      expect(verdict.solved).toBe(true);
    });
  });
}
