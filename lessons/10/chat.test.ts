/** The tests of the chat: each has a server, a clock and chance of its own. None waits for a time, or has a fixed port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openCable } from '#shared/lesson/cable.ts';
import { startChat } from './chat.ts';
import { createClock } from './clock.ts';
import { type Came, connect, type Recorder } from './recorder.ts';

/** A chat on a free port, and who comes there. All of it is gone when the test is over. */
async function openRoom(random = () => 0.5) {
  const server = createServer();
  const clock = createClock();
  const wss = startChat(server, { clock, random });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const cable = await openCable(port);
  const conversation: string[] = [];
  onTestFinished(async () => {
    await cable.end();
    for (const socket of wss.clients) socket.terminate();
    await once(server.close(), 'close');
  });

  const arrive = (name: string, at = port) => connect(`ws://127.0.0.1:${at}`, name, conversation);

  async function join(name: string, at = port): Promise<Recorder> {
    const client = await arrive(name, at);
    client.send({ type: 'join', username: name });
    await client.next('joined');
    return client;
  }

  /** Lets time pass for the server, in steps. This client has answered its pings after each. */
  async function pass(ms: number, client: Recorder): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(Math.min(500, ms - passed));
      await client.fence();
    }
  }
  return { cable, arrive, join, pass };
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const chat = (message: string, id: string = crypto.randomUUID()) => ({ type: 'chat', message, id });

async function say(client: Recorder, message: string, id?: string): Promise<Came> {
  client.send(chat(message, id));
  return client.next('ack');
}

async function sayMany(client: Recorder, count: number): Promise<void> {
  for (const n of range(1, count)) client.send(chat(`text ${n}`));
  await client.fence();
}

/** Asks for what came after a number. Gives the answer, and the numbers in it. */
async function ask(client: Recorder, epoch: unknown, seq: number, type: string): Promise<Came> {
  client.send({ type: 'since', epoch, seq });
  const answer = await client.next(type);
  return { ...answer, seqs: Array.isArray(answer.messages) && answer.messages.map((said) => said.seq) };
}

test('a message reaches everyone who joined, the sender too, and nobody else', async () => {
  const { join, arrive } = await openRoom();
  const [alice, bob, carol] = [await join('alice'), await join('bob'), await arrive('carol')];
  alice.send({ ...chat('<b>hi</b>'), username: 'bob' });
  for (const client of [alice, bob]) {
    expect(await client.next('chat')).toMatchObject({ username: 'alice', message: '<b>hi</b>' });
  }
  // We don't wait a little. Carol joins, and hears the next one: had she heard the first, it would be here by now.
  carol.send({ type: 'join', username: 'carol' });
  await carol.next('joined');
  await say(bob, 'and now?');
  expect(await carol.next('chat')).toMatchObject({ message: 'and now?' });
});

test('messages are numbered without a gap, and the sender alone hears an ack', async () => {
  const { join } = await openRoom();
  const people = [await join('alice'), await join('bob')];
  for (const [at, client] of people.entries()) {
    const id = crypto.randomUUID();
    expect(await say(client, 'hi', id)).toMatchObject({ id, seq: at + 1 });
    for (const one of people) expect(await one.next('chat')).toMatchObject({ seq: at + 1 });
  }
  for (const client of people) await client.fence();
  expect(people.map((client) => client.all('ack').length)).toEqual([1, 1]);
});

test('the same id is said once, and has an ack each time: after a return, too', async () => {
  const { join } = await openRoom();
  const [bob, alice, id] = [await join('bob'), await join('alice'), crypto.randomUUID()];
  expect(await say(alice, 'hi', id)).toMatchObject({ id, seq: 1 });
  expect(await say(alice, 'between')).toMatchObject({ seq: 2 });
  await alice.close();
  const back = await join('alice 2');
  expect(await say(back, 'hi', id)).toMatchObject({ id, seq: 1 });
  expect(await say(back, 'last')).toMatchObject({ seq: 3 });
  for (const message of ['hi', 'between', 'last']) expect(await bob.next('chat')).toMatchObject({ message });
});

test.each(['alice', 'ALICE', ' aLice '])('a name that somebody has is refused: %j', async (username) => {
  const { join, arrive } = await openRoom();
  const [alice, bob] = [await join('alice'), await arrive('bob')];
  bob.send({ type: 'join', username });
  expect(await bob.next('error')).toMatchObject({ code: 'username-taken' });
  bob.send(chat('hi'));
  expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
  await alice.fence();
  expect([...alice.all('system'), ...alice.all('chat')]).toEqual([]);
});

