/** Judges the answer at a path that a person gave: a file, or a folder, inside the course or elsewhere. */
import { existsSync, statSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Answer, answerIn, partOf } from '#shared/course/exercise.ts';
import { ROOT } from '#shared/course/root.ts';
import type { Exercise } from './exercise.ts';
import type { Judge, JudgeLimits } from './judge.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import type { Verdict } from './verdict.ts';

/**
 * Judges a file in place of the part that it is by its name (client.ts and my-client.ts are client.ts), and only that
 * part. Or judges a folder: what it lacks of the exercise's files, it has from the learner's own.
 * An answer outside the course is copied into it for the time being, since its imports must resolve.
 * The verdict names the files where the person has them.
 *
 * @throws a sentence, if there is nothing at the path
 */
export async function judgeAnswerAt(path: string, exercise: Exercise, judge: Judge): Promise<Verdict> {
  const given = resolve(path);
  if (!existsSync(given)) throw new Error(`There is no answer at ${path}.`);
  const fromRoot = relative(ROOT, given);
  const isInside = !fromRoot.startsWith('..') && !isAbsolute(fromRoot);
  if (isInside) return judgePath(given, exercise, judge);

  const scratch = makeScratch();
  try {
    const isFolder = statSync(given).isDirectory();
    const copy = isFolder ? scratch : join(scratch, basename(given));
    await cp(given, copy, { recursive: true });
    const verdict = await judgePath(copy, exercise, judge);
    return renamePlaces(verdict, scratch, isFolder ? given : dirname(given));
  } finally {
    await removeScratch(scratch);
  }
}

function judgePath(path: string, exercise: Exercise, judge: Judge): Promise<Verdict> {
  const own = answerIn(exercise, exercise.folder);
  if (statSync(path).isDirectory()) {
    const files = exercise.parts.map(({ file }) => [file, join(path, file)] as const);
    const found: Answer = Object.fromEntries(files.filter(([, place]) => existsSync(place)));
    return judge.judge(exercise, { ...own, ...found });
  }
  const part = partOf(exercise, path);
  const limits: JudgeLimits =
    exercise.parts.length > 1 ? { part: { file: part, why: `Only ${part} was given.` } } : {};
  return judge.judge(exercise, { ...own, [part]: path }, limits);
}

/** The verdict, with one folder in place of another in all its texts. */
function renamePlaces(verdict: Verdict, from: string, to: string): Verdict {
  const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
  const places = [
    `${pathToFileURL(from).href}/`,
    join(from, '/'),
    `${relative(ROOT, from).replaceAll('\\', '/')}/`,
  ];
  return JSON.parse(
    places.reduce((json, place) => json.replaceAll(inJson(place), inJson(`${to}/`)), JSON.stringify(verdict)),
  );
}
