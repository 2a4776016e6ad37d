/** Starts a lesson's server with a change in it: the experiments of "Break it", done on a copy. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { makeScratch, removeScratch } from '#shared/check/scratch.ts';
import type { LessonEdit } from '#shared/course/blocks.ts';
import { applyEdit } from '#shared/course/edit.ts';
import { ROOT } from '#shared/course/root.ts';
import { type RunningServer, startServer } from './start-server.ts';

/**
 * Copies a lesson's server.ts and protocol.ts into a scratch folder inside the course (so that imports
 * of `ws` and `#shared/…` are found), changes the copy, and starts it. The copy goes when it stops.
 *
 * @param lesson the folder, named from the root: 'lessons/04'
 * @throws if an edit does not fit, or the process ends before it listens
 */
export async function startChanged(lesson: string, edits: LessonEdit[]): Promise<RunningServer> {
  const folder = makeScratch();
  const remove = () => removeScratch(folder);
  try {
    for (const file of ['server.ts', 'protocol.ts'] as const) {
      if (!existsSync(join(ROOT, lesson, file))) continue; // Lesson 01 has no protocol.ts.
      let text = await readFile(join(ROOT, lesson, file), 'utf8');
      for (const edit of edits.filter((edit) => edit.file === file)) {
        text = applyEdit(edit, text, `${lesson}/${file}`);
      }
      await writeFile(join(folder, file), text);
    }
    const server = await startServer(relative(ROOT, join(folder, 'server.ts')));
    return {
      ...server,
      stop: async () => {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
