import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from '#lessons/07/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

// There is nothing to do in this file. It is the chat that you know, and the page of lesson 07 with your reconnecting-socket.ts.
const server = await serveLesson('lessons/07', {
  instead: { 'lessons/07/reconnecting-socket.ts': 'exercises/06/reconnecting-socket.ts' },
});
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.message);
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
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
