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

/** In ms. */
const steady = () => Number(process.hrtime.bigint() / 1000n) / 1000;

/**
 * A bucket without tokens: it knows only when it will be full again (the "generic cell rate algorithm"). Each token taken
 * moves that on by the time that one token needs, and it must not be further away than the whole bucket needs.
 */
class Meter {
  private fullAt = 0;
  private readonly size: number;
  private readonly msPerToken: number;

  constructor(size: number, msPerToken: number) {
    this.size = size;
    this.msPerToken = msPerToken;
  }

  take(cost: number): boolean {
    const now = steady();
    const next = Math.max(this.fullAt, now) + cost * this.msPerToken;
    if (next - now > this.size * this.msPerToken + 1e-6) return false;
    this.fullAt = next;
    return true;
  }
}

/** What ends in an answer with an error code. */
class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

class Guest {
  private readonly tokens = new Meter(150, 100);
  private readonly errors = new Meter(20, 1000);
  private hasToGo = false;
  private readonly socket: WebSocket;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data, isBinary) =>
      this.attempt(() => this.read(isBinary ? undefined : String(data))),
    );
    socket.on('ping', () => this.attempt(() => this.pay('ping')));
    keepAlive(socket);
  }

  private attempt(work: () => void): void {
    if (this.hasToGo) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error.code);
    }
  }

  private read(text: string | undefined): void {
    const received = text === undefined ? 'not-text' : parse(text);
    if (typeof received === 'string') throw new Refusal(received);
    this.pay(received.type);
    const code = handle(this.socket, received);
    if (code) throw new Refusal(code);
  }

  private pay(type: ClientMessage['type']): void {
    if (!this.tokens.take(type === 'join' || type === 'since' ? 5 : 1)) throw new Refusal('too-fast');
  }

  private refuse(code: ErrorCode): void {
    if (this.errors.take(1)) {
      send(this.socket, { type: 'error', code, message: ERROR_TEXTS[code], at: now() });
    } else {
      this.hasToGo = true;
      end(this.socket, 1008);
    }
  }
}

/** Who has joined, and under which name. A socket that is not in here has not said its name yet. */
const usernames = new Map<WebSocket, string>();

const history = createHistory();

/** For each address, its sockets. */
const houses = new Map<string | undefined, Set<WebSocket>>();

new WebSocketServer({ server, maxPayload: 2 ** 14 }).on(
  'connection',
  (socket, { socket: { remoteAddress } }) => {
    socket.on('error', () => {});
    const house = houses.get(remoteAddress) ?? new Set();
    if (house.size === 250) return end(socket, 1013);
    houses.set(remoteAddress, house.add(socket));
    new Guest(socket);
    socket.once('close', (code, reason) => {
      console.log(`A client left: code ${code}, reason ${quoted(reason.toString())}.`);
      house.delete(socket);
      if (house.size === 0) houses.delete(remoteAddress);
      const username = usernames.get(socket);
      if (username === undefined) return;
      usernames.delete(socket);
      announce(`${username} left.`);
    });
  },
);

function end(socket: WebSocket, code: number): void {
  socket.close(code, 'Goodbye');
  const timer = setInterval(() => socket.terminate(), 1_500);
  socket.once('close', () => clearInterval(timer));
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
