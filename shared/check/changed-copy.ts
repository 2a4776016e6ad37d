/** A lesson's server with a change in it: a copy, so that the lesson's own files stay as they are. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LessonEdit, SERVER_FILES } from '#shared/course/blocks.ts';
import { applyEdit } from '#shared/course/edit.ts';
import { ROOT } from '#shared/course/root.ts';
import { makeScratch, removeScratch } from './scratch.ts';

/**
 * Copies a lesson's server.ts and protocol.ts into a scratch folder inside the course (so that imports
 * of `ws` and `#shared/…` are found), and changes the copy.
 *
 * @param lesson the folder, named from the root: 'lessons/04'
 * @returns the copy of server.ts, as an absolute path, and what removes the copy
 * @throws if an edit does not fit
 */
export async function copyChanged(
  lesson: string,
  edits: LessonEdit[],
): Promise<{ file: string; remove: () => Promise<void> }> {
  const folder = makeScratch();
  const remove = () => removeScratch(folder);
  try {
    for (const file of SERVER_FILES) {
      if (!existsSync(join(ROOT, lesson, file))) continue;
      let text = await readFile(join(ROOT, lesson, file), 'utf8');
      for (const edit of edits.filter((edit) => edit.file === file)) {
        text = applyEdit(edit, text, `${lesson}/${file}`);
      }
      await writeFile(join(folder, file), text);
    }
    return { file: join(folder, 'server.ts'), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
