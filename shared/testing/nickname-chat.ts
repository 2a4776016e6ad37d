/** What a chat with nicknames promises, for each lesson whose server is one: joining, talking, and bad input. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BAD_TEXTS, testHostileClients } from './hostile.ts';
import {
  AT,
  type Chat,
  type ErrorCode,
  PATIENCE,
  type Presence,
  type Protocol,
  useChat,
} from './nickname-room.ts';
import { testNames } from './nickname-rules.ts';
import { connectRecording } from './recording-client.ts';
import { type RunningServer, startServer } from './start-server.ts';

export type Say = (message: string) => Record<string, unknown>;

/** What people say there: `say` makes a message of a text, and `test` tests what comes of it. */
export type Talk = {
  say: Say;
  test: (chat: Chat) => void;
  /** In bytes: a longer message ends the connection. Where nothing is said: 64 KiB. */
  maxPayload?: number;
  /** How it says who is here. Where nothing is said: in a message each time. */
  presence?: Presence;
};

const PLAIN: Talk = { say: (message) => ({ type: 'chat', message }), test: testTalk };

/**
 * Tests a lesson's server as a chat with nicknames.
 *
 * @param file the server, named from the root
 * @param talk what is said there, and what comes of it, where that is more than a text
 * @returns the chat, for what else the lesson promises
 */
export function testNicknameChat(file: string, protocol: Protocol, talk = PLAIN): Chat {
  const { say, maxPayload = 64 * 1024, presence } = talk;
  const chat = useChat(file, protocol, presence);
  describe('joining', () => {
    testArrivals(chat, say);
    testRenames(chat, say);
  });
  describe('names', () => testNames(chat));
  describe('chat', () => talk.test(chat));
  describe('bad input', () => testBadInput(chat, protocol, say, maxPayload));
  testTerminal(chat, say);
  testWhatever(file, say);
  return chat;
}

function testArrivals({ server, connect, connectAs, ask, expectNews }: Chat, say: Say): void {
  test('who joins hears the name that the server keeps, and who is here', async () => {
    const alice = await connect();
    expect(await ask(alice, { type: 'join', username: 'Alice' })).toEqual({
      type: 'joined',
      username: 'Alice',
      usernames: ['Alice'],
      at: AT,
    });
    const bob = await connect();
    expect(await ask(bob, { type: 'join', username: 'bob' })).toEqual({
      type: 'joined',
      username: 'bob',
      usernames: expect.toSatisfy((names) => names.length === 2 && names.includes('Alice')),
      at: AT,
    });
  });

  test('those who joined before hear who came, and who is here now', async () => {
    const alice = await connectAs('alice');
    await connectAs('bob');
    await expectNews(alice, {
      message: 'bob joined.',
      usernames: ['alice', 'bob'],
      joined: ['bob'],
      left: [],
    });
  });

  test('who is connected and has not joined hears nothing', async () => {
    const silent = await connect();
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    alice.send(say('Is anybody here?'));
    expect(await bob.nextJson()).toMatchObject({ type: 'chat' });
    // The fence: this answer goes through the handler that served all of the above.
    expect(await ask(silent, { type: 'join', username: 'carol' })).toMatchObject({ type: 'joined' });
    expect(silent.received).toHaveLength(1);
  });

  test('who leaves without having joined is not announced', async () => {
    const alice = await connectAs('alice');
    const silent = await connect();
    await silent.close();
    await expect.poll(server().output, PATIENCE).toMatch(/A client left: code 1000, reason ''\.\n$/);
    expect(await ask(alice, say('fence'))).toMatchObject({ message: 'fence' });
  });
}

function testRenames({ connectAs, ask, error, expectNews, skipNews }: Chat, say: Say): void {
  test('to join again is to change the name, and the old name is free', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    await expectNews(alice, {
      message: 'bob joined.',
      usernames: ['alice', 'bob'],
      joined: ['bob'],
      left: [],
    });
    expect(await ask(alice, { type: 'join', username: 'ally' })).toEqual({
      type: 'joined',
      username: 'ally',
      usernames: ['ally', 'bob'],
      at: AT,
    });
    await expectNews(bob, {
      message: 'alice is now ally.',
      usernames: ['ally', 'bob'],
      joined: ['ally'],
      left: ['alice'],
    });
    expect(await ask(bob, { type: 'join', username: 'alice' })).toMatchObject({ type: 'joined' });
  });

  test('the case of my own name may change', async () => {
    const alice = await connectAs('alice');
    expect(await ask(alice, { type: 'join', username: 'ALICE' })).toMatchObject({
      type: 'joined',
      username: 'ALICE',
      usernames: ['ALICE'],
    });
  });

  test('a rename that is refused leaves the old name', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    expect(await ask(bob, { type: 'join', username: 'alice' })).toEqual(error('username-taken'));
    expect(await ask(bob, say('hi'))).toMatchObject({ username: 'bob' });
    await skipNews(alice);
    expect(await alice.nextJson()).toMatchObject({ type: 'chat', username: 'bob' });
  });

  test('the name of somebody who left is free, and the others hear of it', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    await expectNews(alice, {
      message: 'bob joined.',
      usernames: ['alice', 'bob'],
      joined: ['bob'],
      left: [],
    });
    await bob.close();
    await expectNews(alice, { message: 'bob left.', usernames: ['alice'], joined: [], left: ['bob'] });
    await connectAs('bob');
  });
}

