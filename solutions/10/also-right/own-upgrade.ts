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
/** It answers pings by itself, and so it sees what they cost before it does. */
const wss = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024, autoPong: false });

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

const COSTS = new Map([
  ['join', 5],
  ['since', 5],
]);
/** All sockets that have a place, address by address: the list of one has 250 at most. */
const places: Record<string, WebSocket[]> = {};

server.on('upgrade', (request, tcp, head) => {
  wss.handleUpgrade(request, tcp, head, (socket) => {
    socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
    const address = `from ${request.socket.remoteAddress}`;
    const list = places[address] ?? [];
    places[address] = list;
    if (list.length >= 250) {
      leave(socket, 1013, 'Come back later.');
      return;
    }
    list.push(socket);
    serve(socket);
    socket.on('close', (code, reason) => {
      console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
      list.splice(list.indexOf(socket), 1);
      if (list.length === 0) delete places[address];
      const username = usernames.get(socket);
      if (username === undefined) return;
      usernames.delete(socket);
      announce(`${username} left.`);
    });
  });
});

/** Listens until the goodbye. After that there is nobody who listens. */
function serve(socket: WebSocket): void {
  keepAlive(socket);
  const [tokens, errors] = [fill(150, 10), fill(20, 1)];
  const onMessage = (data: Buffer, isBinary: boolean) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') err(received);
    else if (tokens.drain(COSTS.get(received.type) ?? 1)) err(handle(socket, received));
    else err('too-fast');
  };
  const onPing = (data: Buffer) => {
    if (tokens.drain(1)) socket.pong(data);
    else err('too-fast');
  };
  socket.on('message', onMessage);
  socket.on('ping', onPing);

  function err(code: ErrorCode | undefined): void {
    if (code === undefined) return;
    if (errors.drain(1)) {
      send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
      return;
    }
    socket.off('message', onMessage);
    socket.off('ping', onPing);
    leave(socket, 1008, 'You make nothing but errors.');
  }
}

/** How much is missing in a bucket: that runs back by itself, as time goes. */
function fill(size: number, perSecond: number) {
  let missing = 0;
  let at = new Date();
  return {
    drain(cost: number): boolean {
      const time = new Date();
      missing = Math.max(0, missing - ((time.getTime() - at.getTime()) * perSecond) / 1000);
      at = time;
      const isThere = missing + cost <= size;
      if (isThere) missing += cost;
      return isThere;
    },
  };
}

function leave(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timers = [1_000, 2_000].map((ms) => setTimeout(() => ms > 1_500 && socket.terminate(), ms));
  socket.once('close', () => timers.forEach(clearTimeout));
}

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
