/** Reads files of a folder in which a person works, where anything may stand in a file's place. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { ROOT } from '#shared/course/root.ts';

/** Whether something has this name: a link that leads nowhere, too. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/**
 * Why a file can't be read: a sentence that says what to do, or undefined where it can.
 * It opens nothing: who opens a pipe waits for ever.
 */
export function whyUnreadable(file: string): string | undefined {
  const name = relative(ROOT, file).replaceAll('\\', '/');
  if (!existsSync(dirname(file))) return `The folder ${dirname(name)} is not there.`;
  if (!isThere(file)) return `${name} is not there.`;
  try {
    const found = statSync(file);
    if (found.isDirectory()) return `${name} is a folder, where a file should be. Move it away.`;
    if (!found.isFile()) return `${name} is no ordinary file. Move it away.`;
    accessSync(file, constants.R_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    if (code === 'ELOOP') return `${name} is a link that leads to itself. Delete it.`;
    if (code === 'ENOENT') return `${name} is a link that leads nowhere. Delete it.`;
    return `${name} can't be read (${code}). Change who may read it.`;
  }
}

/**
 * Why a file must not be shown: a sentence, or undefined where it may. A link can lead out of the course, to what is
 * nobody's business: then whoever puts one into a course that others share would read their files.
 */
export function whyHidden(file: string): string | undefined {
  const name = relative(ROOT, file).replaceAll('\\', '/');
  let inside: string;
  try {
    inside = relative(realpathSync(ROOT), realpathSync(file));
  } catch {
    return undefined; // Then it can't be read either, and there are better sentences for that.
  }
  const leadsOut = inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside);
  return leadsOut ? `${name} is a link that leads out of the course. It is not shown.` : undefined;
}

/**
 * Reads a file, or its first bytes.
 *
 * @param most how many bytes, at most
 * @returns what was read, and the size of the whole file, in bytes
 * @throws an Error with a sentence for a person, where there is no file that can be read
 */
export function readRegular(
  file: string,
  most = Number.POSITIVE_INFINITY,
): { contents: Buffer; size: number } {
  const why = whyUnreadable(file);
  if (why !== undefined) throw new Error(why);
  const handle = openSync(file, 'r');
  try {
    const { size } = fstatSync(handle);
    const contents = Buffer.alloc(Math.min(size, most));
    return { contents: contents.subarray(0, readSync(handle, contents)), size };
  } finally {
    closeSync(handle);
  }
}
