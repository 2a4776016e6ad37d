/** A hash of files: whether something has changed since. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

/** A hash of the texts of some files, named by absolute paths: it changes when one of them does. What cannot be read is empty. */
export function hashOf(files: string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(contentOf(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

function contentOf(file: string): Buffer | string {
  try {
    // Whoever opens a pipe waits for ever.
    return statSync(file).isFile() ? readFileSync(file) : '';
  } catch {
    return '';
  }
}
