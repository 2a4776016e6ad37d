/**
 * Looks at what crosses a server's WebSocket connections, below the WebSocket library: at the bytes of the
 * TCP sockets. So it sees what no API shows: pings, pongs, masks, and how a connection was closed.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { WireEvent } from './events.ts';
import { createDecoder, type Decoder, type Frame, type Sender } from './frames.ts';
import { createInflater, type Inflate } from './inflate.ts';

export type Tap = {
  /**
   * Calls back with what happens from now on, and first with the connections that are there.
   * While nobody watches, the tap only counts bytes from frame to frame.
   *
   * @returns a function that ends this
   */
  watch: (listener: (event: WireEvent) => void) => () => void;
  /** How many frames were left out since the last call: they came too fast. */
  leftOut: () => number;
};

/** So much of a payload is shown. */
const MOST_PAYLOAD = 1024;
/** To inflate a message one needs all of it, and of those before. */
const MOST_COMPRESSED = 64 * 1024;
/** What a person can look at, and a page can paint: so many frames in each tenth of a second. */
const MOST_FRAMES = 40;
const SPAN = 100;

type Connection = { lane: number; name: string; request: string; response: string; at: string };

/** Attaches a tap to a server, before its 'upgrade' listeners are. */
export function tapServer(server: Server): Tap {
  const listeners = new Set<(event: WireEvent) => void>();
  const connections = new Set<Connection>();
  let lanes = 0;
  let spanStart = 0;
  let inSpan = 0;
  let leftOut = 0;

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

  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    lanes += 1;
    const lane = lanes;
    const connection: Connection = {
      lane,
      name: /[?&]client=([a-z0-9]{1,12})(?:&|$)/.exec(request.url ?? '')?.[1] ?? '',
      request: headersOf(request),
      response: '',
      at: new Date().toISOString(),
    };
    let decoders: Record<Sender, Decoder> | undefined;

    function open(response: string): void {
      connection.response = response;
      const extension = /^sec-websocket-extensions: *permessage-deflate(.*)$/im.exec(response);
      decoders = {
        client: follow('client', extension?.[1]),
        server: follow('server', extension?.[1]),
      };
      connections.add(connection);
      tell({ kind: 'open', ...connection, isOld: false });
    }

    function follow(from: Sender, deflate: string | undefined): Decoder {
      const takesOver = !deflate?.includes(`${from}_no_context_takeover`);
      const inflate: Inflate | undefined = deflate === undefined ? undefined : createInflater(takesOver);
      let isShown = false;
      return createDecoder(from, {
        deflate: inflate !== undefined,
        keep(opcode) {
          if (listeners.size === 0) {
            inflate?.lose();
            isShown = false;
            return 0;
          }
          // How a connection ends is always shown.
          isShown = opcode === 8 || hasRoom();
          if (inflate) return MOST_COMPRESSED;
          return isShown ? MOST_PAYLOAD : 0;
        },
        onFrame(frame) {
          const inflated = listeners.size > 0 ? inflate?.take(frame) : undefined;
          if (isShown || (frame.error && listeners.size > 0)) {
            tell({
              kind: 'frame',
              lane,
              from,
              at: new Date().toISOString(),
              ...describe(frame),
              ...(inflated && { inflated }),
            });
          } else if (listeners.size > 0) {
            leftOut += 1;
          }
        },
      });
    }

    // What comes in. The library listens first, later perhaps: whoever listens starts the flow of data.
    socket.on('newListener', function listenToo(event: string) {
      if (event !== 'data') return;
      socket.off('newListener', listenToo);
      socket.on('data', (bytes: Buffer) => decoders?.client.push(bytes));
    });

    // What goes out: first the response to the handshake, up to an empty line, and then frames.
    const write = socket.write;
    let response = '';
    socket.write = function (this: Socket, ...args: unknown[]): boolean {
      const [chunk] = args;
      if (decoders) {
        if (chunk instanceof Uint8Array) decoders.server.push(chunk);
        else if (typeof chunk === 'string') decoders.server.push(Buffer.from(chunk));
      } else {
        response += String(chunk);
        const end = response.indexOf('\r\n\r\n');
        if (end >= 0 && response.startsWith('HTTP/1.1 101')) open(response.slice(0, end));
      }
      return Reflect.apply(write, this, args);
    } as typeof write;

    socket.once('close', () => {
      if (connections.delete(connection)) tell({ kind: 'closed', lane, at: new Date().toISOString() });
    });
  });

  return {
    watch(listener) {
      for (const connection of connections) listener({ kind: 'open', ...connection, isOld: true });
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leftOut() {
      const count = leftOut;
      leftOut = 0;
      return count;
    },
  };
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
