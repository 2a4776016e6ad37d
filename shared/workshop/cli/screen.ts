/** The companion's screen: the verdict, under it what a key has asked for, and the keys. */
import type { WriteStream } from 'node:tty';
import type { Exercise } from '#shared/check/exercise.ts';
import { answerFiles } from '#shared/course/exercise.ts';
import { otherPaths } from '../desk.ts';
import type { Session } from '../session.ts';
import {
  hasColour,
  type Look,
  linkTo,
  painter,
  printMistake,
  printToCome,
  printVerdict,
  widthOf,
  wrap,
} from './print.ts';

/** Goes to the top left corner, and takes away what is on the screen. */
const CLEAR = '\u001b[H\u001b[2J';

/** Gives the screen. `extra` is what a key has asked for, as lines. */
export function createScreen(output: WriteStream) {
  const look = (): Look => ({
    colour: hasColour(output),
    width: widthOf(output),
  });

  function verdictLines({ exercise, found, trouble }: Session): string[] | undefined {
    const where = answerFiles(exercise).map(linkTo).join('  ');
    const now = found();
    if (!now) {
      const why = trouble();
      if (why === undefined) return undefined;
      const sentence = `The check itself failed. It tries again on your next save. ${why}`;
      return ['', `  Exercise ${exercise.number}`, `  ${where}`, '', ...wrap(sentence, '  ', look()), ''];
    }
    const { verdict, recognised, isStarter } = now;
    const isToCome = isStarter && !verdict.solved && verdict.problem === undefined;
    const lines = (isToCome ? printToCome : printVerdict)(verdict, where, look());
    if (recognised) lines.push(...printMistake(recognised.mistake.sentence, recognised.isGuess, look()));
    if (verdict.solved && screen.extra.length === 0) {
      lines.push(
        '  Compare: d shows how the reference answer differs. These are right, too:',
        ...otherPaths(exercise).map((path) => `    ${path}`),
        '',
      );
    }
    return lines;
  }

  function keys(isSolved: boolean): string[] {
    const all = { n: 'next', h: 'hint', d: 'diff', l: 'list', r: 'run again', q: 'quit' };
    const texts = Object.entries(all)
      .filter(([key]) => (isSolved ? key !== 'h' : key !== 'n'))
      .map(([key, text]) => `${key} ${text}`);
    const line = wrap(texts.join(',  ').replaceAll(', ', ' ·'), '  ', look());
    return line.map((text) => painter(look())('dim', text));
  }

  const screen = {
    look,
    extra: [] as string[],
    checking: ({ folder }: Exercise) => output.write(`\r\u001b[2K  Checking ${folder} …`),
    diff(patch: string[]): string[] {
      const colours = { '+': 'green', '-': 'red', '@': 'cyan' } as const;
      const lines = patch.length > 0 ? patch : ['Your answer is the reference answer, word for word.'];
      return lines.map((line) => {
        const colour = Object.entries(colours).find(([sign]) => line.startsWith(sign))?.[1];
        return `  ${colour ? painter(look())(colour, line) : line}`;
      });
    },
    show(session: Session | undefined): void {
      if (!session) return;
      const { number } = session.exercise;
      const lines = verdictLines(session);
      if (lines) {
        const isSolved = session.found()?.verdict.solved === true;
        output.write(`${CLEAR}${[...lines, ...screen.extra, ...keys(isSolved)].join('\n')}`);
      } else {
        const where = answerFiles(session.exercise).map(linkTo).join('  ');
        output.write(`${CLEAR}\n  Exercise ${number}\n  ${where}\n\n  Checking it …`);
      }
    },
  };
  return screen;
}
