/** From the command to a server that listens, against `ws` alone. */
import { type ChildProcess, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { ROOT } from '#shared/course/root.ts';
import { loadTraits } from '#shared/testing/traits.ts';
import { median, type Row, rated } from './table.ts';

const BARE = 'shared/tools/bench/bare-server.ts';

const ENV = { ...process.env, PORT: '0' };

export async function measureStart(): Promise<Row[]> {
  const lessons = (await loadTraits()).map(({ folder }) => `${folder}/server.ts`);
  const byNode = await alternate([BARE, ...lessons], 5, startWithNode);
  const byNpx = await alternate([BARE, ...lessons.slice(0, 1), ...lessons.slice(-1)], 3, startWithNpx);
  return [...rowsOf('node --import tsx', byNode), ...rowsOf('npx tsx', byNpx)];
}

/** All files in turn, and so round after round. Gives each file's times in ms. */
async function alternate(
  files: string[],
  rounds: number,
  time: (file: string) => Promise<number>,
): Promise<Map<string, number[]>> {
  const times = new Map(files.map((file) => [file, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const file of files) {
      const took = await time(file);
      if (round > 0) times.get(file)?.push(took); // Round 0 fills tsx's cache.
    }
  }
  return times;
}

function rowsOf(command: string, times: Map<string, number[]>): Row[] {
  const bare = times.get(BARE) ?? [];
  const rows: Row[] = [];
  for (const [file, own] of times) {
    if (file === BARE) continue;
    const ratio = median(own.map((time, round) => time / (bare[round] ?? Number.NaN)));
    const times = `${median(own).toFixed(0)} ms, ws alone ${median(bare).toFixed(0)}`;
    rows.push(rated(`${command} ${file}: ${times}`, ratio, { atMost: 1.25 }));
  }
  return rows;
}

async function startWithNode(file: string): Promise<number> {
  const start = performance.now();
  const child = fork(file, { cwd: ROOT, execArgv: ['--import', 'tsx'], env: ENV, silent: true });
  await once(child, 'message');
  const took = performance.now() - start;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return took;
}

async function startWithNpx(file: string): Promise<number> {
  const start = performance.now();
  const child = spawn(`npx tsx ${file}`, {
    cwd: ROOT,
    env: ENV,
    shell: true,
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const took = performance.now() - start;
  const exited = once(child, 'exit');
  killTree(child);
  await exited;
  return took;
}

/** npx starts tsx, and tsx starts node: the signal must reach them all. */
function killTree({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
  else process.kill(-pid, 'SIGKILL');
}
