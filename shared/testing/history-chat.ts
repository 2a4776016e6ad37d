/** What a chat that numbers its messages promises, for each lesson whose server is one: numbers, acks, and what was missed. */
import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Talk, testNicknameChat } from './nickname-chat.ts';
import { AT, type Chat, type Protocol } from './nickname-room.ts';
import type { RecordingClient } from './recording-client.ts';

type Fields = Record<string, unknown>;

/** How many messages the server keeps, and how many an answer has at most. */
const [KEPT, PAGE] = [1000, 100];

/** What one person may say at once: a server may have a limit for it. */
const AT_ONCE = 100;

const NOBODYS = '11111111-1111-4111-8111-111111111111';

const say = (message: string, id: string = randomUUID()) => ({ type: 'chat', id, message });

/**
 * Tests a lesson's server as a chat with nicknames and a history.
 *
 * @param file the server, named from the root
 * @param more what the lesson has other than the others
 * @returns the chat, for what else the lesson promises
 */
export function testHistoryChat(
  file: string,
  protocol: Protocol,
  more: Pick<Talk, 'maxPayload' | 'presence'> = {},
): Chat {
  const chat = testNicknameChat(file, protocol, { ...more, say, test: testTalk });
  describe('ids', () => testIds(chat));
  describe('since', () => {
    testSince(chat);
    testPages(chat);
    testKinds(chat, protocol);
  });
  return chat;
}

/** Asks what came after a number. Without one: as who knows nothing yet. */
export async function askSince(
  client: RecordingClient,
  epoch: unknown = '',
  seq: unknown = 0,
): Promise<Fields> {
  client.send({ type: 'since', epoch, seq });
  for (;;) {
    const answer = await client.nextJson();
    if (answer.type === 'missed' || answer.type === 'snapshot') return answer;
  }
}

/** Says a text, and takes what comes back: the message itself, and then its ack. */
async function speak(
  client: RecordingClient,
  text: string,
  id: string = randomUUID(),
): Promise<[Fields, Fields]> {
  client.send(say(text, id));
  return [await client.nextJson(), await client.nextJson()];
}

function testTalk({ connectAs, ask, error, skipNews }: Chat): void {
  test('goes to all who joined, the sender too, with a number; and then the sender has its ack', async () => {
    const alice = await connectAs('Alice');
    const bob = await connectAs('bob');
    await skipNews(alice);
    const id = randomUUID();
    const [heard, ack] = await speak(alice, ' <b>hi</b>\n', id);
    expect(heard).toEqual({
      type: 'chat',
      seq: expect.any(Number),
      username: 'Alice',
      message: ' <b>hi</b>\n',
      at: AT,
    });
    expect(ack).toEqual({ type: 'ack', id, seq: heard.seq, at: AT });
    expect(await bob.nextJson()).toEqual(heard);
    const [, next] = await speak(bob, 'hello');
    expect(next).toMatchObject({ type: 'ack', seq: Number(heard.seq) + 1 });
    expect(await alice.nextJson()).toMatchObject({ type: 'chat', username: 'bob' });
  });

  test('numbers have no gap, whoever speaks, and whatever was refused between', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    for (let n = 0; n < 20; n += 1) {
      (n % 3 === 0 ? bob : alice).send(say(`${n}`));
      (n % 2 === 0 ? bob : alice).send(n % 5 === 0 ? '?' : say(''));
    }
    const numbers: number[] = [];
    while (numbers.length < 20) {
      const { type, seq } = await bob.nextJson();
      if (type === 'chat') numbers.push(Number(seq));
    }
    expect(numbers).toEqual(numbers.map((_, n) => Number(numbers[0]) + n));
  });

  test('has 1 to 2,000 characters', async () => {
    const alice = await connectAs('alice');
    expect((await speak(alice, 'x'))[0]).toMatchObject({ message: 'x' });
    const long = 'x'.repeat(2000);
    expect((await speak(alice, long))[0]).toMatchObject({ message: long });
    expect(await ask(alice, say(`${long}x`))).toEqual(error('bad-message'));
    expect(await ask(alice, say(''))).toEqual(error('bad-message'));
  });

  test('extra fields are not passed on', async () => {
    const alice = await connectAs('alice');
    const extra = '"username":"System","seq":7,"admin":true,"__proto__":{"at":"x"}';
    const message = `{"type":"chat","id":"${randomUUID()}","message":"hi",${extra}}`;
    const heard = await ask(alice, message);
    expect(heard).toEqual({ type: 'chat', seq: heard.seq, username: 'alice', message: 'hi', at: AT });
    expect(heard.seq).not.toBe(7);
  });
}

function testIds({ connectAs, ask, error, skipNews }: Chat): void {
  test('the same id again: its sender has the same ack, and nobody hears it twice', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    await skipNews(alice);
    const id = randomUUID();
    const [heard, ack] = await speak(alice, 'once', id);
    expect(await ask(alice, say('once', id))).toEqual({ ...ack, at: AT });
    // Sent again on a new connection, it is still the same message.
    await alice.close();
    const again = await connectAs('alice');
    expect(await ask(again, say('once', id))).toMatchObject({ type: 'ack', id, seq: heard.seq });
    again.send(say('fence'));
    const texts: unknown[] = [];
    while (texts.at(-1) !== 'fence') texts.push((await bob.nextJson()).message);
    expect(texts.filter((text) => text === 'once')).toHaveLength(1);
  });

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['a number', 5],
    ['a word', 'my-message'],
    ['in capitals', randomUUID().toUpperCase()],
    ['with something behind it', `${randomUUID()}0`],
    ['with a line break', `${randomUUID()}\n`],
  ])('what is no id is refused: %s', async (_, id) => {
    const alice = await connectAs('alice');
    expect(await ask(alice, { type: 'chat', id, message: 'hi' })).toEqual(error('bad-message'));
  });
}

