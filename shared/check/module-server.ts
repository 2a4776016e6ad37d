/** The server that a module talks to, in the check's process, behind a cable that owns its address. */
import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { type Cable, openCable } from '#shared/lesson/cable.ts';
import type { Entry } from '#shared/lesson/conversation.ts';
import { within } from './within.ts';

/** Milliseconds: who answers no ping by then has another reason than a busy machine. */
const LONGEST_PING = 2000;

export type ModuleServer = {
  url: string;
  cable: Cable;
  /** All texts that came so far, over all connections, in their order. */
  heard: string[];
  /** Which connection each of them came over, from 0 on. */
  over: number[];
  /** With what each connection was closed, as far as it is. */
  endings: { code: number; reason: string }[];
  /** How many connections there were. */
  connections: () => number;
  /** How many connections are open, and how many are about to be closed. */
  open: () => number;
  closing: () => number;
  say: (text: string) => void;
  /** Closes all connections with this code: 1005 stands for no code. */
  close: (code: number, reason?: string) => void;
  /** From now on it closes each new connection at once with this code; or lets everybody in again. */
  turnAway: (code: number | undefined) => void;
  /** Resolves when all that was said over open connections has arrived, at both ends. */
  untilArrived: () => Promise<void>;
  /** How much has happened: it grows with all that comes. */
  progress: () => number;
  end: () => Promise<void>;
};

/** Opens the server. @param note takes what is said, for the conversation */
export async function openModuleServer(who: string, note: (entry: Entry) => void): Promise<ModuleServer> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(wss, 'listening');
  const address = wss.address();
  const cable = await openCable(typeof address === 'object' && address !== null ? address.port : 0);
  const heard: string[] = [];
  const over: number[] = [];
  const endings: { code: number; reason: string }[] = [];
  let turnedAway: number | undefined;
  let connections = 0;
  let progress = 0;

  wss.on('connection', (socket) => {
    const number = connections;
    connections += 1;
    progress += 1;
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? `<binary ${data.toString('hex')}>` : data.toString();
      progress += 1;
      heard.push(text);
      over.push(number);
      note({ kind: 'sent', who, text, at: Date.now() });
    });
    socket.on('close', (code, reason) => {
      progress += 1;
      endings[number] = { code, reason: reason.toString() };
    });
    if (turnedAway !== undefined) closeWith(socket, turnedAway);
  });

  const inState = (state: number) => [...wss.clients].filter(({ readyState }) => readyState === state);
  return {
    url: `ws://127.0.0.1:${cable.port}/`,
    cable,
    heard,
    over,
    endings,
    connections: () => connections,
    open: () => inState(WebSocket.OPEN).length,
    closing: () => inState(WebSocket.CLOSING).length,
    say(text) {
      for (const socket of inState(WebSocket.OPEN)) {
        note({ kind: 'received', who, text, at: Date.now() });
        socket.send(text);
      }
    },
    close(code, reason) {
      for (const socket of inState(WebSocket.OPEN)) closeWith(socket, code, reason);
    },
    turnAway(code) {
      turnedAway = code;
    },
    async untilArrived() {
      await within(LONGEST_PING, Promise.all(inState(WebSocket.OPEN).map(ping)));
    },
    progress: () => progress,
    async end() {
      for (const socket of wss.clients) socket.terminate();
      await cable.end();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
}

function closeWith(socket: WebSocket, code: number, reason?: string): void {
  if (code === 1005) socket.close();
  else socket.close(code, reason);
}

/** Resolves when the pong is here, or none can come any more. */
async function ping(socket: WebSocket): Promise<void> {
  const over = new AbortController();
  const answered = ['pong', 'close'].map((event) => once(socket, event, { signal: over.signal }));
  for (const one of answered) one.catch(() => {});
  socket.ping();
  await Promise.race(answered);
  over.abort();
}
