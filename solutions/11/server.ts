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

/** In ms: what is gathered is told so often. */
const TICK = 50;
/** In bytes: for whom more waits gets no points, and for whom more waits than the second is ended. */
const [BUSY, MOST_WAITING] = [64 * 1024, 1024 * 1024];

/** Who came and went since the last tick. */
const joined = new Set<string>();
const left = new Set<string>();
/** Where everybody points, and whose point was not told yet. */
const points = new Map<string, Point>();
const moved = new Set<string>();
/** Who must be told all points: they are new, or did not hear of some. */
const behind = new Set<WebSocket>();
let timer: NodeJS.Timeout | undefined;

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
    behind.delete(socket);
    noteLeft(username);
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
  if (before !== username) {
    if (before !== undefined) noteLeft(before);
    noteJoined(username);
  }
  behind.add(socket);
  begin();
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

function point(socket: WebSocket, at: Point): ErrorCode | undefined {
  const username = usernames.get(socket);
  if (username === undefined) return 'not-joined';
  points.set(username, at);
  moved.add(username);
  begin();
}

/** Who comes back within a tick was not away. */
function noteJoined(username: string): void {
  if (!left.delete(username)) joined.add(username);
  begin();
}

function noteLeft(username: string): void {
  points.delete(username);
  moved.delete(username);
  if (!joined.delete(username)) left.add(username);
  begin();
}

function begin(): void {
  if (timer === undefined) timer = setTimeout(tick, TICK);
}

function tick(): void {
  timer = undefined;
  if (joined.size > 0 || left.size > 0) tellPresence([...joined], [...left]);
  joined.clear();
  left.clear();
  tellPoints();
  if (behind.size > 0) begin();
}

function tellPoints(): void {
  const some = pointsOf(moved);
  const all = pointsOf(points.keys());
  moved.clear();
  for (const socket of usernames.keys()) {
    if (socket.bufferedAmount > BUSY) {
      if (some.length > 0) behind.add(socket);
    } else {
      const news = behind.delete(socket) ? all : some;
      if (news.length > 0) send(socket, { type: 'points', points: news });
    }
  }
}

function pointsOf(names: Iterable<string>): [string, number, number][] {
  return [...names].flatMap((name): [string, number, number][] => {
    const [x, y] = points.get(name) ?? [];
    return x === undefined || y === undefined ? [] : [[name, x, y]];
  });
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(username: string, self: WebSocket): boolean {
  for (const [socket, other] of usernames) {
    if (socket !== self && other.toLowerCase() === username.toLowerCase()) return true;
  }
  return false;
}

function tellPresence(come: string[], gone: string[]): void {
  broadcast({ type: 'presence', joined: come, left: gone, at: now() });
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
  if (socket.readyState !== WebSocket.OPEN) return;
  // Not close(): its goodbye would wait behind all that is not read.
  if (socket.bufferedAmount > MOST_WAITING) socket.terminate();
  else socket.send(text);
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
