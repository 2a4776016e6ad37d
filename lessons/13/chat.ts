/** The chat, inside the border: what it gets was checked, and who says it is known. What each may do, it says. */
import { WebSocket } from 'ws';
import type { User } from './accounts.ts';
import { createHistory, type History } from './history.ts';
import type { ClientMessage, ErrorCode, ServerMessage } from './protocol.ts';

export type Room = {
  /** Who each connection belongs to. */
  users: Map<WebSocket, User>;
  history: History;
};

/** An empty one, where nothing was said yet. */
export function createRoom(): Room {
  return { users: new Map(), history: createHistory() };
}

/** A connection begins. Its user may have others: the room hears only of the first one. */
export function enter(room: Room, socket: WebSocket, user: User): void {
  const wasHere = isHere(room, user);
  room.users.set(socket, user);
  const { name: username, isAdmin } = user;
  send(socket, { type: 'joined', username, isAdmin, usernames: namesIn(room), at: now() });
  if (!wasHere) broadcast(room, { type: 'presence', joined: [username], left: [], at: now() }, socket);
}

/** A connection has ended. The user has left when it was the last one. */
export function leave(room: Room, socket: WebSocket): void {
  const user = room.users.get(socket);
  room.users.delete(socket);
  if (user && !isHere(room, user))
    broadcast(room, { type: 'presence', joined: [], left: [user.name], at: now() });
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
      send(socket, { ...room.history.since(received.epoch, received.seq), at: now() });
      return undefined;
    case 'ping':
      send(socket, { type: 'pong', at: now() });
      return undefined;
    default:
      received satisfies never; // A new type in the protocol is an error here, until we handle it.
  }
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(room: Room, socket: WebSocket, user: User, id: string, message: string): undefined {
  const said = { username: user.name, message, at: now() };
  const { seq, isNew } = room.history.add(id, said);
  if (isNew) broadcast(room, { type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

/** To be logged in is not enough: each thing that one may do to others is asked for here. */
function erase(room: Room, user: User, seq: number): ErrorCode | undefined {
  const said = room.history.find(seq);
  if (!said || said.message === '') return 'unknown-message';
  if (said.username !== user.name && !user.isAdmin) return 'forbidden';
  room.history.erase(seq);
  broadcast(room, { type: 'deleted', seq, at: now() });
}

function isHere(room: Room, user: User): boolean {
  return [...room.users.values()].some(({ name }) => name === user.name);
}

/** Each user once, however many connections they have. */
function namesIn({ users }: Room): string[] {
  return [...new Set([...users.values()].map(({ name }) => name))];
}

/** Sends to everyone who is OPEN, but for one. */
function broadcast(room: Room, message: ServerMessage, except?: WebSocket): void {
  const text = JSON.stringify(message);
  for (const socket of room.users.keys()) {
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
