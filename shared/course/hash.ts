/** A hash of files: whether something has changed since. */
import { createHash } from 'node:crypto';
import { readRegular } from './regular-file.ts';

/** Bytes. No answer comes near this. */
const MOST_HASHED = 10_000_000;

/** A hash of the texts of some files, by their absolute paths: it changes when one of them does. What is no file has no text. */
export function hashOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      hash.update(readRegular(file, MOST_HASHED).contents);
    } catch {
      // There is none, or something else.
    }
    hash.update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}
