/** The learner's own copy of a lesson's server, for its two-minute task: made where none is, and never written over. */
import { constants, copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isThere, readRegular, whyUnreadable } from './regular-file.ts';
import { ROOT } from './root.ts';
import { sourceFiles } from './source-files.ts';

/** Where the copy of a lesson is, named from the root. Git ignores it. @param lesson 'lessons/03' */
export function copyFolder(lesson: string): string {
  return `${lesson}/try`;
}

/** A file of a lesson's copy, named from the root: its server, or the one beside it that has this name. */
export function fileOfCopy(lesson: string, name = 'server.ts'): string {
  return `${copyFolder(lesson)}/${name}`;
}

/** All files of a lesson's copy, named from the root. */
function copyFiles(lesson: string): string[] {
  return sourceFiles(lesson).map((name) => fileOfCopy(lesson, name));
}

/** Whether there is a copy to work in. */
export function hasCopy(lesson: string): boolean {
  return isThere(join(ROOT, fileOfCopy(lesson)));
}

/**
 * Makes the copy. What is there already stays as it is.
 *
 * @returns the files that were made, named from the root
 * @throws where the folder can't be written to
 */
export function makeCopy(lesson: string): string[] {
  mkdirSync(join(ROOT, copyFolder(lesson)), { recursive: true });
  const missing = copyFiles(lesson).filter((file) => !isThere(join(ROOT, file)));
  for (const file of missing) {
    copyFileSync(join(ROOT, lesson, basename(file)), join(ROOT, file), constants.COPYFILE_EXCL);
  }
  return missing;
}

/** Whether the copy is word for word what the lesson has. */
export function isUntouched(lesson: string): boolean {
  return copyFiles(lesson).every((file) => isLikeLesson(lesson, file));
}

/**
 * Copies the lesson's files once more. What the learner wrote is kept as dated copies beside them.
 *
 * @returns the kept copies, named from the root
 * @throws a sentence, where something stands in a file's place that is none
 */
export function startCopyOver(lesson: string, now = new Date()): string[] {
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  mkdirSync(join(ROOT, copyFolder(lesson)), { recursive: true });
  const kept: string[] = [];
  for (const file of copyFiles(lesson)) {
    const own = join(ROOT, file);
    const why = isThere(own) ? whyUnreadable(own) : undefined;
    if (why !== undefined) throw new Error(why);
    if (isLikeLesson(lesson, file)) continue;
    if (isThere(own)) {
      const copy = `${copyFolder(lesson)}/kept/${stamp}-${basename(file)}`;
      mkdirSync(join(ROOT, copyFolder(lesson), 'kept'), { recursive: true });
      // Never over something: a copy that is there already stops this.
      copyFileSync(own, join(ROOT, copy), constants.COPYFILE_EXCL);
      kept.push(copy);
    }
    copyFileSync(join(ROOT, lesson, basename(file)), own);
  }
  return kept;
}

function isLikeLesson(lesson: string, file: string): boolean {
  try {
    const own = readRegular(join(ROOT, file)).contents;
    return own.equals(readRegular(join(ROOT, lesson, basename(file))).contents);
  } catch {
    return false;
  }
}
