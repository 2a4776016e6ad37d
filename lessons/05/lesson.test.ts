import { describe, expect, test } from 'vitest';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import { testNicknameChat } from '#shared/testing/nickname-chat.ts';
import { AT, PATIENCE } from '#shared/testing/nickname-room.ts';
import type { RecordingClient } from '#shared/testing/recording-client.ts';
import * as protocol from './protocol.ts';

const BAD = 'bad-message' as const;

const chat = testNicknameChat('lessons/05/server.ts', protocol, {
  bad: [
    {
      title: 'a receiver that is a list',
      text: '{"type":"private","to":["alice"],"message":"x"}',
      code: BAD,
    },
    { title: 'no receiver', text: '{"type":"private","message":"x"}', code: BAD },
    { title: 'no message', text: '{"type":"private","to":"alice"}', code: BAD },
  ],
});
const { server, connect, join, connectAs, ask, error, expectArrival } = chat;

/** alice, bob and carol have joined, and have heard of each other: their next message is a new one. */
async function three(): Promise<[RecordingClient, RecordingClient, RecordingClient]> {
  const alice = await connectAs('Alice');
  const bob = await connectAs('bob');
  await alice.nextJson();
  const carol = await connectAs('carol');
  await alice.nextJson();
  await bob.nextJson();
  return [alice, bob, carol];
}

describe('beside private messages', () => {
  test('a chat message goes to all who joined, under the name that the server keeps', async () => {
    const [alice, bob, carol] = await three();
    const expected = { type: 'chat', username: 'bob', message: 'hi', at: AT };
    bob.send({ type: 'chat', message: 'hi', username: 'carol', to: 'alice' });
    for (const client of [alice, bob, carol]) expect(await client.nextJson()).toEqual(expected);
  });

  test('blanks inside a name are one space, for who joins and for who writes to them', async () => {
    const alice = await connectAs('alice');
    const ann = await connect();
    const joined = await ask(ann, { type: 'join', username: 'Ann \u00a0 Lee' });
    expect(joined).toMatchObject({ type: 'joined', username: 'Ann Lee' });
    await alice.nextJson();
    const message = { type: 'private', to: 'ann   lee', message: 'hi' };
    expect(await ask(alice, message)).toMatchObject({ type: 'private', to: 'Ann Lee' });
  });
});

describe('a private message', () => {
  test('reaches the one it is for and the one who wrote it, and nobody else', async () => {
    const [alice, bob, carol] = await three();
    const silent = await connect();
    const expected = { type: 'private', from: 'Alice', to: 'bob', message: 'hi <b>', at: AT };
    expect(await ask(alice, { type: 'private', to: 'bob', message: 'hi <b>' })).toEqual(expected);
    expect(await bob.nextJson()).toEqual(expected);
    // The fence: what carol hears next came through the same handler, later.
    alice.send({ type: 'chat', message: 'fence' });
    expect(await carol.nextJson()).toMatchObject({ message: 'fence' });
    expect(await ask(silent, { type: 'join', username: 'dave' })).toMatchObject({ type: 'joined' });
    expect(silent.received).toHaveLength(1);
  });

  test('reaches each of the two once', async () => {
    const [alice, bob] = await three();
    alice.send({ type: 'private', to: 'bob', message: 'hi' });
    alice.send({ type: 'chat', message: 'fence' });
    for (const client of [alice, bob]) {
      expect(await client.nextJson()).toMatchObject({ message: 'hi' });
      expect(await client.nextJson()).toMatchObject({ message: 'fence' });
    }
  });

  test('is the same text for both, with the same time', async () => {
    const [alice, bob] = await three();
    // So many that a server which reads the clock for each copy is sure to meet a new millisecond in between.
    const count = 2_000;
    for (let n = 0; n < count; n += 1) alice.send({ type: 'private', to: 'bob', message: `${n}` });
    for (let n = 0; n < count; n += 1) expect(await alice.next()).toBe(await bob.next());
  });

  test('to oneself arrives once', async () => {
    const [alice] = await three();
    const message = { type: 'private', to: 'alice', message: 'milk, bread' };
    expect(await ask(alice, message)).toEqual({ ...message, from: 'Alice', to: 'Alice', at: AT });
    expect(await ask(alice, { type: 'chat', message: 'fence' })).toMatchObject({ message: 'fence' });
  });

  test.each(['bob', 'BOB', ' bob ', '\uff42ob'])(
    'finds bob under %j, and says how he spells it',
    async (to) => {
      const [alice, bob] = await three();
      alice.send({ type: 'private', to, message: 'hi' });
      expect(await bob.nextJson()).toMatchObject({ type: 'private', from: 'Alice', to: 'bob' });
    },
  );

  test('cannot be sent in the name of somebody else, and its extra fields go nowhere', async () => {
    const [alice, bob] = await three();
    alice.send({ type: 'private', to: 'bob', message: 'hi', from: 'carol', username: 'carol', x: 1 });
    expect(await bob.nextJson()).toEqual({
      type: 'private',
      from: 'Alice',
      to: 'bob',
      message: 'hi',
      at: AT,
    });
  });

  test('has 1 to 2,000 characters', async () => {
    const [alice] = await three();
    const long = 'x'.repeat(2000);
    expect(await ask(alice, { type: 'private', to: 'bob', message: long })).toMatchObject({ message: long });
    for (const message of ['', `${long}x`, 5, null]) {
      expect(await ask(alice, { type: 'private', to: 'bob', message })).toEqual(error('bad-message'));
    }
  });

  test.each([
    'dave',
    '',
    'constructor',
    '__proto__',
    '\n',
    'x'.repeat(60_000),
    '\u0315\u0316'.repeat(15_000),
  ])('to %.12j, which nobody is called, is refused to its sender alone', async (to) => {
    const [alice, bob, carol] = await three();
    expect(await ask(alice, { type: 'private', to, message: 'hi' })).toEqual(error('unknown-user'));
    alice.send({ type: 'chat', message: 'fence' });
    for (const client of [alice, bob, carol]) {
      expect(await client.nextJson()).toMatchObject({ message: 'fence' });
    }
  });

  test('follows a rename: the new name is found, the old one is not', async () => {
    const [alice, bob] = await three();
    await ask(bob, { type: 'join', username: 'Robert' });
    await alice.nextJson(); // bob is now Robert
    expect(await ask(alice, { type: 'private', to: 'bob', message: 'hi' })).toEqual(error('unknown-user'));
    alice.send({ type: 'private', to: 'robert', message: 'hi' });
    expect(await bob.nextJson()).toMatchObject({ type: 'private', to: 'Robert' });
  });

  test('follows a change of case', async () => {
    const [alice, bob] = await three();
    await ask(bob, { type: 'join', username: 'BOB' });
    alice.send({ type: 'private', to: 'bob', message: 'hi' });
    expect(await bob.nextJson()).toMatchObject({ type: 'private', to: 'BOB' });
  });

  test('to somebody who has left is refused, and then goes to who took the name', async () => {
    const [alice, bob, carol] = await three();
    await bob.close();
    await alice.nextJson(); // bob left
    expect(await ask(alice, { type: 'private', to: 'bob', message: 'hi' })).toEqual(error('unknown-user'));
    await carol.nextJson(); // bob left
    await join(carol, 'bob');
    alice.send({ type: 'private', to: 'bob', message: 'hello, new bob' });
    expect(await carol.nextJson()).toMatchObject({ type: 'private', message: 'hello, new bob' });
  });
});

