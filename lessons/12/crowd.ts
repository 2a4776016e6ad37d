/** Sixty who point, and two who talk meanwhile: with the points gathered, and with each point sent at once. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';
import { joinBare, maskedFrame } from './bare-client.ts';
import { parseServerMessage } from './protocol.ts';
import { type Running, removeCopies, startVariant, type Variant } from './variants.ts';

const CROWD = 60;
/** In ms. */
const LENGTH = 5_000;
/** In ms: between two points of one hand, and between two words of one who talks. */
const [HAND, WORD] = [50, 100];

const VARIANTS: Variant[] = [
  { name: 'gathered' },
  {
    name: 'each at once',
    edits: [
      {
        file: 'chat.ts',
        find: 'room.gather.point(username, at);',
        replace: "sendAll(room.usernames.keys(), { type: 'points', points: [[username, ...at]] });",
      },
    ],
  },
];

await runExperiment({ title: 'A crowd that points', seconds: 30 }, async (progress) => {
  const rows = [
    [
      'The points are',
      'Points, all hands',
      'Messages to each',
      'Processor, s',
      'A word takes, ms (p50, p99)',
    ],
  ];
  progress(0, 'the servers start');
  try {
    const servers = await Promise.all(VARIANTS.map((variant) => startVariant(variant)));
    for (const [at, server] of servers.entries()) {
      progress((at + 0.2) / servers.length, server.name);
      const { points, messages, cpu, words } = await measure(server);
      rows.push([
        server.name,
        String(points),
        String(messages),
        cpu.toFixed(2),
        `${part(words, 0.5)}, ${part(words, 0.99)}`,
      ]);
      await server.end();
    }
  } finally {
    await removeCopies();
  }
  return { table: rows };
});

async function measure(server: Running) {
  const crowd = await Promise.all(
    Array.from({ length: CROWD }, (_, n) => joinBare(server.port, `hand ${n}`)),
  );
  for (const socket of crowd) socket.resume();
  const [alice, bob] = [await talker(server, 'alice'), await talker(server, 'bob')];
  const before = await server.nextUsed();
  const [points, messages] = [pointAll(crowd), countPoints(bob)];
  const words: number[] = [];
  for (const end = performance.now() + LENGTH; performance.now() < end; ) {
    words.push(await timeOf(alice, bob));
    await sleep(WORD);
  }
  const pointed = points.end();
  const after = await server.nextUsed();
  for (const socket of crowd) socket.destroy();
  alice.terminate();
  bob.terminate();
  return { points: pointed, messages: messages(), cpu: (after.cpu - before.cpu) / 1e6, words };
}

async function talker({ port }: Running, username: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'join', username }));
  await once(socket, 'message');
  return socket;
}

/** How long a word of one takes until the other one hears it, in ms. */
async function timeOf(from: WebSocket, to: WebSocket): Promise<number> {
  const message = randomUUID();
  const heard = new Promise<void>((resolve) => {
    to.on('message', function hear(data) {
      if (!data.toString().includes(message)) return;
      to.off('message', hear);
      resolve();
    });
  });
  const begin = performance.now();
  from.send(JSON.stringify({ type: 'chat', id: randomUUID(), message }));
  await heard;
  return performance.now() - begin;
}

/** Each hand draws a circle. */
function pointAll(crowd: Socket[]) {
  let sent = 0;
  const timer = setInterval(() => {
    const angle = sent / 500;
    const at = [Math.cos(angle), Math.sin(angle)].map((one) => Number((0.5 + one / 2).toFixed(3)));
    for (const socket of crowd) {
      socket.write(maskedFrame(0x81, JSON.stringify({ type: 'point', at })));
      sent += 1;
    }
  }, HAND);
  return {
    /** Gives how many points were sent. */
    end(): number {
      clearInterval(timer);
      return sent;
    },
  };
}

/** Gives what says how many messages with points have come since. */
function countPoints(socket: WebSocket): () => number {
  let count = 0;
  socket.on('message', (data) => {
    if (parseServerMessage(data.toString())?.type === 'points') count += 1;
  });
  return () => count;
}

function part(values: number[], of: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.ceil(sorted.length * of) - 1] ?? 0).toFixed(0);
}