test('a name can be changed: everyone hears of it, and the old one is free', async () => {
  const { join } = await openRoom();
  const [alice, bob] = [await join('alice'), await join('bob')];
  for (const username of ['Anna', 'ANNA']) {
    alice.send({ type: 'join', username });
    expect(await alice.next('joined')).toMatchObject({ username });
    expect((await bob.next('system')).usernames).toEqual(expect.arrayContaining([username, 'bob']));
    await say(alice, 'hi');
    expect(await bob.next('chat')).toMatchObject({ username });
  }
  await join('alice');
});

test.each(['close', 'terminate'] as const)('who leaves (%s) is announced; the name is free', async (how) => {
  const { join, arrive } = await openRoom();
  const [alice, bob, nobody] = [await join('alice'), await join('bob'), await arrive('nobody')];
  await nobody.close();
  await alice[how]();
  expect(await bob.next('system')).toMatchObject({ usernames: ['bob'] });
  await join('Alice');
  expect((await bob.next('system')).usernames).toHaveLength(2);
});

test('what was missed comes in order, in pages of 100', async () => {
  const { join } = await openRoom();
  const alice = await join('alice');
  const { epoch } = await ask(alice, '', 0, 'snapshot');
  await sayMany(alice, 250);
  const bob = await join('bob');
  for (const seq of [0, 100, 200, 249, 250]) {
    const seqs = range(seq + 1, Math.min(seq + 100, 250));
    expect(await ask(bob, epoch, seq, 'missed')).toMatchObject({ seqs, last: 250 });
  }
  expect(bob.all('missed')[0]?.messages).toMatchObject({ 6: { username: 'alice', message: 'text 7' } });
});

test('a number of another epoch, or too old, gets a snapshot: 1,000 are kept', async () => {
  const { join } = await openRoom();
  const alice = await join('alice');
  await sayMany(alice, 1_001);
  const newest = { seqs: range(902, 1_001), last: 1_001 };
  const { epoch } = await ask(alice, '', 0, 'snapshot');
  expect(await ask(alice, crypto.randomUUID(), 1_000, 'snapshot')).toMatchObject({ ...newest, epoch });
  expect(await ask(alice, epoch, 0, 'snapshot')).toMatchObject({ ...newest, epoch });
  expect(await ask(alice, epoch, 1_002, 'snapshot')).toMatchObject(newest);
  expect(await ask(alice, epoch, 1, 'missed')).toMatchObject({ seqs: range(2, 101), last: 1_001 });
});

test('a silent link is ended within ten seconds, and one that answers pings never', async () => {
  const { join, cable, pass } = await openRoom(() => 0.99);
  const [bob] = [await join('bob'), await join('alice', cable.port)];
  await bob.next('system');
  cable.freeze();
  await pass(10_000, bob);
  expect(await bob.next('system')).toMatchObject({ usernames: ['bob'] });
  await pass(20_000, bob);
  expect(bob.isClosed()).toBe(false);
});

test('chance says when the first ping comes', async () => {
  const waits: number[] = [];
  for (const luck of [0.1, 0.9, 0.1, 0.9]) {
    const { join, pass } = await openRoom(() => luck);
    const alice = await join('alice');
    let ms = 0;
    for (; ms < 10_000 && alice.all('protocol ping').length === 0; ms += 100) await pass(100, alice);
    waits.push(ms);
  }
  expect(waits[0]).not.toBe(waits[1]);
  expect(waits.slice(2)).toEqual(waits.slice(0, 2));
});

test.each([
  ['not-text', Buffer.from('{"type":"ping"}')],
  ['not-json', '{'],
  ['bad-message', chat('a'.repeat(2_001))],
  ['bad-username', { type: 'join', username: ' ' }],
])('bad input (%s) is refused to its sender, and nothing else happens', async (code, input) => {
  const { join } = await openRoom();
  const [alice, bob] = [await join('alice'), await join('bob')];
  alice.send(input);
  expect(await alice.next('error')).toMatchObject({ code });
  await say(alice, 'a'.repeat(2_000));
  expect(await bob.next('chat')).toMatchObject({ username: 'alice', seq: 1 });
  expect([...bob.all('error'), ...bob.all('system'), ...alice.all('error').slice(1)]).toEqual([]);
});
