/** Reads the code blocks of a README, and compares a transcript in it with what a program printed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '#shared/course/root.ts';

export type Block = {
  /** What follows the three backticks: ['ts', 'server.ts'], ['console', 'welcome'] */
  info: string[];
  lines: string[];
  /** The number of the line with the backticks, from 1 on. */
  at: number;
};

/** All fenced code blocks of a Markdown text, in their order. */
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

/**
 * Gives the text of the one block in a folder's README that begins with these words: ```js too-much
 *
 * @param folder named from the root: 'lessons/01'
 */
export function readmeBlock(folder: string, language: string, name: string): string {
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  const block = readBlocks(readme).find(({ info }) => info[0] === language && info[1] === name);
  if (block === undefined) throw new Error(`${folder}/README.md has no block \`\`\`${language} ${name}`);
  return block.lines.join('\n');
}

/** A line that stands for any lines, also for none. */
export function isGap(line: string): boolean {
  return /^\s*(\/\/ )?…$/.test(line);
}

/**
 * Fails unless the transcript (```console NAME) in a folder's README is what a program printed.
 * A port in a URL may differ. `…` stands for any lines, and the line with a lesson's title and URL is left
 * out on both sides: a server that a test starts does not print it. (shared/testing/prose.test.ts looks at that line.)
 *
 * @param folder named from the root: 'lessons/01'
 * @param name the transcript's name in the README
 * @param output all that the program printed; await what comes last before you ask for it:
 *   `await expect.poll(server.output).toContain('A client left')`
 */
export function expectTranscript(folder: string, name: string, output: string): void {
  const [command = '', ...lines] = readmeBlock(folder, 'console', name).split('\n');
  if (!command.startsWith('$ '))
    throw new Error(`The transcript ${name} must begin with "$ " and a command.`);
  const printed = normalise(output.split(/\r?\n/));
  expect(printed, `${folder}/README.md, transcript ${name}`).toSatisfy(
    (actual: string[]) => matches(normalise(lines), actual),
    `Expected:\n${normalise(lines).join('\n')}\n\nPrinted:\n${printed.join('\n')}\n`,
  );
}

/** The line that serveLesson prints where it has no IPC channel: 'Lesson 01: Echo: http://localhost:8080' */
export const TITLE_LINE = /^.+: http:\/\/localhost:\d+$/;

function normalise(lines: string[]): string[] {
  const all = lines.filter((line) => !TITLE_LINE.test(line)).map((line) => line.trimEnd());
  while (all.at(-1) === '') all.pop();
  while (all[0] === '') all.shift();
  return all.map((line) =>
    line
      .replace(/\blocalhost:\d+/g, 'localhost:PORT')
      // Versions of Node indent the place of an error that nobody caught differently.
      .replace(/^ +(?=throw er; |\^$)/, ''),
  );
}

function matches(expected: string[], actual: string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return actual.length === 0;
  if (isGap(first)) return actual.some((_, n) => matches(rest, actual.slice(n))) || matches(rest, []);
  return first === actual[0] && matches(rest, actual.slice(1));
}
