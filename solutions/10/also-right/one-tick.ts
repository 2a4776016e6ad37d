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

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

/** What is left, in tenths of an error, and in tokens; and where somebody has been told to go, when that was. */
type Account = { address: string | undefined; tokens: number; tenths: number; goneAt?: number };
const accounts = new Map<WebSocket, Account>();
/** Who was turned away, and when. */
const turnedAway = new Map<WebSocket, number>();

/** One timer for all: it adds what comes in a tenth of a second, and ends those who do not go. */
let ticks = 0;
setInterval(() => {
  ticks += 1;
  for (const [socket, account] of accounts) {
    if (account.tokens < 150) account.tokens += 1;
    if (account.tenths < 200) account.tenths += 1;
    if (account.goneAt !== undefined && ticks - account.goneAt > 30) socket.terminate();
  }
  for (const [socket, since] of turnedAway) if (ticks - since > 30) socket.terminate();
}, 100);

wss.on('connection', (socket, request) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  const address = request.socket.remoteAddress;
  let count = 0;
  for (const account of accounts.values()) if (account.address === address) count += 1;
  if (count >= 250) {
    turnedAway.set(socket, ticks);
    socket.on('close', () => turnedAway.delete(socket));
    socket.close(1013);
    return;
  }
  accounts.set(socket, { address, tokens: 150, tenths: 200 });
  keepAlive(socket);
  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') return refuse(socket, received);
    const isDear = received.type === 'join' || received.type === 'since';
    if (pays(socket, isDear ? 5 : 1)) refuse(socket, handle(socket, received));
  });
  socket.on('ping', () => void pays(socket, 1));
  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    accounts.delete(socket);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

function pays(socket: WebSocket, cost: number): boolean {
  const account = accounts.get(socket);
  if (!account || account.goneAt !== undefined) return false;
  if (account.tokens < cost) {
    refuse(socket, 'too-fast');
    return false;
  }
  account.tokens -= cost;
  return true;
}

function refuse(socket: WebSocket, code: ErrorCode | undefined): void {
  const account = accounts.get(socket);
  if (code === undefined || !account || account.goneAt !== undefined) return;
  if (account.tenths >= 10) {
    account.tenths -= 10;
    send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    return;
  }
  account.goneAt = ticks;
  socket.close(1008);
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
