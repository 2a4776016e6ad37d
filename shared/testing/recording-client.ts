/** A WebSocket client for the lessons' tests: it records all that arrives, and gives each message in its turn. */
import { once } from 'node:events';
import { expect } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import type { RunningServer } from './start-server.ts';

export type RecordingClient = {
  /** The client of ws below, for what this helper does not do. */
  socket: WebSocket;
  /** All messages so far: a text as a string, a binary message as a Buffer. */
  received: (string | Buffer)[];
  /** The first message that was not taken yet. Waits for it, and rejects where the connection closes first. */
  next: () => Promise<string | Buffer>;
  /** As next(), for a text that holds a JSON object. */
  nextJson: () => Promise<Record<string, unknown>>;
  /** Sends a string as text, a Buffer as binary, and anything else as JSON. */
  send: (message: unknown) => void;
  /** How the connection ended, once it has. */
  closed: Promise<{ code: number; reason: string }>;
  /** Closes with this code (1000), and waits until the connection is closed. */
  close: (code?: number, reason?: string) => Promise<void>;
};

/**
 * Connects, and gives the client once it is OPEN. No message is lost, not even one that comes with the handshake.
 *
 * @param socketUrl where to: 'ws://localhost:8080'
 * @param options those of ws: { origin: 'http://other.example' }
 * @throws where the server refuses: 'Unexpected server response: 403'
 */
export async function connectRecording(
  socketUrl: string,
  options: ClientOptions = {},
): Promise<RecordingClient> {
  const socket = new WebSocket(socketUrl, options);
  const received: (string | Buffer)[] = [];
  let taken = 0;
  let wake = () => {};
  let ended: string | undefined;
  socket.on('message', (data, isBinary) => {
    received.push(isBinary ? (data as Buffer) : data.toString());
    wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      ended = `the connection closed with code ${code}, reason "${reason}"`;
      wake();
      resolve({ code, reason: reason.toString() });
    });
  });
  await once(socket, 'open');
  socket.on('error', () => {});

  async function next(): Promise<string | Buffer> {
    for (;;) {
      const message = received[taken];
      if (message !== undefined) {
        taken += 1;
        return message;
      }
      if (ended !== undefined) throw new Error(`No message ${taken + 1}: ${ended}.`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }

  async function nextJson(): Promise<Record<string, unknown>> {
    const message = await next();
    const value: unknown = typeof message === 'string' ? JSON.parse(message) : undefined;
    if (typeof value !== 'object' || value === null) throw new Error(`Not a JSON object: ${message}`);
    return value as Record<string, unknown>;
  }

  return {
    socket,
    received,
    next,
    nextJson,
    send: (message) => {
      const asItIs = typeof message === 'string' || Buffer.isBuffer(message);
      socket.send(asItIs ? message : JSON.stringify(message));
    },
    closed,
    close: async (code = 1000, reason = '') => {
      socket.close(code, reason);
      await closed;
    },
  };
}

/**
 * Waits until a lesson's server has said of each client that it left, so that a test begins with nobody there.
 * Clients must be closed already. What the server printed has arrived, too.
 */
export async function everybodyLeft(server: RunningServer): Promise<void> {
  // What a server prints may come later than what it sends. This client is its own fence: its line comes last.
  const reason = `fence ${server.output().length}`;
  const fence = await connectRecording(server.socketUrl);
  await fence.close(1000, reason);
  const count = (word: string) => server.output().split(word).length;
  const isQuiet = () =>
    server.output().includes(reason) && count('A client arrived') === count('A client left');
  await expect.poll(isQuiet, { timeout: 10_000, interval: 10 }).toBe(true);
}
