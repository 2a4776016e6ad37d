/** The tests of the chat: each has a server, a clock and chance of its own. No test waits for a time, or has a fixed port. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClientOptions } from 'ws';
import { openCable } from '#shared/lesson/cable.ts';
import { startChat } from './chat.ts';
import { createClock } from './clock.ts';
import { connect, type Recorder } from './recorder.ts';

/** A chat of its own on a port that is free, and its people. All of it is gone when the test is over. */
async function openRoom(random = () => 0.5) {
  const server = createServer();
  const clock = createClock();
  const wss = startChat(server, { clock, random });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const clients: Recorder[] = [];
  const conversation: string[] = [];
  onTestFinished(async () => {
    for (const client of [...clients, ...wss.clients]) client.terminate();
    wss.close();
    await once(server.close(), 'close');
  });

  async function arrive(name: string, options: ClientOptions = {}, at = port): Promise<Recorder> {
    const client = await connect(`ws://127.0.0.1:${at}`, name, conversation, options);
    clients.push(client);
    return client;
  }

  async function join(name: string, options: ClientOptions = {}, at = port): Promise<Recorder> {
    const client = await arrive(name, options, at);
    client.send({ type: 'join', username: name });
    await client.next('joined');
    return client;
  }

  /** Somebody at the end of a cable, which a test can freeze: then nothing comes any more, and no end either. */
  async function joinByCable(name: string) {
    const cable = await openCable(port);
    onTestFinished(() => cable.end());
    return { client: await join(name, {}, cable.port), cable };
  }

  /** Lets time pass for the server, in steps: whoever answers its pings has answered after each. */
  async function pass(ms: number, ...people: Recorder[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      clock.advance(500);
      for (const client of people) await client.fence();
    }
  }

  return { clock, arrive, join, joinByCable, pass };
}

const say = (client: Recorder, message: string, id: string = randomUUID()) =>
  client.send({ type: 'chat', id, message });

/** What a client heard from the others, and from itself. */
const heard = (client: Recorder) => client.all('chat').map(({ message }) => message);

async function sayMany(client: Recorder, count: number): Promise<void> {
  for (let n = 1; n <= count; n += 1) say(client, `${n}`);
  for (let n = 1; n <= count; n += 1) await client.next('ack');
}

const since = (client: Recorder, epoch: unknown, seq: number) => client.send({ type: 'since', epoch, seq });

async function epochOf(client: Recorder): Promise<unknown> {
  since(client, '', 0);
  return (await client.next('snapshot')).epoch;
}

const numbers = (messages: unknown) => (Array.isArray(messages) ? messages.map(({ seq }) => seq) : messages);

describe('a message', () => {
  test('reaches everyone who joined, the sender too, and nobody else', async () => {
    const { join, arrive } = await openRoom();
    const [alice, bob, carol] = [await join('alice'), await join('bob'), await arrive('carol')];
    say(alice, '<b>hi</b>');
    for (const client of [alice, bob]) {
      expect(await client.next('chat')).toMatchObject({ username: 'alice', message: '<b>hi</b>' });
    }
    // Not "wait a little": carol joins, and hears the next one. So the first would be here, too.
    carol.send({ type: 'join', username: 'carol' });
    await carol.next('joined');
    say(bob, 'and now?');
    await carol.next('chat');
    expect(heard(carol)).toEqual(['and now?']);
    expect(heard(bob)).toEqual(['<b>hi</b>', 'and now?']);
  });

  test('has the name that the server knows, whatever its sender claims', async () => {
    const { join } = await openRoom();
    const [alice, bob] = [await join('alice'), await join('bob')];
    alice.send({ type: 'chat', id: randomUUID(), message: 'I am bob', username: 'bob' });
    expect(await bob.next('chat')).toMatchObject({ username: 'alice' });
  });

  test('has the next number, and its sender alone hears which', async () => {
    const { join } = await openRoom();
    const [alice, bob] = [await join('alice'), await join('bob')];
    const ids = [randomUUID(), randomUUID()];
    for (const [at, sender] of [alice, bob].entries()) {
      say(sender, 'hi', ids[at]);
      expect(await sender.next('ack')).toMatchObject({ id: ids[at], seq: at + 1 });
      for (const client of [alice, bob]) expect(await client.next('chat')).toMatchObject({ seq: at + 1 });
    }
    for (const client of [alice, bob]) {
      await client.fence();
      expect(client.all('ack')).toHaveLength(1);
    }
  });

  test('that comes twice is said once, and acknowledged twice, on a new connection, too', async () => {
    const { join } = await openRoom();
    const [alice, bob] = [await join('alice'), await join('bob')];
    const id = randomUUID();
    say(alice, 'hi', id);
    const first = await alice.next('ack');
    await alice.close();
    await bob.next('system');
    const again = await join('alice');
    say(again, 'hi', id);
    expect(await again.next('ack')).toMatchObject({ id, seq: first.seq });
    say(again, 'next');
    expect(await again.next('ack')).toMatchObject({ seq: 2 });
    await bob.next('chat');
    await bob.next('chat');
    expect(heard(bob)).toEqual(['hi', 'next']);
  });
});

