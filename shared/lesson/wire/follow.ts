/** Follows the frames that cross one connection, from now until it is told to stop. */
import type { Socket } from 'node:net';
import type { Frame, Sender } from './frame.ts';
import { areWholeFrames, createDecoder, type Decoder } from './frames.ts';
import { createInflater, type Inflate } from './inflate.ts';

/** So much of a payload is shown. */
export const MOST_PAYLOAD = 1024;
/** To inflate a message one needs all of it, and of those before. */
const MOST_COMPRESSED = 64 * 1024;

/** How many bytes have gone in and out. */
export type Passed = { bytesRead: number; bytesWritten: number };

export type Watcher = {
  /** Whether there is room for one more frame. It is asked for each. */
  hasRoom: () => boolean;
  /** A frame has gone by, and `inflated` says what was compressed in it. */
  onFrame: (from: Sender, frame: Frame, inflated: ReturnType<Inflate['take']>) => void;
  /** A frame has gone by for which there was no room. */
  onLeftOut: () => void;
};

/**
 * Looks at the bytes of a connection, before the WebSocket library does.
 *
 * @param response the answer to its handshake, which says whether messages are compressed
 * @param seen what has gone by without being followed, and was no frame: where more has, it begins in the middle
 * @returns a function that ends this, and leaves the socket as it was
 */
export function follow(socket: Socket, response: string, seen: Passed, watcher: Watcher): () => void {
  const deflate = /^sec-websocket-extensions: *permessage-deflate(.*)$/im.exec(response)?.[1];
  let isAligned = socket.bytesRead <= seen.bytesRead;
  const client = decode('client', !isAligned, deflate, watcher);
  const server = decode('server', socket.bytesWritten > seen.bytesWritten, deflate, watcher);
  const onData = (bytes: Buffer) => {
    isAligned ||= areWholeFrames(bytes);
    if (isAligned) client.push(bytes);
  };
  // Before the library's own listener: that takes the mask off where the bytes stand.
  socket.prependListener('data', onData);
  // What goes out is written frame by frame, so it needs no such care.
  const write = socket.write;
  socket.write = function (this: Socket, chunk: unknown, ...more: unknown[]): boolean {
    server.push(chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk)));
    return Reflect.apply(write, this, [chunk, ...more]);
  } as typeof write;
  return () => {
    socket.off('data', onData);
    Reflect.deleteProperty(socket, 'write');
  };
}

/** @param deflate the parameters of permessage-deflate, where it was agreed on */
function decode(from: Sender, isLate: boolean, deflate: string | undefined, watcher: Watcher): Decoder {
  const takesOver = !deflate?.includes(`${from}_no_context_takeover`);
  const inflate: Inflate | undefined = deflate === undefined ? undefined : createInflater(takesOver);
  if (isLate) inflate?.lose();
  let isShown = false;
  return createDecoder(from, {
    deflate: inflate !== undefined,
    isLate,
    keep(opcode) {
      // How a connection ends is always shown.
      isShown = opcode === 8 || watcher.hasRoom();
      if (inflate) return MOST_COMPRESSED;
      return isShown ? MOST_PAYLOAD : 0;
    },
    onFrame(frame) {
      const inflated = inflate?.take(frame);
      if (isShown || frame.error) watcher.onFrame(from, frame, inflated);
      else watcher.onLeftOut();
    },
  });
}
