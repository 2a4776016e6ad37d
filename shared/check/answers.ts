/** Where exercises and answers are on disk. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '#shared/course/root.ts';
import type { Exercise } from './exercise.ts';
import type { Answer, Verdict } from './judge.ts';

/** The answer that stands in a folder, named from the root: 'exercises/03', 'solutions/03', 'lessons/04'. */
export function answerIn(folder: string): Answer {
  const client = join(ROOT, folder, 'client.ts');
  return { server: join(ROOT, folder, 'server.ts'), ...(existsSync(client) ? { client } : {}) };
}

/**
 * Judges the answer at a path that a person gave: a file that takes the place of server.ts (or of client.ts,
 * where its name ends in client.ts), or a folder with the exercise's files.
 * An answer outside the course is copied into it for the time being, since its imports must resolve.
 * The verdict names the files where the person has them.
 *
 * @throws if there is nothing at the path
 */
export async function withAnswerAt(
  path: string,
  exercise: Exercise,
  judge: (answer: Answer) => Promise<Verdict>,
): Promise<Verdict> {
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw new Error(`There is no answer at ${path}.`);
  const isFolder = (await stat(absolute)).isDirectory();
  const given = isFolder ? absolute : dirname(absolute);
  const own = answerIn(exercise.folder);
  const answerFrom = (folder: string) =>
    isFolder ? folderAnswer(folder, own) : fileAnswer(join(folder, basename(absolute)), own);

  const fromRoot = relative(ROOT, absolute);
  if (!fromRoot.startsWith('..') && !isAbsolute(fromRoot)) return judge(answerFrom(given));

  const copy = join(ROOT, '.answers', randomUUID());
  try {
    await mkdir(copy, { recursive: true });
    await cp(absolute, isFolder ? copy : join(copy, basename(absolute)), { recursive: true });
    const verdict = await judge(answerFrom(copy));
    const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
    const shown = inJson(`${given}/`);
    return JSON.parse(
      [
        `${pathToFileURL(copy).href}/`,
        join(copy, '/'),
        `${relative(ROOT, copy).replaceAll('\\', '/')}/`,
      ].reduce((json, place) => json.replaceAll(inJson(place), shown), JSON.stringify(verdict)),
    );
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

function folderAnswer(folder: string, own: Answer): Answer {
  const [server, client] = ['server.ts', 'client.ts'].map((file) => join(folder, file));
  return {
    server: server && existsSync(server) ? server : own.server,
    ...(client && existsSync(client) ? { client } : own.client ? { client: own.client } : {}),
  };
}

function fileAnswer(file: string, own: Answer): Answer {
  return /client\.ts$/.test(file) ? { ...own, client: file } : { ...own, server: file };
}

/** Writes an answer's text to a file that lives while `use` runs. */
export async function withText<T>(text: string, name: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = join(ROOT, '.answers', randomUUID());
  await mkdir(folder, { recursive: true });
  try {
    const file = join(folder, name);
    await writeFile(file, text);
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
