/** How long a right answer waits for its verdict, and where the time goes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { answerIn } from '#shared/check/answers.ts';
import { compile } from '#shared/check/compile.ts';
import { type Exercise, loadExercise } from '#shared/check/exercise.ts';
import { openHost } from '#shared/check/host.ts';
import { createJudge } from '#shared/check/judge.ts';
import { ROOT } from '#shared/course/root.ts';
import { median, type Row, rated, spread } from './table.ts';

const RUNS = 15;

/** Node, as `tsx FILE` starts it. */
const WITH_TSX = [process.execPath, '--import', 'tsx'];

/** The exercises in which a server is judged, in their order. */
export function exerciseNumbers(): string[] {
  const isJudged = (name: string) =>
    /^\d+$/.test(name) && existsSync(join(ROOT, 'solutions', name, 'server.ts'));
  return readdirSync(join(ROOT, 'exercises')).filter(isJudged).sort();
}

export async function measureCheck(): Promise<Row[]> {
  const numbers = exerciseNumbers();
  const [first = ''] = numbers;
  const getsReady = await timeHost(join(ROOT, 'solutions', first, 'server.ts'));
  const rows: Row[] = [];
  const all: number[] = [];
  const times = new Map<string, number[]>();
  const halves = new Map<string, Exercise>();
  for (const number of numbers) {
    // A page is judged in a browser. Here it is about the server.
    const { client: _, ...serverHalf } = await loadExercise(`exercises/${number}`);
    halves.set(number, serverHalf);
  }
  for (let run = 0; run < Math.max(RUNS, numbers.length); run += 1) {
    const number = numbers[run % numbers.length] ?? first;
    const half = halves.get(number);
    if (!half) continue;
    const took = await timeVerdict(half, number, getsReady.ready);
    all.push(took);
    times.set(number, [...(times.get(number) ?? []), took]);
  }
  for (const [number, own] of times)
    rows.push(rated(`exercise ${number}, server's half`, median(own), { unit: ' ms' }));
  rows.push(
    rated(`all exercises, server's half, median of ${all.length}`, median(all), {
      atMost: 450,
      unit: ' ms',
      more: spread(all, 0),
    }),
  );

  const commands: number[] = [];
  for (const number of numbers) {
    const isPage = existsSync(join(ROOT, 'solutions', number, 'client.ts'));
    const command = `npm run check ${number} -- --answer solutions/${number}`;
    const took = await timeCommand(command, 1);
    if (!isPage) commands.push(took);
    rows.push(rated(`${command}${isPage ? ', browser and all' : ''}`, took, { unit: ' ms' }));
  }
  rows.push(
    rated('npm run check, without a browser, median', median(commands), { atMost: 2000, unit: ' ms' }),
  );
  const [slowest = first] = numbers.toSorted(
    (a, b) => median(times.get(b) ?? []) - median(times.get(a) ?? []),
  );
  rows.push(...(await breakDown(slowest, halves, getsReady)));
  return rows;
}

/** From the answer to its verdict, with a process standing by that is well awake. */
async function timeVerdict(exercise: Exercise, number: string, ready: number): Promise<number> {
  const judge = createJudge();
  await wait(Math.min(2 * ready, 1500));
  const start = performance.now();
  const verdict = await judge.judge(exercise, answerIn(`solutions/${number}`));
  const took = performance.now() - start;
  await judge.end();
  if (!verdict.solved) throw new Error(`solutions/${number} is refused: ${JSON.stringify(verdict, null, 2)}`);
  return took;
}

/** How long a process takes until it stands by, and then until a server's file in it listens, in ms. */
async function timeHost(file: string): Promise<{ ready: number; listens: number }> {
  const start = performance.now();
  const host = openHost();
  await host.turn().catch(() => host.turn());
  const ready = performance.now() - start;
  const compiled = await compile(file);
  await host.start(compiled.path);
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
  number: string,
  halves: Map<string, Exercise>,
  { ready, listens }: { ready: number; listens: number },
): Promise<Row[]> {
  const quoted = WITH_TSX.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
  const node = await timeCommand(`${quoted.split(' --import')[0]} -e 0`);
  const tsx = await timeCommand(`${quoted} -e 0`);
  const cli = await timeCommand(`${quoted} shared/workshop/cli/check.ts --help`);
  const npm = await timeCommand('npm run check -- --help');
  const rows = [
    rated('of this: node', node, { unit: ' ms' }),
    rated('  tsx in it', tsx - node, { unit: ' ms' }),
    rated('  the modules of the check', cli - tsx, { unit: ' ms' }),
    rated('  npm, and the tsx command', npm - cli, { unit: ' ms' }),
    rated('  a process until it stands by', ready, { unit: ' ms' }),
    rated('  the first server in it, until it listens', listens, { unit: ' ms' }),
  ];
  const half = halves.get(number);
  if (!half) return rows;
  const steps: Row[] = [];
  let since = 0;
  const tests = half.tests.map(({ title, run }) => ({
    title,
    run: async (room: Parameters<typeof run>[0]) => {
      const began = performance.now();
      await run(room);
      const ended = performance.now();
      const start = since === 0 ? 0 : began - since;
      steps.push(
        rated(`  ${number}: ${title}`, ended - began, {
          unit: ' ms',
          more: start === 0 ? '' : ` + ${start.toFixed(0)} to start`,
        }),
      );
      since = ended;
    },
  }));
  await timeVerdict({ ...half, tests }, number, ready);
  return [...rows, ...steps];
}
