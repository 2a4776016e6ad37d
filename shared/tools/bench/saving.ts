/** How long a learner of the first exercise waits, from a save to the verdict in the terminal: a real `npm run check`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import { exerciseNumbers, loadExercise } from '#shared/course/course.ts';
import { loadMistakes, makeMistake } from '#shared/course/mistake.ts';
import { copyCourse } from '#shared/testing/course-copy.ts';
import { median, type Row, rated } from './table.ts';

const SAVES = 30;
/** Milliseconds: nobody saves sooner than this after a verdict. */
const PAUSE = 700;

export async function measureSaves(): Promise<Row[]> {
  const [number = ''] = exerciseNumbers();
  const { root, remove } = copyCourse();
  const terminal = spawn(process.execPath, ['--import', 'tsx', 'shared/workshop/cli/check.ts', number], {
    cwd: root,
    cols: 100,
    rows: 50,
    env: { ...process.env },
  });
  let printed = '';
  let look = () => {};
  terminal.onData((text) => {
    printed += text;
    look();
  });
  /** Waits until a text is printed that was not there before. */
  const prints = (text: string) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (printed.includes(text)) resolve();
      };
      look();
    });
  const right = readFileSync(join(root, 'solutions', number, 'server.ts'), 'utf8');
  const timeSave = async (text: string, verdict: string) => {
    await wait(PAUSE);
    printed = '';
    const start = performance.now();
    writeFileSync(join(root, 'exercises', number, 'server.ts'), text);
    await prints(verdict);
    return performance.now() - start;
  };
  try {
    await prints('one after the other.');
    await timeSave(right, 'Solved');
    const times: number[] = [];
    for (let save = 0; save < SAVES; save += 1) {
      times.push(await timeSave(`${right}// ${save}\n`, 'Solved'));
    }
    const exercise = await loadExercise(number);
    const [mistake] = await loadMistakes(exercise);
    if (!mistake) throw new Error(`${exercise.solution} has no mistakes.`);
    const wrong = makeMistake(exercise, mistake).text;
    const red = await timeSave(wrong, 'tests pass.');
    const named = await timeSave(`${wrong}// again\n`, 'What probably happened');
    const hangs = await timeSave(`${right}\nwss.on('connection', () => { for (;;) {} });`, 'endless loop');
    const sorted = times.toSorted((a, b) => a - b);
    const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
    return [
      rated(`a right answer, median of ${SAVES}`, median(times), { atMost: 450, unit: ' ms' }),
      rated('  95 of 100 are faster than', p95, { unit: ' ms' }),
      rated('a wrong answer (its deadlines: 1 s, then 250 ms for each test)', red, { unit: ' ms' }),
      rated('  until the mistake is named', named, { unit: ' ms' }),
      rated('an endless loop', hangs, { unit: ' ms' }),
    ];
  } finally {
    terminal.kill();
    remove();
  }
}
