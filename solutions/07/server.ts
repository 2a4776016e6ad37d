import { randomUUID } from 'node:crypto';
import { WebSocket, WebSocketServer } from 'ws';
import { ERROR_TEXTS, type ErrorCode, parse, type Said, type ServerMessage } from '#lessons/08/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

const MOST_KEPT = 1000;
const PAGE = 100;

const server = await serveLesson('lessons/08');
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** The name of each connection that has joined. */
const names = new Map<WebSocket, string>();

/** New with each start: numbers of another start say nothing here. */
const epoch = randomUUID();
/** The newest messages, and their numbers by the ids that the clients gave them. Both begin with the oldest. */
const kept: Said[] = [];
const numbers = new Map<string, number>();
let last = 0;

wss.on('connection', (socket) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.id, received.message);
    else if (received.type === 'since') catchUp(socket, received.epoch, received.seq);
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', () => {
    const username = names.get(socket);
    if (names.delete(socket)) announce(`${username} left.`);
  });
});

function join(socket: WebSocket, username: string): void {
  for (const [other, name] of names) {
    if (other !== socket && name.toLowerCase() === username.toLowerCase()) {
      refuse(socket, 'username-taken');
      return;
    }
  }
  const before = names.get(socket);
  names.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...names.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** An id that is known is a message that came before: then its sender needs the ack once more, and nobody else a thing. */
function chat(socket: WebSocket, id: string, message: string): void {
  const username = names.get(socket);
  if (username === undefined) {
    refuse(socket, 'not-joined');
    return;
  }
  let seq = numbers.get(id);
  if (seq === undefined) {
    last += 1;
    seq = last;
    const said = { seq, username, message, at: now() };
    keep(id, said);
    broadcast({ type: 'chat', ...said });
  }
  send(socket, { type: 'ack', id, seq, at: now() });
}

/** Adds the newest message. What is too old goes, and its id with it. */
function keep(id: string, said: Said): void {
  kept.push(said);
  numbers.set(id, said.seq);
  if (kept.length <= MOST_KEPT) return;
  kept.shift();
  for (const oldest of numbers.keys()) {
    numbers.delete(oldest);
    return;
  }
}

/** Before the oldest that is kept there were `last - kept.length`: who has fewer would not notice the gap. */
function catchUp(socket: WebSocket, theirs: string, seq: number): void {
  if (!names.has(socket)) {
    refuse(socket, 'not-joined');
  } else if (theirs !== epoch || seq > last || seq < last - kept.length) {
    send(socket, { type: 'snapshot', epoch, messages: kept.slice(-PAGE), last, at: now() });
  } else {
    const messages = kept.filter((said) => said.seq > seq).slice(0, PAGE);
    send(socket, { type: 'missed', messages, last, at: now() });
  }
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
