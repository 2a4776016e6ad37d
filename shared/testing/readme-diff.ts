/** The change that a README's "Break it" asks for: read from the README, so that what is read is what is tested. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import type { LessonEdit } from './changed-server.ts';
import { type Block, isGap, readBlocks } from './transcript.ts';

/**
 * Gives the edits of the block ```diff FILE NAME in a lesson's README, as startChanged takes them.
 *
 * @param folder the lesson, named from the root: 'lessons/01'
 */
export function readmeEdits(folder: string, name: string): LessonEdit[] {
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  const block = readBlocks(readme).find(({ info }) => info[0] === 'diff' && info[2] === name);
  if (block === undefined) throw new Error(`${folder}/README.md has no diff named ${name}.`);
  return editsOf(block);
}

/**
 * Gives the edits of one diff block. Its lines begin with `-`, `+` or a space, without line numbers; a line
 * that is only `…` stands between two places of the file.
 */
export function editsOf({ info, lines }: Block): LessonEdit[] {
  const [, file] = info;
  if (file !== 'server.ts' && file !== 'protocol.ts')
    throw new Error(`A diff names no file: ${info.join(' ')}`);
  const hunks: string[][] = [[]];
  for (const line of lines) {
    if (isGap(line)) hunks.push([]);
    else hunks.at(-1)?.push(line);
  }
  return hunks.map((hunk) => ({ file, find: side(hunk, '+'), replace: side(hunk, '-') }));
}

function side(hunk: string[], other: string): string {
  return hunk
    .filter((line) => !line.startsWith(other))
    .map((line) => `${line.slice(1)}\n`)
    .join('');
}
