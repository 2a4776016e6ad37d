/** What one delivery costs the server: with the message encoded for each, encoded once, and framed once for all. */
import type { Socket } from 'node:net';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { chatFrame, joinBare } from './bare-client.ts';
import { type Running, removeCopies, startVariant, type Variant } from './variants.ts';

const RECEIVERS = 200;
/** In turn, so that whatever else this machine does is felt by all. */
const ROUNDS = 5;
/** One person may say no more at once. */
const MESSAGES = 100;
const TEXT = 'x'.repeat(100);

const FRAME = 'const frame = frameOf(JSON.stringify(message));';
const WRITE = 'links.get(socket)?.write(frame);';
const edit = (find: string, replace: string) => ({ file: 'outlet.ts', find, replace });

const VARIANTS: Variant[] = [
  {
    name: 'encoded for each',
    edits: [edit(FRAME, ''), edit(WRITE, 'socket.send(JSON.stringify(message));')],
  },
  {
    name: 'encoded once',
    edits: [edit(FRAME, 'const text = JSON.stringify(message);'), edit(WRITE, 'socket.send(text);')],
  },
  { name: 'framed once' },
];

await runExperiment({ title: 'A hundred messages, for two hundred', seconds: 30 }, async (progress) => {
  progress(0, 'the servers start');
  const costs = new Map(VARIANTS.map(({ name }) => [name, [] as number[]]));
  try {
    const rooms = await Promise.all(VARIANTS.map(async (variant) => openRoom(await startVariant(variant))));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [at, { server, say }] of rooms.entries()) {
        progress((round + at / rooms.length) / ROUNDS, server.name);
        const before = await server.nextUsed();
        await say();
        const after = await server.nextUsed();
        costs.get(server.name)?.push((after.cpu - before.cpu) / (MESSAGES * RECEIVERS));
      }
    }
    for (const room of rooms) await room.end();
  } finally {
    await removeCopies();
  }
  const of = (name: string) => median(costs.get(name) ?? []);
  return {
    table: [
      ['The message is', 'Microseconds for each who gets it', 'Part of encoded once'],
      ...VARIANTS.map(({ name }) => [name, of(name).toFixed(1), (of(name) / of('encoded once')).toFixed(2)]),
    ],
  };
});

async function openRoom(server: Running) {
  const receivers = await Promise.all(
    Array.from({ length: RECEIVERS }, (_, n) => joinBare(server.port, `user ${n}`)),
  );
  let round = 0;
  return {
    server,
    /** Says all, and waits until the last one has come to everybody. Each time somebody else speaks. */
    async say(): Promise<void> {
      round += 1;
      const last = `the end of round ${round}`;
      const all = receivers.map((socket) => until(socket, last));
      for (let n = 1; n < MESSAGES; n += 1) receivers[round]?.write(chatFrame(TEXT));
      receivers[round]?.write(chatFrame(last));
      await Promise.all(all);
    },
    async end(): Promise<void> {
      for (const socket of receivers) socket.destroy();
      await server.end();
    },
  };
}

async function until(socket: Socket, text: string): Promise<void> {
  let end = '';
  await new Promise<void>((resolve, reject) => {
    const lost = () => reject(new Error('A connection has ended before its time.'));
    socket.on('close', lost);
    socket.on('data', function hear(data) {
      end = (end + data).slice(-1_000);
      if (!end.includes(text)) return;
      socket.off('data', hear).off('close', lost);
      resolve();
    });
    socket.resume();
  });
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
