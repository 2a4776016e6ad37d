/** Starts a lesson's server with a change in it: the experiments of "Break it", done on a copy. */
import { relative } from 'node:path';
import { copyChanged } from '#shared/check/changed-copy.ts';
import type { LessonEdit } from '#shared/course/blocks.ts';
import { ROOT } from '#shared/course/root.ts';
import { insteadInEnv } from '#shared/lesson/instead.ts';
import { type RunningServer, startServer } from './start-server.ts';

/**
 * Starts a changed copy of a lesson's server. The copy goes when it stops.
 *
 * @param lesson the folder, named from the root: 'lessons/04'
 * @param options env: more environment variables
 * @throws if an edit does not fit, or the process ends before it listens
 */
export async function startChanged(
  lesson: string,
  edits: LessonEdit[],
  options: { env?: NodeJS.ProcessEnv } = {},
): Promise<RunningServer> {
  const { file, instead, remove } = await copyChanged(lesson, edits);
  try {
    const server = await startServer(relative(ROOT, file), {
      env: { ...insteadInEnv(instead), ...options.env },
    });
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
