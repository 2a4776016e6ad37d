import { performance } from 'node:perf_hooks';
import { WebSocket, WebSocketServer } from 'ws';
import { createHistory } from '#lessons/09/history.ts';
import { ERROR_TEXTS, type ErrorCode, parse, type ServerMessage } from '#lessons/09/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
import { quoted } from '#shared/lesson/visible.ts';

const server = await serveLesson('lessons/09', {
  instead: { 'lessons/09/pulse.ts': 'exercises/08/pulse.ts' },
});
const wss = new WebSocketServer({ server, maxPayload: 64 * 1024 });

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

/** What was said. It is new with each start of this program. */
const history = createHistory();

wss.on('connection', (socket) => {
  console.log('A client arrived.');
  keepAlive(socket);
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));

  socket.on('message', (data, isBinary) => {
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') refuse(socket, received);
    else if (received.type === 'join') join(socket, received.username);
    else if (received.type === 'chat') chat(socket, received.id, received.message);
    else if (received.type === 'since') catchUp(socket, received.epoch, received.seq);
    else if (received.type === 'ping') send(socket, { type: 'pong', at: now() });
    else received satisfies never; // A new type in the protocol is an error here, until we handle it.
  });

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

/** Whatever comes is a sign of life: a message, a ping, a pong. Each connection looks at its own watch, ten times a second. */
function keepAlive(socket: WebSocket): void {
  let heardAt = performance.now();
  let askedAt = heardAt - 4_500 * Math.random();
  const timer = setInterval(() => {
    const time = performance.now();
    if (time - heardAt >= 9_800) return socket.terminate();
    if (time - askedAt < 4_500) return;
    askedAt = time;
    socket.ping();
  }, 100);
  for (const event of ['message', 'ping', 'pong'] as const) {
    socket.on(event, () => {
      heardAt = performance.now();
    });
  }
  socket.on('close', () => clearInterval(timer));
}

function join(socket: WebSocket, username: string): void {
  if (isTaken(username, socket)) {
    refuse(socket, 'username-taken');
    return;
  }
  const before = usernames.get(socket);
  usernames.set(socket, username);
  send(socket, { type: 'joined', username, usernames: [...usernames.values()], at: now() });
  announce(before === undefined ? `${username} joined.` : `${before} is now ${username}.`, socket);
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(socket: WebSocket, id: string, message: string): void {
  const username = usernames.get(socket);
  if (username === undefined) {
    refuse(socket, 'not-joined');
    return;
  }
  const said = { username, message, at: now() };
  const { seq, isNew } = history.add(id, said);
  if (isNew) broadcast({ type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

function catchUp(socket: WebSocket, epoch: string, seq: number): void {
  if (usernames.has(socket)) send(socket, { ...history.since(epoch, seq), at: now() });
  else refuse(socket, 'not-joined');
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

function refuse(socket: WebSocket, code: ErrorCode): void {
  send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
}

function send(socket: WebSocket, message: ServerMessage): void {
  socket.send(JSON.stringify(message));
}

function now(): string {
  return new Date().toISOString();
}
