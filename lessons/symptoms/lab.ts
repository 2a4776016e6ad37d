/** What the programs of this folder stand on: servers and clients on this machine, which are gone when a program ends. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import WebSocket, { type ClientOptions, type ServerOptions, WebSocketServer } from 'ws';
import { runExperiment } from '#shared/lesson/experiment/experiment.ts';

export type Lab = {
  /** Adds a line to what the program shows. @param who says it: 'client' */
  say: (who: string, what: string) => void;
  /** Starts a server on a port that the system picks. It has no listener for errors of its clients. */
  serve: (options?: ServerOptions) => Promise<{ wss: WebSocketServer; url: string; port: number }>;
  /** Connects, and says what happens to the client: its messages, errors and end. */
  connect: (url: string, options?: ClientOptions) => WebSocket;
  /** Calls this at the end, before all else is closed. */
  atEnd: (end: () => unknown) => void;
};

/** A table has room for this, and a symptom needs no more. */
const LONGEST = 118;

/**
 * Shows a symptom: runs it, and prints who said what.
 *
 * @param seconds how long it takes at most
 */
export function showSymptom(title: string, run: (lab: Lab) => Promise<void>, seconds = 2): Promise<void> {
  return runExperiment({ title, seconds }, async (progress) => {
    const rows: string[][] = [];
    const ends: (() => unknown)[] = [];
    let isOver = false;
    // What happens because all is closed at the end is no part of it.
    const say = (who: string, what: string) => {
      if (!isOver) rows.push([who, what.slice(0, LONGEST)]);
    };
    const atEnd = (end: () => unknown) => ends.push(end);
    progress(0, 'it begins');
    try {
      await run({
        say,
        atEnd,
        serve: (options) => serve(atEnd, options),
        connect: (url, options) => connect(say, atEnd, url, options),
      });
    } finally {
      isOver = true;
      for (const end of ends.reverse()) await end();
    }
    return { table: [['Who', 'What it says'], ...rows] };
  });
}

/** Waits for the end of a connection. An error comes before it, and is no reason to wait for nothing. */
export function untilClosed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** The port of a server that listens. */
export function portOf(server: { address: () => AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function serve(atEnd: Lab['atEnd'], options: ServerOptions = {}) {
  const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options });
  atEnd(() => {
    for (const client of wss.clients) client.terminate();
    wss.close();
  });
  await once(wss, 'listening');
  const port = portOf(wss);
  return { wss, url: `ws://127.0.0.1:${port}`, port };
}

function connect(say: Lab['say'], atEnd: Lab['atEnd'], url: string, options?: ClientOptions): WebSocket {
  const socket = new WebSocket(url, options);
  atEnd(() => socket.terminate());
  socket.on('message', (data) => say('client', `message: ${data}`));
  socket.on('error', ({ message }) => say('client', `error: ${message}`));
  socket.on('close', (code, reason) => say('client', `close: code ${code}, reason "${reason}"`));
  return socket;
}
