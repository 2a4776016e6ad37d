/** What a server or a program of a lesson is made of: the file itself, and those beside it that it names. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRegular } from './regular-file.ts';
import { ROOT } from './root.ts';

/** An import, or a file of which a program makes a process. */
const NAMED = /(['"])\.\/([\w-]+\.ts)\1/g;

/**
 * Gives the files of a lesson's folder that stand together: the first one, and all that it leads to.
 *
 * @param folder named from the root: 'lessons/04'
 * @param first 'server.ts'
 * @returns the names of those that are there, the first one first. One that can't be read leads to nothing
 */
export function sourceFiles(folder: string, first = 'server.ts'): string[] {
  const files = [first];
  for (const file of files) {
    const path = join(ROOT, folder, file);
    const found = [...read(path).matchAll(NAMED)].map(([, , name = '']) => name);
    for (const name of found) {
      if (!files.includes(name) && existsSync(join(ROOT, folder, name))) files.push(name);
    }
  }
  return files.filter((name) => existsSync(join(ROOT, folder, name)));
}

function read(path: string): string {
  try {
    return readRegular(path).contents.toString();
  } catch {
    return '';
  }
}
