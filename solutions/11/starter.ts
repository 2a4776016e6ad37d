import { WebSocket, WebSocketServer } from 'ws';
import { keepAlive } from '#lessons/12/heartbeat.ts';
import { createHistory } from '#lessons/12/history.ts';
import { COSTS, createAddresses, createAllowance, createBucket, createLog } from '#lessons/12/limits.ts';
import {
  type ClientMessage,
  ERROR_TEXTS,
  type ErrorCode,
  type Point,
  parse,
  type ServerMessage,
} from '#lessons/12/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

const server = await serveLesson('lessons/12');
server.maxConnections = 2_000;
const wss = new WebSocketServer({ server, maxPayload: 16 * 1024, maxFragments: 100 });

const addresses = createAddresses();
const log = createLog(console.log, createBucket(1_000, 10));

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

// The border. It is done: what gets through it was checked, and is not too much.
wss.on('connection', (socket, { socket: { remoteAddress = '' } }) => {
  socket.on('error', (error) => log(`A client broke the protocol: ${error.message}`));
  const address = addresses.enter(remoteAddress);
  if (!address) {
    dismiss(socket, 1013, 'Too many from your address.');
    return;
  }
  log('A client arrived.');
  keepAlive(socket);
  const mayAsk = createAllowance();
  const mayErr = createBucket(20, 1);

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== WebSocket.OPEN) return;
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') err(received);
    else if (!mayAsk(received.type)) err('too-fast');
    else if (!address.mayAsk(COSTS[received.type])) refuse(socket, 'too-fast');
    else err(handle(socket, received));
  });

  socket.on('ping', () => {
    if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');
  });

  function err(code: ErrorCode | undefined): void {
    if (code === undefined) return;
    if (mayErr()) refuse(socket, code);
    else dismiss(socket, 1008, 'Too many errors.');
  }

  socket.on('close', (code, reason) => {
    address.leave();
    log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    tellPresence([], [username]);
  });
});

/** Does what somebody asks for. Gives the error, where there is one. */
function handle(socket: WebSocket, received: ClientMessage): ErrorCode | undefined {
  if (received.type === 'join') return join(socket, received.username);
  if (received.type === 'chat') return chat(socket, received.id, received.message);
  if (received.type === 'since') return catchUp(socket, received.epoch, received.seq);
  if (received.type === 'point') return point(socket, received.at);
  if (received.type === 'ping') return send(socket, { type: 'pong', at: now() });
  received satisfies never; // A new type in the protocol is an error here, until we handle it.
}

function join(socket: WebSocket, username: string): ErrorCode | undefined {
  if (isTaken(username, socket)) return 'username-taken';
  const before = usernames.get(socket);
  usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...usernames.values()], at: now() });
  // TODO 1: gather who came and who went, and tell it once in 50 ms.
  tellPresence([username], before === undefined ? [] : [before]);
  // TODO 4: who is new knows no points yet.
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

function point(socket: WebSocket, [x, y]: Point): ErrorCode | undefined {
  const username = usernames.get(socket);
  if (username === undefined) return 'not-joined';
  // TODO 2: a point is a state. Keep the newest of each, and tell those that have moved once in 50 ms.
  // TODO 3: for whom more than 64 KiB waits gets none now, and later the newest of all.
  broadcast({ type: 'points', points: [[username, x, y]] });
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(username: string, self: WebSocket): boolean {
  for (const [socket, other] of usernames) {
    if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;
  }
  return false;
}

function tellPresence(joined: string[], left: string[]): void {
  broadcast({ type: 'presence', joined, left, at: now() });
}

/** Sends to everyone who has joined and is OPEN. */
function broadcast(message: ServerMessage): void {
  const text = JSON.stringify(message);
  for (const socket of usernames.keys()) sendText(socket, text);
}

function send(socket: WebSocket, message: ServerMessage): undefined {
  sendText(socket, JSON.stringify(message));
}

function sendText(socket: WebSocket, text: string): void {
  // TODO 5: whoever has more than 1 MiB waiting does not keep up. End the connection.
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}

function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
}

/** Says goodbye. Who does not answer it is ended. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), 2_000);
  socket.on('close', () => clearTimeout(timer));
}

function now(): string {
  return new Date().toISOString();
}
