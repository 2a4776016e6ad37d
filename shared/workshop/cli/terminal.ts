/** How the learner's desk looks in a terminal. */
import { relative } from 'node:path';
import type { WriteStream } from 'node:tty';
import { pathToFileURL } from 'node:url';
import { ROOT } from '#shared/course/root.ts';
import type { Desk, Hint } from '#shared/workshop/desk.ts';
import { item, type Look, painter, wrap } from './report.ts';

/** Whether a stream is a terminal with colour. NO_COLOR turns it off. */
export function hasColour(stream: WriteStream): boolean {
  return stream.isTTY === true && !process.env.NO_COLOR && stream.getColorDepth() > 1;
}

/** A path as a learner knows it, from the root of the course. */
export function showPath(file: string): string {
  return relative(ROOT, file).replaceAll('\\', '/');
}

/** The same as a link, which many terminals open on a click. */
export function linkTo(file: string): string {
  return `\u001b]8;;${pathToFileURL(file).href}\u001b\\${showPath(file)}\u001b]8;;\u001b\\`;
}

/** The hints for a test that were shown so far, the newest last. */
export function hintLines({ texts, of }: Hint, look: Look): string[] {
  return texts.flatMap((text, at) => item(`  Hint ${at + 1} of ${of}: `, text, look));
}

/** A line for each exercise: its state, and where one works on it. */
export function listLines(exercises: Desk[], look: Look): string[] {
  const paint = painter(look);
  const width = Math.max(...exercises.map(({ title }) => title.length));
  const lines = exercises.map(({ number, title, state, isBegun, files }) => {
    const mark =
      state === 'solved' ? paint('green', '✓') : isBegun ? paint('yellow', '●') : paint('dim', '○');
    const words = state === 'open' ? (isBegun ? 'begun' : 'not begun') : state;
    const where = paint('dim', files.map(showPath)[0] ?? '');
    return `  ${mark} ${number}  ${title.padEnd(width)}  ${words.padEnd(13)}  ${where}`;
  });
  const changed = exercises.filter(({ state }) => state === 'solved before').map(({ number }) => number);
  const renewed = exercises.filter(({ hasNewStarter }) => hasNewStarter).map(({ number }) => number);
  if (changed.length > 0) {
    lines.push(
      '',
      ...wrap(`Solved before: the answer has changed since. npm run check ${changed[0]}`, '  ', look),
    );
  }
  for (const number of renewed) {
    const text = `The course has brought a new starter for ${number} since you began. If you want it: npm run reset ${number}. Your answer is kept.`;
    lines.push('', ...wrap(text, '  ', look));
  }
  return lines;
}
