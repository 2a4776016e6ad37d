/** How long a wrong answer waits for its verdict, and what the oracle alone makes of it. */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { Exercise } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import { withText } from '#shared/check/scratch.ts';
import { WHATEVER_ELSE } from '#shared/check/titles.ts';
import type { TestResult } from '#shared/check/verdict.ts';
import { answerIn } from '#shared/course/exercise.ts';
import { loadMistakes, makeMistake } from '#shared/course/mistake.ts';
import { median, type Row, rated, spread } from './table.ts';

/** Of the known mistakes of each exercise, one in so many is made. */
const ONE_IN = 3;
/** A process that stands by is well awake after so many ms. */
const AWAKE = 400;

/** @param right the median of right answers, in ms */
export async function measureWrong(exercises: Exercise[], right: number): Promise<Row[]> {
  const times: number[] = [];
  const shown: { took: number; lines: number }[] = [];
  let unseen = 0;
  for (const exercise of exercises) {
    const titles = new Set(exercise.parts.flatMap(({ tests }) => tests.map(({ title }) => title)));
    const all = (await loadMistakes(exercise)).filter(({ test }) => titles.has(test));
    const hasOracle = titles.has(WHATEVER_ELSE);
    for (const mistake of all.filter((_, at) => at % ONE_IN === 0)) {
      const { part, text } = makeMistake(exercise, mistake);
      times.push((await judgeText(exercise, part, text)).took);
      if (!hasOracle) continue;
      const { took, tests } = await judgeText(exercise, part, text, [WHATEVER_ELSE]);
      const [result] = tests;
      if (result?.passed) unseen += 1;
      else shown.push({ took, lines: countMoves(result) });
    }
  }
  const short = shown.filter(({ lines }) => lines <= 6).length / shown.length;
  const lasted = shown.map(({ took }) => took);
  return [
    rated(`wrong answers, median of ${times.length}`, median(times), { unit: ' ms', more: spread(times, 0) }),
    rated('  as a multiple of right ones', median(times) / right, { atMost: 1.5 }),
    rated('  by the oracle alone: of all', shown.length / (shown.length + unseen), {}),
    rated('  its shortest conversation, after', median(lasted), { unit: ' ms', more: spread(lasted, 0) }),
    rated('  has at most six moves, in', short, { atLeast: 0.9 }),
  ];
}

async function judgeText(
  exercise: Exercise,
  part: string,
  text: string,
  tests?: string[],
): Promise<{ took: number; tests: TestResult[] }> {
  const judge = createJudge();
  await wait(AWAKE);
  try {
    return await withText(text, part, async (file) => {
      const start = performance.now();
      const answer = { ...answerIn(exercise, exercise.solution), [part]: file };
      const verdict = await judge.judge(exercise, answer, tests && { tests });
      return { took: performance.now() - start, tests: verdict.tests };
    });
  } finally {
    await judge.end();
  }
}

/** Who says something connects first: that is no move of its own. */
function countMoves(result?: TestResult): number {
  const entries = result?.conversation ?? [];
  const talkers = new Set(entries.flatMap((entry) => (entry.kind === 'sent' ? [entry.who] : [])));
  const moves = entries.filter(
    (entry) => entry.kind === 'sent' || (entry.kind === 'connected' && !talkers.has(entry.who)),
  );
  return moves.length;
}
