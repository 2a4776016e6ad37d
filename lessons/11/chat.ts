/** The chat, inside the border: what it gets was checked, and is a right message. What else is wrong with it, it says. */
import { WebSocket } from 'ws';
import { createHistory, type History } from './history.ts';
import type { ClientMessage, ErrorCode, ServerMessage } from './protocol.ts';

export type Room = {
  /** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
  usernames: Map<WebSocket, string>;
  history: History;
};

/** An empty one, where nothing was said yet. */
export function createRoom(): Room {
  return { usernames: new Map(), history: createHistory() };
}

/** Does what a client asks for. Gives the error, where there is one. */
export function handle(room: Room, socket: WebSocket, received: ClientMessage): ErrorCode | undefined {
  switch (received.type) {
    case 'join':
      return join(room, socket, received.username);
    case 'chat':
      return chat(room, socket, received.id, received.message);
    case 'since':
      return catchUp(room, socket, received.epoch, received.seq);
    case 'ping':
      send(socket, { type: 'pong', at: now() });
      return undefined;
    default:
      received satisfies never; // A new type in the protocol is an error here, until we handle it.
  }
}

function join(room: Room, socket: WebSocket, username: string): ErrorCode | undefined {
  if (isTaken(room, username, socket)) return 'username-taken';
  const before = room.usernames.get(socket);
  room.usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...room.usernames.values()], at: now() });
  announce(room, before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(room: Room, socket: WebSocket, id: string, message: string): ErrorCode | undefined {
  const username = room.usernames.get(socket);
  if (username === undefined) return 'not-joined';
  const said = { username, message, at: now() };
  const { seq, isNew } = room.history.add(id, said);
  if (isNew) broadcast(room, { type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

function catchUp(room: Room, socket: WebSocket, epoch: string, seq: number): ErrorCode | undefined {
  if (!room.usernames.has(socket)) return 'not-joined';
  send(socket, { ...room.history.since(epoch, seq), at: now() });
}

/** The connection has ended. Those who knew this client by a name hear of it. */
export function leave(room: Room, socket: WebSocket): void {
  const username = room.usernames.get(socket);
  if (username === undefined) return;
  room.usernames.delete(socket);
  announce(room, `${username} left.`);
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(room: Room, username: string, self: WebSocket): boolean {
  for (const [socket, other] of room.usernames) {
    if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;
  }
  return false;
}

function announce(room: Room, message: string, except?: WebSocket): void {
  broadcast(room, { type: 'system', message, usernames: [...room.usernames.values()], at: now() }, except);
}

/** Sends to everyone who has joined and is OPEN, but for one. */
function broadcast(room: Room, message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const socket of room.usernames.keys()) {
    if (socket !== except && socket.readyState === WebSocket.OPEN) socket.send(text);
  }
}

/** Sends to this one. */
export function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