describe('a name', () => {
  test.each(['alice', 'ALICE', ' aLice '])('that somebody has is refused: %s', async (name) => {
    const { join, arrive } = await openRoom();
    const [alice, bob] = [await join('alice'), await arrive('bob')];
    bob.send({ type: 'join', username: name });
    expect(await bob.next('error')).toMatchObject({ code: 'username-taken' });
    say(bob, 'hi');
    expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
    await alice.fence();
    expect([...alice.all('system'), ...alice.all('chat')]).toEqual([]);
  });

  test('can be changed: everyone hears of it, and the old one is free', async () => {
    const { join } = await openRoom();
    const [alice, bob] = [await join('alice'), await join('bob')];
    await alice.next('system');
    alice.send({ type: 'join', username: 'Anna' });
    const people = expect.arrayContaining(['Anna', 'bob']);
    expect(await alice.next('joined')).toMatchObject({ username: 'Anna', usernames: people });
    expect((await bob.next('system')).usernames).toHaveLength(2);
    say(alice, 'hi');
    expect(await bob.next('chat')).toMatchObject({ username: 'Anna' });
    bob.send({ type: 'join', username: 'anna' });
    expect(await bob.next('error')).toMatchObject({ code: 'username-taken' });
    bob.send({ type: 'join', username: 'alice' });
    expect(await bob.next('joined')).toMatchObject({ username: 'alice' });
    alice.send({ type: 'join', username: 'ANNA' });
    expect(await alice.next('joined')).toMatchObject({ username: 'ANNA' });
  });

  test.each(['close', 'terminate'] as const)(
    'of somebody who left (%s) is free, and all hear it',
    async (how) => {
      const { join, arrive } = await openRoom();
      const [alice, bob, nobody] = [await join('alice'), await join('bob'), await arrive('nobody')];
      await nobody.close();
      await alice[how]();
      expect(await bob.next('system')).toMatchObject({ usernames: ['bob'] });
      await join('Alice');
      expect(await bob.next('system')).toMatchObject({ usernames: expect.arrayContaining(['bob', 'Alice']) });
      expect(bob.all('system')).toHaveLength(2);
    },
  );
});

/** The numbers from one to another, both included. */
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('what was missed', () => {
  test('comes in order, in pages of 100', async () => {
    const { join } = await openRoom();
    const [alice, bob] = [await join('alice'), await join('bob')];
    const epoch = await epochOf(alice);
    await sayMany(alice, 250);
    for (const [seq, to] of [
      [0, 100],
      [100, 200],
      [200, 250],
      [250, 250],
    ] as const) {
      since(bob, epoch, seq);
      const { messages, last } = await bob.next('missed');
      expect([numbers(messages), last]).toEqual([range(seq + 1, to), 250]);
      if (seq === 0) expect(messages).toMatchObject({ 6: { username: 'alice', message: '7' } });
    }
    await alice.fence();
    expect(alice.all('missed')).toEqual([]);
  });

  test('is a snapshot of the newest where the number says nothing here', async () => {
    const { join } = await openRoom();
    const alice = await join('alice');
    await sayMany(alice, 150);
    const epoch = await epochOf(alice);
    for (const [theirs, seq] of [
      ['', 0],
      [randomUUID(), 100],
      [epoch, 151],
    ] as const) {
      since(alice, theirs, seq);
    }
    await alice.fence();
    const answers = alice.all('snapshot');
    expect(answers).toHaveLength(4);
    for (const { messages, last, epoch: own } of answers) {
      expect([numbers(messages), last, own]).toEqual([range(51, 150), 150, epoch]);
    }
  });

  test('is a snapshot where it is too old: 1,000 are kept', async () => {
    const { join } = await openRoom();
    const alice = await join('alice');
    const epoch = await epochOf(alice);
    await sayMany(alice, 1_001);
    since(alice, epoch, 1);
    expect(numbers((await alice.next('missed')).messages)).toEqual(range(2, 101));
    since(alice, epoch, 0);
    expect(numbers((await alice.next('snapshot')).messages)).toEqual(range(902, 1_001));
  });
});

