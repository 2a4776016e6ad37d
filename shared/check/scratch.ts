/** Files that live for a moment: compiled servers, copies of answers. They stand inside the course, where `ws` is found. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';

/** Git ignores it. */
const FOLDER = join(ROOT, '.answers');

/** The folder of this process, once it is there. */
let own: string | undefined;

/**
 * Makes an empty folder. It goes with this process, at the latest.
 *
 * @returns its absolute path
 * @throws a sentence, where `.answers` cannot be written to
 */
export function makeScratch(): string {
  try {
    own ??= makeOwn();
    const folder = join(own, randomUUID());
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (error) {
    own = undefined;
    const why = error instanceof Error ? error.message : error;
    throw new Error(`The check cannot write to the folder .answers: remove what is there. (${why})`);
  }
}

function makeOwn(): string {
  const folder = join(FOLDER, String(process.pid));
  mkdirSync(folder, { recursive: true });
  sweep();
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Takes away what a process left that was killed. */
function sweep(): void {
  for (const name of readdirSync(FOLDER)) {
    if (/^\d+$/.test(name) && !isAlive(Number(name)))
      rmSync(join(FOLDER, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It lives, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes such a folder, and what is in it. It is no fault where it has gone already. */
export async function removeScratch(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => {});
}

/** Writes a text to a file that lives while `use` runs. */
export async function withText<T>(text: string, name: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = makeScratch();
  try {
    const file = join(folder, name);
    await writeFile(file, text);
    return await use(file);
  } finally {
    await removeScratch(folder);
  }
}
