/** `npm run check [NN] [-- --answer PATH] [-- --json] [-- --once]` */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../root.ts';
import { answerIn, withAnswerAt } from './answers.ts';
import { loadExercise } from './exercise.ts';
import { createJudge, type Judge, type Verdict } from './judge.ts';
import { printVerdict } from './report.ts';

const USAGE = `npm run check                 checks the first exercise that is not solved
npm run check 03              checks exercises/03
npm run check 03 -- --answer PATH   checks another file, or a folder, in its place
npm run check 03 -- --json    prints the verdict for programs
npm run check 03 -- --once    checks once, and ends

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
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return EXIT.solved;
  }
  const numbers = (await readdir(join(ROOT, 'exercises'))).filter((name) => /^\d+$/.test(name)).sort();
  const asked = positionals[0]?.padStart(2, '0');
  if (positionals.length > 1 || (asked !== undefined && !numbers.includes(asked))) {
    throw new Error(`There is no exercise ${positionals.join(' ')}. There are: ${numbers.join(', ')}.`);
  }
  if (asked === undefined && values.answer !== undefined) {
    throw new Error('Which exercise is this an answer to? npm run check 03 -- --answer PATH');
  }

  const judge = createJudge({ keepSpare: asked === undefined });
  let verdict: Verdict | undefined;
  try {
    for (const number of asked === undefined ? numbers : [asked]) {
      verdict = await check(judge, number, values.answer);
      if (!verdict.solved) break;
      if (asked === undefined && !values.json) console.log(`  ✓ Exercise ${number}: ${verdict.title}`);
    }
  } finally {
    await judge.end();
  }
  if (!verdict) throw new Error('There are no exercises.');
  if (values.json) {
    console.log(JSON.stringify(verdict, null, 2));
  } else if (asked === undefined && verdict.solved) {
    console.log(`\n  All ${numbers.length} exercises are solved.\n`);
  } else {
    const where = values.answer ?? `exercises/${verdict.exercise}/server.ts`;
    console.log(printVerdict(verdict, where, hasColour()).join('\n'));
  }
  return verdict.solved ? EXIT.solved : EXIT.notSolved;
}

async function check(judge: Judge, number: string, path: string | undefined): Promise<Verdict> {
  const exercise = await loadExercise(`exercises/${number}`);
  if (path === undefined) return judge.judge(exercise, answerIn(exercise.folder));
  return withAnswerAt(path, exercise, (answer) => judge.judge(exercise, answer));
}

function hasColour(): boolean {
  return process.stdout.isTTY === true && !process.env.NO_COLOR && process.stdout.getColorDepth() > 1;
}
