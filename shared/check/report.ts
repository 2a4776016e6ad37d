/** Prints a verdict for a person. */
import { styleText } from 'node:util';
import { visible } from '../conversation.ts';
import type { TestResult, Verdict } from './judge.ts';

type Style = Parameters<typeof styleText>[0];

/**
 * Gives the lines that tell a person how an answer did: all tests, and of those that fail what is wrong.
 *
 * @param where the path of the file in which the learner works
 * @param colour whether the terminal shows colour
 */
export function printVerdict(verdict: Verdict, where: string, colour: boolean): string[] {
  const paint = (style: Style, text: string) =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const lines = [
    '',
    paint('bold', `  Exercise ${verdict.exercise}: ${verdict.title}`),
    `  ${paint('dim', where)}`,
    '',
  ];
  if (verdict.problem !== undefined) {
    lines.push(
      ...wrap(visible(verdict.problem), '  ').map((line) => paint('red', line)),
      '',
      '  What will be checked:',
    );
    lines.push(...verdict.tests.map(({ title }) => `    - ${title}`), '');
    return lines;
  }
  const failed = verdict.tests.filter((test) => !test.passed);
  for (const test of verdict.tests) {
    const [title = '', ...more] = wrap(test.title, '    ').map((line) =>
      test.passed ? line : paint('bold', line),
    );
    lines.push(
      `  ${test.passed ? paint('green', '✓') : paint('red', '✗')} ${title.replace('    ', '')}`,
      ...more,
    );
    if (!test.passed) lines.push(...wrap(visible(test.sentence ?? ''), '      '));
  }
  lines.push('', ...details(failed[0], paint));
  if (verdict.whyNotChecked !== undefined) {
    lines.push(...wrap(`The page (client.ts) was not checked. ${verdict.whyNotChecked}`, '  '), '');
  }
  lines.push(
    failed.length > 0
      ? `  ${verdict.tests.length - failed.length} of ${verdict.tests.length} tests pass. Hints: exercises/${verdict.exercise}/hints.md`
      : paint(
          'green',
          `  Solved: all ${verdict.tests.length} tests pass. Lesson ${next(verdict.exercise)} explains what you built.`,
        ),
    '',
  );
  return lines;
}

/** The conversation of the first test that fails. The others follow when this one passes. */
function details(test: TestResult | undefined, paint: (style: Style, text: string) => string): string[] {
  if (!test?.conversation) return [];
  return [
    `  ${paint('red', '✗')} ${paint('bold', test.title)}`,
    '',
    ...test.conversation.map((line) => `    ${line}`),
    '',
  ];
}

function next(exercise: string): string {
  return String(Number(exercise) + 1).padStart(exercise.length, '0');
}

function wrap(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/)) {
    if (line.length + word.length > 79 && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
