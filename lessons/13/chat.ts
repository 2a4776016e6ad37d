/** The chat, inside the border: what it gets was checked, and who says it is known. Here is what each of them may do. */
import type { WebSocket } from 'ws';
import type { User } from './accounts.ts';
import { createGather, type Gather } from './gather.ts';
import { createHistory, type History } from './history.ts';
import { isBusy, send, sendAll } from './outlet.ts';
import { type ClientMessage, ERROR_TEXTS, type ErrorCode } from './protocol.ts';

export type Room = {
  /** Whose each connection is. */
  users: Map<WebSocket, User>;
  /** How many connections each user has here, by name. */
  counts: Map<string, number>;
  history: History;
  gather: Gather;
};

/** An empty one, where nothing was said yet. */
export function createRoom(): Room {
  const users = new Map<WebSocket, User>();
  const gather = createGather(() => users.keys());
  return { users, counts: new Map(), history: createHistory(), gather };
}

/** A connection begins. Its user may have others: the room hears of the first one only. */
export function enter({ users, counts, gather }: Room, socket: WebSocket, user: User): void {
  const { name: username, isAdmin } = user;
  const count = counts.get(username) ?? 0;
  users.set(socket, user);
  counts.set(username, count + 1);
  if (count === 0) gather.joined(username);
  gather.enter(socket);
  send(socket, { type: 'joined', username, isAdmin, usernames: [...counts.keys()], at: now() });
}

/** A connection has ended. With the last one, its user has left. */
export function leave({ users, counts, gather }: Room, socket: WebSocket): void {
  const user = users.get(socket);
  if (!user) return;
  users.delete(socket);
  gather.leave(socket);
  const count = (counts.get(user.name) ?? 1) - 1;
  if (count > 0) counts.set(user.name, count);
  else {
    counts.delete(user.name);
    gather.left(user.name);
  }
}

/** Does what a client asks for. Gives the error, where there is one. */
export function handle(room: Room, socket: WebSocket, received: ClientMessage): ErrorCode | undefined {
  const user = room.users.get(socket);
  if (!user) return undefined;
  switch (received.type) {
    case 'chat':
      return chat(room, socket, user, received.id, received.message);
    case 'delete':
      return erase(room, user, received.seq);
    case 'since':
      return catchUp(room, socket, received.epoch, received.seq);
    case 'point':
      // Where they pointed before is of no use to anybody.
      room.gather.point(user.name, received.at);
      return undefined;
    case 'ping':
      send(socket, { type: 'pong', at: now() });
      return undefined;
    default:
      received satisfies never; // A new type in the protocol is an error here, until we handle it.
  }
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(room: Room, socket: WebSocket, { name }: User, id: string, message: string): undefined {
  const said = { username: name, message, at: now() };
  const { seq, isNew } = room.history.add(id, said);
  if (isNew) sendAll(room.users.keys(), { type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

/** To be logged in is not enough. Whether this user may do this is asked each time that they do it. */
function erase(room: Room, user: User, seq: number): ErrorCode | undefined {
  const said = room.history.find(seq);
  if (!said || said.message === '') return 'unknown-message';
  if (said.username !== user.name && !user.isAdmin) return 'forbidden';
  room.history.erase(seq);
  sendAll(room.users.keys(), { type: 'deleted', seq, at: now() });
}

function catchUp(room: Room, socket: WebSocket, epoch: string, seq: number): ErrorCode | undefined {
  if (isBusy(socket)) return 'too-fast'; // It has not read what it had. This answer may be long.
  send(socket, { ...room.history.since(epoch, seq), at: now() });
}

/** Tells somebody why this was not done. */
export function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
}

function now(): string {
  return new Date().toISOString();
}
