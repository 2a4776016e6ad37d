import { WebSocket, WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from './protocol.ts';

const server = await serveLesson('lessons/05');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** From a connection to its name, as it is spelled. A socket that is not in here has not joined. */
const usernames = new Map<WebSocket, string>();

/** From a name to its connection. The key is in lower case: `Alice` and `alice` are the same name. */
const sockets = new Map<string, WebSocket>();

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.message);
    else if (received.type === 'private') sendPrivately(socket, received.to, received.message);
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    sockets.delete(username.toLowerCase());
    announce(`${username} left.`);
  });
});

function join(socket: WebSocket, username: string): void {
  const owner = sockets.get(username.toLowerCase());
  if (owner !== undefined && owner !== socket) {
    refuse(socket, 'username-taken');
    return;
  }
  const before = usernames.get(socket);
  if (before !== undefined) sockets.delete(before.toLowerCase());
  usernames.set(socket, username);
  sockets.set(username.toLowerCase(), socket);
  send([socket], { type: 'joined', username, usernames: [...usernames.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** The name comes from what the server keeps, never from the message: nobody speaks as somebody else. */
function chat(socket: WebSocket, message: string): void {
  const username = usernames.get(socket);
  if (username === undefined) refuse(socket, 'not-joined');
  else broadcast({ type: 'chat', username, message, at: now() });
}

/** Two people see a private message: the one it is for and the one who wrote it. Nobody else. */
function sendPrivately(socket: WebSocket, to: string, message: string): void {
  const from = usernames.get(socket);
  const receiver = sockets.get(to.toLowerCase());
  const receiverName = receiver && usernames.get(receiver);
  if (from === undefined) refuse(socket, 'not-joined');
  else if (receiver === undefined || receiverName === undefined) refuse(socket, 'unknown-user');
  // A Set: whoever writes to themselves gets the message once.
  else send(new Set([receiver, socket]), { type: 'private', from, to: receiverName, message, at: now() });
}

function announce(message: string, except?: WebSocket): void {
  broadcast({ type: 'system', message, usernames: [...usernames.values()], at: now() }, except);
}

/** Sends to everyone who has joined, but for one. */
function broadcast(message: ServerMessage, except?: WebSocket): void {
  send(
    [...usernames.keys()].filter((socket) => socket !== except),
    message,
  );
}

function refuse(socket: WebSocket, code: ErrorCode): void {
  send([socket], { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
}

/** Sends to those of these people who are OPEN. All get the same text, so it is encoded once. */
function send(people: Iterable<WebSocket>, message: ServerMessage): void {
  const text = JSON.stringify(message);
  for (const socket of people) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

function now(): string {
  return new Date().toISOString();
}
