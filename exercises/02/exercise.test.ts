/** The check of exercise 02. You may read it; the task is in README.md. */

import { asJson, OTHER_NAMES, texts, withMore } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import {
  expect,
  expectTime,
  isText,
  isTime,
  nextMillisecond,
  secretWord,
  show,
  textWith,
  timeSince,
} from '#shared/check/matchers.ts';
import { connects, says } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { Room } from '#shared/check/room.ts';
import { crowd, departures, edges, fields, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

const CAME = { type: 'system', message: textWith('A new user joined.') };
const LEFT = { type: 'system', message: textWith('A user left.') };

/** What is no message, and the error that it gets. */
const NO_MESSAGES: [unknown, string][] = [
  [Buffer.from('{"username":"alice","message":"in bytes"}'), 'not-text'],
  ['', 'not-json'],
  ['hello', 'not-json'],
  ['{"message":"hi"', 'not-json'],
  [null, 'bad-message'],
  [5, 'bad-message'],
  [true, 'bad-message'],
  ['"hi"', 'bad-message'],
  [[], 'bad-message'],
  [[{ message: 'hi' }], 'bad-message'],
  [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'bad-message'],
  [{}, 'bad-message'],
  ['{"__proto__":{"username":"alice","message":"hi"}}', 'bad-message'],
  [{ username: 'alice' }, 'bad-message'],
  [{ message: null }, 'bad-message'],
  [{ message: 5 }, 'bad-message'],
  [{ message: ['hi'] }, 'bad-message'],
  [{ message: { length: 5 } }, 'bad-message'],
  [{ message: '' }, 'bad-message'],
  [{ message: 'x'.repeat(2001) }, 'bad-message'],
  [{ username: null, message: 'hi' }, 'bad-message'],
  [{ username: 5, message: 'hi' }, 'bad-message'],
  [{ username: ['alice'], message: 'hi' }, 'bad-message'],
  [{ username: 'x'.repeat(21), message: 'hi' }, 'bad-message'],
];

const tests = [
  test('a newcomer gets a welcome that says how many are online', async ({ connect }) => {
    const before = Date.now();
    const alice = await connect('alice');
    const welcome = await alice.receives(
      news('Welcome!', 1),
      'alice is the first one here, and should hear it.',
    );
    expectTime(welcome.at, before, 'the welcome');
  }),

  test('the others hear that somebody came, and how many are online now', async ({ connect }) => {
    const alice = await connect('alice');
    await alice.receives(news('Welcome!', 1));
    const before = await nextMillisecond();
    const bob = await connect('bob');
    await bob.receives(news('Welcome!', 2));
    const came = await alice.receives(
      news('A new user joined.', 2),
      'alice was here when bob came, and should hear it.',
    );
    expectTime(came.at, before, 'this news');
    const carol = await connect('carol');
    await carol.receives(news('Welcome!', 3));
    for (const client of [alice, bob]) await client.receives(news('A new user joined.', 3));
    for (const [client, times] of [[alice, 2] as const, [bob, 1] as const, [carol, 0] as const]) {
      client.exactly(
        times,
        CAME,
        `${client.name} should hear "A new user joined" once for each who came later, and never about ${client.name}.`,
      );
      client.exactly(
        1,
        { type: 'system', message: textWith('Welcome!') },
        `${client.name} should get one welcome, and not the welcome of somebody else.`,
      );
    }
  }),

  test('what is said goes to everyone, the sender too, in one order', async ({ connect }) => {
    const everyone = await people(connect, 'alice', 'bob', 'carol');
    const sayings = ['hello', '  <b>"Hi"</b> & ñ 👩‍🚀\n ', '{"type":"system"}'];
    for (const [index, sender] of everyone.entries()) {
      const before = await nextMillisecond();
      const said = { username: sender.name, message: sayings[index] };
      sender.send(said);
      for (const client of everyone) {
        const why =
          client === sender
            ? `${sender.name} said this, and should get it back like everyone.`
            : `${sender.name} said something, and ${client.name} should get it.`;
        const chat = await client.receives({ type: 'chat', ...said, at: isTime }, why);
        expectTime(chat.at, before, `what ${sender.name} said`);
      }
    }
    const texts = ['1', '2', '3', '4', '5'].flatMap((number) =>
      everyone.map((sender) => {
        const message = `${sender.name} ${number}`;
        sender.send({ username: sender.name, message });
        return message;
      }),
    );
    for (const client of everyone) {
      for (const message of texts) await client.receives({ type: 'chat', message });
      client.exactly(
        everyone.length + texts.length,
        { type: 'chat' },
        `${client.name} should get each message once.`,
      );
    }
    const [order = '', ...others] = everyone.map(orderOf);
    expect(
      others.every((other) => other === order),
      'Not everyone got the messages in the same order. Send a message to all before you take the next.',
    );
  }),

  test('who sends no name, or an empty one, is Anonymous', async ({ connect }) => {
    const [alice, bob] = await people(connect, 'alice', 'bob');
    const said: [Client, { username?: string; message: string }, string][] = [
      [alice, { username: 'alice', message: 'one' }, 'alice'],
      [bob, { message: 'two' }, 'Anonymous'],
      [alice, { message: 'three' }, 'Anonymous'],
      [bob, { username: '', message: 'four' }, 'Anonymous'],
      [bob, { username: 'constructor', message: 'five' }, 'constructor'],
      [alice, { username: 'a name of 20 letters', message: 'six' }, 'a name of 20 letters'],
    ];
    for (const [sender, message, username] of said) {
      sender.send(message);
      for (const client of [alice, bob]) {
        await client.receives(
          { type: 'chat', username, message: message.message },
          `${sender.name} sent ${JSON.stringify(message)}.`,
        );
      }
    }
  }),

  test('those who stay hear that somebody left, and how many are online now', async ({ connect }) => {
    const [bob, carol, alice] = await people(connect, 'bob', 'carol', 'alice');
    const before = await nextMillisecond();
    await carol.leaves();
    const left = await alice.receives(
      news('A user left.', 2),
      'carol said goodbye, and alice should hear it.',
    );
    expectTime(left.at, before, 'this news');
    await bob.receives(news('A user left.', 2));
    await bob.vanishes();
    await alice.receives(
      news('A user left.', 1),
      'bob vanished without a goodbye, and alice should hear it.',
    );
    const dave = await connect('dave');
    await dave.receives(news('Welcome!', 2), 'Two have left, and one came back.');
    await alice.receives(news('A new user joined.', 2));
    alice.exactly(2, LEFT, 'Two people left, but alice did not hear of it exactly twice.');
    dave.never(LEFT, 'dave hears of people who left before he came.');
  }),

  test('nothing but the name and the message is passed on', async ({ connect }) => {
    const [alice, bob] = await people(connect, 'alice', 'bob');
    const secret = secretWord();
    const before = await nextMillisecond();
    alice.send(
      `{"username":"alice","message":"hi","type":"system","online":99,"at":"2000-01-01T00:00:00.000Z","admin":"${secret}",` +
        `"code":"${secret}","__proto__":{"admin":"${secret}"},"constructor":{"prototype":{"admin":"${secret}"}},"toJSON":"${secret}"}`,
    );
    const why = 'alice sent a message with fields that nobody asked for. It is a chat message all the same.';
    for (const client of [alice, bob]) {
      const chat = await client.receives({ type: 'chat', username: 'alice', message: 'hi', at: isTime }, why);
      expectTime(chat.at, before, 'what alice said');
    }
    bob.send({ username: 'bob', message: 'plain' });
    for (const client of [alice, bob]) {
      await client.receives({ type: 'chat', username: 'bob', message: 'plain', at: isTime });
      client.never(
        { online: 99 },
        'alice sent a field "online", and it was passed on. Only the name and the message should be.',
      );
      client.neverHears(
        secret,
        'alice sent fields that nobody asked for, and they were passed on. Only the name and the message should be.',
      );
    }
  }),

  test('what is no message gets an error, which only its sender sees', async ({ connect }) => {
    const [alice, bob] = await people(connect, 'alice', 'bob');
    for (const [sent, code] of NO_MESSAGES) {
      alice.send(sent);
      await alice.receives(
        { type: 'error', code, message: isText, at: isTime },
        `alice sent ${show(sent)}. She should get the error ${code}.`,
      );
    }
    for (const message of [' ', 'x'.repeat(2000)]) {
      alice.send({ message });
      for (const client of [alice, bob]) {
        await client.receives(
          { type: 'chat', username: 'Anonymous', message },
          `After all the errors alice sent ${message === ' ' ? 'a space' : '2,000 characters'}, which is a message.`,
        );
      }
    }
    alice.exactly(NO_MESSAGES.length, { type: 'error' }, 'alice should get one error for each bad message.');
    bob.never({ type: 'error' }, 'bob got an error for what alice sent.');
    bob.exactly(2, { type: 'chat' }, 'What is no message was passed on to bob.');
    alice.exactly(2, { type: 'chat' }, 'What is no message came back to alice as a chat message.');
    bob.never(CAME, 'bob should not notice what alice did wrong, but he heard that somebody came.');
    bob.never(LEFT, 'bob should not notice what alice did wrong, but he heard that somebody left.');
  }),

  test('a client that is closing does not keep a message from the others', async ({ connect }) => {
    const [carol, alice, bob] = await people(connect, 'carol', 'alice', 'bob');
    await alice.receives(news('A new user joined.', 3));
    await carol.lingers();
    for (const sender of [alice, bob]) {
      sender.send({ username: sender.name, message: 'Bye, carol!' });
      for (const client of [alice, bob]) {
        await client.receives(
          { type: 'chat', username: sender.name, message: 'Bye, carol!' },
          `carol is closing, but ${client.name} is still here, and ${sender.name} said something.`,
        );
      }
    }
    await connect('dave');
    for (const client of [alice, bob]) {
      await client.receives(CAME, `carol is closing, but ${client.name} should hear that dave came.`);
    }
  }),

  test('a frame that breaks the protocol ends its own connection, and no other', async (room) => {
    const [alice] = await people(room.connect, 'alice');
    await room.breakProtocol('mallory');
    await alice.receives(news('A new user joined.', 2));
    await alice.receives(
      news('A user left.', 1),
      "mallory's connection broke, and alice should hear that one left.",
    );
    alice.send({ username: 'alice', message: 'still here' });
    await alice.receives({ type: 'chat', username: 'alice', message: 'still here' });
    alice.exactly(1, LEFT, 'One left, but alice heard of it more than once.');
  }),
];

const USERNAMES = [
  ...OTHER_NAMES.filter((name) => name.length <= 20),
  'alice',
  '',
  ' ',
  'x'.repeat(20),
  'x'.repeat(21),
  '🎨'.repeat(10),
  '🎨'.repeat(11),
  '世'.repeat(20),
  '<b>',
  'Anonymous',
  '__proto__',
  'two\nlines',
];

const TALK: Talk = { enter: () => [], talk: (message) => ({ message }) };

/** Whatever people do, the answer does what lesson 03's server does. Only the wording of errors is free. */
const oracle: Oracle = {
  lesson: 'lessons/03/server.ts',
  types: ['system', 'chat', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: [
    [
      connects('bob'),
      says('alice', ...USERNAMES.map((username) => ({ username, message: 'hello' }))),
      says('alice', { message: 'who?' }),
      says('bob', { message: 'who?' }),
    ],
    [
      connects('bob'),
      ...[':', ' ', ',', '|', '\n', '"'].map((sign) => {
        const alike = [
          { username: 'a', message: `b${sign}c` },
          { username: `a${sign}b`, message: 'c' },
        ];
        return says('alice', ...alike, ...alike, ...alike);
      }),
    ],
    ...crowd(TALK),
    ...departures(TALK),
    ...edges(TALK),
    ...fields(TALK, { username: 'x', message: 'hello' }, { message: 'hello' }),
    [connects('bob'), says('alice', { ...withMore({ message: 'hello' }), type: 'system' })],
  ],
  says: (fc) => {
    const username = fc.constantFrom(
      'alice',
      'x'.repeat(20),
      'x'.repeat(21),
      '',
      ' ',
      '🎨'.repeat(10),
      '<b>',
    );
    const message = texts(fc);
    return asJson(fc, fc.oneof(fc.record({ message }), fc.record({ username, message })));
  },
  asks: ({ type, message, ...rest }, since) => ({
    ...rest,
    type,
    message: type === 'error' ? isText : message,
    at: timeSince(since),
  }),
};

export default await registerWithVitest(
  exercise({ folder: 'exercises/02', title: 'Broadcast to all', parts: [server(tests, oracle)] }),
  import.meta.filename,
);

/** A system message with this number in its text and in its field. */
function news(what: string, online: number): Record<string, unknown> {
  return { type: 'system', message: `${what} ${online} user(s) online`, online, at: isTime };
}

/** Lets people connect, one after the other. Each is in as soon as the server has greeted them, in whatever words. */
async function people<Names extends string[]>(
  connect: Room['connect'],
  ...names: Names
): Promise<{ [Index in keyof Names]: Client }> {
  const clients: Client[] = [];
  for (const name of names) {
    const client = await connect(name);
    await client.receives({}, `${name} connected, and should be welcomed.`);
    clients.push(client);
  }
  return clients as { [Index in keyof Names]: Client };
}

/** The chat messages that somebody got, in their order. */
function orderOf(client: Client): string {
  const chats = client.received().filter(({ type }) => type === 'chat');
  return JSON.stringify(chats.map(({ message }) => message));
}
