/** Two who talk politely, and note how long each word takes, and which never arrives. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { parseServerMessage } from './protocol.ts';

/** In ms: between two messages of one of them. The lesson's server allows for this for 15 seconds. */
const PACE = 50;
/** In ms: only a server that has stopped takes so long. */
const PATIENCE = 10_000;

/** In ms: when it was said, since they began, and how long it took. */
export type Word = { at: number; took?: number };

export async function openPolite(url: string) {
  const words = new Map<string, Word>();
  const begin = performance.now();
  const now = () => performance.now() - begin;

  async function open(name: string): Promise<WebSocket> {
    const socket = new WebSocket(url);
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const text = data.toString();
      // All else is long, and costs the time that is measured here.
      const received = text.startsWith('{"type":"chat"') ? parseServerMessage(text) : undefined;
      if (received?.type !== 'chat' || received.username === name) return;
      const word = words.get(received.message);
      if (word) word.took ??= now() - word.at;
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'join', username: name }));
    await once(socket, 'message');
    return socket;
  }

  const sockets = [await open('alice'), await open('bob')];
  const timers = sockets.map((socket, n) =>
    setInterval(() => {
      const message = `${n}: ${words.size}`;
      words.set(message, { at: now() });
      // Where it is closed nothing goes, and nothing arrives.
      if (socket.readyState === WebSocket.OPEN)
        socket.send(JSON.stringify({ type: 'chat', id: randomUUID(), message }));
    }, PACE),
  );

  return {
    /** They say no more, and wait for what is on its way. */
    async end(): Promise<Word[]> {
      for (const timer of timers) clearInterval(timer);
      // When both have a pong, the server has read all words. When they have another one, all has come that it sent.
      for (const _ of [1, 2]) await Promise.all(sockets.map(isRead));
      for (const socket of sockets) socket.terminate();
      return [...words.values()];
    },
  };
}

async function isRead(socket: WebSocket): Promise<void> {
  if (socket.readyState !== WebSocket.OPEN) return;
  const gone = new Promise((resolve) => socket.once('close', resolve));
  socket.ping();
  await Promise.race([once(socket, 'pong'), gone, sleep(PATIENCE)]);
}
