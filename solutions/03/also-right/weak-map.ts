// Right in another way: a WeakMap beside wss.clients, a table of handlers, an extra message and extra fields.
import { WebSocket, WebSocketServer } from 'ws';
import { type ClientMessage, ERROR_TEXTS, type ErrorCode, parse } from '#lessons/04/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

type Guest = { username?: string; visits: number };
type Handlers = {
  [T in ClientMessage['type']]: (
    socket: WebSocket,
    guest: Guest,
    message: Extract<ClientMessage, { type: T }>,
  ) => void;
};

const guests = new WeakMap<WebSocket, Guest>();
const wss = new WebSocketServer({ server: await serveLesson('lessons/04'), maxPayload: 100_000 });

const handlers: Handlers = {
  join(socket, guest, { username }) {
    const isTwin = (other: Guest) =>
      other !== guest && other.username?.toLowerCase() === username.toLowerCase();
    if (inside().some(([, other]) => isTwin(other))) return refuse(socket, 'username-taken');
    guest.username = username;
    guest.visits += 1;
    say(socket, { type: 'joined', username, usernames: usernames(), visits: guest.visits });
    for (const [other] of inside()) if (other !== socket) report(other, `Now here: ${username}`);
  },
  chat(socket, { username }, { message }) {
    if (username === undefined) return refuse(socket, 'not-joined');
    for (const [other] of inside()) say(other, { type: 'chat', username, message, own: other === socket });
  },
};

wss.on('connection', (socket) => {
  const guest: Guest = { visits: 0 };
  guests.set(socket, guest);
  socket.on('error', () => socket.terminate());
  socket.on('close', () => {
    if (guest.username === undefined) return;
    for (const [other] of inside()) report(other, `No longer here: ${guest.username}`);
  });
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? 'not-text' : parse(data.toString());
    if (typeof message === 'string') refuse(socket, message);
    else if (message.type === 'join') handlers.join(socket, guest, message);
    else handlers.chat(socket, guest, message);
  });
  say(socket, { type: 'hello', message: 'What is your name?' });
});

/** Those who have joined. Who has left is no longer in wss.clients. */
function inside(): [WebSocket, Guest][] {
  return [...wss.clients].flatMap((socket): [WebSocket, Guest][] => {
    const guest = guests.get(socket);
    return guest?.username === undefined ? [] : [[socket, guest]];
  });
}

function usernames(): string[] {
  return inside().map(([, { username = '' }]) => username);
}

function report(socket: WebSocket, message: string): void {
  say(socket, { type: 'system', message, usernames: usernames(), online: wss.clients.size });
}

function refuse(socket: WebSocket, code: ErrorCode): void {
  say(socket, { type: 'error', code, message: ERROR_TEXTS[code] });
}

function say(socket: WebSocket, message: Record<string, unknown>): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(JSON.stringify({ ...message, at: new Date().toISOString() }));
}
