/** How long a right answer waits for its verdict, and where the time goes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { compile } from '#shared/check/compile.ts';
import { browserTests, type Exercise, type Part, withoutBrowser } from '#shared/check/exercise.ts';
import { openHost } from '#shared/check/host.ts';
import { createJudge } from '#shared/check/judge.ts';
import { loadExercises } from '#shared/course/course.ts';
import { answerIn } from '#shared/course/exercise.ts';
import { ROOT } from '#shared/course/root.ts';
import { median, type Row, rated, spread } from './table.ts';
import { measureWrong } from './wrong-answers.ts';

const RUNS = 15;

/** Node, as `tsx FILE` starts it. */
const WITH_TSX = [process.execPath, '--import', 'tsx'];

export async function measureCheck(): Promise<Row[]> {
  const exercises = await loadExercises<Part>();
  const getsReady = await timeHost();
  // A page is judged in a browser. Here it is about the rest.
  const halves = exercises.map(withoutBrowser);
  const times = await timeVerdicts(halves, getsReady.ready);
  const all = [...times.values()].flat();
  const rows = [...times].map(([{ number }, own]) =>
    rated(`exercise ${number}, without a page`, median(own), { unit: ' ms' }),
  );
  rows.push(
    rated(`all exercises, without a page, median of ${all.length}`, median(all), {
      atMost: 450,
      unit: ' ms',
      more: spread(all, 0),
    }),
  );
  rows.push(...(await measureWrong(halves, median(all))), ...(await timeCommands(exercises)));
  const [slowest] = halves.toSorted((a, b) => median(times.get(b) ?? []) - median(times.get(a) ?? []));
  if (slowest) rows.push(...(await breakDown(slowest, getsReady)));
  return rows;
}

/** Judges each reference answer in turn, and so round after round. Gives each exercise's times in ms. */
async function timeVerdicts(exercises: Exercise[], ready: number): Promise<Map<Exercise, number[]>> {
  const times = new Map(exercises.map((exercise) => [exercise, [] as number[]]));
  const rounds = Math.ceil(RUNS / exercises.length);
  for (let round = 0; round < rounds; round += 1) {
    for (const [exercise, own] of times) own.push(await timeVerdict(exercise, ready));
  }
  return times;
}

async function timeCommands(exercises: Exercise[]): Promise<Row[]> {
  const rows: Row[] = [];
  const commands: number[] = [];
  for (const exercise of exercises) {
    const { number, solution } = exercise;
    const hasPage = browserTests(exercise).size > 0;
    const command = `npm run check ${number} -- --answer ${solution}`;
    const took = await timeCommand(command, 1);
    if (!hasPage) commands.push(took);
    rows.push(rated(`${command}${hasPage ? ', browser and all' : ''}`, took, { unit: ' ms' }));
  }
  rows.push(
    rated('npm run check, without a browser, median', median(commands), { atMost: 2000, unit: ' ms' }),
  );
  return rows;
}

/** From the answer to its verdict, with a process standing by that is well awake. */
async function timeVerdict(exercise: Exercise, ready: number, tests?: string[]): Promise<number> {
  const judge = createJudge();
  await wait(Math.min(2 * ready, 1500));
  const start = performance.now();
  const verdict = await judge.judge(exercise, answerIn(exercise, exercise.solution), tests && { tests });
  const took = performance.now() - start;
  await judge.end();
  if (!verdict.solved)
    throw new Error(`${exercise.solution} is refused: ${JSON.stringify(verdict, null, 2)}`);
  return took;
}

/** How long a process takes until it stands by, and then until a server in it listens, in ms. */
async function timeHost(): Promise<{ ready: number; listens: number }> {
  const start = performance.now();
  const host = openHost();
  await host.turn().catch(() => host.turn());
  const ready = performance.now() - start;
  const file = join(ROOT, 'shared/tools/bench/bare-server.ts');
  const compiled = await compile(file);
  await host.start(compiled.path, file);
  await compiled.remove();
  const listens = performance.now() - start - ready;
  await host.end();
  return { ready, listens };
}

async function timeCommand(command: string, runs = 3): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const child = spawn(command, { cwd: ROOT, shell: true, stdio: 'ignore' });
    await once(child, 'exit');
    times.push(performance.now() - start);
  }
  return median(times);
}

/** One check, the slowest, step by step: each step's time is the difference to a command that does one thing less. */
async function breakDown(
  exercise: Exercise,
  { ready, listens }: { ready: number; listens: number },
): Promise<Row[]> {
  const quoted = WITH_TSX.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
  const node = await timeCommand(`${quoted.split(' --import')[0]} -e 0`);
  const tsx = await timeCommand(`${quoted} -e 0`);
  const cli = await timeCommand(`${quoted} shared/workshop/cli/check.ts --help`);
  const npm = await timeCommand('npm run check -- --help');
  return [
    rated('of this: node', node, { unit: ' ms' }),
    rated('  tsx in it', tsx - node, { unit: ' ms' }),
    rated('  the modules of the check', cli - tsx, { unit: ' ms' }),
    rated('  npm, and the tsx command', npm - cli, { unit: ' ms' }),
    rated('  a process until it stands by', ready, { unit: ' ms' }),
    rated('  the first server in it, until it listens', listens, { unit: ' ms' }),
    ...(await timeTests(exercise, ready)),
  ];
}

/** How long each test takes alone, with the start of the server. */
async function timeTests(exercise: Exercise, ready: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { title } of exercise.parts.flatMap(({ tests }) => tests)) {
    rows.push(
      rated(`  ${exercise.number}: ${title}`, await timeVerdict(exercise, ready, [title]), { unit: ' ms' }),
    );
  }
  return rows;
}