function testSince({ connect, connectAs, ask, error, skipNews }: Chat): void {
  test('who knows nothing gets the newest, and whose numbers these are', async () => {
    const alice = await connectAs('alice');
    const [said] = await speak(alice, 'hello');
    const { type, ...kept } = said;
    expect(type).toBe('chat');
    const snapshot = await askSince(alice);
    expect(snapshot).toEqual({
      type: 'snapshot',
      epoch: expect.stringMatching(/^[\da-f-]{36}$/),
      messages: expect.any(Array),
      last: said.seq,
      at: AT,
    });
    expect([snapshot.messages].flat().at(-1)).toEqual(kept);
  });

  test('who was away gets what was said meanwhile, in its order, and nothing else', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    const { epoch, last } = await askSince(bob);
    await bob.close();
    const meanwhile: Fields[] = [];
    for (const text of ['one', 'two']) {
      alice.send(say(text));
      for (let heard: Fields = {}; heard.type !== 'ack'; heard = await alice.nextJson()) {
        if (heard.type === 'chat') meanwhile.push(heard);
      }
    }
    const back = await connectAs('bob');
    expect(await ask(back, { type: 'since', epoch, seq: last })).toEqual({
      type: 'missed',
      messages: meanwhile.map(({ type, ...said }) => said),
      last: Number(last) + 2,
      at: AT,
    });
    expect(await askSince(back, epoch, Number(last) + 2)).toMatchObject({ type: 'missed', messages: [] });
  });

  test('who has not joined gets nothing', async () => {
    const client = await connect();
    expect(await ask(client, { type: 'since', epoch: '', seq: 0 })).toEqual(error('not-joined'));
  });

  test('only who asks hears the answer', async () => {
    const alice = await connectAs('alice');
    const bob = await connectAs('bob');
    await askSince(bob);
    bob.send(say('fence'));
    await skipNews(alice);
    expect(await alice.nextJson()).toMatchObject({ type: 'chat', message: 'fence' });
  });

  test.each([
    ['without a number', { epoch: '' }],
    ['without an epoch', { seq: 0 }],
    ['with a number below 0', { epoch: '', seq: -1 }],
    ['with half a number', { epoch: '', seq: 0.5 }],
    ['with a number in a text', { epoch: '', seq: '0' }],
    ['with a number that is not exact any more', { epoch: '', seq: 2 ** 53 }],
    ['with an epoch that is none', { epoch: 'first', seq: 0 }],
  ])('what is no question is refused: %s', async (_, fields) => {
    const alice = await connectAs('alice');
    expect(await ask(alice, { type: 'since', ...fields })).toEqual(error('bad-message'));
  });
}

function testPages({ connectAs }: Chat): void {
  test(`an answer has ${PAGE} messages at most, and says how far it goes; what is too old is a snapshot`, async () => {
    const alice = await connectAs('alice');
    const { epoch, last } = await askSince(alice);
    const before = Number(last);
    for (let n = 0; n < KEPT; n += AT_ONCE) {
      const speaker = await connectAs(`speaker ${n}`);
      for (let times = 0; times < AT_ONCE; times += 1) speaker.send(say('text'));
      for (let acks = 0; acks < AT_ONCE; ) if ((await speaker.nextJson()).type === 'ack') acks += 1;
    }
    const all = before + KEPT;
    const first = await askSince(alice, epoch, before);
    expect([first.type, first.last, numbersOf(first)]).toEqual(['missed', all, count(before + 1, PAGE)]);
    const next = await askSince(alice, epoch, before + PAGE);
    expect([next.type, numbersOf(next)]).toEqual(['missed', count(before + PAGE + 1, PAGE)]);
    alice.send(say('one more'));
    const late = await askSince(alice, epoch, before);
    expect([late.type, late.epoch, late.last, numbersOf(late)]).toEqual([
      'snapshot',
      epoch,
      all + 1,
      count(all + 2 - PAGE, PAGE),
    ]);
  });
}

function testKinds({ connectAs }: Chat, { parseServerMessage }: Protocol): void {
  test('a number of another epoch, and one that was never given, get a snapshot', async () => {
    const alice = await connectAs('alice');
    const { epoch, last } = await askSince(alice);
    expect(await askSince(alice, epoch, last)).toMatchObject({ type: 'missed' });
    expect(await askSince(alice, NOBODYS, last)).toMatchObject({ type: 'snapshot', epoch });
    expect(await askSince(alice, epoch, Number(last) + 1)).toMatchObject({ type: 'snapshot', epoch });
  });

  test('the page understands each of these answers', async () => {
    const alice = await connectAs('alice');
    await speak(alice, 'hi');
    const { epoch, last } = await askSince(alice);
    await askSince(alice, epoch, Number(last) - 1);
    for (const text of alice.received) expect(parseServerMessage(`${text}`)).toEqual(JSON.parse(`${text}`));
  });
}

function numbersOf({ messages }: Fields): unknown[] {
  return [messages].flat().map((said) => Object(said).seq);
}

function count(first: number, times: number): number[] {
  return Array.from({ length: times }, (_, n) => first + n);
}
