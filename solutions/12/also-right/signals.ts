import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { createAccounts, type User } from '#lessons/13/accounts.ts';
import { cookieName, readCookie } from '#lessons/13/cookie.ts';
import { readForm, refuse } from '#lessons/13/form.ts';
import { createGather } from '#lessons/13/gather.ts';
import { keepAlive } from '#lessons/13/heartbeat.ts';
import { createHistory } from '#lessons/13/history.ts';
import { createAllowance, createBucket } from '#lessons/13/limits.ts';
import { isBusy, send, sendAll, setLink } from '#lessons/13/outlet.ts';
import { type ClientMessage, ERROR_TEXTS, type ErrorCode, parse } from '#lessons/13/protocol.ts';
import { openStore } from '#lessons/13/store.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

/** In ms. */
const SESSION_LIFE = 10 * 60_000;
const TICKET_LIFE = 30_000;

/** `over` is aborted when the session ends: whoever cares listens. */
type Session = { user: User; over: AbortController };

const sessions = new Map<string, Session>();
const tickets = new Map<string, Session>();
/** How many connections each user has. */
const counts = new Map<string, number>();

const accounts = createAccounts(await openStore(process.env.LESSON_DATA ?? 'exercises/12/data'));

const server = await serveLesson('lessons/13', {
  routes: {
    'POST /register': (request, response) => logIn(request, response, accounts.register, 409),
    'POST /login': (request, response) => logIn(request, response, accounts.check, 401),
    'POST /ticket': giveTicket,
    'POST /logout': logOut,
  },
  // The pages of this machine get as far as to this server's own guard.
  origins: ['http://localhost:*', 'http://127.0.0.1:*'],
});
const wss = new WebSocketServer({ noServer: true, maxPayload: 16 * 1024 });

/** Whose each connection is. */
const users = new Map<WebSocket, User>();
const gather = createGather(() => users.keys());
const history = createHistory();

/** With a name and a password that are right, somebody gets a session, and a cookie for it. */
async function logIn(
  request: IncomingMessage,
  response: ServerResponse,
  prove: (name: string, password: string) => Promise<User | undefined>,
  ifNot: 401 | 409,
): Promise<void> {
  if (!isOwnPage(request)) return refuse(response, 403);
  const form = await readForm(request);
  if (typeof form === 'number') return refuse(response, form);
  const user = await prove(form.username, form.password);
  if (!user) return refuse(response, ifNot);
  const token = newToken();
  const over = new AbortController();
  sessions.set(token, { user, over });
  over.signal.addEventListener('abort', () => sessions.delete(token));
  setTimeout(() => over.abort(), SESSION_LIFE);
  response.setHeader('Set-Cookie', `${cookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/`);
  response.writeHead(204).end();
}

function giveTicket(request: IncomingMessage, response: ServerResponse) {
  if (!isOwnPage(request)) return refuse(response, 403);
  const session = sessions.get(readCookie(request) ?? '');
  if (!session) return refuse(response, 401);
  const ticket = newToken();
  tickets.set(ticket, session);
  const forget = () => tickets.delete(ticket);
  setTimeout(forget, TICKET_LIFE);
  session.over.signal.addEventListener('abort', forget);
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ ticket }));
}

function logOut(request: IncomingMessage, response: ServerResponse) {
  if (!isOwnPage(request)) return refuse(response, 403);
  const session = sessions.get(readCookie(request) ?? '');
  if (!session) return refuse(response, 401);
  session.over.abort();
  response.setHeader('Set-Cookie', `${cookieName(request)}=; Max-Age=0; Path=/`);
  response.writeHead(204).end();
}

function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return !origin || [`http://${host}`, `https://${host}`].includes(origin);
}

/** So long that nobody can guess it. */
function newToken(): string {
  return randomBytes(32).toString('base64url');
}

