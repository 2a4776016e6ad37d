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

/** What each thing costs, in tokens. */
const COSTS = { chat: 1, ping: 1, join: 5, since: 5 };
/** Connections of one address. */
const MOST = 250;
/** In ms: so long somebody may take to answer our goodbye. */
const PATIENCE = 2_000;

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

/** How many connections each address has. Who was turned away is not counted. */
const counts = new Map<string, number>();

const history = createHistory();

wss.on('connection', (socket, request) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  const address = request.socket.remoteAddress ?? '';
  const count = counts.get(address) ?? 0;
  if (count >= MOST) {
    dismiss(socket, 1013, 'Too many from your address.');
    return;
  }
  counts.set(address, count + 1);
  console.log('A client arrived.');
  keepAlive(socket);
  const mayAsk = createBucket(150, 10);
  const mayErr = createBucket(20, 1);

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== WebSocket.OPEN) return; // We have said goodbye.
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') err(received);
    else if (mayAsk(COSTS[received.type])) err(handle(socket, received));
    else err('too-fast');
  });

  // ws answers it by itself. All the same it is work.
  socket.on('ping', () => {
    if (socket.readyState === WebSocket.OPEN && !mayAsk(COSTS.ping)) err('too-fast');
  });

  function err(code: ErrorCode | undefined): void {
    if (code === undefined) return;
    if (mayErr(1)) send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    else dismiss(socket, 1008, 'Too many errors.');
  }

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    const left = (counts.get(address) ?? 0) - 1;
    if (left > 0) counts.set(address, left);
    else counts.delete(address);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

/** A bucket that is full at first. What it gives takes so many tokens out, and says whether they were there. */
function createBucket(size: number, perSecond: number): (cost: number) => boolean {
  let tokens = size;
  let at = performance.now(); // Date.now() may be set back.
  return (cost) => {
    const time = performance.now();
    tokens = Math.min(size, tokens + ((time - at) / 1000) * perSecond);
    at = time;
    if (tokens < cost) return false;
    tokens -= cost;
    return true;
  };
}

/** Says goodbye. Who does not answer is ended: else they keep their place for as long as they like. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), PATIENCE);
  socket.on('close', () => clearTimeout(timer));
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
