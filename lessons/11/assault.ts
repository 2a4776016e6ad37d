/** Twenty kinds of bad input and some floods, at this lesson's server: whole, and without one of its guards. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Point } from '#shared/lesson/experiment/report.ts';
import { openPolite, type Word } from './assault-polite.ts';
import { removeCopies, startVictim, VARIANTS, type Victim } from './assault-servers.ts';

/** In ms: the chart has a point for each. */
const SLICE = 100;
/** In ms: so long they talk in peace. */
const BEFORE = 300;

/** Whatever this server may print. What is other was written by a client. */
const PRINTED =
  /^(Lesson .*|A client arrived\.|A client left: code \d+, reason '.*'\.|A client broke the protocol: .*|\(\d+ lines were left out\.\))$/;

type Measured = {
  name: string;
  words: Word[];
  seconds: number;
  mebibytes: number;
  lines: string[];
  answers: string[];
  letIn: string;
};

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
      [
        'The server',
        'Processor, s',
        'p99, ms; not heard',
        'Memory, MiB more',
        'Crowd, let in',
        'Log: lines, forged',
      ],
      ...measured.map(({ name, words, seconds, mebibytes, letIn, lines }) => [
        name,
        seconds.toFixed(2),
        `${Math.round(p99(words))}; ${words.filter(({ took }) => took === undefined).length}`,
        String(Math.round(mebibytes)),
        letIn,
        `${lines.length}, ${lines.filter((line) => !PRINTED.test(line)).length}`,
      ]),
    ],
    conversation: ['What the whole server answered:', ...(measured[0]?.answers ?? [])],
  };
});

async function attack(victim: Victim, mallory: ChildProcess): Promise<Measured> {
  const polite = await openPolite(victim.url);
  await sleep(BEFORE);
  const [before = { rss: 0, cpu: 0 }] = victim.used.splice(0).slice(-1);
  mallory.send(new URL(victim.url).port);
  const told = once(mallory, 'message');
  const gone = once(mallory, 'exit').then(() => undefined);
  const [news] = (await Promise.race([told, gone])) ?? [];
  if (!news) throw new Error('Mallory has ended before her time.');
  const words = await polite.end();
  await victim.end();
  const lines = victim.output().split('\n').filter(Boolean);
  const mebibytes = (Math.max(before.rss, ...victim.used.map(({ rss }) => rss)) - before.rss) / 2 ** 20;
  const seconds = ((victim.used.at(-1)?.cpu ?? before.cpu) - before.cpu) / 1e6;
  return { name: victim.name, words, seconds, mebibytes, lines, answers: news.answers, letIn: news.letIn };
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
