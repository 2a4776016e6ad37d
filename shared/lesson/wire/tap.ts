/**
 * Looks at what crosses a server's WebSocket connections, below the WebSocket library: at the bytes of the
 * TCP sockets. So it sees what no API shows: pings, pongs, masks, and how a connection was closed.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { WireEvent } from './events.ts';
import { follow, MOST_PAYLOAD, type Passed, type Watcher } from './follow.ts';
import type { Frame } from './frame.ts';
import { catchResponse, headersOf } from './handshake.ts';

export type Tap = {
  /** Each run of a server has its own: its numbers of lanes begin anew. */
  run: string;
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
  /** What need not be followed: the handshake. */
  seen: Passed;
  /** Ends what follows its frames, while somebody looks. */
  stop: (() => void) | undefined;
};

/** Attaches a tap to a server, before its 'upgrade' listeners are. */
export function tapServer(server: Server): Tap {
  const listeners = new Set<(event: WireEvent) => void>();
  const connections = new Map<Socket, Connection>();
  let lanes = 0;
  let leftOut = 0;
  const hasRoom = createPace();
  /** Whether there were too many connections when the last one came. */
  let isCrowded = false;

  function tell(event: WireEvent): void {
    for (const listener of listeners) listener(event);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    lanes += 1;
    const bytesRead = socket.bytesRead - head.length;
    const asked = { lane: lanes, name: nameIn(request.url), request: headersOf(request), since: Date.now() };
    catchResponse(socket, (response, bytesWritten) =>
      begin(socket, { ...asked, response, seen: { bytesRead, bytesWritten }, stop: undefined }),
    );
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
    if (listeners.size > 0) start(socket, connection, watcherOf(connection));
  }

  function end(this: Socket): void {
    const { lane } = connections.get(this) ?? {};
    if (lane !== undefined && connections.delete(this)) {
      tell({ kind: 'closed', lane, at: new Date().toISOString() });
    }
  }

  function watcherOf({ lane }: Connection): Watcher {
    return {
      hasRoom,
      onFrame(from, frame, inflated) {
        const at = new Date().toISOString();
        tell({ kind: 'frame', lane, from, at, ...describe(frame), ...(inflated && { inflated }) });
      },
      onLeftOut() {
        leftOut += 1;
      },
    };
  }

  return {
    run: randomUUID(),
    watch(listener) {
      for (const connection of connections.values()) listener(opened(connection, true));
      if (isCrowded) listener({ kind: 'crowded', most: MOST_CONNECTIONS });
      listeners.add(listener);
      if (listeners.size === 1) {
        for (const [socket, connection] of connections) start(socket, connection, watcherOf(connection));
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

/** Follows the frames of a connection, from when somebody looks until nobody does. */
function start(socket: Socket, connection: Connection, watcher: Watcher): void {
  const unfollow = follow(socket, connection.response, connection.seen, watcher);
  connection.stop = () => {
    unfollow();
    connection.stop = undefined;
    // What goes by from now on is not followed.
    connection.seen = { bytesRead: -1, bytesWritten: -1 };
  };
}

/** The name that a page gives to its connection: /?client=left */
function nameIn(url = ''): string {
  return /[?&]client=([a-z0-9]{1,12})(?:&|$)/.exec(url)?.[1] ?? '';
}

/** Gives a function that says whether there is room for one more frame in this tenth of a second. */
function createPace(): () => boolean {
  let spanStart = 0;
  let inSpan = 0;
  return () => {
    const now = Date.now();
    if (now - spanStart >= SPAN) {
      spanStart = now;
      inSpan = 0;
    }
    inSpan += 1;
    return inSpan <= MOST_FRAMES;
  };
}

function opened({ lane, name, request, response, since }: Connection, isOld: boolean): WireEvent {
  return { kind: 'open', lane, name, request, response, at: new Date(since).toISOString(), isOld };
}

function describe({ header, payload, length, error }: Frame) {
  return {
    header: Buffer.from(header).toString('base64'),
    payload: Buffer.from(payload.subarray(0, MOST_PAYLOAD)).toString('base64'),
    length,
    ...(error && { error }),
  };
}
