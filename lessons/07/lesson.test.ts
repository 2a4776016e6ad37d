import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openCable } from '#shared/lesson/cable.ts';
import { BAD_TEXTS, testHostileClients } from '#shared/testing/hostile.ts';
import { connectRecording, type RecordingClient } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { ERROR_TEXTS, parseServerMessage } from './protocol.ts';
import { openReconnectingSocket } from './reconnecting-socket.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 20_000, interval: 10 };

const AT = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

let server: RunningServer;
const connected: RecordingClient[] = [];
let arrivals = 0;

beforeAll(async () => {
  server = await startServer('lessons/07/server.ts');
});
afterAll(() => server.stop());

// Each test finds an empty room. A server says "left" and forgets the name in one go.
afterEach(async () => {
  for (const { socket } of connected.splice(0)) socket.terminate();
  await expect.poll(() => server.output().split('A client left').length - 1, PATIENCE).toBe(arrivals);
});

async function connect(): Promise<RecordingClient> {
  const client = await connectRecording(server.socketUrl);
  connected.push(client);
  arrivals += 1;
  return client;
}

async function join(client: RecordingClient, username: string): Promise<RecordingClient> {
  client.send({ type: 'join', username });
  expect(await client.nextJson()).toMatchObject({ type: 'joined' });
  return client;
}

const connectAs = async (username: string) => join(await connect(), username);

/** What a client gets for a message. */
async function ask(client: RecordingClient, message: unknown): Promise<Record<string, unknown>> {
  client.send(message);
  return client.nextJson();
}

function error(code: keyof typeof ERROR_TEXTS): Record<string, unknown> {
  return { type: 'error', code, message: ERROR_TEXTS[code], at: AT };
}

describe('joining', () => {
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
    expect(await alice.nextJson()).toEqual({
      type: 'system',
      message: 'bob joined.',
      usernames: ['alice', 'bob'],
      at: AT,
    });
  });

  test('who is connected and has not joined hears nothing', async () => {
    const silent = await connect();
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    alice.send({ type: 'chat', message: 'Is anybody here?' });
    expect(await bob.nextJson()).toMatchObject({ type: 'chat' });
    // The fence: this answer goes through the handler that served all of the above.
    expect(await ask(silent, { type: 'join', username: 'carol' })).toMatchObject({ type: 'joined' });
    expect(silent.received).toHaveLength(1);
  });

  test('who leaves without having joined is not announced', async () => {
    const alice = await connectAs('alice');
    const silent = await connect();
    await silent.close();
    await expect.poll(server.output, PATIENCE).toMatch(/A client left: code 1000, reason ''\.\n$/);
    expect(await ask(alice, { type: 'chat', message: 'fence' })).toMatchObject({ message: 'fence' });
  });

  test('to join again is to change the name, and the old name is free', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    await alice.nextJson();
    expect(await ask(alice, { type: 'join', username: 'ally' })).toEqual({
      type: 'joined',
      username: 'ally',
      usernames: ['ally', 'bob'],
      at: AT,
    });
    expect(await bob.nextJson()).toEqual({
      type: 'system',
      message: 'alice is now ally.',
      usernames: ['ally', 'bob'],
      at: AT,
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
    expect(await ask(bob, { type: 'chat', message: 'hi' })).toMatchObject({ username: 'bob' });
    await alice.nextJson();
    expect(await alice.nextJson()).toMatchObject({ type: 'chat', username: 'bob' });
  });

  test('the name of somebody who left is free, and the others hear of it', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    await alice.nextJson();
    await bob.close();
    expect(await alice.nextJson()).toEqual({
      type: 'system',
      message: 'bob left.',
      usernames: ['alice'],
      at: AT,
    });
    await connectAs('bob');
  });
});

