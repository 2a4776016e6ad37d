/** A lesson's server, or a program of its text, with a change in it: a copy, so that the lesson's own files stay as they are. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LessonEdit } from '#shared/course/blocks.ts';
import { applyEdit } from '#shared/course/edit.ts';
import { ROOT } from '#shared/course/root.ts';
import { sourceFiles } from '#shared/course/source-files.ts';
import type { Instead } from '#shared/lesson/instead.ts';
import { makeScratch, removeScratch } from './scratch.ts';

export type ChangedCopy = {
  /** The copy of the first file, as an absolute path. */
  file: string;
  /** Changed files that only the page imports, if any: its server is to take these in their place. */
  instead: Instead;
  remove: () => Promise<void>;
};

/**
 * Copies a server or a program of a lesson, with the files that it leads to, into a scratch folder inside the course (so
 * that imports of `ws` and `#shared/…` are found), and changes the copy.
 *
 * @param lesson the folder, named from the root: 'lessons/04'
 * @param first what is run: 'server.ts', or a program
 * @throws if an edit does not fit
 */
export async function copyChanged(
  lesson: string,
  edits: LessonEdit[],
  first = 'server.ts',
): Promise<ChangedCopy> {
  const folder = makeScratch();
  const remove = () => removeScratch(folder);
  const run = sourceFiles(lesson, first);
  const others = edits.map(({ file }) => file).filter((file) => !run.includes(file));
  try {
    for (const file of new Set([...run, ...others.flatMap((other) => sourceFiles(lesson, other))])) {
      let text = await readFile(join(ROOT, lesson, file), 'utf8');
      for (const edit of edits.filter((edit) => edit.file === file)) {
        text = applyEdit(edit, text, `${lesson}/${file}`);
      }
      await writeFile(join(folder, file), text);
    }
    const instead = Object.fromEntries(others.map((file) => [`${lesson}/${file}`, join(folder, file)]));
    return { file: join(folder, first), instead, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
