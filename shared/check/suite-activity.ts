/** Knows whether anything is still on its way in this process: between its sockets, or in the hands of the system. */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { forgetPending, openRequests, watchPending } from './pending.js';

/** What a socket waits for: each is over after one callback. */
const REQUEST = /^(TCPConnect|PipeConnect|Shutdown|Write)/;

export type Activity = {
  /** Grows with each event that comes from outside: bytes, a connection, an answer of the system. */
  count: () => number;
  /** Whether the system works on something: a file, a name, a hash. */
  isAtWork: () => boolean;
  /** Whether something was sent or begun on a connection whose end has not come. */
  isOnItsWay: () => boolean;
  /** Ends all connections, and forgets what the system works on. */
  cut: () => void;
};

/** Begins to watch. What is there already is not seen. */
export function watchActivity(): Activity {
  watchPending();
  const sockets = new Set<Socket>();

  function follow(message: unknown): void {
    const { socket } = message as { socket: Socket }; // So node gives it, on both of these channels.
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  }
  subscribe('net.client.socket', follow);
  subscribe('net.server.socket', follow);

  /**
   * Both ends of a connection are here: what one has written, or its end, the other must have read. Who is paused does not
   * read, and so nothing comes.
   */
  function isInFlight(): boolean {
    const ends = new Map<string, Socket>();
    for (const socket of sockets) ends.set(`${socket.localPort} ${socket.remotePort}`, socket);
    for (const socket of sockets) {
      if (socket.connecting) return true;
      if (socket.destroyed || socket.isPaused()) continue;
      const other = ends.get(`${socket.remotePort} ${socket.localPort}`);
      // It is not accepted yet, or its end has gone, and it does not know that.
      if (!other || other.destroyed) {
        if (!socket.readableEnded) return true;
      } else if (other.bytesWritten > socket.bytesRead || (other.writableFinished && !socket.readableEnded)) {
        return true;
      }
    }
    return false;
  }

  return {
    count: () => performance.nodeTiming.uvMetricsInfo.events,
    isAtWork: () => openRequests() > 0,
    isOnItsWay: () => process.getActiveResourcesInfo().some((name) => REQUEST.test(name)) || isInFlight(),
    cut() {
      for (const socket of sockets) socket.destroy();
      forgetPending();
    },
  };
}