server.on('upgrade', (request, tcp, head) => {
  if (!isOwnPage(request)) return refuseUpgrade(tcp, '403 Forbidden');
  const session = redeem(new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '');
  if (!session) return refuseUpgrade(tcp, '401 Unauthorized');
  wss.handleUpgrade(request, tcp, head, (socket) => {
    setLink(socket, request.socket);
    const goodbye = () => dismiss(socket, 4401, 'You are logged out.');
    session.over.signal.addEventListener('abort', goodbye);
    socket.on('close', () => session.over.signal.removeEventListener('abort', goodbye));
    welcome(socket, session.user);
  });
});

/** Takes a ticket, and gives the session that it is for. */
function redeem(ticket: string): Session | undefined {
  const session = tickets.get(ticket);
  tickets.delete(ticket);
  return session;
}

function refuseUpgrade(tcp: Duplex, status: string): void {
  tcp.on('error', () => tcp.destroy());
  tcp.once('finish', () => tcp.destroy());
  tcp.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function welcome(socket: WebSocket, user: User): void {
  console.log('A client arrived.');
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  keepAlive(socket);
  enter(socket, user);
  const mayAsk = createAllowance();
  const mayErr = createBucket(20, 1);

  socket.on('message', (data, isBinary) => {
    if (socket.readyState !== WebSocket.OPEN) return; // We have said goodbye.
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') err(received);
    else if (!mayAsk(received.type)) err('too-fast');
    else err(handle(socket, user, received));
  });

  socket.on('ping', () => {
    if (socket.readyState === WebSocket.OPEN && !mayAsk('ping')) err('too-fast');
  });

  function err(code: ErrorCode | undefined): void {
    if (code === undefined) return;
    if (mayErr()) send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    else dismiss(socket, 1008, 'Too many errors.');
  }

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    leave(socket, user);
  });
}

function enter(socket: WebSocket, user: User): void {
  const { name: username, isAdmin } = user;
  const count = counts.get(username) ?? 0;
  counts.set(username, count + 1);
  if (count === 0) gather.joined(username);
  users.set(socket, user);
  gather.enter(socket);
  send(socket, { type: 'joined', username, isAdmin, usernames: [...counts.keys()], at: now() });
}

function leave(socket: WebSocket, { name }: User): void {
  users.delete(socket);
  gather.leave(socket);
  const count = (counts.get(name) ?? 1) - 1;
  counts.set(name, count);
  if (count > 0) return;
  counts.delete(name);
  gather.left(name);
}

/** Does what somebody asks for. Gives the error, where there is one. */
function handle(socket: WebSocket, user: User, received: ClientMessage): ErrorCode | undefined {
  if (received.type === 'chat') return chat(socket, user, received.id, received.message);
  if (received.type === 'delete') return erase(user, received.seq);
  if (received.type === 'since') return catchUp(socket, received.epoch, received.seq);
  if (received.type === 'point') gather.point(user.name, received.at);
  else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });
  else received satisfies never; // A new type in the protocol is an error here, until we handle it.
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(socket: WebSocket, { name }: User, id: string, message: string): undefined {
  const said = { username: name, message, at: now() };
  const { seq, isNew } = history.add(id, said);
  if (isNew) sendAll(users.keys(), { type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

function erase(user: User, seq: number): ErrorCode | undefined {
  const said = history.find(seq);
  if (!said || said.message === '') return 'unknown-message';
  if (said.username !== user.name && !user.isAdmin) return 'forbidden';
  history.erase(seq);
  sendAll(users.keys(), { type: 'deleted', seq, at: now() });
}

function catchUp(socket: WebSocket, epoch: string, seq: number): ErrorCode | undefined {
  if (isBusy(socket)) return 'too-fast'; // It has not read what it had.
  send(socket, { ...history.since(epoch, seq), at: now() });
}

/** Says goodbye. Who does not answer is ended. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => socket.terminate(), 2_000);
  socket.on('close', () => clearTimeout(timer));
}

function now(): string {
  return new Date().toISOString();
}
