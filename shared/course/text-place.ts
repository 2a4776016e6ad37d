/** Which folder a text is about: its programs, its server and its page are there. */
import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { ROOT } from './root.ts';

/**
 * The folder that a text is about: the one that has the text's name and stands beside it, or else the one in which it stands.
 *
 * @param path of the text, named from the root, with slashes: 'lessons/08/README.md', 'lessons/NAME.md'
 * @returns 'lessons/08', 'lessons/NAME'
 */
export function folderOf(path: string): string {
  const beside = path.replace(/\.md$/, '');
  return existsSync(join(ROOT, beside)) ? beside : posix.dirname(path);
}

/** The text that is about a folder, also where it is missing. @param folder named from the root: 'lessons/08' */
export function textOf(folder: string): string {
  const beside = `${folder}.md`;
  return existsSync(join(ROOT, beside)) ? beside : `${folder}/README.md`;
}

/** The texts that are no lessons, and have a folder with a server all the same: 'lessons/NAME' for each. */
export function foldersBesideLessons(): string[] {
  return readdirSync(join(ROOT, 'lessons'))
    .filter((name) => /^[a-z-]+\.md$/.test(name))
    .map((name) => folderOf(`lessons/${name}`))
    .filter((folder) => existsSync(join(ROOT, folder, 'server.ts')))
    .sort();
}
