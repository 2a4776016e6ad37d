/** Many WebSocket clients that cost little: bare sockets that send one frame over and over, and count what comes back. */
import type { Socket } from 'node:net';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';

export type Crowd = {
  /** Resolves when the crowd has received so many frames in all, since it was made or since the last call. */
  received: (frames: number) => Promise<void>;
  /** Each client sends a text, and sends it again when a frame has come, so many times. So many are on their way at once. */
  pingPong: (text: string, times: number, onTheWay: number) => Promise<void>;
  /** The first client sends a text, and sends it again when each client has got a frame, so many times. */
  broadcast: (text: string, times: number) => Promise<void>;
  end: () => void;
};

/** Where they connect: all at one address, or each at one of its own. */
type Where = string | ((n: number) => Promise<string>);

/**
 * Connects clients, up to 50 at a time.
 *
 * @param hello what the client number n says first
 */
export async function gather(where: Where, size: number, hello?: (n: number) => string): Promise<Crowd> {
  const sockets: Socket[] = [];
  let total = 0;
  let onFrames: (n: number, frames: number) => void = () => {};

  async function connectOne(n: number): Promise<void> {
    const { socket, status, rest } = await rawConnect(typeof where === 'string' ? where : await where(n));
    if (status !== 101) throw new Error(`Client ${n} was answered with ${status}.`);
    socket.setNoDelay(true);
    sockets[n] = socket;
    let frames = 0;
    const decoder = createDecoder('server', {
      keep: () => 0,
      onFrame: () => {
        frames += 1;
      },
    });
    const take = (chunk: Buffer) => {
      frames = 0;
      decoder.push(chunk);
      total += frames;
      onFrames(n, frames);
    };
    take(rest);
    socket.on('data', take);
    if (hello) socket.write(rawFrame(1, hello(n)));
  }
  for (let n = 0; n < size; n += 50) {
    await Promise.all(Array.from({ length: Math.min(50, size - n) }, (_, index) => connectOne(n + index)));
  }

  function received(frames: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (total < frames) return;
        total -= frames;
        onFrames = () => {};
        resolve();
      };
      onFrames = look;
      look();
    });
  }

  return {
    received,
    async pingPong(text, times, onTheWay) {
      const frame = rawFrame(1, text);
      const all = received(size * times);
      const look = onFrames;
      const left = new Array<number>(size).fill(times);
      const send = (n: number) => {
        const todo = left[n] ?? 0;
        if (todo === 0) return;
        left[n] = todo - 1;
        sockets[n]?.write(frame);
      };
      onFrames = (n, frames) => {
        for (let again = 0; again < frames; again += 1) send(n);
        look(n, frames);
      };
      for (let n = 0; n < size * onTheWay; n += 1) send(n % size);
      await all;
    },
    async broadcast(text, times) {
      const frame = rawFrame(1, text);
      for (let time = 0; time < times; time += 1) {
        const all = received(size);
        sockets[0]?.write(frame);
        await all;
      }
    },
    end() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
