import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openCable } from '#shared/lesson/cable.ts';
import { startChanged } from '#shared/testing/changed-server.ts';
import { testHistoryChat } from '#shared/testing/history-chat.ts';
import { AT, PATIENCE } from '#shared/testing/nickname-room.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import type { RunningServer } from '#shared/testing/start-server.ts';
import * as protocol from './protocol.ts';

const ID = '0c1e5a1e-7a55-4bd6-9a0a-2f1f5f7f0c01';
const OTHER_ID = '0c1e5a1e-7a55-4bd6-9a0a-2f1f5f7f0c02';

const chat = testHistoryChat('lessons/09/server.ts', protocol);

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

test('the page understands its pong', async () => {
  const client = await chat.connect();
  const pong = await chat.ask(client, { type: 'ping' });
  expect(protocol.parseServerMessage(JSON.stringify(pong))).toEqual(pong);
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