describe('names', () => {
  test.each([
    ['with spaces around it', '  alice ', 'alice'],
    ['in wide letters', '\uff41lice', 'alice'],
    ['with an accent in two parts', 'Zoe\u0308', 'Zo\u00eb'],
    ['of 20 code points that are 40 units of UTF-16', '𝒂'.repeat(20), 'a'.repeat(20)],
    ['of 20 hieroglyphs', '𓀀'.repeat(20), '𓀀'.repeat(20)],
    ['with two blanks inside', 'Ann  Lee', 'Ann Lee'],
    ['with other blanks inside', 'Ann \u00a0\u3000\u1680Lee', 'Ann Lee'],
    ['with a blank and an accent inside', 'Ann \u00b4Lee', 'Ann \u0301Lee'],
    ['after 500 spaces', `${' '.repeat(500)}alice`, 'alice'],
    ['called constructor', 'constructor', 'constructor'],
    ['called __proto__', '__proto__', '__proto__'],
    ['in another script', 'Алиса', 'Алиса'],
  ])('a name %s is kept in one spelling', async (_, given, kept) => {
    const client = await connect();
    expect(await ask(client, { type: 'join', username: given })).toMatchObject({
      type: 'joined',
      username: kept,
      usernames: [kept],
    });
  });

  test.each([
    ['empty', ''],
    ['only spaces', ' \u00a0\u3000 '],
    ['21 code points', 'a'.repeat(21)],
    ['a name that grows: one sign that stands for 18 letters, twice', '\ufdfa\ufdfa'],
    ['a line break inside', 'alice\nbob'],
    ['a control character', 'alice\u0007'],
    ['a terminal escape', '\u001b[31mred'],
    ['a zero-width space', 'ali\u200bce'],
    ['a soft hyphen', 'ali\u00adce'],
    ['a mark that turns the direction of text', 'alice\u202e'],
    ['a Hangul filler, which is a letter that nobody sees', '\u3164'],
    ['a braille pattern without dots', 'alice\u2800'],
    ['a braille pattern without dots, alone', '\u2800'],
    ['a musical sign that is blank', '\u{1d159}'],
    ['an accent alone', '\u0301'],
    ['an accent before a letter', '\u0301alice'],
    ['an accent after a space, which is alone then', ' \u0301'],
    ['an accent that has a space of its own, which is trimmed', '\u00b4'],
    ['a line separator', 'alice\u2028bob'],
    ['a paragraph separator', 'alice\u2029bob'],
    ['half a surrogate pair', '\ud83d'],
    ['a private use character', '\ue000'],
    ['a code point without a character', '\u0378'],
    ['30,000 accents', '\u0315\u0316'.repeat(15_000)],
  ])('a name is refused: %s', async (_, username) => {
    const client = await connect();
    expect(await ask(client, { type: 'join', username })).toEqual(error('bad-username'));
  });

  test.each(['alice', 'ALICE', ' alice ', '\uff41lice', '\u{1d4d0}lice'])(
    'where Alice is here, %j is taken',
    async (twin) => {
      await connectAs('Alice');
      const other = await connect();
      expect(await ask(other, { type: 'join', username: twin })).toEqual(error('username-taken'));
    },
  );

  test('names that differ in the number of blanks are one name', async () => {
    await connectAs('Ann Lee');
    const other = await connect();
    for (const twin of ['ann  lee', 'Ann\u00a0\u2003Lee']) {
      expect(await ask(other, { type: 'join', username: twin })).toEqual(error('username-taken'));
    }
  });

  test('letters of two alphabets that look alike are still two names', async () => {
    await connectAs('alice');
    await connectAs('аlice'); // The first letter is Cyrillic.
  });

  test('of two who want one name at once, one gets it', async () => {
    const [one, two] = await Promise.all([connect(), connect()]);
    one.send({ type: 'join', username: 'alice' });
    two.send({ type: 'join', username: 'Alice' });
    const answers = [await one.nextJson(), await two.nextJson()].map(({ type }) => type);
    expect(answers.sort()).toEqual(['error', 'joined']);
  });
});

describe('chat', () => {
  test('goes to all who joined, the sender too, under the name that the server keeps', async () => {
    const alice = await connectAs('Alice');
    const bob = await connectAs('bob');
    await alice.nextJson();
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
});

describe('bad input', () => {
  test.each([
    ...BAD_TEXTS,
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
    bob.send({ type: 'chat', message: 'fence' });
    await alice.nextJson(); // bob joined
    expect(await alice.nextJson()).toMatchObject({ message: 'fence' });
    expect(await bob.nextJson()).toMatchObject({ message: 'fence' });
  });

  test('the first of several mistakes is named, in one fixed order', async () => {
    const client = await connect();
    const steps: [unknown, keyof typeof ERROR_TEXTS][] = [
      [Buffer.from('{'), 'not-text'],
      ['{', 'not-json'],
      [{ type: 'chat', message: '' }, 'bad-message'],
      [{ type: 'chat', message: 'hi' }, 'not-joined'],
      [{ type: 'join', username: '' }, 'bad-username'],
    ];
    for (const [message, code] of steps) expect(await ask(client, message)).toEqual(error(code));
    await connectAs('alice');
    expect(await ask(client, { type: 'join', username: 'alice' })).toEqual(error('username-taken'));
  });

  test('the page understands each message that the server sends', async () => {
    const alice = await connectAs('alice');
    await connectAs('bob');
    alice.send({ type: 'chat', message: 'hi' });
    alice.send('?');
    while (alice.received.length < 4) await alice.nextJson();
    for (const text of alice.received) expect(parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
});

test('who comes back says the name again, and the server knows nothing of before', async () => {
  const bob = await connectAs('bob');
  const cable = await openCable(Number(new URL(server.url).port));
  const link = openReconnectingSocket(`ws://localhost:${cable.port}`, {
    WebSocket,
    base: 1,
    onOpen: () => link.send('{"type":"join","username":"alice"}'),
  });
  try {
    for (let times = 0; times < 2; times += 1) {
      arrivals += 1;
      expect(await bob.nextJson()).toMatchObject({ message: 'alice joined.' });
      if (times === 0) cable.reset();
      else link.close();
      expect(await bob.nextJson()).toMatchObject({ message: 'alice left.' });
    }
  } finally {
    link.close();
    await cable.end();
  }
});

test('the terminal shows who comes and goes, and no message', async () => {
  const before = server.output().length;
  const printed = () => server.output().slice(before);
  const alice = await connectAs('alice');
  const bob = await connectAs('bob');
  expect(await ask(bob, { type: 'chat', message: 'hi' })).toMatchObject({ message: 'hi' });
  await bob.close(1001);
  await alice.close(1001);
  await expect.poll(() => printed().split('A client left').length, PATIENCE).toBe(3);
  expect(printed()).toBe(
    `${'A client arrived.\n'.repeat(2)}${"A client left: code 1001, reason ''.\n".repeat(2)}`,
  );
});

describe('whatever one client does', () => {
  let crowded: RunningServer;
  beforeAll(async () => {
    crowded = await startServer('lessons/07/server.ts');
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
      client.send({ type: 'chat', message: `Does it work? ${probes}` });
      for (;;) if ((await client.nextJson()).message === `Does it work? ${probes}`) break;
      await client.close();
    },
    flood: JSON.stringify({ type: 'chat', message: 'x'.repeat(1_000) }),
  });
});
