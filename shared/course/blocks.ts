/** The blocks of code in a text of the course, and the changes that its diffs ask for. */
import { posix } from 'node:path';
import type { Edit } from './edit.ts';

export type Block = {
  /** What follows the three backticks: ['ts', 'server.ts'], ['js', 'too-much'], ['diff', 'server.ts', 'no-limit'] */
  info: string[];
  lines: string[];
  /** The number of the line with the backticks, from 1 on. */
  at: number;
};

/** One change to a file of a lesson's folder. */
export type LessonEdit = Edit & { file: string };

/** All fenced code blocks of a Markdown text, in their order. @throws where one has no end */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { block: Block; fence: string; indent: number } | undefined;
  for (const [index, line] of markdown.split(/\r?\n/).entries()) {
    const [, indent = '', fence, info = ''] = /^( *)(`{3,})(.*)$/.exec(line) ?? [];
    if (open === undefined) {
      if (fence === undefined) continue;
      const block = { info: info.trim().split(/\s+/), lines: [], at: index + 1 };
      open = { block, fence, indent: indent.length };
    } else if (fence === open.fence && info.trim() === '') {
      blocks.push(open.block);
      open = undefined;
    } else {
      open.block.lines.push(line.slice(Math.min(open.indent, line.length - line.trimStart().length)));
    }
  }
  if (open !== undefined) throw new Error(`The code block of line ${open.block.at} has no end.`);
  return blocks;
}

/** The name by which a block is run, where it can be: ```js NAME, ```bytes NAME, ```sh NAME, ```diff FILE NAME */
export function nameOf({ info: [language, first, second] }: Pick<Block, 'info'>): string | undefined {
  if (language === 'diff') return second;
  return language === 'js' || language === 'bytes' || language === 'sh' ? first : undefined;
}

/**
 * The program that a ```sh NAME block runs: one of the lesson's own folder, with no arguments.
 *
 * @param folder of the lesson, named from the root: 'lessons/01'
 * @returns its file, named from the root, or undefined where the block has another command
 */
export function programOf({ info: [language], lines }: Block, folder: string): string | undefined {
  const [, file] = /^npx tsx ([\w/-]+\.ts)$/.exec(lines.join('\n')) ?? [];
  return language === 'sh' && file !== undefined && posix.dirname(file) === folder ? file : undefined;
}

/** A line that stands for any lines, also for none. */
export function isGap(line: string): boolean {
  return /^\s*(\/\/ )?…$/.test(line);
}

/**
 * Gives the edits of one diff block. Its lines begin with `-`, `+` or a space, without line numbers; a line
 * that is only `…` stands between two places of the file.
 *
 * @throws where it names no file of a lesson
 */
export function editsOf({ info, lines }: Block): LessonEdit[] {
  const [, file = ''] = info;
  if (!/^[\w-]+\.ts$/.test(file)) throw new Error(`A diff names no file: ${info.join(' ')}`);
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
