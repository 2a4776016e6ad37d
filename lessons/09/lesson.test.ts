import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCable } from '#shared/lesson/cable.ts';
import { startChanged } from '#shared/testing/changed-server.ts';
import { testHostileClients } from '#shared/testing/hostile.ts';
import { AT, PATIENCE, useChat } from '#shared/testing/nickname-room.ts';
import { testNames } from '#shared/testing/nickname-rules.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import * as protocol from './protocol.ts';

const FILE = 'lessons/09/server.ts';
const ID = '0c1e5a1e-7a55-4bd6-9a0a-2f1f5f7f0c01';
const OTHER_ID = '0c1e5a1e-7a55-4bd6-9a0a-2f1f5f7f0c02';

const chat = useChat(FILE, protocol);

describe('an application ping', () => {
  test('is answered, before one has joined, too', async () => {
    const client = await chat.connect();
    expect(await chat.ask(client, { type: 'ping' })).toEqual({ type: 'pong', at: AT });
    await chat.join(client, 'alice');
    expect(await chat.ask(client, { type: 'ping' })).toEqual({ type: 'pong', at: AT });
  });

  test('is answered to the one who asks, and nobody else hears of it', async () => {
    const [alice, bob] = [await chat.connectAs('alice'), await chat.connectAs('bob')];
    expect(await alice.nextJson()).toMatchObject({ message: 'bob joined.' });
    await chat.ask(bob, { type: 'ping' });
    bob.send({ type: 'chat', id: ID, message: 'fence' });
    expect(await alice.nextJson()).toMatchObject({ type: 'chat', message: 'fence' });
  });

  test('has its place among the other messages: it says that all before it was read', async () => {
    const alice = await chat.connectAs('alice');
    alice.send({ type: 'chat', id: OTHER_ID, message: 'first' });
    alice.send({ type: 'ping' });
    const types = [await alice.nextJson(), await alice.nextJson(), await alice.nextJson()].map(
      ({ type }) => type,
    );
    expect(types).toEqual(['chat', 'ack', 'pong']);
  });
});

describe('the chat is that of lesson 08', () => {
  testNames(chat);

  test('a message has a number and an ack; sent again it is there once; who was away gets it', async () => {
    const [alice, bob] = [await chat.connectAs('alice'), await chat.connectAs('bob')];
    expect(await alice.nextJson()).toMatchObject({ message: 'bob joined.' });
    const id = '0c1e5a1e-7a55-4bd6-9a0a-2f1f5f7f0c03';
    const said = await chat.ask(bob, { type: 'chat', id, message: 'hi' });
    expect(said).toEqual({ type: 'chat', seq: expect.any(Number), username: 'bob', message: 'hi', at: AT });
    expect(await bob.nextJson()).toEqual({ type: 'ack', id, seq: said.seq, at: AT });
    expect(await alice.nextJson()).toEqual(said);
    expect(await chat.ask(bob, { type: 'chat', id, message: 'hi' })).toMatchObject({
      type: 'ack',
      seq: said.seq,
    });
    const { epoch, messages } = await chat.ask(alice, { type: 'since', epoch: '', seq: 0 });
    expect(messages).toContainEqual({ seq: said.seq, username: 'bob', message: 'hi', at: AT });
    expect(await chat.ask(alice, { type: 'since', epoch, seq: Number(said.seq) - 1 })).toEqual({
      type: 'missed',
      messages: [{ seq: said.seq, username: 'bob', message: 'hi', at: AT }],
      last: said.seq,
      at: AT,
    });
  });

  test('the page understands each message that the server sends', async () => {
    const alice = await chat.connectAs('alice');
    alice.send({ type: 'chat', id: '0c1e5a1e-7a55-4bd6-9a0a-2f1f5f7f0c04', message: 'hi' });
    for (const message of [{ type: 'since', epoch: '', seq: 0 }, { type: 'ping' }, '?']) alice.send(message);
    while (alice.received.length < 6) await alice.nextJson();
    for (const text of alice.received)
      expect(protocol.parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
});

describe('a server that asks every two seconds', () => {
  let server: RunningServer;
  beforeAll(async () => {
    const edit = { file: 'heartbeat.ts', find: 'const EVERY = 5_000;', replace: 'const EVERY = 2_000;' };
    server = await startChanged('lessons/09', [edit]);
  });
  afterAll(() => server.stop());

  test('pings each client, again and again, and one that answers stays', async () => {
    const client = await connectRecording(server.socketUrl);
    for (let time = 0; time < 2; time += 1)
      await new Promise((resolve) => client.socket.once('ping', resolve));
    client.send({ type: 'ping' });
    expect(await client.nextJson()).toMatchObject({ type: 'pong' });
    await client.close();
  });

  test('lets a ghost go: the others hear that it left, and its name is free', async () => {
    const bob = await connectRecording(server.socketUrl);
    bob.send({ type: 'join', username: 'bob' });
    expect(await bob.nextJson()).toMatchObject({ type: 'joined' });
    const cable = await openCable(Number(new URL(server.url).port));
    const alice = await connectRecording(`ws://localhost:${cable.port}`);
    alice.send({ type: 'join', username: 'alice' });
    expect(await alice.nextJson()).toMatchObject({ type: 'joined' });
    expect(await bob.nextJson()).toMatchObject({ message: 'alice joined.' });
    cable.freeze();
    expect(await bob.nextJson()).toMatchObject({ message: 'alice left.', usernames: ['bob'] });
    const again = await connectRecording(server.socketUrl);
    again.send({ type: 'join', username: 'alice' });
    expect(await again.nextJson()).toMatchObject({ type: 'joined', usernames: ['bob', 'alice'] });
    // Nobody has closed it: at its own end it looks open.
    expect(alice.socket.readyState).toBe(alice.socket.OPEN);
    await expect.poll(server.output, PATIENCE).toContain("A client left: code 1006, reason ''.");
    await Promise.all([bob.close(), again.close()]);
    alice.socket.terminate();
    await cable.end();
  });
});

describe('whatever one client does', () => {
  let crowded: RunningServer;
  beforeAll(async () => {
    crowded = await startServer(FILE);
  });
  afterAll(() => crowded.stop());

  let probes = 0;
  testHostileClients({
    server: () => crowded,
    opening: (n) => [JSON.stringify({ type: 'join', username: `guest ${n}` })],
    probe: async (socketUrl) => {
      const client = await connectRecording(socketUrl);
      probes += 1;
      client.send({ type: 'join', username: `probe ${probes}` });
      client.send({ type: 'chat', id: crypto.randomUUID(), message: `Does it work? ${probes}` });
      for (;;) if ((await client.nextJson()).message === `Does it work? ${probes}`) break;
      await client.close();
    },
    flood: JSON.stringify({ type: 'chat', id: ID, message: 'x'.repeat(1_000) }),
  });
});
