/** The chat as a function. Whoever calls it brings the HTTP server, the clock and the chance: a program, or a test. */
import type { Server } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { quoted } from '#shared/lesson/visible.ts';
import { type Clock, REAL_CLOCK } from './clock.ts';
import { keepAlive } from './heartbeat.ts';
import { createHistory, type History } from './history.ts';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from './protocol.ts';

export type Options = {
  /** Default: the real one. */
  clock?: Clock;
  /** From 0 to 1. Default: Math.random. */
  random?: () => number;
  /** Hears who arrives and leaves. Default: nobody does. */
  log?: (line: string) => void;
};

/** What belongs to one chat: two of them in one process have nothing in common. */
type Room = {
  /** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
  usernames: Map<WebSocket, string>;
  history: History;
  now: () => string;
};

/** Lets people talk on this HTTP server. To end it, close what it returns, and the server. */
export function startChat(
  server: Server,
  { clock = REAL_CLOCK, random = Math.random, log = () => {} }: Options = {},
): WebSocketServer {
  const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });
  const now = () => new Date(clock.now()).toISOString();
  const room: Room = { usernames: new Map(), history: createHistory(), now };

  wss.on('connection', (socket) => {
    log('A client arrived.');
    keepAlive(socket, { clock, random });
    socket.on('error', (error) => log(`A client broke the protocol: ${error.message}`));

    socket.on('message', (data, isBinary) => {
      const received = isBinary ? 'not-text' : parse(data.toString());
      if (typeof received === 'string') refuse(room, socket, received);
      else if (received.type === 'join') join(room, socket, received.username);
      else if (received.type === 'chat') chat(room, socket, received.id, received.message);
      else if (received.type === 'since') catchUp(room, socket, received.epoch, received.seq);
      else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });
      else received satisfies never; // A new type in the protocol is an error here, until we handle it.
    });

    socket.on('close', (code, reason) => {
      log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
      const username = room.usernames.get(socket);
      if (username === undefined) return;
      room.usernames.delete(socket);
      announce(room, `${username} left.`);
    });
  });
  return wss;
}

function join(room: Room, socket: WebSocket, username: string): void {
  if (isTaken(room, username, socket)) {
    refuse(room, socket, 'username-taken');
    return;
  }
  const before = room.usernames.get(socket);
  room.usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...room.usernames.values()], at: room.now() });
  announce(room, before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(room: Room, socket: WebSocket, id: string, message: string): void {
  const username = room.usernames.get(socket);
  if (username === undefined) {
    refuse(room, socket, 'not-joined');
    return;
  }
  const said = { username, message, at: room.now() };
  const { seq, isNew } = room.history.add(id, said);
  if (isNew) broadcast(room, { type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: room.now() });
}

function catchUp(room: Room, socket: WebSocket, epoch: string, seq: number): void {
  if (room.usernames.has(socket)) send(socket, { ...room.history.since(epoch, seq), at: room.now() });
  else refuse(room, socket, 'not-joined');
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(room: Room, username: string, self: WebSocket): boolean {
  for (const [socket, other] of room.usernames) {
    if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;
  }
  return false;
}

function announce(room: Room, message: string, except?: WebSocket): void {
  const usernames = [...room.usernames.values()];
  broadcast(room, { type: 'system', message, usernames, at: room.now() }, except);
}

/** Sends to everyone who has joined and is OPEN, but for one. */
function broadcast(room: Room, message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const socket of room.usernames.keys()) {
    if (socket !== except && socket.readyState === WebSocket.OPEN) socket.send(text);
  }
}

function refuse(room: Room, socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: room.now() });
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}
