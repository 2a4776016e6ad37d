// Right in another way: async handlers. A queue keeps the order, and the receiver is looked up after the waiting.
import { setTimeout as sleep } from 'node:timers/promises';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { type ErrorCode, parse } from '#lessons/05/protocol.ts';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';

type Person = { socket: WebSocket; username: string };

const wss = new WebSocketServer({ server: await serveLesson('lessons/05') });
const people = new Map<string, Person>();
const selves = new WeakMap<WebSocket, Person>();
let queue = Promise.resolve();

wss.on('connection', (socket) => {
  const inTurn = (job: () => Promise<void>) => {
    queue = queue.then(job).catch(console.error);
  };
  socket.on('error', console.error);
  socket.on('message', (data, isBinary) => inTurn(() => hear(socket, data, isBinary)));
  socket.on('close', () => inTurn(() => leave(socket)));
});

async function hear(socket: WebSocket, data: RawData, isBinary: boolean): Promise<void> {
  const at = new Date().toISOString();
  await sleep(1);
  const received = isBinary ? 'not-text' : parse(data.toString());
  const self = selves.get(socket);
  if (typeof received === 'string') return refuse(socket, received, at);
  if (received.type === 'join') return join(socket, received.username, at);
  if (!self) return refuse(socket, 'not-joined', at);
  const { type, message } = received;
  if (type === 'chat') {
    for (const { socket } of people.values()) send(socket, { type, username: self.username, message, at });
    return;
  }
  const other = people.get(received.to.toLowerCase());
  if (!other) return refuse(socket, 'unknown-user', at);
  const copy = { type, from: self.username, to: other.username, message, at };
  send(socket, copy);
  if (other !== self) {
    await sleep(1);
    send(other.socket, copy);
  }
}

async function join(socket: WebSocket, username: string, at: string): Promise<void> {
  const owner = people.get(username.toLowerCase());
  if (owner && owner.socket !== socket) return refuse(socket, 'username-taken', at);
  const self = selves.get(socket) ?? { socket, username };
  people.delete(self.username.toLowerCase());
  self.username = username;
  selves.set(socket, self);
  people.set(username.toLowerCase(), self);
  for (const one of people.values()) {
    const news =
      one === self ? { type: 'joined', username } : { type: 'system', message: 'Look who is here.' };
    send(one.socket, { ...news, usernames: usernames(), at });
  }
}

async function leave(socket: WebSocket): Promise<void> {
  const self = selves.get(socket);
  if (!self) return;
  people.delete(self.username.toLowerCase());
  const news = { type: 'system', message: 'Goodbye.', usernames: usernames(), at: new Date().toISOString() };
  for (const one of people.values()) send(one.socket, news);
}

function usernames(): string[] {
  return [...people.values()].map(({ username }) => username);
}

function refuse(socket: WebSocket, code: ErrorCode, at: string): void {
  send(socket, { type: 'error', code, message: `Refused: ${code}`, at });
}

function send(socket: WebSocket, message: object): void {
  socket.send(JSON.stringify(message));
}
