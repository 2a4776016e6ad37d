/** Prints a verdict for a person. */
import { styleText } from 'node:util';
import type { TestResult, Verdict } from '#shared/check/judge.ts';
import { visible } from '#shared/lesson/visible.ts';

type Style = Parameters<typeof styleText>[0];

export type Look = {
  /** Whether the terminal shows colour. */
  colour: boolean;
  /** Columns. */
  width?: number;
};

/** A terminal of this many columns shows all conversations. */
const WIDTH = 80;

/**
 * Gives the lines that tell a person how an answer did: all tests, and of those that fail what is wrong.
 *
 * @param where the path of the file in which the learner works
 */
export function printVerdict(verdict: Verdict, where: string, look: Look): string[] {
  const paint = painter(look);
  const lines = [
    '',
    paint('bold', `  Exercise ${verdict.exercise}: ${verdict.title}`),
    `  ${paint('dim', where)}`,
    '',
  ];
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
  if (verdict.whyNotChecked !== undefined) {
    lines.push(...wrap(`The page (client.ts) was not checked. ${verdict.whyNotChecked}`, '  ', look), '');
  }
  if (failed.length > 0) {
    lines.push(`  ${verdict.tests.length - failed.length} of ${verdict.tests.length} tests pass.`, '');
  } else {
    const solved = `Solved: all ${verdict.tests.length} tests pass. Lesson ${next(verdict.exercise)} explains what you built.`;
    lines.push(...wrap(solved, '  ', look).map((line) => paint('green', line)), '');
  }
  return lines;
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
    ...test.conversation.map(
      (line) => `    ${/◀── nothing|^ +expected /.test(line) ? paint('red', line) : line}`,
    ),
    '',
  ];
}

function next(exercise: string): string {
  return String(Number(exercise) + 1).padStart(exercise.length, '0');
}
