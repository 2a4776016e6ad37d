/** One connection of a stranger: a bare socket, which can do what no library does. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '#shared/check/within.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { frame, PING, PONG } from './bytes.ts';

/** In ms: nothing is waited for longer. */
export const PATIENCE = 5000;

export type Stranger = {
  socket: Socket;
  /** Of the handshake's answer. 0: there was none. */
  status: number;
  /** Resolves when all of it has gone out, or cannot any more. */
  send: (...frames: Buffer[]) => Promise<void>;
  /** Resolves when the server has read all that was sent, or has had enough. Gives whether the connection is there. */
  isHeard: (patience?: number) => Promise<boolean>;
};

/** Waits for the answer to a handshake. */
export async function answerTo(socket: Socket): Promise<{ status: number; rest: Buffer }> {
  let got = Buffer.alloc(0);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const isOver = (async () => {
    for (;;) {
      await Promise.race([new Promise((resolve) => socket.once('readable', resolve)), closed]);
      const data: Buffer | null = socket.read();
      if (data) got = Buffer.concat([got, data]);
      if (socket.destroyed || socket.readableEnded || got.includes('\r\n\r\n')) return;
      if (data === null && socket.readable === false) return;
    }
  })();
  await within(PATIENCE, isOver);
  const end = got.indexOf('\r\n\r\n');
  return { status: Number(got.subarray(9, 12).toString()) || 0, rest: got.subarray(end + 4) };
}

/** What one does with a connection that was answered. @param isDeaf it reads nothing */
export function talkative(socket: Socket, status: number, rest: Buffer, isDeaf: boolean): Stranger {
  let pings = 0;
  let pongs = 0;
  let hasClosed = false;
  let wake = () => {};
  const decoder = createDecoder('server', {
    keep: () => 0,
    onFrame({ opcode }) {
      if (opcode === PONG) pongs += 1;
      else if (opcode === 8) hasClosed = true;
      else return;
      wake();
    },
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const isOpen = () => !hasClosed && !socket.destroyed && status === 101;
  if (!isDeaf) {
    decoder.push(rest);
    socket.on('data', (bytes) => decoder.push(bytes));
    socket.once('end', () => socket.end());
  } else {
    // It reads no ping, and says that it lives: a heartbeat is no help against it.
    const timer = setInterval(() => socket.write(frame(PONG)), 1000);
    socket.once('close', () => clearInterval(timer));
  }
  return {
    socket,
    status,
    async send(...frames) {
      if (socket.destroyed) return;
      const sent = new Promise((resolve) => socket.write(Buffer.concat(frames), resolve));
      await Promise.race([sent, closed, sleep(PATIENCE, undefined, { ref: false })]);
    },
    async isHeard(patience = PATIENCE) {
      if (isDeaf || !isOpen()) return isOpen();
      pings += 1;
      const wanted = pings;
      const heard = new Promise<void>((resolve) => {
        wake = () => {
          if (pongs >= wanted || hasClosed) resolve();
        };
      });
      socket.write(frame(PING));
      await within(patience, Promise.race([heard, closed]));
      return isOpen();
    },
  };
}
