import { randomUUID } from 'node:crypto';
import EventEmitter, { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test as plain, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startChat } from '#lessons/10/chat.ts';
import type { Said, ServerMessage } from '#lessons/10/protocol.ts';

type Type = ServerMessage['type'];
type Of<T extends Type> = Extract<ServerMessage, { type: T }>;

/** Everything that a client hears, as events by type, and as lists. */
class Ear extends EventEmitter {
  lists = new Map<string, ServerMessage[]>();
  taken = new Map<string, number>();

  socket: WebSocket;

  constructor(socket: WebSocket) {
    super();
    this.socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message: ServerMessage = JSON.parse(data.toString());
      this.lists.set(message.type, [...this.list(message.type), message]);
      this.emit(message.type);
    });
    socket.onclose = () => this.emit('gone');
    socket.onerror = () => {};
  }
  list<T extends Type>(type: T): Of<T>[] {
    return (this.lists.get(type) ?? []) as Of<T>[];
  }
  async take<T extends Type>(type: T): Promise<Of<T>> {
    const at = this.taken.get(type) ?? 0;
    this.taken.set(type, at + 1);
    for (;;) {
      const found = this.list(type)[at];
      if (found) return found;
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('gone');
      await Promise.race([once(this, type), once(this, 'gone')]);
    }
  }
  tell(message: object | string | Uint8Array): this {
    this.socket.send(
      typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message),
    );
    return this;
  }
  async turn(): Promise<void> {
    await this.tell({ type: 'ping' }).take('pong');
  }
  say(message: string, id: string = randomUUID()): Promise<Of<'ack'>> {
    return this.tell({ type: 'chat', id, message }).take('ack');
  }
}

// One server for all tests: each is a chat of its own, since each has its own server in truth.
const servers: Server[] = [];
beforeAll(() => {
  expect(WebSocket.OPEN).toBe(1);
});
beforeEach(() => {
  // Only what the heartbeat uses. The network goes on as ever.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

type Visit = { visit: () => Promise<Ear>; join: (username: string) => Promise<Ear> };

const test = plain.extend<{ room: Visit }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest wants it so
  room: async ({}, use) => {
    const server = createServer((_, response) => response.end('chat'));
    servers.push(server);
    const wss = startChat(server, { random: () => 0.25 });
    server.listen(0);
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no address');
    const ears: Ear[] = [];
    const visit = async () => {
      const ear = new Ear(new WebSocket(`ws://localhost:${address.port}`));
      ears.push(ear);
      await once(ear.socket, 'open');
      return ear;
    };
    const join = async (username: string) => {
      const ear = await visit();
      await ear.tell({ type: 'join', username }).take('joined');
      return ear;
    };
    await use({ visit, join });
    for (const { socket } of ears) socket.terminate();
    wss.close();
  },
});

const words = (list: Said[]) => list.map(({ message }) => message).join(' ');

test('all hear it, with its number', async ({ room }) => {
  const stranger = await room.visit();
  const group = await Promise.all(['a', 'b', 'c', 'd'].map(room.join));
  const [first, second] = group;
  const id = randomUUID();
  expect((await first?.say('x', id))?.seq).toBe(1);
  expect((await second?.say('y'))?.seq).toBe(2);
  expect(await first?.say('x', id)).toMatchObject({ seq: 1, id });
  expect(await second?.say('x', id)).toMatchObject({ seq: 1, id });
  expect((await first?.say('z'))?.seq).toBe(3);
  for (const ear of [...group, stranger]) await ear.turn();
  expect(group.map((ear) => words(ear.list('chat')))).toEqual(Array(4).fill('x y z'));
  expect(group.map((ear) => ear.list('chat').map(({ seq }) => seq))).toEqual(Array(4).fill([1, 2, 3]));
  expect(group.map((ear) => ear.list('ack').length)).toEqual([3, 2, 0, 0]);
  expect(stranger.lists.has('chat')).toBe(false);
  expect(stranger.lists.has('ack')).toBe(false);
});

test('what was said can be asked for', async ({ room }) => {
  const [a, b] = [await room.join('a'), await room.join('b')];
  const all = Array.from({ length: 110 }, (_, n) => `w${n + 1}`);
  for (const word of all) a.tell({ type: 'chat', id: randomUUID(), message: word });
  await a.turn();
  const snapshot = await b.tell({ type: 'since', epoch: '', seq: 0 }).take('snapshot');
  expect(words(snapshot.messages)).toBe(all.slice(10).join(' '));
  for (const [from, to] of [
    [0, 100],
    [5, 105],
    [100, 110],
    [109, 110],
    [110, 110],
  ] as const) {
    const missed = await b.tell({ type: 'since', epoch: snapshot.epoch, seq: from }).take('missed');
    expect(words(missed.messages)).toBe(all.slice(from, to).join(' '));
    expect(missed.last).toBe(110);
  }
  b.tell({ type: 'since', epoch: randomUUID(), seq: 5 }).tell({
    type: 'since',
    epoch: snapshot.epoch,
    seq: 111,
  });
  await b.turn();
  expect(b.list('missed')).toHaveLength(5);
  expect(b.list('snapshot')).toHaveLength(3);
});

test('names', async ({ room }) => {
  const [a, watcher, c] = [await room.join('Ärger'), await room.join('watcher'), await room.visit()];
  for (const username of ['Ärger', 'ÄRGER', 'ärger ']) {
    expect(await c.tell({ type: 'join', username }).take('error')).toHaveProperty('code', 'username-taken');
  }
  await a.tell({ type: 'join', username: 'ÄRGER' }).take('joined');
  await watcher.take('system');
  a.socket.terminate();
  expect((await watcher.take('system')).usernames).toEqual(['watcher']);
  const { usernames } = await c.tell({ type: 'join', username: 'ÄRGER' }).take('joined');
  expect([...usernames].sort()).toEqual(['watcher', 'ÄRGER']);
  const first = await watcher.take('system');
  expect(first.usernames).toHaveLength(2);
});

test('the dead leave, the living stay', async ({ room }) => {
  const [living, dead] = [await room.join('living'), await room.join('dead')];
  await living.take('system');
  dead.socket.pause();
  let gone = 0;
  for (let seconds = 1; seconds <= 60; seconds += 1) {
    vi.advanceTimersByTime(1_000);
    await living.turn();
    if (seconds === 10) {
      vi.useRealTimers();
      expect((await living.take('system')).usernames).toEqual(['living']);
      gone = seconds;
      break;
    }
  }
  expect(gone).toBe(10);
});

test('the living stay for an hour', async ({ room }) => {
  const living = await room.join('living');
  for (let times = 0; times < 30; times += 1) {
    vi.advanceTimersByTime(5_000);
    await living.turn();
  }
  expect(await living.say('still here')).toMatchObject({ seq: 1 });
});

for (const [input, code] of [
  ['', 'not-json'],
  ['"text"', 'bad-message'],
  ['{"type":"join","username":""}', 'bad-username'],
  ['{"type":"chat","id":"1","message":"a"}', 'bad-message'],
  [new Uint8Array(3), 'not-text'],
  [`{"type":"chat","id":"${randomUUID()}","message":"too early"}`, 'not-joined'],
] as const) {
  test(`${code}: ${input}`, async ({ room }) => {
    const [a, b] = [await room.visit(), await room.join('b')];
    expect((await a.tell(input).take('error')).code).toBe(code);
    await a.tell({ type: 'join', username: 'a' }).take('joined');
    await a.say('now');
    await b.turn();
    expect(words(b.list('chat'))).toBe('now');
    expect([b.list('error').length, a.list('error').length]).toEqual([0, 1]);
  });
}
