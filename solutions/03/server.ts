import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from '#lessons/04/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/04');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** The name of each connection that has joined. */
const names = new Map<WebSocket, string>();

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.message);
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', () => {
    const username = names.get(socket);
    if (names.delete(socket)) announce(`${username} left.`);
  });
});

function join(socket: WebSocket, username: string): void {
  const owner = findOwner(username);
  if (owner !== undefined && owner !== socket) {
    refuse(socket, 'username-taken');
    return;
  }
  const before = names.get(socket);
  names.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...names.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** Who has this name, in whatever case. */
function findOwner(username: string): WebSocket | undefined {
  for (const [socket, name] of names) {
    if (name.toLowerCase() === username.toLowerCase()) return socket;
  }
  return undefined;
}

/** The message does not say who speaks. The connection does. */
function chat(socket: WebSocket, message: string): void {
  const username = names.get(socket);
  if (username === undefined) refuse(socket, 'not-joined');
  else broadcast({ type: 'chat', username, message, at: now() });
}

function announce(message: string, except?: WebSocket): void {
  broadcast({ type: 'system', message, usernames: [...names.values()], at: now() }, except);
}

/** Sends to everyone who has joined and is OPEN, but for one. */
function broadcast(message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const client of names.keys()) {
    if (client !== except && client.readyState === WebSocket.OPEN) client.send(text);
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
