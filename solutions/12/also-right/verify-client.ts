import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
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

type Session = { user: User; sockets: Set<WebSocket> };

/** By the token in the browser's cookie. */
const sessions = new Map<string, Session>();
/** Which session each one is for, by its token, and until when (ms). */
const tickets = new Map<string, { token: string; endsAt: number }>();

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
/** ws asks this before it answers a handshake. It knows no more than yes, or a status. */
const wss = new WebSocketServer({
  server,
  maxPayload: 16 * 1024,
  verifyClient({ req }, answer) {
    if (!isOwnPage(req)) return answer(false, 403);
    const session = redeem(/[?&]ticket=([\w-]+)/.exec(req.url ?? '')?.[1] ?? '');
    if (!session) return answer(false, 401);
    coming.set(req, session);
    answer(true);
  },
});
/** Whose each request is that was let in. */
const coming = new WeakMap<IncomingMessage, Session>();

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
  sessions.set(token, { user, sockets: new Set() });
  setTimeout(() => endSession(token), SESSION_LIFE);
  response.setHeader('Set-Cookie', `${cookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/`);
  response.writeHead(204).end();
}

function giveTicket(request: IncomingMessage, response: ServerResponse) {
  if (!isOwnPage(request)) return refuse(response, 403);
  const token = readCookie(request) ?? '';
  if (!sessions.has(token)) return refuse(response, 401);
  // Whoever has not used theirs in time never will.
  for (const [old, { endsAt }] of tickets) if (endsAt <= performance.now()) tickets.delete(old);
  const ticket = newToken();
  tickets.set(ticket, { token, endsAt: performance.now() + TICKET_LIFE });
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ ticket }));
}

function logOut(request: IncomingMessage, response: ServerResponse) {
  if (!isOwnPage(request)) return refuse(response, 403);
  const token = readCookie(request) ?? '';
  if (!sessions.has(token)) return refuse(response, 401);
  endSession(token);
  response.setHeader('Set-Cookie', `${cookieName(request)}=; Max-Age=0; Path=/`);
  response.writeHead(204).end();
}

function endSession(token: string): void {
  const { sockets = [] } = sessions.get(token) ?? {};
  sessions.delete(token);
  for (const socket of sockets) dismiss(socket, 4401, 'You are logged out.');
}

function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}`;
}

/** So long that nobody can guess it. */
function newToken(): string {
  return randomBytes(32).toString('base64url');
}

wss.on('connection', (socket, request) => {
  const session = coming.get(request);
  if (!session) return socket.terminate();
  setLink(socket, request.socket);
  session.sockets.add(socket);
  socket.on('close', () => session.sockets.delete(socket));
  welcome(socket, session.user);
});

/** Takes a ticket, and gives the session that it is for. */
function redeem(ticket: string): Session | undefined {
  const found = tickets.get(ticket);
  tickets.delete(ticket);
  return found && performance.now() < found.endsAt ? sessions.get(found.token) : undefined;
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

/** Who has a connection already does not come a second time. */
function enter(socket: WebSocket, user: User): void {
  if (!namesHere().has(user.name)) gather.joined(user.name);
  users.set(socket, user);
  gather.enter(socket);
  const { name: username, isAdmin } = user;
  send(socket, { type: 'joined', username, isAdmin, usernames: [...namesHere()], at: now() });
}

/** Who still has another connection has not left. */
function leave(socket: WebSocket, user: User): void {
  users.delete(socket);
  gather.leave(socket);
  if (!namesHere().has(user.name)) gather.left(user.name);
}

function namesHere(): Set<string> {
  return new Set([...users.values()].map(({ name }) => name));
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
