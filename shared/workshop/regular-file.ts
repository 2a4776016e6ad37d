/** Reads files of a folder in which a person works, where anything may stand in a file's place. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, relative } from 'node:path';
import { ROOT } from '#shared/course/root.ts';

/**
 * Why a file can't be read: a sentence that says what to do, or undefined where it can.
 * It opens nothing: who opens a pipe waits for ever.
 */
export function whyUnreadable(file: string): string | undefined {
  const name = relative(ROOT, file).replaceAll('\\', '/');
  let found: Stats | undefined;
  try {
    found = statSync(file, { throwIfNoEntry: false });
    if (found?.isFile()) accessSync(file, constants.R_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    if (code === 'ELOOP') return `${name} is a link that leads to itself. Delete it.`;
    return `${name} can't be read (${code}). Change who may read it.`;
  }
  if (found?.isFile()) return undefined;
  if (found?.isDirectory()) return `${name} is a folder, where a file should be. Move it away.`;
  if (found) return `${name} is no ordinary file. Move it away.`;
  if (!existsSync(dirname(file))) return `The folder ${dirname(name)} is not there.`;
  return `${name} is not there.`;
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
