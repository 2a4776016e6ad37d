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

const history = createHistory();

type Member = { socket: WebSocket; name: string; point?: Point; isNews: boolean; knowsAll: boolean };

/** All who have joined. */
const members = new Map<WebSocket, Member>();
/** Names that came (true) or went (false) since the last tick. */
let changes = new Map<string, boolean>();
let isWaiting = false;

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
    const member = members.get(socket);
    members.delete(socket);
    if (member) note(member.name, false);
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
  const before = members.get(socket);
  if (before?.name === username) before.knowsAll = false;
  else {
    members.set(socket, { socket, name: username, isNews: false, knowsAll: false });
    if (before) note(before.name, false);
    note(username, true);
  }
  const usernames = [...members.values()].map(({ name }) => name);
  send(socket, { type: 'joined', username, usernames, at: now() });
  soon();
}

/** Says it to everyone, once. The sender hears that it is here, each time that it comes. */
function chat(socket: WebSocket, id: string, message: string): ErrorCode | undefined {
  const username = members.get(socket)?.name;
  if (username === undefined) return 'not-joined';
  const said = { username, message, at: now() };
  const { seq, isNew } = history.add(id, said);
  if (isNew) broadcast({ type: 'chat', seq, ...said });
  send(socket, { type: 'ack', id, seq, at: now() });
}

function catchUp(socket: WebSocket, epoch: string, seq: number): ErrorCode | undefined {
  if (!members.has(socket)) return 'not-joined';
  if (socket.bufferedAmount > 65_536) return 'too-fast';
  send(socket, { ...history.since(epoch, seq), at: now() });
}

function point(socket: WebSocket, at: Point): ErrorCode | undefined {
  const member = members.get(socket);
  if (!member) return 'not-joined';
  member.point = at;
  member.isNews = true;
  soon();
}

/** What was undone is no change. */
function note(name: string, isHere: boolean): void {
  if (changes.has(name) && changes.get(name) !== isHere) changes.delete(name);
  else changes.set(name, isHere);
  soon();
}

function soon(): void {
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(tell, 50);
}

function tell(): void {
  isWaiting = false;
  const all = [...changes];
  changes = new Map();
  const joined = all.flatMap(([name, isHere]) => (isHere ? [name] : []));
  const left = all.flatMap(([name, isHere]) => (isHere ? [] : [name]));
  if (all.length > 0) broadcast({ type: 'presence', joined, left, at: now() });
  const news = list(({ isNews }) => isNews);
  const everything = list(() => true);
  for (const member of members.values()) {
    // Nothing waits: else it gets all of it later.
    const isSlow = member.socket.bufferedAmount > 60_000;
    const points = member.knowsAll ? news : everything;
    if (isSlow && news.length > 0) member.knowsAll = false;
    if (!isSlow) {
      member.knowsAll = true;
      if (points.length > 0) send(member.socket, { type: 'points', points });
    }
    if (!member.knowsAll) soon();
  }
  for (const member of members.values()) member.isNews = false;
}

function list(isWanted: (member: Member) => boolean): [string, number, number][] {
  return [...members.values()]
    .filter(isWanted)
    .flatMap(({ name, point }) => (point ? [[name, ...point]] : []));
}

/** Whether somebody else has this name. `Alice` and `alice` are the same name. */
function isTaken(username: string, self: WebSocket): boolean {
  return [...members.values()].some(
    ({ socket, name }) => socket !== self && name.toLowerCase() === username.toLowerCase(),
  );
}

/** Sends to everyone who has joined and is OPEN. */
function broadcast(message: ServerMessage): void {
  const text = Buffer.from(JSON.stringify(message));
  for (const socket of members.keys()) sendText(socket, text);
}

function send(socket: WebSocket, message: ServerMessage): undefined {
  sendText(socket, Buffer.from(JSON.stringify(message)));
}

/** Looks after the message: it may have been the one too many. */
function sendText(socket: WebSocket, text: Buffer): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  socket.send(text, { binary: false });
  if (socket.bufferedAmount > 1024 * 1024) socket.terminate();
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
