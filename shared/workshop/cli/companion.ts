/** Goes with a learner from exercise to exercise, in a terminal: checks on every save, and listens to keys. */
import type { ReadStream, WriteStream } from 'node:tty';
import type { Exercise, Part } from '#shared/check/exercise.ts';
import { createJudge, type Judge } from '#shared/check/judge.ts';
import { exerciseNumbers, loadExercise } from '#shared/course/course.ts';
import { answerFiles, answerIn } from '#shared/course/exercise.ts';
import { hashOf } from '#shared/course/hash.ts';
import { type Desk, diffWithReference, listExercises, listLessons, nextHint, noteVerdict } from '../desk.ts';
import { openSession, type Session } from '../session.ts';
import { hintLines, listLines, wrap } from './print.ts';
import { createScreen } from './screen.ts';

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
  const companion = createCompanion(options, output);
  let quit: () => void = () => {};
  const hasQuit = new Promise<void>((resolve) => {
    quit = resolve;
  });
  let pressed = Promise.resolve();
  const onKeys = (text: string) => {
    for (const key of text) {
      if (QUIT.includes(key)) quit();
      // One after the other: two keys must not open two exercises.
      pressed = pressed.then(() => companion.press(key)).catch(companion.complain);
    }
  };
  input.setRawMode(true);
  input.setEncoding('utf8').on('data', onKeys).once('end', quit);
  output.on('resize', companion.show);
  try {
    await companion.begin(asked);
    await hasQuit;
  } finally {
    output.off('resize', companion.show);
    input.off('data', onKeys).pause();
    input.setRawMode(false);
    output.write('\n');
    await companion.end();
  }
}

function createCompanion(options: { poll: boolean }, output: WriteStream) {
  const judges = { answers: createJudge({ keepSpare: true }), known: createJudge({ reuse: true }) };
  const screen = createScreen(output);
  let session: Session | undefined;
  let impatience: NodeJS.Timeout | undefined;
  /** What 'y' does, while there is a question. */
  let question: (() => Promise<void>) | undefined;

  const show = () => screen.show(session);
  const say = (...lines: string[]) => {
    screen.extra = [...lines, ''];
    show();
  };
  const forget = () => {
    screen.extra = [];
    question = undefined;
  };
  const ask = (text: string, yes: () => Promise<void>) => {
    say(...wrap(`${text} Press y for yes, any other key for no.`, '  ', screen.look()));
    question = yes;
  };

  async function open(number: string): Promise<void> {
    const exercise: Exercise = await loadExercise<Part>(number);
    session?.end();
    forget();
    const onChange = (what: 'begins' | 'verdict' | 'recognised') => {
      clearTimeout(impatience);
      if (what === 'begins') {
        impatience = setTimeout(() => screen.checking(exercise), SOON);
        return;
      }
      if (what === 'verdict') forget();
      show();
    };
    session = openSession(exercise, judges, onChange, options);
    show();
  }

  async function goOn(): Promise<void> {
    const numbers = exerciseNumbers();
    const after = numbers[numbers.indexOf(session?.exercise.number ?? '') + 1];
    const left = after ?? numberOf((await firstUnsolved()) ?? (await checkAll(judges.answers, say)));
    if (left !== undefined) await open(left);
    else say(`  All ${numbers.length} exercises are solved, and checked once more. Well done.`);
  }

  return {
    show,
    complain: (error: unknown) => say(`  ${error instanceof Error ? error.message : error}`),
    async begin(asked: string | undefined): Promise<void> {
      const first = asked ?? numberOf(await firstUnsolved()) ?? exerciseNumbers().at(-1);
      if (first === undefined) throw new Error('There are no exercises.');
      await open(first);
    },
    async press(key: string): Promise<void> {
      const yes = question;
      if (yes) {
        forget();
        if (key === 'y') return yes();
        show();
        // 'n' is "no" here. Any other key does what it always does.
        if (key === 'n') return;
      }
      if (session) await answerKey(key, session, { screen, say, ask, goOn });
    },
    async end(): Promise<void> {
      clearTimeout(impatience);
      session?.end();
      await Promise.all([judges.answers.end(), judges.known.end()]);
    },
  };
}

/** What a key may do. */
type Means = {
  screen: ReturnType<typeof createScreen>;
  say: (...lines: string[]) => void;
  ask: (question: string, yes: () => Promise<void>) => void;
  goOn: () => Promise<void>;
};

async function answerKey(
  key: string,
  { exercise, found, check }: Session,
  { screen, say, ask, goOn }: Means,
): Promise<void> {
  const verdict = found()?.verdict;
  const isSolved = verdict?.solved === true;
  const failed = verdict?.tests.find((test) => !test.passed);
  const diff = async () => say(...screen.diff(await diffWithReference(exercise)));
  if (key === 'r') {
    check();
  } else if (key === 'l') {
    say(...listLines(await listExercises(), listLessons(), screen.look()));
  } else if (key === 'h' && failed) {
    const hint = nextHint(exercise, failed.title);
    say(...(hint ? hintLines(hint, screen.look()) : ['  There is no hint for this test.']));
  } else if (key === 'd') {
    if (isSolved) await diff();
    else ask('This is not solved yet. Show how the reference answer differs?', diff);
  } else if (key === 'n') {
    if (isSolved) await goOn();
    else ask('This is not solved yet. Go on to the next exercise all the same?', goOn);
  }
}

/** Checks all again, since the files of one may have changed others. Gives one that is not solved any more. */
async function checkAll(judge: Judge, say: (line: string) => void): Promise<Desk | undefined> {
  for (const number of exerciseNumbers()) {
    say(`  All are solved. Checking all of them once more: ${number} …`);
    const exercise: Exercise = await loadExercise<Part>(number);
    const hash = hashOf(answerFiles(exercise));
    noteVerdict(exercise, await judge.judge(exercise, answerIn(exercise, exercise.folder)), hash);
  }
  return firstUnsolved();
}

function numberOf(desk: Desk | undefined): string | undefined {
  return desk?.exercise.number;
}

async function firstUnsolved(): Promise<Desk | undefined> {
  return (await listExercises()).find(({ state }) => state !== 'solved');
}
