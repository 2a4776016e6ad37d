/** What there is: the course's lessons and exercises. The one place that looks into its folders. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exercise, Part } from './exercise.ts';
import { ROOT } from './root.ts';

/** The numbers of all lessons: '01', '02', … */
export function lessonNumbers(): string[] {
  return numbersIn('lessons', 'server.ts');
}

/** The numbers of all exercises. A folder of the learner's own, which has no check, is none. */
export function exerciseNumbers(): string[] {
  return numbersIn('exercises', 'exercise.test.ts');
}

/** Two digits, and the file that makes it what it is. */
function numbersIn(folder: string, file: string): string[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder))
    .filter((name) => /^\d\d$/.test(name) && existsSync(join(ROOT, folder, name, file)))
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

/**
 * Loads an exercise with its check, once for each process.
 *
 * @throws a sentence, where its check is not there or cannot be loaded
 */
export async function loadExercise<P extends Part = Part>(number: string): Promise<Exercise<P>> {
  const path = `exercises/${number}/exercise.test.ts`;
  const file = join(ROOT, path);
  if (!existsSync(file)) throw new Error(`${path} is not there. git checkout ${path} brings it back.`);
  const loaded: { default: Exercise<P> } = await import(pathToFileURL(file).href);
  return loaded.default;
}

/** Loads all exercises, in their order. One that cannot be loaded is left out. */
export async function loadExercises<P extends Part = Part>(): Promise<Exercise<P>[]> {
  const loaded = await Promise.allSettled(exerciseNumbers().map((number) => loadExercise<P>(number)));
  return loaded.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** The text of a file of the course, or an empty text where there is none that can be read. */
export function readText(path: string): string {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch {
    return '';
  }
}
