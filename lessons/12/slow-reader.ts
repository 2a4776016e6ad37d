/** One who never reads, among a hundred who talk: what this lesson's server holds, whole and without its cut-off. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import type { Chart, Series } from '#shared/lesson/experiment/report.ts';
import { chatFrame, joinBare } from './bare-client.ts';
import { type Running, removeCopies, startVariant, type Variant } from './variants.ts';

const READERS = 99;
/** In ms: so long they talk. */
const LENGTH = 13_000;
/** In ms: how often each says something. With this text that makes five MiB in a second, for each who listens. */
const PACE = 230;
const TEXT = '\u0001'.repeat(2_000); // In JSON each of these takes six bytes.
const SIZE = 6 * TEXT.length;
/** In bytes: who has not read this much of what was said says nothing. So a slow machine has less to do. */
const BEHIND = 256 * 1024;

const MEBIBYTE = 2 ** 20;

const VARIANTS: Variant[] = [
  { name: 'whole' },
  {
    name: 'without the cut-off',
    edits: [
      {
        file: 'outlet.ts',
        find: 'if (socket.bufferedAmount <= MOST_WAITING) return true;',
        replace: 'return true;',
      },
    ],
  },
];

await runExperiment({ title: 'One who never reads', seconds: 40 }, async (progress) => {
  const measured: Series[] = [];
  const rows = [
    ['The server', 'MiB said, to each', 'MiB in a second', 'MiB held above idle, at most', 'Who never reads'],
  ];
  const chart = (): Chart => ({
    title: 'What the server holds while one of a hundred never reads',
    x: 'Seconds since they began to talk',
    y: 'MiB above idle, after a garbage collection',
    series: measured,
    isWhole: true,
  });
  progress(0, 'the servers start');
  try {
    const servers = await Promise.all(VARIANTS.map((variant) => startVariant(variant, { collects: true })));
    for (const [at, server] of servers.entries()) {
      const series: Series = { name: server.name, points: [[0, 0]] };
      measured.push(series);
      const { said, seconds, endedAt } = await talk(server, (second, mebibytes) => {
        series.points.push([Number(second.toFixed(2)), Number(mebibytes.toFixed(2))]);
        const part = Math.min(1, (second * 1000) / LENGTH);
        progress(
          (at + part) / servers.length,
          `${server.name}: ${mebibytes.toFixed(1)} MiB above idle`,
          chart(),
        );
      });
      await server.end();
      const most = Math.max(...series.points.map(([, mebibytes]) => mebibytes));
      rows.push([
        server.name,
        said.toFixed(0),
        (said / seconds).toFixed(1),
        most.toFixed(1),
        endedAt === undefined ? 'is still OPEN' : `was ended after ${endedAt.toFixed(1)} s`,
      ]);
    }
  } finally {
    await removeCopies();
  }
  return { chart: chart(), table: rows };
});

/** A hundred come. All but one read what they get, and each of these talks. @param look hears what the server holds */
async function talk(server: Running, look: (second: number, mebibytes: number) => void) {
  const never = await joinBare(server.port, 'never reads');
  const readers = await Promise.all(
    // From two addresses: each has a limit.
    Array.from({ length: READERS }, (_, n) => joinBare(server.port, `reader ${n}`, `127.0.0.${2 + (n % 2)}`)),
  );
  const idle = await server.nextUsed();
  const begin = performance.now();
  const second = () => (performance.now() - begin) / 1000;
  let endedAt: number | undefined;
  // Who does not read does not see that it has ended. What it writes then is an error.
  never.on('close', () => {
    endedAt ??= second();
  });
  const speech = speak(readers);
  while (second() < LENGTH / 1000) look(second(), ((await server.nextUsed()).held - idle.held) / MEBIBYTE);
  const said = speech.end() / MEBIBYTE;
  const seconds = second();
  for (const socket of [never, ...readers]) socket.destroy();
  return { said, seconds, endedAt };
}

function speak(readers: Socket[]) {
  let said = 0;
  let isOver = false;
  async function one(socket: Socket, n: number): Promise<void> {
    let read = 0;
    const before = said;
    socket.on('data', (data) => {
      read += data.length;
    });
    socket.resume();
    await sleep((PACE * n) / READERS);
    while (!isOver) {
      if (said - before - read < BEHIND) {
        socket.write(chatFrame(TEXT));
        said += SIZE;
      }
      await sleep(PACE);
    }
  }
  for (const [n, socket] of readers.entries()) void one(socket, n);
  return {
    /** Gives how many bytes were said. */
    end(): number {
      isOver = true;
      return said;
    },
  };
}
