/** `npm run check [NN] [-- --answer PATH] [-- --json] [-- --once] [-- --poll]` */
import { parseArgs } from 'node:util';
import { answerIn, withAnswerAt } from '#shared/check/answers.ts';
import { loadExercise } from '#shared/check/exercise.ts';
import { createJudge, type Judge, type Verdict } from '#shared/check/judge.ts';
import { answerFiles, exerciseNumbers, findExercise, isStarter, noteVerdict } from '#shared/workshop/desk.ts';
import { hashOf } from '#shared/workshop/progress.ts';
import { createRecogniser, type Recognised } from '#shared/workshop/recognise.ts';
import { printMistake, printVerdict } from './report.ts';
import { hasColour, showPath } from './terminal.ts';

const USAGE = `npm run check                 checks the first exercise that is not solved, and again on every save
npm run check 03              does the same with exercises/03
npm run check 03 -- --once    checks once, and ends
npm run check 03 -- --answer PATH   checks another file, or a folder, in its place
npm run check 03 -- --json    prints the verdict for programs
npm run check 03 -- --poll    looks for saves by itself, where the system does not tell of them

It checks once where its output is no terminal, too.
Exit code: 0 solved, 1 not solved, 2 could not check.`;

/** The process ends with this, since a learner's process or a browser may hold it open. */
const EXIT = { solved: 0, notSolved: 1, couldNotCheck: 2 };

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = EXIT.couldNotCheck;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
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

  const numbers = asked === undefined ? exerciseNumbers() : [asked];
  const judge = createJudge({ keepSpare: asked === undefined });
  let verdict: Verdict | undefined;
  try {
    for (const number of numbers) {
      verdict = await check(judge, number, values.answer);
      if (!verdict.solved) break;
      if (asked === undefined && !values.json) console.log(`  ✓ Exercise ${number}: ${verdict.title}`);
    }
    if (!verdict) throw new Error('There are no exercises.');
    await report(verdict, values, asked === undefined ? numbers.length : 1);
  } finally {
    await judge.end();
  }
  return verdict.solved ? EXIT.solved : EXIT.notSolved;
}

async function check(judge: Judge, number: string, path: string | undefined): Promise<Verdict> {
  const exercise = await loadExercise(`exercises/${number}`);
  if (path !== undefined) return withAnswerAt(path, exercise, (answer) => judge.judge(exercise, answer));
  const hash = hashOf(answerFiles(number));
  const verdict = await judge.judge(exercise, answerIn(exercise.folder));
  noteVerdict(number, verdict.solved, hash);
  return verdict;
}

/** Prints the verdict on the one exercise that was asked for, or on the last of all. */
async function report(
  verdict: Verdict,
  { json, answer }: { json?: boolean; answer?: string },
  all: number,
): Promise<void> {
  const look = { colour: hasColour(process.stdout) };
  if (json) {
    const recognised = await recognise(verdict, answer);
    const probably = recognised && { sentence: recognised.mistake.sentence, isGuess: recognised.isGuess };
    console.log(JSON.stringify({ ...verdict, ...(probably ? { probably } : {}) }, null, 2));
    return;
  }
  if (verdict.solved && all > 1) {
    console.log(`\n  All ${all} exercises are solved.\n`);
    return;
  }
  const where = answer ?? showPath(answerFiles(verdict.exercise)[0] ?? '');
  console.log(printVerdict(verdict, where, look).join('\n'));
  const recognised = await recognise(verdict, answer);
  if (recognised) {
    console.log(printMistake(recognised.mistake.sentence, recognised.isGuess, look).join('\n'));
  }
  if (!verdict.solved) console.log(`  A hint: npm run hint ${verdict.exercise}\n`);
}

async function recognise(verdict: Verdict, answer: string | undefined): Promise<Recognised | undefined> {
  // An answer that is not begun yet has no mistake: it lacks everything.
  if (verdict.solved || (answer === undefined && isStarter(verdict.exercise))) return undefined;
  const judge = createJudge({ reuse: true });
  try {
    return await createRecogniser(judge, await loadExercise(`exercises/${verdict.exercise}`))(verdict);
  } finally {
    await judge.end();
  }
}
