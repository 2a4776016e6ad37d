/** All that a person reads in a terminal: verdicts, hints, the list of exercises. */
import type { WriteStream } from 'node:tty';
import { pathToFileURL } from 'node:url';
import { styleText } from 'node:util';
import { displayPath } from '#shared/check/problems.ts';
import type { TestResult, Verdict } from '#shared/check/verdict.ts';
import { answerFiles } from '#shared/course/exercise.ts';
import { printConversation } from '#shared/lesson/conversation.ts';
import { visible } from '#shared/lesson/visible.ts';
import type { Desk, Hint, LessonDesk } from '../desk.ts';

type Style = Parameters<typeof styleText>[0];

export type Look = {
  /** Whether the terminal shows colour. */
  colour: boolean;
  /** Columns. */
  width?: number;
};

/** Columns, at most: longer lines are hard to read. And at least. */
const WIDTH = 80;
const NARROWEST = 30;

/**
 * Gives the lines that tell a person how an answer did: all tests, and of those that fail what is wrong.
 *
 * @param where the path of the file in which the learner works
 */
export function printVerdict(verdict: Verdict, where: string, look: Look): string[] {
  const paint = painter(look);
  const lines = heading(verdict, where, look);
  if (verdict.problem !== undefined) {
    lines.push(
      ...wrap(visible(verdict.problem), '  ', look).map((line) => paint('red', line)),
      '',
      '  What will be checked:',
    );
    lines.push(...verdict.tests.flatMap(({ title }) => item('    - ', title, look)), '');
    return lines;
  }
  const failed = verdict.tests.filter((test) => !test.passed);
  for (const test of verdict.tests) {
    const [title = '', ...more] = wrap(test.title, '    ', look).map((line) =>
      test.passed ? line : paint('bold', line),
    );
    lines.push(
      `  ${test.passed ? paint('green', '✓') : paint('red', '✗')} ${title.replace('    ', '')}`,
      ...more,
    );
    if (!test.passed) lines.push(...wrap(visible(test.sentence ?? ''), '      ', look));
  }
  lines.push('', ...details(failed[0], look));
  for (const { file, why } of verdict.notJudged) {
    lines.push(...wrap(`${file} was not checked. ${why}`, '  ', look), '');
  }
  const count = verdict.tests.length;
  if (failed.length > 0) {
    lines.push(`  ${count - failed.length} of ${count} tests pass.`, '');
  } else {
    const rest = verdict.notJudged.map(({ file }) => file).join(', ');
    const solved = verdict.solved
      ? `Solved: all ${count} tests pass. Lesson ${next(verdict.exercise)} explains what you built.`
      : `Solved, but for ${rest}: all ${count} tests of the rest pass.`;
    lines.push(...wrap(solved, '  ', look).map((line) => paint('green', line)), '');
  }
  return lines;
}

/** Gives the lines that tell a person what is to come in an exercise that nobody has begun: the first test is open. */
export function printToCome(verdict: Verdict, where: string, look: Look): string[] {
  const paint = painter(look);
  const first = verdict.tests.find(({ passed }) => !passed);
  const lines = verdict.tests.flatMap((test) => {
    const mark = `  ${test.passed ? paint('green', '✓') : test === first ? '▸' : paint('dim', '○')} `;
    const [title = '', ...more] = wrap(test.title, '    ', look);
    if (test !== first) return [`${mark}${title.trimStart()}`, ...more];
    const said = printConversation(test.conversation ?? [], (look.width ?? WIDTH) - 6);
    return [
      mark + paint('bold', title.trimStart()),
      ...more,
      ...wrap(`Begin here. So far: ${visible(test.sentence ?? '')}`, '      ', look),
      '',
      ...said.map((line) => `      ${line}`),
      '',
    ];
  });
  const words = `${verdict.tests.length} tests, one after the other. Your first save begins the checking.`;
  return [...heading(verdict, where, look), ...lines, '', ...wrap(words, '  ', look), ''];
}

function heading({ exercise, title }: Verdict, where: string, look: Look): string[] {
  const paint = painter(look);
  return ['', paint('bold', `  Exercise ${exercise}: ${title}`), `  ${paint('dim', where)}`, ''];
}

/** Gives the lines that name a mistake which the course knows. */
export function printMistake(sentence: string, isGuess: boolean, look: Look): string[] {
  const lines = wrap(`${isGuess ? 'Perhaps' : 'What probably happened'}: ${sentence}`, '  ', look);
  return [...lines.map((line) => painter(look)('yellow', line)), ''];
}

