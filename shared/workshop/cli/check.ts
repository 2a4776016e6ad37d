/** `npm run check [NN] [-- --answer PATH] [-- --json] [-- --once] [-- --poll]` */
import { parseArgs } from 'node:util';
import { judgeAnswerAt } from '#shared/check/answer-at.ts';
import type { Exercise, Part } from '#shared/check/exercise.ts';
import { createJudge, type Judge } from '#shared/check/judge.ts';
import { displayPath } from '#shared/check/problems.ts';
import { createRecogniser, type Recognised } from '#shared/check/recognise.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { exerciseNumbers, findExercise, loadExercise } from '#shared/course/course.ts';
import { answerFiles, answerIn } from '#shared/course/exercise.ts';
import { hashOf } from '#shared/course/hash.ts';
import { isStarter, noteVerdict } from '../desk.ts';
import { hasColour, printMistake, printVerdict, widthOf } from './print.ts';
import { run } from './run.ts';

const USAGE = `npm run check                 checks the first exercise that is not solved, and again on every save
npm run check 03              does the same with exercises/03
npm run check 03 -- --once    checks once, and ends
npm run check 03 -- --answer PATH   checks another file, or a folder, in its place
npm run check 03 -- --json    prints the verdict for programs
npm run check 03 -- --poll    looks for saves by itself, where the system does not tell of them

It checks once where its output is no terminal, too. A file that is one part of an answer is checked alone.
Exit code: 0 solved (of one part: all its tests pass), 1 not solved, 2 could not check.`;

const EXIT = { solved: 0, notSolved: 1, couldNotCheck: 2 };

type Options = { answer?: string; json?: boolean; once?: boolean; poll?: boolean; help?: boolean };

await run(EXIT.couldNotCheck, async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      answer: { type: 'string' },
      json: { type: 'boolean' },
      once: { type: 'boolean' },
      poll: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT.solved;
  }
  if (positionals.length > 1) throw new Error(`One exercise at a time, please: ${positionals.join(' ')}.`);
  const asked = positionals[0] === undefined ? undefined : findExercise(positionals[0]);
  if (asked === undefined && values.answer !== undefined) {
    throw new Error('Which exercise is this an answer to? npm run check 03 -- --answer PATH');
  }

  const isOnce = values.once || values.json || values.answer !== undefined;
  if (!isOnce && process.stdin.isTTY && process.stdout.isTTY) {
    const { accompany } = await import('./companion.ts');
    await accompany(asked, { poll: values.poll ?? false });
    return EXIT.solved;
  }
  return checkOnce(asked, values);
});

/** Checks one exercise; without a number all of them, up to the first that is not solved. */
async function checkOnce(asked: string | undefined, options: Options): Promise<number> {
  const numbers = asked === undefined ? exerciseNumbers() : [asked];
  const judge = createJudge({ keepSpare: asked === undefined });
  try {
    let verdict: Verdict | undefined;
    let exercise: Exercise | undefined;
    for (const number of numbers) {
      exercise = await loadExercise<Part>(number);
      verdict = await check(judge, exercise, options.answer);
      if (!verdict.solved) break;
      if (asked === undefined && !options.json) console.log(`  ✓ Exercise ${number}: ${verdict.title}`);
    }
    if (!verdict || !exercise) throw new Error('There are no exercises.');
    await report(verdict, exercise, options, asked === undefined ? numbers.length : 1);
    const isRight = options.answer !== undefined && verdict.tests.every(({ passed }) => passed);
    return verdict.solved || isRight ? EXIT.solved : EXIT.notSolved;
  } finally {
    await judge.end();
  }
}

async function check(judge: Judge, exercise: Exercise, path: string | undefined): Promise<Verdict> {
  if (path !== undefined) return judgeAnswerAt(path, exercise, judge);
  const hash = hashOf(answerFiles(exercise));
  const verdict = await judge.judge(exercise, answerIn(exercise, exercise.folder));
  noteVerdict(exercise, verdict, hash);
  return verdict;
}

/** Prints the verdict on the one exercise that was asked for, or on the last of all. */
async function report(
  verdict: Verdict,
  exercise: Exercise,
  { json, answer }: Options,
  all: number,
): Promise<void> {
  if (json) {
    const recognised = await recognise(verdict, exercise, answer);
    const probably = recognised && { sentence: recognised.mistake.sentence, isGuess: recognised.isGuess };
    console.log(JSON.stringify({ ...verdict, ...(probably ? { probably } : {}) }, null, 2));
    return;
  }
  if (verdict.solved && all > 1) {
    console.log(`\n  All ${all} exercises are solved.\n`);
    return;
  }
  const look = { colour: hasColour(process.stdout), width: widthOf(process.stdout) };
  const where = answer ?? displayPath(answerFiles(exercise)[0] ?? '');
  console.log(printVerdict(verdict, where, look).join('\n'));
  const recognised = await recognise(verdict, exercise, answer);
  if (recognised) {
    console.log(printMistake(recognised.mistake.sentence, recognised.isGuess, look).join('\n'));
  }
  if (!verdict.solved) console.log(`  A hint: npm run hint ${verdict.exercise}\n`);
}

async function recognise(
  verdict: Verdict,
  exercise: Exercise,
  answer: string | undefined,
): Promise<Recognised | undefined> {
  // An answer that is not begun yet has no mistake: it lacks everything.
  if (verdict.solved || (answer === undefined && isStarter(exercise))) return undefined;
  const judge = createJudge({ reuse: true });
  try {
    return await createRecogniser(judge, exercise)(verdict);
  } finally {
    await judge.end();
  }
}
