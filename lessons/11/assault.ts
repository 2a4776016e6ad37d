/** Twenty kinds of bad input and some floods, at this lesson's server: whole, and without one of its guards. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Point } from '#shared/lesson/experiment/report.ts';
import type { Told } from './assault-mallory.ts';
import { openPolite, type Word } from './assault-polite.ts';
import { removeCopies, startVictim, VARIANTS, type Victim } from './assault-servers.ts';

/** In ms: the chart has a point for each. */
const SLICE = 100;
/** In ms: so long they talk in peace. */
const BEFORE = 200;

type Measured = Told & { name: string; words: Word[]; mebibytes: number; lines: number };

await runExperiment({ title: 'An assault', seconds: 30 }, async (progress) => {
  const measured: Measured[] = [];
  const mallory = fork(fileURLToPath(new URL('./assault-mallory.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    progress(0, 'the servers start');
    const victims = await Promise.all(VARIANTS.map(startVictim));
    for (const [at, victim] of victims.entries()) {
      progress((at + 1) / (victims.length + 1), victim.name);
      measured.push(await attack(victim, mallory));
    }
  } finally {
    mallory.kill();
    await removeCopies();
  }
  return {
    chart: {
      title: 'How long a polite word takes while mallory does her worst',
      x: 'Seconds',
      y: 'Milliseconds, the slowest of each tenth of a second',
      series: measured.slice(0, 5).map(({ name, words }) => ({ name, points: pointsOf(words) })),
    },
    table: [
      ['The server', 'p99, ms; not heard', 'MiB more', 'Errors told', 'Let in, named', 'Log, lines'],
      ...measured.map(({ name, words, mebibytes, errors, letIn, names, lines }) => [
        name,
        `${Math.round(p99(words))}; ${words.filter(({ took }) => took === undefined).length}`,
        String(Math.round(mebibytes)),
        String(errors),
        `${letIn}, ${names}`,
        String(lines),
      ]),
    ],
    conversation: ['What the whole server answered:', ...(measured[0]?.answers ?? [])],
  };
});

async function attack(victim: Victim, mallory: ChildProcess): Promise<Measured> {
  const polite = await openPolite(victim.url);
  await sleep(BEFORE);
  const [before = 0] = victim.memory.splice(0).slice(-1);
  mallory.send(new URL(victim.url).port);
  const told = once(mallory, 'message');
  const gone = once(mallory, 'exit').then(() => undefined);
  const [news] = (await Promise.race([told, gone])) ?? [];
  if (!news) throw new Error('Mallory has ended before her time.');
  const words = await polite.end();
  await victim.end();
  const lines = victim.output().split('\n').length;
  const mebibytes = (Math.max(before, ...victim.memory) - before) / 2 ** 20;
  return { name: victim.name, words, mebibytes, lines, ...news };
}

function p99(words: Word[]): number {
  const all = words.flatMap(({ took }) => took ?? []).sort((a, b) => a - b);
  return all[Math.ceil(all.length * 0.99) - 1] ?? 0;
}

function pointsOf(words: Word[]): Point[] {
  const slowest: number[] = [];
  for (const { at, took = 0 } of words) {
    const slice = Math.floor(at / SLICE);
    slowest[slice] = Math.max(slowest[slice] ?? 0, took);
  }
  return slowest.map((ms, slice): Point => [(slice * SLICE) / 1000, Math.round(ms)]).filter(Boolean);
}
