/** The learner's desk: what the terminal and the web page know of the exercises, and do with them. */
import { constants, copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Verdict } from '#shared/check/verdict.ts';
import { loadExercises, readText } from '#shared/course/course.ts';
import { answerFiles, answerIn, type Exercise, otherAnswers, starterOf } from '#shared/course/exercise.ts';
import { hashOf } from '#shared/course/hash.ts';
import { readCourse, type Unit } from '#shared/course/outline.ts';
import { isThere, whyUnreadable } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { noteProgress, readProgress } from './progress.ts';

export type Desk = {
  exercise: Exercise;
  /** 'solved before': the answer has changed since. 'solved in part': all passes, but a part could not be judged. */
  state: 'open' | 'solved' | 'solved before' | 'solved in part';
  /** Whether the course has brought another starter since the learner began. */
  hasNewStarter: boolean;
  /** Whether the learner has changed something. */
  isBegun: boolean;
};

/** The exercises, in their order. */
export async function listExercises(): Promise<Desk[]> {
  return (await loadExercises()).map((exercise) => deskOf(exercise));
}

/** A lesson, and whether the learner has read it to its end. */
export type LessonDesk = { unit: Unit; isRead: boolean };

/** The lessons, in their order. */
export function listLessons(progress = readProgress()): LessonDesk[] {
  return readCourse()
    .filter(({ kind }) => kind === 'lesson')
    .map((unit) => ({ unit, isRead: progress[unit.folder]?.read === true }));
}

/** Notes that the learner has read a lesson to its end. @param folder named from the root: 'lessons/03' */
export function noteRead(folder: string): void {
  if (readProgress()[folder]?.read) return;
  noteProgress(folder, (one) => {
    one.read = true;
  });
}

/** How the learner stands with one exercise. */
export function deskOf(exercise: Exercise, progress = readProgress()): Desk {
  const one = progress[exercise.number];
  const answer = hashOf(answerFiles(exercise));
  const hasNewStarter = Boolean(one?.starter) && one?.starter !== starterHash(exercise);
  return { exercise, state: stateOf(one, answer), hasNewStarter, isBegun: !isStarter(exercise) };
}

function stateOf(one: { solved?: string; inPart?: string } | undefined, answer: string): Desk['state'] {
  if (one?.solved === answer) return 'solved';
  if (one?.inPart === answer) return 'solved in part';
  return one?.solved === undefined ? 'open' : 'solved before';
}

function starterHash(exercise: Exercise): string {
  return hashOf(Object.values(starterOf(exercise)));
}

/** Whether the learner has changed nothing yet. */
export function isStarter(exercise: Exercise): boolean {
  return hashOf(answerFiles(exercise)) === starterHash(exercise);
}

/**
 * Notes that the learner has begun an exercise, and what the check says of the answer.
 *
 * @param answer its hash when it was judged
 */
export function noteVerdict(
  exercise: Exercise,
  { solved, tests, notJudged }: Pick<Verdict, 'solved' | 'tests' | 'notJudged'>,
  answer = hashOf(answerFiles(exercise)),
): void {
  const isInPart = notJudged.length > 0 && tests.every(({ passed }) => passed);
  noteProgress(exercise.number, (one) => {
    one.starter ||= starterHash(exercise);
    if (solved) one.solved = answer;
    else if (one.solved === answer && !isInPart) delete one.solved;
    if (isInPart) one.inPart = answer;
    else delete one.inPart;
  });
}

/**
 * Puts an exercise back to its starter. What was there is kept as a dated copy beside it.
 *
 * @returns the paths of the copies, from the root, and whether anything was changed
 * @throws a sentence where something stands in a file's place that is none
 */
export function resetExercise(exercise: Exercise, now = new Date()): { kept: string[]; isChanged: boolean } {
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  const starters = starterOf(exercise);
  const isChanged = !isStarter(exercise);
  const kept: string[] = [];
  for (const [part, file] of Object.entries(answerIn(exercise, exercise.folder))) {
    const starter = starters[part] ?? '';
    mkdirSync(dirname(file), { recursive: true });
    const why = isThere(file) ? whyUnreadable(file) : undefined;
    if (why !== undefined) throw new Error(why);
    if (existsSync(file) && readFileSync(file, 'utf8') !== readFileSync(starter, 'utf8')) {
      const copy = join(dirname(file), 'kept', `${stamp}-${basename(file)}`);
      mkdirSync(dirname(copy), { recursive: true });
      // Never over something: a copy that is there already stops this.
      copyFileSync(file, copy, constants.COPYFILE_EXCL);
      kept.push(relative(ROOT, copy).replaceAll('\\', '/'));
    }
    copyFileSync(starter, file);
  }
  noteProgress(exercise.number, (one) => {
    one.starter = starterHash(exercise);
    one.hints = {};
  });
  return { kept, isChanged };
}

/** The hints that are shown so far, of how many. */
export type Hint = { texts: string[]; of: number };

/**
 * The hints for one test of an exercise, the gentlest first: a nudge, the concept, the place, almost the code.
 * They are the numbered list under the test's title in hints.md.
 */
export function hintsFor({ folder }: Exercise, title: string): string[] {
  const text = readText(`${folder}/hints.md`);
  const section = text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^\d+\. (.*)$/gm)].map(([, hint = '']) => hint);
}

/** One more hint for a test than before, and notes that it was shown. After the last one it gives the same again. */
export function nextHint(exercise: Exercise, title: string): Hint | undefined {
  const hints = hintsFor(exercise, title);
  if (hints.length === 0) return undefined;
  const level = Math.min(shownHints(exercise, title) + 1, hints.length);
  noteProgress(exercise.number, (one) => {
    one.hints[title] = level;
  });
  return { texts: hints.slice(0, level), of: hints.length };
}

/** How many hints for a test were shown. */
export function shownHints({ number }: Exercise, title: string): number {
  return readProgress()[number]?.hints[title] ?? 0;
}

/** How the learner's files differ from the reference, as lines of a patch: none where they do not. */
export async function diffWithReference(exercise: Exercise): Promise<string[]> {
  // Loaded here: only who asks for it waits for it.
  const { createTwoFilesPatch } = await import('diff');
  const { folder, solution } = exercise;
  return exercise.parts.flatMap(({ file }) => {
    const [own, reference] = [`${folder}/${file}`, `${solution}/${file}`];
    const [mine, right] = [readText(own), readText(reference)];
    if (mine === right) return [];
    const patch = createTwoFilesPatch(own, reference, mine, right);
    return patch.split('\n').filter((line) => !/^(=+|\\ No newline.*)$/.test(line));
  });
}

/** Other answers that are right: their paths from the root. */
export function otherPaths(exercise: Exercise): string[] {
  return otherAnswers(exercise).map(({ path }) => path);
}
