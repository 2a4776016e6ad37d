import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
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

/** Nobody else can sign. Who restarts the server ends all sessions. */
const SECRET = randomUUID();

/** What the browser has says all: who it is, until when, and that it was we who wrote it. */
type Session = { id: string; name: string; endsAt: number };

/** Which sessions ended before their time. */
const ended = new Set<string>();
/** Which tickets were used. Each says itself whose it is. */
const used = new Set<string>();
/** Which session each connection came with. */
const origins = new Map<WebSocket, Session>();

const sign = (text: string) => createHmac('sha256', SECRET).update(text).digest('base64url');

/** A text that is signed: for what it is, what it says, and the signature. */
function seal(kind: 'session' | 'ticket', session: Session): string {
  const text = Buffer.from(JSON.stringify({ kind, ...session, once: randomUUID() })).toString('base64url');
  return `${text}.${sign(text)}`;
}

function unseal(kind: 'session' | 'ticket', sealed: string): Session | undefined {
  const [text = '', signature = ''] = sealed.split('.');
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(text))];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  const { kind: its, id, name, endsAt } = JSON.parse(Buffer.from(text, 'base64url').toString());
  return its === kind && Date.now() < endsAt && !ended.has(id) ? { id, name, endsAt } : undefined;
}

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
  const session = { id: randomUUID(), name: user.name, endsAt: Date.now() + SESSION_LIFE };
  began.set(session.id, session.endsAt);
  const token = seal('session', session);
  response.setHeader('Set-Cookie', `${cookieName(request)}=${token}; HttpOnly; SameSite=Strict; Path=/`);
  response.writeHead(204).end();
}

function giveTicket(request: IncomingMessage, response: ServerResponse) {
  if (!isOwnPage(request)) return refuse(response, 403);
  const session = unseal('session', readCookie(request) ?? '');
  if (!session) return refuse(response, 401);
  const endsAt = Math.min(session.endsAt, Date.now() + TICKET_LIFE);
  const ticket = seal('ticket', { ...session, endsAt });
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ ticket }));
}

function logOut(request: IncomingMessage, response: ServerResponse) {
  if (!isOwnPage(request)) return refuse(response, 403);
  const session = unseal('session', readCookie(request) ?? '');
  if (!session) return refuse(response, 401);
  ended.add(session.id);
  sayGoodbye();
  response.setHeader('Set-Cookie', `${cookieName(request)}=; Max-Age=0; Path=/`);
  response.writeHead(204).end();
}

/** Looks at all connections: whose session is over goes. */
function sayGoodbye(): void {
  for (const [socket, { id, endsAt }] of origins) {
    if (Date.now() < endsAt && !ended.has(id)) continue;
    origins.delete(socket);
    dismiss(socket, 4401, 'You are logged out.');
  }
}
setInterval(sayGoodbye, 500);

function isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}`;
}

server.on('upgrade', (request, tcp, head) => {
  if (!isOwnPage(request)) return refuseUpgrade(tcp, '403 Forbidden');
  const session = redeem(new URL(`http://localhost${request.url}`).searchParams.get('ticket') ?? '');
  const user = session && accounts.find(session.name);
  if (!session || !user) return refuseUpgrade(tcp, '401 Unauthorized');
  wss.handleUpgrade(request, tcp, head, (socket) => {
    setLink(socket, request.socket);
    origins.set(socket, session);
    socket.on('close', () => origins.delete(socket));
    welcome(socket, user);
  });
});

/** Gives the session of a ticket, which ends later than the ticket does. */
function redeem(ticket: string): Session | undefined {
  const session = unseal('ticket', ticket);
  if (!session || used.has(ticket)) return undefined;
  used.add(ticket);
  return { ...session, endsAt: began.get(session.id) ?? session.endsAt };
}

/** When each session ends, by its id. */
const began = new Map<string, number>();

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
