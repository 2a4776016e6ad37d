/** A WebSocket connection without a library: mallory keeps no rule, and no library would help her. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** In ms: nothing is waited for longer. */
const LONGEST = 1_500;

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

/** Sends these, again and again, and waits until all has gone, or the server has had enough. */
export async function flood(socket: Socket, times: number, some: () => Buffer): Promise<void> {
  const end = new Promise((resolve) => socket.on('close', resolve));
  const drained = () => new Promise((resolve) => socket.once('drain', resolve));
  const begin = performance.now();
  for (let n = 0; n < times && socket.writable && performance.now() - begin < LONGEST; n += 1) {
    if (!socket.write(some())) await Promise.race([drained(), end, sleep(LONGEST)]);
  }
}
