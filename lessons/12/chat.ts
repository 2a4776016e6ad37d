/** The chat, inside the border: what it gets was checked, and is a right message. What else is wrong with it, it says. */
import type { WebSocket } from 'ws';
import { createGather, type Gather } from './gather.ts';
import { createHistory, type History } from './history.ts';
import { isBusy, send, sendAll } from './outlet.ts';
import type { ClientMessage, ErrorCode, Point } from './protocol.ts';

export type Room = {
  /** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
  usernames: Map<WebSocket, string>;
  /** Whose name it is, in small letters: to look through all names takes too long where 2,000 come at once. */
  owners: Map<string, WebSocket>;
  history: History;
  gather: Gather;
};

/** An empty one, where nothing was said yet. */
export function createRoom(): Room {
  const usernames = new Map<WebSocket, string>();
  const gather = createGather(() => usernames.keys());
  return { usernames, owners: new Map(), history: createHistory(), gather };
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
    case 'point':
      return point(room, socket, received.at);
    case 'ping':
      send(socket, { type: 'pong', at: now() });
      return undefined;
    default:
      received satisfies never; // A new type in the protocol is an error here, until we handle it.
  }
}

function join(room: Room, socket: WebSocket, username: string): ErrorCode | undefined {
  const { usernames, owners, gather } = room;
  // `Alice` and `alice` are the same name.
  if ((owners.get(username.toLowerCase()) ?? socket) !== socket) return 'username-taken';
  if (usernames.get(socket) !== username) {
    forget(room, socket); // It may have had another name.
    usernames.set(socket, username);
    owners.set(username.toLowerCase(), socket);
    gather.joined(username);
  }
  gather.enter(socket);
  send(socket, { type: 'joined', username, usernames: [...usernames.values()], at: now() });
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(room: Room, socket: WebSocket, id: string, message: string): ErrorCode | undefined {
  const username = room.usernames.get(socket);
  if (username === undefined) return 'not-joined';
  const said = { username, message, at: now() };
  const { seq, isNew } = room.history.add(id, said);
  if (isNew) sendAll(room.usernames.keys(), { type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

function catchUp(room: Room, socket: WebSocket, epoch: string, seq: number): ErrorCode | undefined {
  if (!room.usernames.has(socket)) return 'not-joined';
  if (isBusy(socket)) return 'too-fast'; // It has not read what it had. This answer may be long.
  send(socket, { ...room.history.since(epoch, seq), at: now() });
}

/** Where somebody points now. Where they pointed before is of no use to anybody. */
function point(room: Room, socket: WebSocket, at: Point): ErrorCode | undefined {
  const username = room.usernames.get(socket);
  if (username === undefined) return 'not-joined';
  room.gather.point(username, at);
}

/** The connection has ended. Those who knew this client by a name hear of it. */
export function leave(room: Room, socket: WebSocket): void {
  forget(room, socket);
  room.usernames.delete(socket);
  room.gather.leave(socket);
}

function forget({ usernames, owners, gather }: Room, socket: WebSocket): void {
  const username = usernames.get(socket);
  if (username === undefined) return;
  owners.delete(username.toLowerCase());
  gather.left(username);
}

function now(): string {
  return new Date().toISOString();
}
