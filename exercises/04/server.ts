import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from '#lessons/05/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/05');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

// TODO 1: this map leads from a connection to a name. Now you need the way back: from a name to a connection.
// TODO 5: if you keep a second map for it, a rename and a goodbye must change both.

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.message);
    // TODO 1: else it is private. received.message goes to received.to and to its sender, and to nobody else.
    // TODO 2: who writes to themselves gets it once.
    // TODO 3: both see the receiver's name as its owner spells it.
    // TODO 4: refuse who has not joined, and a name that nobody has.
  });

  socket.on('close', () => {
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

function join(socket: WebSocket, username: string): void {
  if (isTaken(username, socket)) {
    refuse(socket, 'username-taken');
    return;
  }
  const before = usernames.get(socket);
  usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...usernames.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** The name comes from what the server keeps, never from the message: nobody speaks as somebody else. */
function chat(socket: WebSocket, message: string): void {
  const username = usernames.get(socket);
  if (username === undefined) {
    refuse(socket, 'not-joined');
    return;
  }
  broadcast({ type: 'chat', username, message, at: now() });
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(username: string, self: WebSocket): boolean {
  for (const [socket, other] of usernames) {
    if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;
  }
  return false;
}

function announce(message: string, except?: WebSocket): void {
  broadcast({ type: 'system', message, usernames: [...usernames.values()], at: now() }, except);
}

/** Sends to everyone who has joined and is OPEN, but for one. */
function broadcast(message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const socket of usernames.keys()) {
    if (socket !== except && socket.readyState === WebSocket.OPEN) socket.send(text);
  }
}

function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
