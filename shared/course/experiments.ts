/** The experiments of a text: what is done, what one may guess, and what happens. */
import { join } from 'node:path';
import { type Block, nameOf, readBlocks } from './blocks.ts';
import { readRegular } from './regular-file.ts';
import { ROOT } from './root.ts';
import { textOf } from './text-place.ts';

/**
 * An experiment: a section `### …` with a guess in it. Who looks something up does not want to guess: such a section has
 * `**See it.**` in the guess's place, and its blocks may stand anywhere in it.
 *
 *     ### 1. Send too much
 *     What one does, with the blocks that are run.
 *     **Guess first.** A question?
 *     - an outcome
 *     - another one
 *     <!-- right: 1 -->
 *     What happened, and why.
 */
export type Experiment = {
  /** That of its first block that can be run. */
  name: string;
  title: string;
  /** The blocks that can be run, in their order. */
  blocks: Block[];
  guess?: Guess;
};

export type Guess = {
  question: string;
  outcomes: string[];
  /** Which of the outcomes is right, from 1 on. */
  right: number;
};

const BEGINS = ['**Guess first.**', '**See it.**'];

const GUESS = /^\*\*Guess first\.\*\* ([\s\S]+?)\n\n((?:- [\s\S]+?\n)+)\n<!-- right: (\d) -->$/m;

/** Reads the experiments of a text, in their order. @throws where a section guesses, and is no whole experiment */
export function readExperiments(markdown: string): Experiment[] {
  return sectionsOf(markdown.replaceAll('\r\n', '\n'))
    .filter((section) => BEGINS.some((words) => section.includes(words)))
    .map(readExperiment);
}

/** The text about a folder. @param folder named from the root: 'lessons/01' */
export function lessonText(folder: string): string {
  return readRegular(join(ROOT, textOf(folder)), 1_000_000).contents.toString();
}

/**
 * Finds a block that can be run in a lesson's text.
 *
 * @param folder named from the root: 'lessons/01'
 * @returns undefined where the text has none of this language and name
 */
export function findBlock(folder: string, language: string, name: string): Block | undefined {
  return readBlocks(lessonText(folder)).find((block) => block.info[0] === language && nameOf(block) === name);
}

/** Cuts a text into its sections `### …`. What looks like a heading in a block of code is none. */
function sectionsOf(markdown: string): string[] {
  const sections: string[] = [];
  let isCode = false;
  let isSection = false;
  for (const line of markdown.split('\n')) {
    if (/^ *`{3,}/.test(line)) isCode = !isCode;
    if (!isCode && /^#{1,3} /.test(line)) {
      isSection = line.startsWith('### ');
      if (isSection) sections.push('');
    }
    if (isSection) sections.push(`${sections.pop()}${line}\n`);
  }
  return sections;
}

function readExperiment(section: string): Experiment {
  const title = /^### (.+)$/m.exec(section)?.[1] ?? '';
  const blocks = readBlocks(section).filter((block) => nameOf(block) !== undefined);
  const name = blocks[0] && nameOf(blocks[0]);
  const guess = readGuess(section);
  const isWhole = guess
    ? guess.outcomes.length >= 2 && guess.outcomes[guess.right - 1] !== undefined
    : !section.includes('**Guess first.**');
  if (name === undefined || !isWhole) {
    throw new Error(
      `"${title}" is no whole experiment: it needs a named block, outcomes, and which is right.`,
    );
  }
  return { name, title, blocks, ...(guess && { guess }) };
}

function readGuess(section: string): Guess | undefined {
  const [found, question = '', list = '', right = ''] = GUESS.exec(section) ?? [];
  if (found === undefined) return undefined;
  const outcomes = list
    .split(/^- /m)
    .slice(1)
    .map((outcome) => outcome.replace(/\s+/g, ' ').trim());
  return { question: question.replace(/\s+/g, ' '), outcomes, right: Number(right) };
}
