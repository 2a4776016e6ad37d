/** What there is: the course's lessons and exercises. The one place that looks into its folders. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exercise, Part } from './exercise.ts';
import { readRegular, whyUnreadable } from './regular-file.ts';
import { ROOT } from './root.ts';

/** The numbers of all lessons: '01', '02', … */
export function lessonNumbers(): string[] {
  const isLesson = (number: string) =>
    ['server.ts', 'README.md'].some((name) => existsSync(join(ROOT, 'lessons', number, name)));
  return numbersIn('lessons').filter(isLesson);
}

/**
 * The numbers of all exercises: of all that have a solution. Their own folders are the learner's, who may move one away,
 * and make others beside it.
 */
export function exerciseNumbers(): string[] {
  return numbersIn('solutions');
}

function numbersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => /^\d\d$/.test(name))
    .sort();
}

/**
 * The number of an exercise as a person may write it: '3', '03'.
 * @throws if there is no such exercise
 */
export function findExercise(asked: string): string {
  const number = asked.padStart(2, '0');
  const numbers = exerciseNumbers();
  if (numbers.includes(number)) return number;
  const there = numbers.length > 0 ? `There are: ${numbers.join(', ')}.` : 'There are none.';
  throw new Error(`There is no exercise ${asked}. ${there}`);
}

const loaded = new Map<string, Exercise>();

/**
 * Loads an exercise with its check, once for each process.
 *
 * @throws a sentence, where its check is not there or cannot be loaded
 */
export async function loadExercise<P extends Part = Part>(number: string): Promise<Exercise<P>> {
  const file = join(ROOT, `exercises/${number}/exercise.test.ts`);
  const why = whyUnreadable(file);
  if (why !== undefined) throw new Error(`${why} Bring it back: git restore exercises/${number}`);
  const module: { default: Exercise<P> } = await import(pathToFileURL(file).href);
  loaded.set(number, module.default);
  return module.default;
}

/** Loads all exercises, in their order. One that cannot be loaded is left out. */
export async function loadExercises<P extends Part = Part>(): Promise<Exercise<P>[]> {
  const all = await Promise.allSettled(exerciseNumbers().map((number) => loadExercise<P>(number)));
  return all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** An exercise that was loaded before. */
export function knownExercise(number: string): Exercise | undefined {
  return loaded.get(number);
}

/** The text of a file of the course, or an empty text where there is none that can be read. */
export function readText(path: string): string {
  try {
    return readRegular(join(ROOT, path)).contents.toString();
  } catch {
    return '';
  }
}
