/** A WebSocket connection without a library: mallory keeps no rule, and no library would help her. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** In ms: only a server that has no answer at all takes so long. */
const LONGEST = 10_000;

/** The answer to a ping frame without content, which nothing else here has. */
const PONG = Buffer.from([0x8a, 0]);
const PING = Buffer.from([0x89, 0x80, 0, 0, 0, 0]);

/** A connection without a library: what is sent behind the handshake need not wait for its answer. */
export function open(port: number, ...frames: Buffer[]): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // Behind it comes 'close'.
  const key = randomBytes(16).toString('base64');
  const headers = ['Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Key: ${key}`];
  socket.write(
    ['GET / HTTP/1.1', `Host: 127.0.0.1:${port}`, ...headers, 'Sec-WebSocket-Version: 13', '', ''].join(
      '\r\n',
    ),
  );
  for (const one of frames) socket.write(one);
  return socket;
}

/** Waits until it is closed, or the server has said one of these: it waits for our goodbye, and gets none. */
export async function until(socket: Socket, ...wanted: (string | Buffer)[]): Promise<void> {
  const heard = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
    socket.on('data', (data) => wanted.some((one) => data.includes(one)) && resolve());
  });
  await Promise.race([heard, sleep(LONGEST)]);
}

/** Waits until the server has read all that was sent. */
export function isRead(socket: Socket): Promise<void> {
  if (socket.destroyed) return Promise.resolve();
  socket.write(PING);
  return until(socket, PONG);
}

/** Counts how often the server has said this. */
export function count(socket: Socket, what: string): () => number {
  let times = 0;
  let rest = '';
  socket.on('data', (data) => {
    const parts = (rest + data.toString('latin1')).split(what);
    times += parts.length - 1;
    rest = (parts.at(-1) ?? '').slice(1 - what.length); // Half of it may have come.
  });
  return () => times;
}

/** Sends these, and waits until all has gone, or the server has had enough. */
export async function flood(socket: Socket, all: Buffer[]): Promise<void> {
  const end = new Promise((resolve) => socket.on('close', resolve));
  const drained = () => new Promise((resolve) => socket.once('drain', resolve));
  for (const some of all) {
    if (!socket.writable) return;
    if (!socket.write(some)) await Promise.race([drained(), end, sleep(LONGEST)]);
  }
}
