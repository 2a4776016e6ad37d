import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { readBlocks } from '#shared/course/blocks.ts';
import { BAD_TEXTS, testHostileClients } from '#shared/testing/hostile.ts';
import { readmeEdits } from '#shared/testing/readme-diff.ts';
import { connectRecording, everybodyLeft, type RecordingClient } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { typeErrors } from '#shared/testing/type-errors.ts';
import { parse, parseServerMessage } from './protocol.ts';

const FOLDER = 'lessons/03';

/** All that Ada's page receives, as the text shows it. */
const TO_ADA = readBlocks(readFileSync(new URL('more.md', import.meta.url), 'utf8')).find(
  ({ info }) => info[1] === 'to-ada',
)?.lines;

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/03/server.ts');
});
afterAll(() => server.stop());

describe('the chat', () => {
  let alice: RecordingClient;
  let bob: RecordingClient;
  let carol: RecordingClient;
  beforeEach(async () => {
    await everybodyLeft(server);
    alice = await arrive([]);
    bob = await arrive([alice]);
    carol = await arrive([alice, bob]);
    return () => Promise.all([alice.close(), bob.close(), carol.close()]);
  });

  test('a newcomer is told how many are online, and the others are told that somebody came', async () => {
    const everyone = [alice, bob, carol];
    const dan = await connectRecording(server.socketUrl);
    expect(await dan.nextJson()).toEqual(system('Welcome! 4 user(s) online', 4));
    for (const client of everyone) {
      expect(await client.nextJson()).toEqual(system('A new user joined. 4 user(s) online', 4));
    }
    await dan.close();
    for (const client of everyone) {
      expect(await client.nextJson()).toEqual(system('A user left. 3 user(s) online', 3));
    }
    expect(dan.received).toHaveLength(1);
  });

  test('whoever vanishes without a goodbye is announced, too', async () => {
    bob.socket.terminate();
    for (const client of [alice, carol]) {
      expect(await client.nextJson()).toEqual(system('A user left. 2 user(s) online', 2));
    }
  });

  test('a message reaches everyone, the sender too, once, and in the same form', async () => {
    bob.send({ username: 'Bob', message: 'hello' });
    carol.send({ username: 'Carol', message: 'fence' });
    const texts = new Set<unknown>();
    for (const client of [alice, bob, carol]) {
      const pair = [await client.next(), await client.next()].sort();
      texts.add(pair.join());
      expect(pair.map((text) => JSON.parse(`${text}`))).toEqual([
        chat('Bob', 'hello'),
        chat('Carol', 'fence'),
      ]);
    }
    expect(texts.size).toBe(1);
  });

  test('everyone sees the messages in one order', async () => {
    for (let n = 0; n < 100; n += 1) {
      alice.send({ username: 'Alice', message: `${n}` });
      bob.send({ username: 'Bob', message: `${n}` });
    }
    const seen = [];
    for (const client of [alice, bob, carol]) {
      const texts: unknown[] = [];
      while (texts.length < 200) texts.push(await client.next());
      seen.push(texts);
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
  });

  test.each([
    [{ message: 'hi' }, chat('Anonymous', 'hi')],
    [{ username: '', message: 'hi' }, chat('Anonymous', 'hi')],
    [{ username: 'constructor', message: '__proto__' }, chat('constructor', '__proto__')],
    [{ username: '12345678901234567890', message: '<b>' }, chat('12345678901234567890', '<b>')],
    [{ username: 'Ümit', message: 'Grüße, 世界 🎨\n' }, chat('Ümit', 'Grüße, 世界 🎨\n')],
    [{ type: 'error', message: 'hi', at: 'noon', online: 5, extra: { a: 1 } }, chat('Anonymous', 'hi')],
    ['{"message":"hi","__proto__":{"username":"Eve"}}', chat('Anonymous', 'hi')],
  ])('%j is a message, and no other field of it is passed on', async (sent, expected) => {
    alice.send(sent);
    for (const client of [alice, bob, carol]) expect(await client.nextJson()).toEqual(expected);
  });

  test('a message has up to 2,000 characters', async () => {
    alice.send({ message: 'x'.repeat(2_000) });
    for (const client of [alice, bob, carol]) {
      expect(await client.nextJson()).toEqual(chat('Anonymous', 'x'.repeat(2_000)));
    }
  });

  test.each([
    ...BAD_TEXTS.map((row) => ({ ...row, sent: row.text })),
    { title: 'a binary message', sent: Buffer.from('{"message":"hi"}'), code: 'not-text' },
    { title: 'no message', sent: { username: 'Eve' }, code: 'bad-message' },
    { title: 'an empty message', sent: { message: '' }, code: 'bad-message' },
    { title: 'a message of 2,001 characters', sent: { message: 'x'.repeat(2_001) }, code: 'bad-message' },
    { title: 'a number as message', sent: { message: 5 }, code: 'bad-message' },
    { title: 'an object as message', sent: { message: {} }, code: 'bad-message' },
    { title: 'null as username', sent: { username: null, message: 'hi' }, code: 'bad-message' },
    { title: 'an array as username', sent: { username: ['Eve'], message: 'hi' }, code: 'bad-message' },
    {
      title: 'a name of 21 characters',
      sent: { username: 'x'.repeat(21), message: 'hi' },
      code: 'bad-message',
    },
  ])('$title: the sender gets the error $code, and nobody else notices', async ({ sent, code }) => {
    bob.send(sent);
    expect(await bob.nextJson()).toEqual({
      type: 'error',
      code,
      message: expect.stringMatching(/./),
      at: anyTime(),
    });
    bob.send({ message: 'fence' });
    for (const client of [alice, bob, carol]) {
      expect(await client.nextJson()).toEqual(chat('Anonymous', 'fence'));
    }
  });

  test('what was sent before a goodbye is broadcast, and comes back before the answer to it', async () => {
    const dan = await rawConnect(server.socketUrl);
    const messages = ['one', 'two'].map((message) => rawFrame(1, JSON.stringify({ message })));
    dan.socket.write(Buffer.concat([...messages, rawFrame(8, Buffer.from([0x03, 0xe8]))]));
    const opcodes: number[] = [];
    for await (const { opcode } of rawFrames(dan)) opcodes.push(opcode);
    expect(opcodes).toEqual([1, 1, 1, 8]); // The welcome, and the two messages.
    const texts = [];
    while (texts.length < 4) texts.push((await alice.nextJson()).message);
    expect(texts.slice(1)).toEqual(['one', 'two', 'A user left. 3 user(s) online']);
  });

  test('whoever has said goodbye gets nothing more, and is not heard either', async () => {
    const dan = await rawConnect(server.socketUrl);
    const goodbye = rawFrame(8, Buffer.from([0x03, 0xe8]));
    dan.socket.write(Buffer.concat([goodbye, rawFrame(1, '{"message":"too late"}')]));
    alice.send({ message: 'fence' });
    const opcodes: number[] = [];
    for await (const { opcode } of rawFrames(dan)) opcodes.push(opcode);
    // Perhaps the fence came before the goodbye. After the answer to the goodbye nothing comes.
    expect(opcodes.join('')).toMatch(/^1+8$/);
    const texts = [];
    while (texts.length < 3) texts.push((await alice.nextJson()).message);
    expect(texts.sort()).toEqual([
      'A new user joined. 4 user(s) online',
      'A user left. 3 user(s) online',
      'fence',
    ]);
  });
});

describe('the parsers', () => {
  test('a message that came over the network becomes a new object, with known fields only', () => {
    expect(parse('{"username":"Ada","message":"hi","admin":true}')).toEqual({
      username: 'Ada',
      message: 'hi',
    });
  });

  test("the page knows each of the server's messages, and takes nothing else", () => {
    for (const text of TO_ADA ?? []) {
      expect(parseServerMessage(text)).toEqual(JSON.parse(text));
    }
    for (const { text } of BAD_TEXTS) expect(parseServerMessage(text)).toBeUndefined();
    expect(parseServerMessage('{"type":"system","message":"","at":"","online":"2"}')).toBeUndefined();
    expect(parseServerMessage('{"type":"error","code":"toString","message":"","at":""}')).toBeUndefined();
  });
});

test("what Ada's page receives is what the text shows", async () => {
  await everybodyLeft(server);
  const ada = await connectRecording(server.socketUrl);
  const messages = [await ada.next()];
  const bo = await connectRecording(server.socketUrl);
  messages.push(await ada.next());
  ada.send({ username: 'Ada', message: 'hello' });
  ada.send('null');
  messages.push(await ada.next(), await ada.next());
  await bo.close(1001);
  messages.push(await ada.next());
  expect(messages.map((text) => withoutTime(`${text}`))).toEqual(TO_ADA?.map(withoutTime));
  await ada.close();
});

test('who believes what comes in is warned by the type checker at the error, not at the name that is read', () => {
  const server = 'lessons/03/server.ts';
  const [edit] = readmeEdits(FOLDER, 'believe');
  const change = (text: string) => text.replace(edit?.find ?? '', edit?.replace ?? '');
  expect(typeErrors([server], { [server]: change })).toEqual([
    expect.stringContaining("Type 'string' is not assignable to type 'ErrorCode'"),
    expect.stringContaining("can't be used to index type 'Record<ErrorCode, string>'"),
  ]);
});

describe('whatever one client does', () => {
  testHostileClients({
    server: () => server,
    probe: async (socketUrl) => {
      const client = await connectRecording(socketUrl);
      const name = `probe ${Math.random()}`.slice(0, 20);
      client.send({ username: name, message: 'hi' });
      while ((await client.nextJson()).username !== name);
      await client.close();
    },
    flood: JSON.stringify({ message: 'x'.repeat(1_000) }),
  });
});

/** Connects once the others know of it: so nobody has an announcement left to read. */
async function arrive(others: RecordingClient[]): Promise<RecordingClient> {
  const client = await connectRecording(server.socketUrl);
  for (const one of [client, ...others]) expect(await one.nextJson()).toMatchObject({ type: 'system' });
  return client;
}

function system(message: string, online: number): unknown {
  return { type: 'system', message, online, at: anyTime() };
}

function chat(username: string, message: string): unknown {
  return { type: 'chat', username, message, at: anyTime() };
}

/** ISO 8601 in UTC with milliseconds. */
function anyTime(): unknown {
  return expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
}

function withoutTime(text: string): string {
  return text.replace(/"at":"[^"]*"/, '"at":""');
}
