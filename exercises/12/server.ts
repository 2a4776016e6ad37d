import type { IncomingMessage, ServerResponse } from 'node:http';
import { WebSocket, WebSocketServer } from 'ws';
import { createAccounts, type User } from '#lessons/13/accounts.ts';
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

const accounts = createAccounts(await openStore(process.env.LESSON_DATA ?? 'exercises/12/data'));

const server = await serveLesson('lessons/13', {
  routes: {
    'POST /register': (request, response) => logIn(request, response, accounts.register, 409),
    'POST /login': (request, response) => logIn(request, response, accounts.check, 401),
    'POST /ticket': giveTicket,
    'POST /logout': logOut,
  },
  // The pages of this machine get as far as to this server. TODO 4: it needs a guard of its own.
  origins: ['http://localhost:*', 'http://127.0.0.1:*'],
});
// TODO 3: this lets everybody in.
const wss = new WebSocketServer({ server, maxPayload: 16 * 1024 });

/** Whose each connection is. */
const users = new Map<WebSocket, User>();
const gather = createGather(() => users.keys());
const history = createHistory();

/** Somebody registers, or logs in. */
async function logIn(
  request: IncomingMessage,
  response: ServerResponse,
  prove: (name: string, password: string) => Promise<User | undefined>,
  ifNot: 401 | 409,
): Promise<void> {
  const form = await readForm(request);
  if (typeof form === 'number') return refuse(response, form);
  const user = await prove(form.username, form.password);
  if (!user) return refuse(response, ifNot);
  // TODO 1: name and password are right. Begin a session, and give the browser a cookie for it.
  response.writeHead(204).end();
}

function giveTicket(_request: IncomingMessage, response: ServerResponse) {
  // TODO 2: whose cookie is this? Who has no session gets 401. The others get a ticket: good once, and for 30 seconds.
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ ticket: 'come-in' }));
}

function logOut(_request: IncomingMessage, response: ServerResponse) {
  // TODO 7: end the session, and all connections that belong to it.
  // TODO 8: after ten minutes a session ends by itself.
  response.writeHead(204).end();
}

let guests = 0;

wss.on('connection', (socket, request) => {
  setLink(socket, request.socket);
  // TODO 3: who is it? The ticket says it.
  guests += 1;
  welcome(socket, { name: `guest ${guests}`, isAdmin: false });
});

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

/** TODO 6: who has a connection already does not come a second time. */
function enter(socket: WebSocket, user: User): void {
  gather.joined(user.name);
  users.set(socket, user);
  gather.enter(socket);
  const { name: username, isAdmin } = user;
  send(socket, { type: 'joined', username, isAdmin, usernames: namesHere(), at: now() });
}

/** TODO 6: who still has another connection has not left. */
function leave(socket: WebSocket, user: User): void {
  users.delete(socket);
  gather.leave(socket);
  gather.left(user.name);
}

function namesHere(): string[] {
  return [...users.values()].map(({ name }) => name);
}

/** Does what somebody asks for. Gives the error, where there is one. */
function handle(socket: WebSocket, user: User, received: ClientMessage): ErrorCode | undefined {
  if (received.type === 'chat') return chat(socket, user, received.id, received.message);
  if (received.type === 'delete') return erase(received.seq);
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

function erase(seq: number): ErrorCode | undefined {
  const said = history.find(seq);
  if (!said || said.message === '') return 'unknown-message';
  // TODO 5: may they do this?
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
