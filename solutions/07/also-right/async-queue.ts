// Right in another way: async handlers, one queue for all, and a linked list from each message to the one after it.
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { type ErrorCode, parse } from '#lessons/08/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

type Said = { seq: number; username: string; message: string; at: Date };
type Link = { id: string; said: Said; next?: Link };

const MOST = 1000;
const PAGE = 100;
const epoch = randomUUID();
const wss = new WebSocketServer({ server: await serveLesson('lessons/08') });
const names = new WeakMap<WebSocket, string>();
const links = new Map<string, Link>();
let oldest: Link | undefined;
let newest: Link | undefined;
let queue = Promise.resolve();

wss.on('connection', (socket) => {
  const inTurn = (job: () => Promise<void>) => {
    queue = queue.then(job).catch(console.error);
  };
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => inTurn(() => hear(socket, data, isBinary, new Date())));
  socket.on('close', () => inTurn(() => leave(socket)));
});

async function hear(socket: WebSocket, data: RawData, isBinary: boolean, at: Date): Promise<void> {
  const received = isBinary ? 'not-text' : parse(data.toString());
  const username = names.get(socket);
  if (typeof received === 'string') return refuse(socket, received, at);
  if (received.type === 'join') return join(socket, received.username, at);
  if (username === undefined) return refuse(socket, 'not-joined', at);
  if (received.type === 'since') return catchUp(socket, received.epoch, received.seq, at);
  const link = links.get(received.id) ?? (await say(received.id, username, received.message, at));
  await nextTurn();
  send([socket], { type: 'ack', id: received.id, seq: link.said.seq, at });
}

async function say(id: string, username: string, message: string, at: Date): Promise<Link> {
  const seq = (newest?.said.seq ?? 0) + 1;
  const link: Link = { id, said: { seq, username, message, at } };
  if (newest) newest.next = link;
  newest = link;
  oldest ??= link;
  links.set(id, link);
  if (links.size > MOST) {
    links.delete(oldest.id);
    oldest = oldest.next;
  }
  await nextTurn();
  send(joined(), { type: 'chat', ...link.said });
  return link;
}

function catchUp(socket: WebSocket, theirs: string, seq: number, at: Date): void {
  const last = newest?.said.seq ?? 0;
  const isKnown = theirs === epoch && seq >= (oldest?.said.seq ?? 1) - 1 && seq <= last;
  const after = isKnown ? seq : last - PAGE;
  const messages: Said[] = [];
  for (let link = oldest; link && messages.length < PAGE; link = link.next) {
    if (link.said.seq > after) messages.push(link.said);
  }
  send(
    [socket],
    isKnown ? { type: 'missed', messages, last, at } : { type: 'snapshot', epoch, messages, last, at },
  );
}

function join(socket: WebSocket, username: string, at: Date): void {
  const twin = joined().find((other) => names.get(other)?.toLowerCase() === username.toLowerCase());
  if (twin && twin !== socket) {
    refuse(socket, 'username-taken', at);
    return;
  }
  names.set(socket, username);
  send([socket], { type: 'joined', username, usernames: list(), at });
  const others = joined().filter((other) => other !== socket);
  send(others, { type: 'system', message: 'Look who is here.', usernames: list(), at });
}

async function leave(socket: WebSocket): Promise<void> {
  if (!names.delete(socket)) return;
  send(joined(), { type: 'system', message: 'Goodbye.', usernames: list(), at: new Date() });
}

/** In the order in which they connected. */
function joined(): WebSocket[] {
  return [...wss.clients].filter((socket) => names.has(socket));
}

function list(): string[] {
  return joined().flatMap((socket) => names.get(socket) ?? []);
}

function refuse(socket: WebSocket, code: ErrorCode, at: Date): void {
  send([socket], { type: 'error', code, message: `Refused: ${code}`, at });
}

function send(sockets: WebSocket[], message: object): void {
  const text = JSON.stringify(message);
  for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