describe('a link', () => {
  test('that is silent is ended within ten seconds, and its name is free', async () => {
    const { join, joinByCable, pass } = await openRoom(() => 0.99);
    const bob = await join('bob');
    const { cable } = await joinByCable('alice');
    await bob.next('system');
    cable.freeze();
    await pass(10_000, bob);
    expect(await bob.next('system')).toMatchObject({ usernames: ['bob'] });
    await join('alice');
  });

  test('that answers pings is never ended; one that answers none is', async () => {
    const { join, pass } = await openRoom();
    const [alice, deaf] = [await join('alice'), await join('deaf', { autoPong: false })];
    await pass(60_000, alice);
    expect(await deaf.next('closed')).toMatchObject({ code: 1006 });
    expect(alice.isClosed()).toBe(false);
    expect(alice.all('protocol ping').length).toBeGreaterThan(5);
  });

  test('has its first ping at a moment of its own, by chance', async () => {
    let luck = 0;
    const { join, pass } = await openRoom(() => luck);
    const clients: Recorder[] = [];
    for (luck of [0.1, 0.9, 0.1, 0.9]) clients.push(await join(`user ${clients.length}`));
    const firsts = clients.map(() => 0);
    for (let step = 1; step <= 20; step += 1) {
      await pass(500, ...clients);
      for (const [n, client] of clients.entries())
        if (client.all('protocol ping').length > 0) firsts[n] ||= step;
    }
    const [early, late] = firsts;
    expect(firsts).toEqual([early, late, early, late]);
    expect(late).not.toBe(early);
  });
});

describe('bad input', () => {
  const id = randomUUID();
  test.each<[code: string, message: unknown]>([
    ['not-text', Buffer.from('{"type":"ping"}')],
    ['not-json', '{'],
    ['bad-message', 'null'],
    ['bad-message', '[]'],
    ['bad-message', { type: 'shout', id, message: 'hi' }],
    ['bad-message', { type: 'chat', message: 'no id' }],
    ['bad-message', { type: 'chat', id, message: 'a'.repeat(2_001) }],
    ['bad-message', { type: 'since', epoch: '', seq: -1 }],
    ['bad-username', { type: 'join', username: 'a'.repeat(21) }],
    ['bad-username', { type: 'join', username: ' ' }],
  ])('%s: is refused to its sender alone: %s', async (code, message) => {
    const { join } = await openRoom();
    const [alice, bob] = [await join('alice'), await join('bob')];
    alice.send(message);
    expect(await alice.next('error')).toMatchObject({ code, message: expect.any(String) });
    say(alice, 'a'.repeat(2_000));
    expect(await bob.next('chat')).toMatchObject({ seq: 1, username: 'alice' });
    expect([...bob.all('error'), ...bob.all('system')]).toEqual([]);
    expect(alice.all('error')).toHaveLength(1);
  });

  test('is what one says, or asks, before one has a name', async () => {
    const { join, arrive } = await openRoom();
    const [alice, bob] = [await join('alice'), await arrive('bob')];
    say(bob, 'hi');
    expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
    since(bob, '', 0);
    expect(await bob.next('error')).toMatchObject({ code: 'not-joined' });
    say(alice, 'first');
    expect(await alice.next('ack')).toMatchObject({ seq: 1 });
    expect(heard(alice)).toEqual(['first']);
  });
});
