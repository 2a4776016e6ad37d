import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from '#lessons/05/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const server = await serveLesson('lessons/05');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** From a connection to its name, as its owner spells it. A socket that is not in here has not joined. */
const usernames = new Map<WebSocket, string>();

/** The way back: from a name to its owner. The key is in lower case, since `Alice` is `alice`. */
const people = new Map<string, { socket: WebSocket; username: string }>();

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.message);
    else if (received.type === 'private') whisper(socket, received.to, received.message);
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', () => {
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    people.delete(username.toLowerCase());
    announce(`${username} left.`);
  });
});

function join(socket: WebSocket, username: string): void {
  const owner = people.get(username.toLowerCase());
  if (owner !== undefined && owner.socket !== socket) {
    refuse(socket, 'username-taken');
    return;
  }
  const before = usernames.get(socket);
  if (before !== undefined) people.delete(before.toLowerCase());
  usernames.set(socket, username);
  people.set(username.toLowerCase(), { socket, username });
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

/** Two people get a private message, or one, if it is to oneself: a Set holds each of them once. */
function whisper(socket: WebSocket, to: string, message: string): void {
  const from = usernames.get(socket);
  if (from === undefined) {
    refuse(socket, 'not-joined');
    return;
  }
  const receiver = people.get(to.toLowerCase());
  if (receiver === undefined) {
    refuse(socket, 'unknown-user');
    return;
  }
  const copy: ServerMessage = { type: 'private', from, to: receiver.username, message, at: now() };
  const text = JSON.stringify(copy);
  for (const person of new Set([receiver.socket, socket])) person.send(text);
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