describe('bad input, with private messages', () => {
  test('the first of several mistakes is named, in one fixed order', async () => {
    const client = await connect();
    const steps: [unknown, keyof typeof protocol.ERROR_TEXTS][] = [
      [Buffer.from('{'), 'not-text'],
      ['{', 'not-json'],
      [{ type: 'private', to: 'nobody', message: '' }, 'bad-message'],
      [{ type: 'private', to: 'nobody', message: 'hi' }, 'not-joined'],
      [{ type: 'join', username: '' }, 'bad-username'],
    ];
    for (const [message, code] of steps) expect(await ask(client, message)).toEqual(error(code));
    await connectAs('alice');
    expect(await ask(client, { type: 'join', username: 'alice' })).toEqual(error('username-taken'));
    await join(client, 'bob');
    expect(await ask(client, { type: 'private', to: 'nobody', message: 'hi' })).toEqual(
      error('unknown-user'),
    );
  });

  test('the page understands each message that the server sends', async () => {
    const [alice] = await three();
    alice.send({ type: 'chat', message: 'hi' });
    alice.send({ type: 'private', to: 'bob', message: 'hi' });
    alice.send({ type: 'private', to: 'nobody', message: 'hi' });
    while (alice.received.length < 6) await alice.nextJson();
    for (const text of alice.received)
      expect(protocol.parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
});

test('without a wait the order stays', async () => {
  const alice = await connectAs('alice');
  for (const message of ['80', '10', '5']) alice.send({ type: 'chat', message });
  for (const message of ['80', '10', '5']) expect(await alice.nextJson()).toMatchObject({ message });
});

test('a connection that is open and not read takes a message, too', async () => {
  const alice = await connectAs('alice');
  const bob = await rawConnect(server().socketUrl);
  expectArrival();
  bob.socket.write(rawFrame(1, '{"type":"join","username":"bob"}'));
  expect(await alice.nextJson()).toMatchObject({ type: 'system', message: 'bob joined.' });
  const message = { type: 'private', to: 'bob', message: 'Are you there?' };
  expect(await ask(alice, message)).toMatchObject(message);
  bob.socket.destroy();
  expect(await alice.nextJson()).toMatchObject({ type: 'system', message: 'bob left.' });
});

test('the terminal shows who comes and goes, and no message', async () => {
  const before = server().output().length;
  const printed = () => server().output().slice(before);
  const [alice, bob, carol] = await three();
  alice.send({ type: 'private', to: 'bob', message: 'secret' });
  expect(await bob.nextJson()).toMatchObject({ message: 'secret' });
  for (const client of [carol, bob, alice]) await client.close(1001);
  await expect.poll(() => printed().split('A client left').length, PATIENCE).toBe(4);
  const [came, left] = ['A client arrived.\n', "A client left: code 1001, reason ''.\n"];
  expect(printed()).toBe(`${came.repeat(3)}${left.repeat(3)}`);
});
