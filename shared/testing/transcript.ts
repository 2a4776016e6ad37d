/** Reads the code blocks of a README, and compares a transcript in it with what a program printed. */
import { expect } from 'vitest';
import { isGap, readBlocks } from '#shared/course/blocks.ts';
import { lessonText } from '#shared/course/experiments.ts';
import { textOf } from '#shared/course/text-place.ts';

/**
 * Gives the text of the one block in a folder's README that begins with these words: ```js too-much
 *
 * @param folder named from the root: 'lessons/01'
 */
export function readmeBlock(folder: string, language: string, name: string): string {
  const block = readBlocks(lessonText(folder)).find(({ info }) => info[0] === language && info[1] === name);
  if (block === undefined) throw new Error(`${textOf(folder)} has no block \`\`\`${language} ${name}`);
  return block.lines.join('\n');
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
  expectLines(lines, output, `${textOf(folder)}, transcript ${name}`);
}

/**
 * The same for what is shown without a command (```text NAME): the part of an output that somebody would paste into a
 * search. More may have been printed before it and after it.
 */
export function expectShown(folder: string, name: string, output: string): void {
  const lines = readmeBlock(folder, 'text', name).split('\n');
  expectLines(['…', ...lines, '…'], output, `${textOf(folder)}, text ${name}`);
}

function expectLines(lines: string[], output: string, what: string): void {
  const printed = normalise(output.split(/\r?\n/));
  expect(printed, what).toSatisfy(
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
      .replace(/\b(localhost|127\.0\.0\.1):\d+/g, '$1:PORT')
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