/** Gives an item of a list, its later lines indented as its first. */
export function item(mark: string, text: string, look: Look): string[] {
  const indent = ' '.repeat(mark.length);
  return wrap(text, indent, look).map((line, at) => (at === 0 ? mark + line.slice(mark.length) : line));
}

/** Cuts a text into lines that fit. Each begins with the indent. */
export function wrap(text: string, indent: string, { width = WIDTH }: Look): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > width - 1 && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

/** Gives what paints a text, where the terminal has colour. */
export function painter({ colour }: Look): (style: Style, text: string) => string {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}

/** The conversation of the first test that fails. The others follow when this one passes. */
function details(test: TestResult | undefined, look: Look): string[] {
  if (!test?.conversation) return [];
  const paint = painter(look);
  const [title = '', ...more] = wrap(test.title, '    ', look).map((line) => paint('bold', line));
  return [
    `  ${paint('red', '✗')} ${title.replace('    ', '')}`,
    ...more,
    '',
    ...printConversation(test.conversation, (look.width ?? WIDTH) - 4).map(
      (line) => `    ${/◀── nothing|^ +expected /.test(line) ? paint('red', line) : line}`,
    ),
    '',
  ];
}

function next(exercise: string): string {
  return String(Number(exercise) + 1).padStart(exercise.length, '0');
}

/** Whether a stream is a terminal with colour. NO_COLOR turns it off. */
export function hasColour(stream: WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && stream.getColorDepth() > 1;
}

/** The columns that a stream has for us. */
export function widthOf({ columns }: WriteStream): number {
  return Math.max(NARROWEST, Math.min(WIDTH, columns || WIDTH));
}

/** The same as a link, which many terminals open on a click. */
export function linkTo(file: string): string {
  return `\u001b]8;;${pathToFileURL(file).href}\u001b\\${displayPath(file)}\u001b]8;;\u001b\\`;
}

/** The hints for a test that were shown so far, the newest last. */
export function hintLines({ texts, of }: Hint, look: Look): string[] {
  return texts.flatMap((text, at) => item(`  Hint ${at + 1} of ${of}: `, text, look));
}

/** A line for each lesson and exercise: its state, and where one reads it or works on it. */
export function listLines(desks: Desk[], lessons: LessonDesk[], look: Look): string[] {
  const paint = painter(look);
  const titles = [...desks.map(({ exercise }) => exercise.title), ...lessons.map(({ unit }) => unit.title)];
  const width = Math.max(...titles.map((title) => title.length));
  const read = lessons.map(({ unit: { number, title, folder }, isRead }) => {
    const mark = isRead ? paint('green', '✓') : paint('dim', '○');
    const where = paint('dim', `${folder}/README.md`);
    return `  ${mark} ${number}  ${title.padEnd(width)}  ${(isRead ? 'read' : 'not read').padEnd(14)}  ${where}`;
  });
  const done = desks.map(({ exercise, state, isBegun }) => {
    const mark =
      state === 'solved' ? paint('green', '✓') : isBegun ? paint('yellow', '●') : paint('dim', '○');
    const words = state === 'open' ? (isBegun ? 'begun' : 'not begun') : state;
    const where = paint('dim', answerFiles(exercise).map(displayPath)[0] ?? '');
    return `  ${mark} ${exercise.number}  ${exercise.title.padEnd(width)}  ${words.padEnd(14)}  ${where}`;
  });
  // Each lesson stands before the exercise of its number.
  const lines = [
    ...lessons.map(({ unit }, at) => ({ number: unit.number, line: read[at] ?? '' })),
    ...desks.map(({ exercise }, at) => ({ number: exercise.number, line: done[at] ?? '' })),
  ]
    .sort((a, b) => a.number.localeCompare(b.number))
    .map(({ line }) => line);
  const numberOf = (desk?: Desk) => desk?.exercise.number;
  const changed = numberOf(desks.find(({ state }) => state === 'solved before'));
  if (changed !== undefined) {
    const text = `Solved before: the answer has changed since. npm run check ${changed}`;
    lines.push('', ...wrap(text, '  ', look));
  }
  const inPart = numberOf(desks.find(({ state }) => state === 'solved in part'));
  if (inPart !== undefined) {
    const text = `Solved in part: not all of it could be checked. npm run check ${inPart} says why.`;
    lines.push('', ...wrap(text, '  ', look));
  }
  for (const number of desks.filter(({ hasNewStarter }) => hasNewStarter).map(numberOf)) {
    const text = `The course has brought a new starter for ${number} since you began. If you want it: npm run reset ${number}. Your answer is kept.`;
    lines.push('', ...wrap(text, '  ', look));
  }
  return lines;
}
