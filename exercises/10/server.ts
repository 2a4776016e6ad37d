import { WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from '#lessons/11/heartbeat.ts';
import { createHistory } from '#lessons/11/history.ts';
import {
  type ClientMessage,
  ERROR_TEXTS,
  type ErrorCode,
  parse,
  type ServerMessage,
} from '#lessons/11/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

const server = await serveLesson('lessons/11');
// TODO 1: no right message has more than 16 KiB. What is larger ends the connection, with 1009.
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  // TODO 6: 250 connections of one address are enough. One more is told so, with 1013, and then nothing is done with it.
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  keepAlive(socket);

  socket.on('message', (data, isBinary) => {
    // TODO 5: after our goodbye nothing that comes is handled. And who does not answer the goodbye?
    const received = isBinary ? 'not-text' : parse(data.toString());
    // TODO 2: what does it cost? Are there so many tokens? Else it is too fast, and nothing is done.
    // TODO 3: ten tokens come back each second, and never more than 150 are there.
    const code = typeof received === 'string' ? received : handle(socket, received);
    // TODO 4: for an error there is a bucket, too. When it is empty, close the connection, with 1008.
    if (code !== undefined) {
      send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    }
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    // TODO 7: who leaves makes room, however they leave.
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

/** Does what somebody asks for. Gives the error, where there is one. */
function handle(socket: WebSocket, received: ClientMessage): ErrorCode | undefined {
  if (received.type === 'join') return join(socket, received.username);
  if (received.type === 'chat') return chat(socket, received.id, received.message);
  if (received.type === 'since') return catchUp(socket, received.epoch, received.seq);
  if (received.type === 'ping') return send(socket, { type: 'pong', at: now() });
  received satisfies never; // A new type in the protocol is an error here, until we handle it.
}

function join(socket: WebSocket, username: string): ErrorCode | undefined {
  if (isTaken(username, socket)) return 'username-taken';
  const before = usernames.get(socket);
  usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...usernames.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(socket: WebSocket, id: string, message: string): ErrorCode | undefined {
  const username = usernames.get(socket);
  if (username === undefined) return 'not-joined';
  const said = { username, message, at: now() };
  const { seq, isNew } = history.add(id, said);
  if (isNew) broadcast({ type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

function catchUp(socket: WebSocket, epoch: string, seq: number): ErrorCode | undefined {
  if (!usernames.has(socket)) return 'not-joined';
  send(socket, { ...history.since(epoch, seq), at: now() });
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

function send(socket: WebSocket, message: ServerMessage): undefined {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
