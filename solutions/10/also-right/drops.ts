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
const wss = new WebSocketServer({ server, maxPayload: 16_384 });

const COSTS = { chat: 1, ping: 1, join: 5, since: 5 };

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

/** Whoever has a place here, and what is in the buckets. Who was told goodbye has none any more, and keeps the place. */
const guests = new Map<WebSocket, { address: string; tokens: number; errors: number; isGone: boolean }>();

wss.on('connection', (socket, request) => {
  socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));
  const address = request.socket.remoteAddress ?? '';
  const neighbours = [...guests.values()].filter((guest) => guest.address === address);
  if (neighbours.length >= 250) return sayGoodbye(socket, 1013);
  const guest = { address, tokens: 150, errors: 20, isGone: false };
  guests.set(socket, guest);
  keepAlive(socket);
  // A drop each 100 ms, as long as there is room: it is not asked how late it is.
  const drops = setInterval(() => {
    guest.tokens = Math.min(150, guest.tokens + 1);
  }, 100);
  const pardons = setInterval(() => {
    guest.errors = Math.min(20, guest.errors + 1);
  }, 1000);

  socket.on('message', (data, isBinary) => {
    if (guest.isGone) return;
    const received = isBinary ? 'not-text' : parse(data.toString());
    if (typeof received === 'string') return err(received);
    if (!pay(COSTS[received.type])) return err('too-fast');
    const code = handle(socket, received);
    if (code) err(code);
  });
  socket.on('ping', () => {
    if (!guest.isGone && !pay(1)) err('too-fast');
  });

  function pay(cost: number): boolean {
    const isEnough = guest.tokens >= cost;
    if (isEnough) guest.tokens -= cost;
    return isEnough;
  }

  function err(code: ErrorCode): void {
    if (guest.errors > 0) {
      guest.errors -= 1;
      send(socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
      return;
    }
    guest.isGone = true;
    sayGoodbye(socket, 1008);
  }

  socket.on('close', (code, reason) => {
    console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
    guests.delete(socket);
    clearInterval(drops);
    clearInterval(pardons);
    const username = usernames.get(socket);
    if (username === undefined) return;
    usernames.delete(socket);
    announce(`${username} left.`);
  });
});

/** The timer is not taken back: whoever has gone meanwhile does not mind. */
function sayGoodbye(socket: WebSocket, code: number): void {
  socket.close(code);
  setTimeout(() => socket.terminate(), 4_900);
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
