/** Goes with a learner from exercise to exercise, in a terminal: checks on every save, and listens to keys. */
import type { ReadStream, WriteStream } from 'node:tty';
import { answerIn } from '#shared/check/answers.ts';
import { loadExercise } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import {
  answerFiles,
  type Desk,
  diffWithReference,
  exerciseNumbers,
  listExercises,
  nextHint,
  noteVerdict,
  otherAnswers,
} from '#shared/workshop/desk.ts';
import { hashOf } from '#shared/workshop/progress.ts';
import { openSession, type Session } from '#shared/workshop/session.ts';
import { type Look, painter, printMistake, printVerdict, wrap } from './report.ts';
import { hasColour, hintLines, linkTo, listLines } from './terminal.ts';

/** Goes to the top left corner, and takes away what is on the screen. */
const CLEAR = '\u001b[H\u001b[2J';

/** q, Ctrl-C and Ctrl-D. */
const QUIT = ['q', '\u0003', '\u0004'];

/** Milliseconds: a check that takes longer says that it works. */
const SOON = 400;

/**
 * Accompanies the learner until they quit. It never goes on by itself.
 *
 * @param asked the exercise to begin with; without one, the first that is not solved
 * @param options poll: whether to look for saves, where the system does not tell of them
 */
export async function accompany(
  asked: string | undefined,
  options: { poll: boolean },
  input: ReadStream = process.stdin,
  output: WriteStream = process.stdout,
): Promise<void> {
  const judges = { answers: createJudge({ keepSpare: true }), known: createJudge({ reuse: true }) };
  let session: Session | undefined;
  /** What a key has asked for, under the verdict. */
  let extra: string[] = [];
  /** A question, and what 'y' does. */
  let question: (() => Promise<void>) | undefined;
  let impatience: NodeJS.Timeout | undefined;
  let quit: () => void = () => {};
  const hasQuit = new Promise<void>((resolve) => {
    quit = resolve;
  });

  const look = (): Look => ({
    colour: hasColour(output),
    width: Math.max(30, Math.min(80, output.columns || 80)),
  });
  const isSolved = () => session?.found()?.verdict.solved === true;

  async function open(number: string): Promise<void> {
    session?.end();
    session = undefined;
    forget();
    session = await openSession(
      number,
      judges,
      (what) => {
        if (what === 'begins') {
          clearTimeout(impatience);
          impatience = setTimeout(() => output.write(`\r\u001b[2K  Checking exercises/${number} …`), SOON);
          return;
        }
        if (what === 'verdict') {
          clearTimeout(impatience);
          forget();
        }
        show();
      },
      options,
    );
    show();
  }

  function forget(): void {
    extra = [];
    question = undefined;
  }

  function show(): void {
    if (!session) return;
    const { number } = session;
    const where = answerFiles(number).map(linkTo).join('  ');
    const found = session.found();
    if (!found) {
      output.write(`${CLEAR}\n  Exercise ${number}\n  ${where}\n\n  Checking it …`);
      return;
    }
    const { verdict, recognised } = found;
    const lines = printVerdict(verdict, where, look());
    if (recognised) lines.push(...printMistake(recognised.mistake.sentence, recognised.isGuess, look()));
    if (verdict.solved && extra.length === 0) {
      lines.push(
        '  Compare: d shows how the reference answer differs. These are right, too:',
        ...otherAnswers(number).map((path) => `    ${path}`),
        '',
      );
    }
    output.write(`${CLEAR}${[...lines, ...extra, ...keys()].join('\n')}`);
  }

  function keys(): string[] {
    const paint = painter(look());
    const all = { n: 'next', h: 'hint', d: 'diff', l: 'list', r: 'run again', q: 'quit' };
    const texts = Object.entries(all)
      .filter(([key]) => (isSolved() ? key !== 'h' : key !== 'n'))
      .map(([key, text]) => `${key} ${text}`);
    const line = wrap(texts.join(',  ').replaceAll(', ', ' ·'), '  ', look());
    return line.map((text) => paint('dim', text));
  }

  function say(...lines: string[]): void {
    extra = [...lines, ''];
    show();
  }

  function hint(): void {
    const failed = session?.found()?.verdict.tests.find((test) => !test.passed);
    if (!session || !failed) return;
    const found = nextHint(session.number, failed.title);
    say(...(found ? hintLines(found, look()) : ['  There is no hint for this test.']));
  }

  async function diff(): Promise<void> {
    const number = session?.number ?? '';
    const paint = painter(look());
    const colours = { '+': 'green', '-': 'red', '@': 'cyan' } as const;
    const patch = await diffWithReference(number);
    say(
      ...(patch.length > 0 ? patch : ['Your answer is the reference answer, word for word.']).map((line) => {
        const colour = Object.entries(colours).find(([sign]) => line.startsWith(sign))?.[1];
        return `  ${colour ? paint(colour, line) : line}`;
      }),
    );
  }

  function ask(text: string, yes: () => Promise<void>): void {
    say(...wrap(`${text} Press y for yes, any other key for no.`, '  ', look()));
    question = yes;
  }

  async function goOn(): Promise<void> {
    const numbers = exerciseNumbers();
    const after = numbers[numbers.indexOf(session?.number ?? '') + 1];
    if (after !== undefined) {
      await open(after);
      return;
    }
    const left = listExercises().find(({ state }) => state !== 'solved') ?? (await checkAll());
    if (left) await open(left.number);
    else say(`  All ${numbers.length} exercises are solved, and checked once more. Well done.`);
  }

  /** Checks all again, since the files of one may have changed others. Gives one that is not solved any more. */
  async function checkAll(): Promise<Desk | undefined> {
    for (const { number, files } of listExercises()) {
      say(`  All are solved. Checking all of them once more: ${number} …`);
      const hash = hashOf(files);
      const exercise = await loadExercise(`exercises/${number}`);
      const { solved } = await judges.answers.judge(exercise, answerIn(exercise.folder));
      noteVerdict(number, solved, hash);
    }
    return listExercises().find(({ state }) => state !== 'solved');
  }

  async function press(key: string): Promise<void> {
    if (question) {
      const yes = question;
      forget();
      if (key === 'y') await yes();
      else show();
      return;
    }
    if (key === 'r') session?.check();
    else if (key === 'l') say(...listLines(listExercises(), look()));
    else if (key === 'h' && !isSolved()) hint();
    else if (key === 'd' && isSolved()) await diff();
    else if (key === 'd') ask('This is not solved yet. Show how the reference answer differs?', diff);
    else if (key === 'n' && isSolved()) await goOn();
    else if (key === 'n') ask('This is not solved yet. Go on to the next exercise all the same?', goOn);
  }

  let pressed = Promise.resolve();
  const onKeys = (text: string) => {
    for (const key of text) {
      if (QUIT.includes(key)) quit();
      // One after the other: two keys must not open two exercises.
      pressed = pressed
        .then(() => press(key))
        .catch((error: unknown) => say(`  ${error instanceof Error ? error.message : error}`));
    }
  };
  input.setRawMode(true);
  input.setEncoding('utf8').on('data', onKeys).once('end', quit);
  output.on('resize', show);
  try {
    const all = listExercises();
    await open(asked ?? all.find(({ state }) => state !== 'solved')?.number ?? all.at(-1)?.number ?? '');
    await hasQuit;
  } finally {
    clearTimeout(impatience);
    session?.end();
    output.off('resize', show);
    input.off('data', onKeys).pause();
    input.setRawMode(false);
    output.write('\n');
    await Promise.all([judges.answers.end(), judges.known.end()]);
  }
}
