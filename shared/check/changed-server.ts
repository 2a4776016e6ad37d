/** Starts a lesson's server with a change in it: the experiments of "Break it", done on a copy. */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningServer } from './start-server.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** One change: `find` must stand in the file exactly once. */
export type Edit = { file: 'server.ts' | 'protocol.ts'; find: string; replace: string };

export type ChangedServer = RunningServer & {
  /** Types on the server's terminal: `type('\n')` is the Enter key. */
  type: (text: string) => void;
};

/**
 * Copies a lesson's server.ts and protocol.ts into a scratch folder inside the course (so that imports
 * of `ws` and `#shared/…` are found), changes the copy, and starts it. The copy goes when it stops.
 *
 * @param lesson the folder, named from the root: 'lessons/04'
 * @throws if an edit does not fit, or the process ends before it listens
 */
export async function startChanged(lesson: string, edits: Edit[]): Promise<ChangedServer> {
  const folder = join(ROOT, '.answers', randomUUID());
  await mkdir(folder, { recursive: true });
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    for (const file of ['server.ts', 'protocol.ts'] as const) {
      if (!existsSync(join(ROOT, lesson, file))) continue; // Lesson 01 has no protocol.ts.
      let text = await readFile(join(ROOT, lesson, file), 'utf8');
      for (const { find, replace } of edits.filter((edit) => edit.file === file)) {
        const times = text.split(find).length - 1;
        if (times !== 1)
          throw new Error(`In ${lesson}/${file} this stands ${times} times, not once: ${find}`);
        text = text.replace(find, () => replace);
      }
      await writeFile(join(folder, file), text);
    }
    return await start(join(folder, 'server.ts'), remove);
  } catch (error) {
    await remove();
    throw error;
  }
}

async function start(file: string, remove: () => Promise<void>): Promise<ChangedServer> {
  const child = fork(file, {
    cwd: ROOT,
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, PORT: '0' },
    silent: true,
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      process.off('exit', kill);
      resolve(code);
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once('message', (message: { url: string }) => resolve(message.url));
    exited.then((code) => reject(new Error(`${file} ended with ${code}: ${printed}`)));
  });
  return {
    url,
    socketUrl: url.replace(/^http/, 'ws'),
    output: () => printed,
    exited,
    type: (text) => child.stdin?.write(text),
    stop: async () => {
      kill();
      await exited;
      await remove();
    },
  };
}