function testTalk({ connectAs, ask, error, skipNews }: Chat): void {
  test('goes to all who joined, the sender too, under the name that the server keeps', async () => {
    const alice = await connectAs('Alice');
    const bob = await connectAs('bob');
    await skipNews(alice);
    const expected = { type: 'chat', username: 'Alice', message: ' <b>hi</b>\n', at: AT };
    expect(await ask(alice, { type: 'chat', message: ' <b>hi</b>\n' })).toEqual(expected);
    expect(await bob.nextJson()).toEqual(expected);
  });

  test('has 1 to 2,000 characters', async () => {
    const alice = await connectAs('alice');
    expect(await ask(alice, { type: 'chat', message: 'x' })).toMatchObject({ type: 'chat' });
    const long = 'x'.repeat(2000);
    expect(await ask(alice, { type: 'chat', message: long })).toMatchObject({ message: long });
    expect(await ask(alice, { type: 'chat', message: `${long}x` })).toEqual(error('bad-message'));
    expect(await ask(alice, { type: 'chat', message: '' })).toEqual(error('bad-message'));
  });

  test('extra fields are not passed on', async () => {
    const alice = await connectAs('alice');
    const message = '{"type":"chat","message":"hi","username":"System","admin":true,"__proto__":{"at":"x"}}';
    expect(await ask(alice, message)).toEqual({ type: 'chat', username: 'alice', message: 'hi', at: AT });
  });
}

function testBadInput(
  { connect, connectAs, ask, error, skipNews }: Chat,
  { parseServerMessage }: Protocol,
  say: Say,
  maxPayload: number,
): void {
  test.each([
    ...BAD_TEXTS.filter(({ text }) => text.length <= maxPayload),
    { title: 'a join without a name', text: '{"type":"join"}', code: 'bad-message' as const },
    {
      title: 'a name that is an array',
      text: '{"type":"join","username":["a"]}',
      code: 'bad-message' as const,
    },
    { title: 'a chat with a number', text: '{"type":"chat","message":5}', code: 'bad-message' as const },
    {
      title: 'a private message',
      text: '{"type":"private","to":"a","message":"b"}',
      code: 'bad-message' as const,
    },
  ])('$title: $code to the sender, nothing to the others', async ({ text, code }) => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    expect(await ask(bob, text)).toEqual(error(code));
    bob.send(say('fence'));
    await skipNews(alice);
    expect(await alice.nextJson()).toMatchObject({ message: 'fence' });
    expect(await bob.nextJson()).toMatchObject({ message: 'fence' });
  });

  test('the first of several mistakes is named, in one fixed order', async () => {
    const client = await connect();
    const steps: [unknown, ErrorCode][] = [
      [Buffer.from('{'), 'not-text'],
      ['{', 'not-json'],
      [{ type: 'chat', message: '' }, 'bad-message'],
      [say('hi'), 'not-joined'],
      [{ type: 'join', username: '' }, 'bad-username'],
    ];
    for (const [message, code] of steps) expect(await ask(client, message)).toEqual(error(code));
    await connectAs('alice');
    expect(await ask(client, { type: 'join', username: 'alice' })).toEqual(error('username-taken'));
  });

  test('the page understands each message that the server sends', async () => {
    const alice = await connectAs('alice');
    await connectAs('bob');
    alice.send(say('hi'));
    alice.send('?');
    while (alice.received.length < 4) await alice.nextJson();
    for (const text of alice.received) expect(parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
}

function testTerminal({ server, connectAs, ask }: Chat, say: Say): void {
  test('the terminal shows who comes and goes, and no message', async () => {
    const before = server().output().length;
    const printed = () => server().output().slice(before);
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    expect(await ask(bob, say('hi'))).toMatchObject({ message: 'hi' });
    await bob.close(1001);
    await alice.close(1001);
    await expect.poll(() => printed().split('A client left').length, PATIENCE).toBe(3);
    expect(printed()).toBe(
      `${'A client arrived.\n'.repeat(2)}${"A client left: code 1001, reason ''.\n".repeat(2)}`,
    );
  });
}

function testWhatever(file: string, say: Say): void {
  describe('whatever one client does', () => {
    let crowded: RunningServer;
    beforeAll(async () => {
      crowded = await startServer(file);
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
        client.send(say(`Does it work? ${probes}`));
        for (;;) if ((await client.nextJson()).message === `Does it work? ${probes}`) break;
        await client.close();
      },
      flood: JSON.stringify(say('x'.repeat(1_000))),
    });
  });
}
