import { setImmediate, setTimeout as wait } from 'node:timers/promises';
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
const wss = new WebSocketServer({ server, maxPayload: 16 * 1024 });

const COSTS = { chat: 1, ping: 1, join: 5, since: 5 };

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

/** Everybody in one line, whoever they are: each is handled when all before are. */
let line: Promise<unknown> = Promise.resolve();
const places = new Map<string, number>();

wss.on('connection', (socket, request) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  const address = `${request.socket.remoteAddress}`;
  const left = places.get(address) ?? 250;
  if (left === 0) return part(socket, 1013);
  places.set(address, left - 1);
  keepAlive(socket);
  const tokens = createBucket(150, 10);
  const errors = createBucket(20, 1);
  const isHere = () => socket.readyState === WebSocket.OPEN;

  function err(code: ErrorCode): void {
    if (errors(1)) send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    else part(socket, 1008);
  }
  function after(work: () => void): void {
    line = line.then(() => setImmediate()).then(() => isHere() && work());
  }

  socket.on('message', (data, isBinary) =>
    after(() => {
      const received = isBinary ? 'not-text' : parse(data.toString());
      if (typeof received === 'string') return err(received);
      if (!tokens(COSTS[received.type])) return err('too-fast');
      const code = handle(socket, received);
      if (code !== undefined) err(code);
    }),
  );
  socket.on('ping', () => after(() => void (tokens(1) || err('too-fast'))));

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    places.set(address, (places.get(address) ?? 0) + 1);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

/** A bucket that is full at first. What it gives takes so many tokens out, and says whether they were there. */
function createBucket(size: number, perSecond: number): (cost: number) => boolean {
  let tokens = size;
  let at = Date.now();
  return (cost) => {
    const time = Date.now();
    tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond);
    at = time;
    if (tokens < cost) return false;
    tokens -= cost;
    return true;
  };
}

/** Whoever has not gone by then is ended: a promise in place of a timer. */
async function part(socket: WebSocket, code: number): Promise<void> {
  socket.close(code);
  await wait(3_000);
  if (socket.readyState !== WebSocket.CLOSED) socket.terminate();
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
