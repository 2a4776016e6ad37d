/**
 * Looks at what crosses a server's WebSocket connections, below the WebSocket library: at the bytes of the
 * TCP sockets. So it sees what no API shows: pings, pongs, masks, and how a connection was closed.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { WireEvent } from './events.ts';
import type { Frame, Sender } from './frame.ts';
import { areWholeFrames, createDecoder, type Decoder } from './frames.ts';
import { createInflater, type Inflate } from './inflate.ts';

export type Tap = {
  /**
   * Calls back with what happens from now on, and first with the connections that are there.
   * While nobody watches, the tap keeps the handshakes, and touches nothing else: it costs nothing then.
   *
   * @returns a function that ends this
   */
  watch: (listener: (event: WireEvent) => void) => () => void;
  /** How many frames were left out so far: they came too fast. */
  leftOut: () => number;
};

/** So many connections are followed. A person can look at no more, and the server's memory must have an end. */
const MOST_CONNECTIONS = 200;

/** So much of a payload is shown. */
const MOST_PAYLOAD = 1024;
/** To inflate a message one needs all of it, and of those before. */
const MOST_COMPRESSED = 64 * 1024;
/** What a person can look at, and a page can paint: so many frames in each tenth of a second. */
const MOST_FRAMES = 40;
const SPAN = 100;

/** What the tap keeps of a connection. */
type Connection = {
  lane: number;
  name: string;
  request: string;
  response: string;
  /** When it came, in ms. */
  since: number;
  /** How many bytes have gone in and out that need not be followed: those of the handshake. */
  seen: { bytesRead: number; bytesWritten: number };
  /** Ends what follows its frames, while somebody looks. */
  stop: (() => void) | undefined;
};

/** Attaches a tap to a server, before its 'upgrade' listeners are. */
export function tapServer(server: Server): Tap {
  const listeners = new Set<(event: WireEvent) => void>();
  const connections = new Map<Socket, Connection>();
  let lanes = 0;
  let spanStart = 0;
  let inSpan = 0;
  let leftOut = 0;
  /** Whether there were too many connections when the last one came. */
  let isCrowded = false;

  function tell(event: WireEvent): void {
    for (const listener of listeners) listener(event);
  }

  /** Whether there is room for one more frame in this tenth of a second. */
  function hasRoom(): boolean {
    const now = Date.now();
    if (now - spanStart >= SPAN) {
      spanStart = now;
      inSpan = 0;
    }
    inSpan += 1;
    return inSpan <= MOST_FRAMES;
  }

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    lanes += 1;
    const connection: Connection = {
      lane: lanes,
      name: /[?&]client=([a-z0-9]{1,12})(?:&|$)/.exec(request.url ?? '')?.[1] ?? '',
      request: headersOf(request),
      response: '',
      since: Date.now(),
      seen: { bytesRead: socket.bytesRead - head.length, bytesWritten: 0 },
      stop: undefined,
    };
    catchResponse(socket, connection, begin);
  });

  function begin(socket: Socket, connection: Connection): void {
    if (connections.size >= MOST_CONNECTIONS) {
      if (!isCrowded) tell({ kind: 'crowded', most: MOST_CONNECTIONS });
      isCrowded = true;
      return;
    }
    isCrowded = false;
    connections.set(socket, connection);
    socket.once('close', end);
    tell(opened(connection, false));
    if (listeners.size > 0) follow(socket, connection);
  }

  function end(this: Socket): void {
    const { lane } = connections.get(this) ?? {};
    if (lane !== undefined && connections.delete(this)) {
      tell({ kind: 'closed', lane, at: new Date().toISOString() });
    }
  }

  /** Follows the frames of a connection, from when somebody looks until nobody does. */
  function follow(socket: Socket, connection: Connection): void {
    const { lane, response, seen } = connection;
    const deflate = /^sec-websocket-extensions: *permessage-deflate(.*)$/im.exec(response)?.[1];

    function decode(from: Sender, isLate: boolean): Decoder {
      const takesOver = !deflate?.includes(`${from}_no_context_takeover`);
      const inflate: Inflate | undefined = deflate === undefined ? undefined : createInflater(takesOver);
      if (isLate) inflate?.lose();
      let isShown = false;
      return createDecoder(from, {
        deflate: inflate !== undefined,
        isLate,
        keep(opcode) {
          // How a connection ends is always shown.
          isShown = opcode === 8 || hasRoom();
          if (inflate) return MOST_COMPRESSED;
          return isShown ? MOST_PAYLOAD : 0;
        },
        onFrame(frame) {
          const inflated = inflate?.take(frame);
          if (!isShown && !frame.error) {
            leftOut += 1;
            return;
          }
          const at = new Date().toISOString();
          tell({ kind: 'frame', lane, from, at, ...describe(frame), ...(inflated && { inflated }) });
        },
      });
    }

    let isAligned = socket.bytesRead <= seen.bytesRead;
    const client = decode('client', !isAligned);
    const server = decode('server', socket.bytesWritten > seen.bytesWritten);
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
    connection.stop = () => {
      socket.off('data', onData);
      Reflect.deleteProperty(socket, 'write');
      connection.stop = undefined;
      // What goes by from now on is not followed.
      connection.seen = { bytesRead: -1, bytesWritten: -1 };
    };
  }

  return {
    watch(listener) {
      for (const connection of connections.values()) listener(opened(connection, true));
      if (isCrowded) listener({ kind: 'crowded', most: MOST_CONNECTIONS });
      listeners.add(listener);
      if (listeners.size === 1) {
        for (const [socket, connection] of connections) follow(socket, connection);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        for (const { stop } of connections.values()) stop?.();
      };
    },
    leftOut: () => leftOut,
  };
}

function opened({ lane, name, request, response, since }: Connection, isOld: boolean): WireEvent {
  return { kind: 'open', lane, name, request, response, at: new Date(since).toISOString(), isOld };
}

/**
 * Calls back when the response to a handshake is written, if it accepts the connection, and notes it there.
 * Then it leaves the socket as it was.
 */
function catchResponse(
  socket: Socket,
  connection: Connection,
  onAccepted: (socket: Socket, connection: Connection) => void,
): void {
  const write = socket.write;
  let response = '';
  socket.write = function (this: Socket, chunk: unknown, ...more: unknown[]): boolean {
    response += String(chunk);
    const end = response.indexOf('\r\n\r\n');
    // Taken away, not written over: so the socket is as the engine knows sockets, and as fast.
    if (end >= 0) Reflect.deleteProperty(socket, 'write');
    if (end >= 0 && response.startsWith('HTTP/1.1 101')) {
      connection.response = response.slice(0, end);
      connection.seen.bytesWritten = socket.bytesWritten + Buffer.byteLength(String(chunk));
      onAccepted(socket, connection);
    }
    return Reflect.apply(write, this, [chunk, ...more]);
  } as typeof write;
}

function describe({ header, payload, length, error }: Frame) {
  return {
    header: Buffer.from(header).toString('base64'),
    payload: Buffer.from(payload.subarray(0, MOST_PAYLOAD)).toString('base64'),
    length,
    ...(error && { error }),
  };
}

/** The request as it came, its lines in their order. */
function headersOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines.join('\r\n');
}
