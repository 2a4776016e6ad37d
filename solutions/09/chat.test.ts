import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { startChat } from '#lessons/10/chat.ts';
import { createClock } from '#lessons/10/clock.ts';

type Message = { type: string; [field: string]: unknown };

/** A chat of its own, on a port that is free, with a clock that stands still. It is gone when the test is over. */
async function openChat() {
  const server = createServer();
  const clock = createClock();
  const wss = startChat(server, { clock, random: () => 0.5 });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of wss.clients) socket.terminate();
    wss.close();
    await once(server.close(), 'close');
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const arrive = () => connect(`ws://127.0.0.1:${port}`);

  async function join(username: string) {
    const client = await arrive();
    client.send({ type: 'join', username });
    await client.next('joined');
    return client;
  }
  return { clock, arrive, join };
}

/** A client that keeps all that comes. */
async function connect(url: string) {
  const socket = new WebSocket(url);
  const all: Message[] = [];
  const read = new Set<Message>();
  let wake = () => {};
  socket.on('message', (data) => {
    all.push(JSON.parse(data.toString()));
    wake();
  });
  socket.on('error', () => {});
  await once(socket, 'open');

  const heard = (type: string) => all.filter((message) => message.type === type);
  const send = (message: unknown) =>
    socket.send(Buffer.isBuffer(message) || typeof message === 'string' ? message : JSON.stringify(message));

  /** The first message of this type that was not read yet. Waits for it. */
  async function next(type: string): Promise<Message> {
    for (;;) {
      const found = heard(type).find((message) => !read.has(message));
      if (found) {
        read.add(found);
        return found;
      }
      if (socket.readyState !== WebSocket.OPEN) throw new Error(`No ${type} comes: the link is closed.`);
      await new Promise<void>((resolve) => {
        wake = resolve;
        socket.once('close', resolve);
      });
    }
  }

  /** What was sent before was handled, and what the server had sent before has come. */
  async function fence(): Promise<void> {
    send({ type: 'ping' });
    await next('pong');
  }

  async function say(message: string, id: string = randomUUID()): Promise<Message> {
    send({ type: 'chat', id, message });
    return next('ack');
  }

  async function missed(epoch: unknown, seq: number): Promise<Message> {
    send({ type: 'since', epoch, seq });
    return next('missed');
  }

  async function snapshot(epoch: unknown = '', seq = 0): Promise<Message> {
    send({ type: 'since', epoch, seq });
    return next('snapshot');
  }

  return { socket, heard, send, next, fence, say, missed, snapshot };
}

const texts = (messages: unknown) =>
  Array.isArray(messages) ? messages.map(({ message }) => message) : messages;

test('a message reaches all who joined, its sender too, and nobody else', async () => {
  const { join, arrive } = await openChat();
  const outside = await arrive();
  const all = [await join('alice'), await join('bob'), await join('carol')];
  await all[0]?.say('hi');
  for (const client of all) {
    expect(await client.next('chat')).toMatchObject({ username: 'alice', message: 'hi' });
    await client.fence();
  }
  expect(all.map((client) => client.heard('ack').length)).toEqual([1, 0, 0]);
  await outside.fence();
  expect([...outside.heard('chat'), ...outside.heard('ack')]).toEqual([]);
});

test('the first message has the number 1, and what is sent again is said once', async () => {
  const { join } = await openChat();
  const [alice, bob] = [await join('alice'), await join('bob')];
  const id = randomUUID();
  expect(await alice.say('one', id)).toMatchObject({ id, seq: 1 });
  expect(await alice.say('two')).toMatchObject({ seq: 2 });
  expect(await alice.say('one', id)).toMatchObject({ id, seq: 1 });
  expect(await bob.say('one', id)).toMatchObject({ id, seq: 1 });
  expect(await alice.say('three')).toMatchObject({ seq: 3 });
  await bob.fence();
  expect(texts(bob.heard('chat'))).toEqual(['one', 'two', 'three']);
  expect(bob.heard('chat').map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test('what was missed comes in its order, up to 100 at a time', async () => {
  const { join } = await openChat();
  const alice = await join('alice');
  const said = Array.from({ length: 130 }, (_, at) => `${at + 1}`);
  for (const text of said) alice.send({ type: 'chat', id: randomUUID(), message: text });
  const bob = await join('bob');
  await alice.fence();
  const { epoch, messages } = await bob.snapshot();
  expect(texts(messages)).toEqual(said.slice(30));
  const first = await bob.missed(epoch, 10);
  expect([texts(first.messages), first.last]).toEqual([said.slice(10, 110), 130]);
  expect(texts((await bob.missed(epoch, 110)).messages)).toEqual(said.slice(110));
  expect(texts((await bob.missed(epoch, 130)).messages)).toEqual([]);
  // Numbers that say nothing here.
  await bob.snapshot(randomUUID(), 10);
  await bob.snapshot(epoch, 131);
});

test('a name belongs to one, in capitals too, and is free when its owner has gone', async () => {
  const { join, arrive } = await openChat();
  const [alice, bob] = [await join('alice'), await arrive()];
  for (const username of ['alice', 'ALICE']) {
    bob.send({ type: 'join', username });
    expect(await bob.next('error')).toMatchObject({ code: 'username-taken' });
  }
  alice.send({ type: 'join', username: 'Alice' });
  expect(await alice.next('joined')).toMatchObject({ username: 'Alice' });
  const carol = await join('carol');
  alice.socket.close();
  expect(await carol.next('system')).toMatchObject({ usernames: ['carol'] });
  await join('alice');
});

test('a silent link is ended within ten seconds, and a living one is not', async () => {
  const { clock, join } = await openChat();
  const [alice, bob] = [await join('alice'), await join('bob')];
  await alice.next('system');
  bob.socket.pause();
  for (let second = 0; second < 10; second += 1) {
    clock.advance(1000);
    await alice.fence(); // Her pong was there before this was answered.
  }
  expect(await alice.next('system')).toMatchObject({ usernames: ['alice'] });
  for (let second = 0; second < 30; second += 1) {
    clock.advance(1000);
    await alice.fence();
  }
  bob.socket.terminate();
});

test.each<[string, unknown]>([
  ['not-text', Buffer.from('{"type":"ping"}')],
  ['not-json', 'hello'],
  ['bad-message', 'null'],
  ['bad-message', { type: 'chat', message: 'no id' }],
  ['bad-username', { type: 'join', username: '' }],
])('bad input (%s) gets an error, and that is all', async (code, input) => {
  const { join } = await openChat();
  const [alice, bob] = [await join('alice'), await join('bob')];
  alice.send(input);
  expect(await alice.next('error')).toMatchObject({ code });
  await alice.say('still here');
  await bob.next('chat');
  expect(bob.heard('error')).toEqual([]);
  expect(texts(bob.heard('chat'))).toEqual(['still here']);
});

test('who has not joined cannot speak, nor ask what was said', async () => {
  const { join, arrive } = await openChat();
  const [alice, bob] = [await join('alice'), await arrive()];
  bob.send({ type: 'chat', id: randomUUID(), message: 'hi' });
  expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
  bob.send({ type: 'since', epoch: '', seq: 0 });
  expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
  await alice.fence();
  expect(alice.heard('chat')).toEqual([]);
});
