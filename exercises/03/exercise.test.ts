/** The check of exercise 03. You may read it; the task is in README.md. */

import { asJson, joins, texts, withMore } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import type { Message } from '#shared/check/fits.ts';
import {
  expect,
  expectTime,
  isText,
  isTime,
  listOf,
  nextMillisecond,
  secretWord,
  show,
  timeSince,
} from '#shared/check/matchers.ts';
import { says } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { Room } from '#shared/check/room.ts';
import { crowd, departures, edges, fields, nameGames, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

/** What is no message, or no name, and the error that it gets: from somebody who has joined as alice. */
const REFUSED: [unknown, string][] = [
  [Buffer.from('{"type":"chat","message":"in bytes"}'), 'not-text'],
  ['', 'not-json'],
  ['hello', 'not-json'],
  ['{"type":"chat","message":"hi"', 'not-json'],
  [null, 'bad-message'],
  [5, 'bad-message'],
  ['"hi"', 'bad-message'],
  [[], 'bad-message'],
  [[{ type: 'chat', message: 'hi' }], 'bad-message'],
  [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'bad-message'],
  [{}, 'bad-message'],
  [{ username: 'alice', message: 'hi' }, 'bad-message'],
  ['{"__proto__":{"type":"chat","message":"hi"}}', 'bad-message'],
  [{ type: 'shout', message: 'hi' }, 'bad-message'],
  [{ type: 'constructor', message: 'hi' }, 'bad-message'],
  [{ type: ['chat'], message: 'hi' }, 'bad-message'],
  [{ type: 'chat' }, 'bad-message'],
  [{ type: 'chat', message: 5 }, 'bad-message'],
  [{ type: 'chat', message: ['hi'] }, 'bad-message'],
  [{ type: 'chat', message: '' }, 'bad-message'],
  [{ type: 'chat', message: 'x'.repeat(2001) }, 'bad-message'],
  [{ type: 'join' }, 'bad-message'],
  [{ type: 'join', username: null }, 'bad-message'],
  [{ type: 'join', username: ['alice'] }, 'bad-message'],
  [{ type: 'join', username: '' }, 'bad-username'],
  [{ type: 'join', username: '   ' }, 'bad-username'],
  [{ type: 'join', username: 'x'.repeat(21) }, 'bad-username'],
  [{ type: 'join', username: 'two\nlines' }, 'bad-username'],
  [{ type: 'join', username: 'ali\u200bce' }, 'bad-username'],
  [{ type: 'join', username: '\u2800' }, 'bad-username'],
  [{ type: 'join', username: '\u0301alice' }, 'bad-username'],
  [{ type: 'join', username: 'BOB' }, 'username-taken'],
];

/** Two things are wrong with some of these. The first in the list of codes counts: from somebody who has not joined. */
const REFUSED_BEFORE_JOINING: [unknown, string][] = [
  [Buffer.from('{'), 'not-text'],
  ['{"type":"chat"', 'not-json'],
  [{ type: 'chat', message: '' }, 'bad-message'],
  [{ type: 'shout', message: 'hi' }, 'bad-message'],
  [{ type: 'chat', message: 'hi' }, 'not-joined'],
  [{ type: 'join', username: '' }, 'bad-username'],
  [{ type: 'join', username: 'Alice' }, 'username-taken'],
];

const tests = [
  test('who joins hears their own name, and the names of all who joined', async ({ connect }) => {
    const alice = await connect('alice');
    const before = await nextMillisecond();
    alice.send({ type: 'join', username: 'alice' });
    const joined = await alice.receives(
      { type: 'joined', username: 'alice', usernames: listOf('alice'), at: isTime },
      'alice is the first to join, and should hear that she has.',
    );
    expectTime(joined.at, before, 'this joining');
    const bob = await connect('bob');
    bob.send({ type: 'join', username: 'bob' });
    await bob.receives(
      { type: 'joined', username: 'bob', usernames: listOf('alice', 'bob'), at: isTime },
      'alice is there, and now bob joins, too.',
    );
    alice.exactly(1, { type: 'joined' }, 'alice joined once, but did not hear "joined" exactly once.');
  }),

  test('those who joined before hear that somebody joined, and who is there', async ({ connect }) => {
    const [alice] = await joined(connect, 'alice');
    const before = await nextMillisecond();
    const [bob] = await joined(connect, 'bob');
    const news = await alice.receives(
      system('alice', 'bob'),
      'alice was there when bob joined, and should hear it.',
    );
    expectTime(news.at, before, 'this news');
    const [carol] = await joined(connect, 'carol');
    for (const client of [alice, bob]) {
      await client.receives(
        system('alice', 'bob', 'carol'),
        `${client.name} was there when carol joined, and should hear it.`,
      );
    }
    for (const [client, times] of [[alice, 2] as const, [bob, 1] as const, [carol, 0] as const]) {
      client.exactly(
        times,
        { type: 'system' },
        `${client.name} should hear of each who joined later, once, and never of ${client.name}.`,
      );
    }
  }),

  test('what one says goes to all who joined, under the name that the server keeps', async ({ connect }) => {
    const everyone = await joined(connect, 'carol', 'alice', 'mallory');
    const [carol, alice, mallory] = everyone;
    const before = await nextMillisecond();
    for (const sender of everyone) {
      sender.send({ type: 'chat', message: `  <b>"Hi"</b> from ${sender.name}\n` });
      for (const client of everyone) {
        const chat = await client.receives(
          chatOf(sender.name, `  <b>"Hi"</b> from ${sender.name}\n`),
          client === sender
            ? `${sender.name} said this, and should get it back like everyone.`
            : `${sender.name} said something, and ${client.name} should get it.`,
        );
        expectTime(chat.at, before, `what ${sender.name} said`);
      }
    }

    const later = await nextMillisecond();
    const secret = secretWord();
    mallory.send(
      `{"type":"chat","message":"I owe mallory 100 euros","username":"alice","from":"alice","name":"alice","usernames":["${secret}"],` +
        `"at":"2000-01-01T00:00:00.000Z","admin":"${secret}","__proto__":{"username":"alice","admin":"${secret}"}}`,
    );
    for (const client of everyone) {
      const chat = await client.receives(
        chatOf('mallory', 'I owe mallory 100 euros'),
        'mallory wrote a username into the message: "alice". But it is mallory who speaks.',
      );
      expectTime(chat.at, later, 'what mallory said');
    }
    alice.send({ type: 'chat', message: 'No.' });
    for (const client of everyone) {
      await client.receives(chatOf('alice', 'No.'), 'alice is still alice, whatever mallory wrote.');
      client.neverHears(
        secret,
        'mallory sent fields that nobody asked for, and they were passed on. Only the message should be.',
      );
    }

    await carol.lingers();
    for (const sender of [alice, mallory]) {
      sender.send({ type: 'chat', message: 'Bye, carol!' });
      for (const client of [alice, mallory]) {
        await client.receives(
          chatOf(sender.name, 'Bye, carol!'),
          `carol is closing, but ${client.name} is still here, and ${sender.name} said something.`,
        );
      }
    }
    for (const client of [alice, mallory]) {
      client.exactly(7, { type: 'chat' }, `${client.name} should get each message once.`);
    }
  }),

  test('who has not joined hears nothing, and cannot speak', async ({ connect }) => {
    const erin = await connect('erin');
    const [alice, bob] = await joined(connect, 'alice', 'bob');
    alice.send({ type: 'chat', message: 'among us' });
    await bob.receives(chatOf('alice', 'among us'));
    // What reaches erin now went through the server later than all of the above.
    for (const message of [
      { type: 'chat', message: 'let me in' },
      { type: 'chat', message: 'let me in', username: 'alice' },
    ]) {
      erin.send(message);
      await erin.receives(
        error('not-joined'),
        'erin has not joined, and says something. She should get the error not-joined.',
      );
    }
    const [dave] = await joined(connect, 'dave');
    await alice.receives(system('alice', 'bob', 'dave'), 'After all this dave joined.');
    alice.send({ type: 'chat', message: 'still among us' });
    for (const client of [bob, dave]) await client.receives(chatOf('alice', 'still among us'));
    erin.send({ type: 'chat', message: 'let me in' });
    await erin.receives(error('not-joined'));
    erin.never({ type: 'chat' }, 'erin heard what the others said, and she had not joined.');
    for (const type of ['system', 'joined']) {
      erin.never({ type }, `erin got a message of type "${type}", and she had not joined.`);
    }
    for (const client of [alice, bob, dave]) {
      client.neverHears('let me in', `${client.name} heard what erin said, and she had not joined.`);
      client.never({ type: 'error' }, `${client.name} got an error for what erin did.`);
    }
    alice.exactly(
      2,
      { type: 'system' },
      'Two joined after alice. erin only connected, and alice should not hear of that.',
    );
  }),

  test('no two have the same name, and alice is the same name as Alice', async ({ connect, together }) => {
    const [alice] = await joined(connect, 'Alice');
    const bob = await connect('bob');
    for (const username of ['Alice', 'alice', 'ALICE', '  Alice ', '\uff21lice']) {
      bob.send({ type: 'join', username });
      await bob.receives(
        error('username-taken'),
        `Alice is here, and bob wants to be ${JSON.stringify(username)}. He should get the error username-taken.`,
      );
      bob.send({ type: 'chat', message: 'Am I in?' });
      await bob.receives(error('not-joined'), 'bob was refused, so he has not joined.');
    }
    bob.send({ type: 'join', username: '  bob   b ' });
    await bob.receives(
      { type: 'joined', username: 'bob b', usernames: listOf('Alice', 'bob b') },
      'bob joins as "  bob   b ". The server keeps the name without the spaces around it, and with one inside.',
    );
    await alice.receives(system('Alice', 'bob b'));

    bob.exactly(1, { type: 'joined' }, 'bob was refused, and heard "joined" all the same.');

    const rivals = [await connect('carol'), await connect('dave'), await connect('erin')];
    await together(() => {
      for (const [at, rival] of rivals.entries()) {
        rival.send({ type: 'join', username: at % 2 ? 'Robin' : 'robin' });
      }
    });
    const answers: Message[] = [];
    for (const rival of rivals) answers.push(await rival.receives({ type: isAnswer }));
    expect(
      answers.filter(({ type }) => type === 'joined').length === 1,
      'Three wanted one name at the same moment. One should get it, and the others the error username-taken.',
    );
    await alice.receives({ type: 'system' }, 'Somebody called Robin joined, and Alice should hear it.');
    bob.send({ type: 'chat', message: 'Welcome, Robin!' });
    await alice.receives(chatOf('bob b', 'Welcome, Robin!'));
    alice.exactly(
      2,
      { type: 'system' },
      'Alice should hear of the two who joined, and not of those who were refused.',
    );
  }),

  test('constructor and __proto__ are names like any other', async ({ connect }) => {
    const usernames: [string, string][] = [
      ['alice', 'constructor'],
      ['bob', '__proto__'],
      ['carol', 'toString'],
      ['dave', 'Алиса'],
      ['erin', 'a name of 20 letters'],
      ['frank', '𓀀'.repeat(20)],
      ['grace', '0'],
      ['ivan', '<b>bold</b>'],
    ];
    const clients: Client[] = [];
    for (const [index, [name, username]] of usernames.entries()) {
      const client = await connect(name);
      clients.push(client);
      client.send({ type: 'join', username });
      const all = usernames.slice(0, index + 1).map(([, one]) => one);
      await client.receives(
        { type: 'joined', username, usernames: listOf(...all) },
        `Nobody else is called ${username}.`,
      );
      client.send({ type: 'chat', message: `I am ${name}.` });
      for (const one of clients) await one.receives(chatOf(username, `I am ${name}.`));
    }
    const heidi = await connect('heidi');
    for (const username of ['__proto__', 'Constructor', 'АЛИСА']) {
      heidi.send({ type: 'join', username });
      await heidi.receives(error('username-taken'), `Somebody else is called ${username} already.`);
    }
  }),

  test('to join again is to change the name, and the old one is free', async ({ connect }) => {
    // bob comes last, so all that he hears is what happens from now on.
    const [alice, carol, bob] = await joined(connect, 'alice', 'carol', 'bob');
    const rename = async (client: Client, username: string, all: string[]) => {
      client.send({ type: 'join', username });
      const why = `${client.name} joins again, as ${username}.`;
      await client.receives({ type: 'joined', username, usernames: listOf(...all), at: isTime }, why);
      await bob.receives(system(...all), why);
      client.send({ type: 'chat', message: `I am ${username}.` });
      await bob.receives(chatOf(username, `I am ${username}.`), why);
    };
    await rename(alice, 'ally', ['ally', 'carol', 'bob']);
    await rename(carol, 'alice', ['ally', 'alice', 'bob']);
    carol.send({ type: 'join', username: 'Ally' });
    await carol.receives(error('username-taken'), 'ally is a name that somebody has now.');
    carol.send({ type: 'chat', message: 'Who am I?' });
    await bob.receives(chatOf('alice', 'Who am I?'), 'The new name was refused, so the old one stays.');
    await rename(alice, 'ALLY', ['ALLY', 'alice', 'bob']);

    const dave = await connect('dave');
    for (const username of ['ally', 'Alice', 'BOB']) {
      dave.send({ type: 'join', username });
      await dave.receives(error('username-taken'), `dave wants to be ${username}, but somebody is.`);
    }
    dave.send({ type: 'join', username: 'carol' });
    await dave.receives(
      { type: 'joined', username: 'carol', usernames: listOf('ALLY', 'alice', 'bob', 'carol') },
      'carol is alice now, so nobody is called carol any more.',
    );
    await bob.receives(system('ALLY', 'alice', 'bob', 'carol'));
    bob.exactly(
      1,
      { type: 'joined' },
      'bob joined once. That others change their name, he should hear as "system".',
    );
    bob.exactly(
      4,
      { type: 'system' },
      'Three times somebody changed their name, and one joined: bob should hear of each once.',
    );
  }),

  test('when somebody leaves or vanishes, the others hear it, and the name is free', async ({ connect }) => {
    const [bob, carol, alice] = await joined(connect, 'bob', 'carol', 'alice');
    const dave = await connect('dave');
    await dave.leaves();
    const before = await nextMillisecond();
    await bob.leaves();
    const left = await alice.receives(
      system('carol', 'alice'),
      'bob said goodbye, and alice should hear it.',
    );
    expectTime(left.at, before, 'this news');
    await carol.vanishes();
    await alice.receives(system('alice'), 'carol vanished without a goodbye, and alice should hear it.');
    // erin and frank take the names of those who left. Then both change them, and erin leaves.
    const [erin, frank] = [await connect('erin'), await connect('frank')];
    for (const [client, username, all] of [
      [erin, 'Bob', ['alice', 'Bob']] as const,
      [frank, 'carol', ['alice', 'Bob', 'carol']] as const,
      [erin, 'Robert', ['alice', 'Robert', 'carol']] as const,
      [frank, 'bob', ['alice', 'Robert', 'bob']] as const,
    ]) {
      client.send({ type: 'join', username });
      const why = `${client.name} joins as ${username}, which is nobody's name any more.`;
      await client.receives({ type: 'joined', username, usernames: listOf(...all) }, why);
      await alice.receives(system(...all), why);
    }
    await erin.leaves();
    await alice.receives(
      system('alice', 'bob'),
      'Robert left. bob is still there, and alice should hear it.',
    );
    const grace = await connect('grace');
    grace.send({ type: 'join', username: 'Bob' });
    await grace.receives(error('username-taken'), 'bob is still there.');
    grace.send({ type: 'join', username: 'robert' });
    await grace.receives(
      { type: 'joined', username: 'robert', usernames: listOf('alice', 'bob', 'robert') },
      'Robert has left, so grace can have the name.',
    );
    await alice.receives(system('alice', 'bob', 'robert'));
    alice.exactly(
      8,
      { type: 'system' },
      'alice should hear once of each who left, joined or changed their name. dave came and went without joining: of that she should not hear.',
    );
  }),

  test('what is no message gets an error, which only its sender sees', async (room) => {
    const [alice, bob] = await joined(room.connect, 'alice', 'bob');
    const dave = await room.connect('dave');
    for (const [sent, code] of REFUSED_BEFORE_JOINING) {
      dave.send(sent);
      await dave.receives(
        error(code),
        `dave has not joined, and sent ${show(sent)}. He should get the error ${code}.`,
      );
    }
    for (const [sent, code] of REFUSED) {
      alice.send(sent);
      await alice.receives(error(code), `alice sent ${show(sent)}. She should get the error ${code}.`);
    }
    await room.breakProtocol('mallory');
    for (const message of [' ', 'x'.repeat(2000)]) {
      alice.send({ type: 'chat', message });
      for (const client of [alice, bob]) {
        await client.receives(
          chatOf('alice', message),
          `After all the errors alice sent ${message === ' ' ? 'a space' : '2,000 characters'}, which is a message.`,
        );
      }
    }
    alice.exactly(REFUSED.length, { type: 'error' }, 'alice should get one error for each bad message.');
    dave.exactly(
      REFUSED_BEFORE_JOINING.length,
      { type: 'error' },
      'dave should get one error for each bad message.',
    );
    bob.never({ type: 'error' }, 'bob got an error for what somebody else sent.');
    bob.never(
      { type: 'system' },
      'bob should not notice what others did wrong, but he got a system message.',
    );
    for (const client of [alice, bob]) {
      client.exactly(2, { type: 'chat' }, `${client.name} got something as a chat message that was none.`);
    }
  }),
];

const join = (username: string) => ({ type: 'join', username });
const say = (message: string) => ({ type: 'chat', message });
/** One name, five times. */
const TALK: Talk = { enter: (who) => [join(who)], talk: say };

/** Whatever people do, the answer does what lesson 04's server does. Wording, and the order of names, are free. */
const oracle: Oracle = {
  lesson: 'lessons/04/server.ts',
  types: ['joined', 'system', 'chat', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: [
    ...crowd(TALK),
    ...nameGames(join, () => [say('Who am I?')]),
    ...departures(TALK),
    ...edges(TALK),
    ...fields(TALK, join('carol'), say('hello')),
    [says('alice', withMore(join('alice'))), says('bob', say('in?'), join('bob'), say('in!'))],
  ],
  says: (fc, who) => {
    const chat = fc.record({ type: fc.constant('chat'), message: texts(fc) });
    return asJson(fc, fc.oneof({ weight: 4, arbitrary: joins(fc, who) }, { weight: 4, arbitrary: chat }));
  },
  asks: ({ type, message, usernames, ...rest }, since) => ({
    ...rest,
    type,
    ...(Array.isArray(usernames) ? { usernames: listOf(...usernames) } : {}),
    ...(message === undefined ? {} : { message: type === 'chat' ? message : isText }),
    at: timeSince(since),
  }),
};

export default await registerWithVitest(
  exercise({ folder: 'exercises/03', title: 'Add nicknames', parts: [server(tests, oracle)] }),
  import.meta.filename,
);

const chatOf = (username: string, message: string) => ({ type: 'chat', username, message, at: isTime });

const system = (...usernames: string[]) => ({
  type: 'system',
  message: isText,
  usernames: listOf(...usernames),
  at: isTime,
});

const error = (code: string) => ({ type: 'error', code, message: isText, at: isTime });

/** Lets people connect and join, each under the own name, one after the other. */
async function joined<Names extends string[]>(
  connect: Room['connect'],
  ...names: Names
): Promise<{ [Index in keyof Names]: Client }> {
  const clients: Client[] = [];
  for (const name of names) {
    const client = await connect(name);
    client.send({ type: 'join', username: name });
    await client.receives(
      { type: 'joined', username: name },
      `${name} joins, and should hear that it worked.`,
    );
    clients.push(client);
  }
  return clients as { [Index in keyof Names]: Client };
}

function isAnswer(type: unknown): boolean {
  return type === 'joined' || type === 'error';
}
Object.defineProperty(isAnswer, 'name', { value: 'joined or error' });
