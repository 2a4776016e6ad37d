/** The check of exercise 04. You may read it; the task is in README.md. */
import {
  asJson,
  joins,
  names,
  OTHER_NAMES,
  SAME_NAMES,
  TEXTS,
  texts,
  withMore,
} from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import { expect, isText, isTime, listOf, timeSince } from '#shared/check/matchers.ts';
import { leaves, PEOPLE, says } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { Room } from '#shared/check/room.ts';
import { crowd, departures, edges, fields, nameGames, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

/** What the server sends to the two people that a private message concerns. */
const priv = (from: string, to: string, message: string) => ({ type: 'private', from, to, message });

/** What a client sends to write to somebody. */
const write = (to: string, message: string) => ({ type: 'private', to, message });

/** What the others hear when somebody joins, changes the name or leaves. */
const system = (usernames: unknown) => ({ type: 'system', message: isText, usernames, at: isTime });

const error = (code: string) => ({ type: 'error', code, message: isText, at: isTime });

const tests = [
  test('a private message reaches the one it is for, and the one who wrote it', async (room) => {
    const [alice, bob] = await joined(room, 'alice', 'bob');
    const before = Date.now();
    alice.send(write('bob', 'hi, bob'));
    const message = await bob.receives(
      { ...priv('alice', 'bob', 'hi, bob'), at: isTime },
      'The message is for bob, and it did not reach him as it should.',
    );
    const at = Date.parse(String(message.at));
    expect(
      at >= before && at <= Date.now(),
      `The time of the message is ${message.at}, but it was sent at ${new Date(before).toISOString()}.`,
    );
    await alice.receives(
      { ...priv('alice', 'bob', 'hi, bob'), at: isTime },
      'alice wrote it. She should get the same message as bob: so she knows that it was sent, and when.',
    );
    bob.send(write('alice', 'hi, alice'));
    await alice.receives(priv('bob', 'alice', 'hi, alice'), "bob's answer did not reach alice.");
    await bob.receives(priv('bob', 'alice', 'hi, alice'), 'bob did not get his own answer.');
  }),

  test('nobody else gets it: not who joined, and not who only connected', async (room) => {
    const [alice, bob, carol] = await joined(room, 'alice', 'bob', 'carol');
    const dave = await room.connect('dave');
    alice.send(write('bob', 'my secret number is 42'));
    await bob.receives(priv('alice', 'bob', 'my secret number is 42'));
    bob.send(write('alice', 'I keep your secret number'));
    await alice.receives(priv('bob', 'alice', 'I keep your secret number'));
    // What reaches carol and dave now went the same way as the secrets, but later.
    await join(dave, 'dave');
    for (const [name, client] of [['carol', carol] as const, ['dave', dave] as const]) {
      alice.send(write(name, `for ${name} alone`));
      await client.receives(priv('alice', name, `for ${name} alone`));
    }
    const leak = 'Who reads the frames in a browser sees it, even if the page does not show it.';
    carol.neverHears(
      'secret number',
      `carol joined, and she got what alice and bob wrote to each other. ${leak}`,
    );
    dave.neverHears('secret number', `dave had not joined, and he got what alice and bob wrote. ${leak}`);
    for (const client of [carol, dave]) {
      client.never(
        { type: 'private', to: 'bob' },
        `${client.name} got a private message that is for bob. ${leak}`,
      );
    }
    bob.neverHears('for carol alone', 'bob got what alice wrote to carol.');
    carol.neverHears('for dave alone', 'carol got what alice wrote to dave.');
  }),

  test('each of the two gets it once, and a message to oneself arrives once', async (room) => {
    const [alice, bob] = await joined(room, 'alice', 'bob');
    alice.send(write('bob', 'only once'));
    for (const client of [bob, alice]) await client.receives(priv('alice', 'bob', 'only once'));
    alice.send(write('alice', 'milk, bread'));
    await alice.receives(
      priv('alice', 'alice', 'milk, bread'),
      'alice wrote to herself. That is allowed, and she should get it.',
    );
    alice.send(write('bob', 'the end'));
    for (const client of [bob, alice]) await client.receives(priv('alice', 'bob', 'the end'));
    alice.exactly(
      1,
      { type: 'private', message: 'milk, bread' },
      'alice wrote to herself once, and did not get it once. Here sender and receiver are one connection.',
    );
    alice.exactly(1, { message: 'only once' }, 'alice did not get her message to bob exactly once.');
    bob.exactly(1, { message: 'only once' }, "bob did not get alice's message exactly once.");
    bob.neverHears('milk, bread', 'bob got what alice wrote to herself.');
  }),

  test('both copies of a message carry the same time', async (room) => {
    const [alice, bob] = await joined(room, 'alice', 'bob');
    const copies = (client: Client) => client.received().filter(({ type }) => type === 'private');
    // Two looks at the clock differ only where a millisecond ends in between. With so many messages one does.
    for (let count = 0; count < 1000; count += 100) {
      const texts = Array.from({ length: 100 }, (_, n) => `number ${count + n}`);
      alice.sendAll(texts.map((text) => write('bob', text)));
      for (const client of [alice, bob]) await client.receives(priv('alice', 'bob', `number ${count + 99}`));
    }
    const timesOfAlice = new Map(copies(alice).map(({ message, at }) => [message, at]));
    for (const { message, at } of copies(bob)) {
      const other = timesOfAlice.get(message);
      expect(
        at === other,
        `bob's copy of "${message}" has the time ${at}, and alice's has ${other}. It is one message: look at the clock once.`,
      );
    }
  }),

  test('the text comes as it was written, and `from` is the name that the server keeps', async (room) => {
    const [alice, bob, carol] = await joined(room, 'alice', 'bob', 'carol');
    const texts = ['x', '  ', 'null', '{"type":"chat"}', '<b>"\\\n</b>', '👩‍🚀 ñ', 'x'.repeat(2000)];
    for (const text of texts) {
      alice.send(write('bob', text));
      for (const client of [bob, alice]) await client.receives(priv('alice', 'bob', text));
    }
    for (const text of ['', 'x'.repeat(2001)]) {
      alice.send(write('bob', text));
      await alice.receives(
        error('bad-message'),
        `A message has 1 to 2,000 characters, and this one had ${text.length}.`,
      );
    }
    // alice claims to be carol.
    alice.send({ ...write('bob', 'trust me'), from: 'carol', username: 'carol', at: 'never', extra: 1 });
    for (const client of [bob, alice]) {
      await client.receives(
        { ...priv('alice', 'bob', 'trust me'), at: isTime },
        'alice sent `from: "carol"` in her message. Only the server knows who speaks.',
      );
    }
    bob.never({ extra: 1 }, 'A field that is not in the protocol was sent on to bob.');
    // Two people write at the same moment.
    for (const client of [alice, carol]) client.send(write('bob', `this is ${client.name}`));
    for (const name of ['alice', 'carol']) await bob.receives(priv(name, 'bob', `this is ${name}`));
    for (const client of [alice, carol]) {
      await client.receives(priv(client.name, 'bob', `this is ${client.name}`));
    }
  }),

  test('a name is found in any case, and comes back as its owner spells it', async (room) => {
    const [alice, bob] = await joined(room, 'Alice', 'Bob');
    const spellings = ['Bob', 'bob', 'BOB', 'bOb', ' bob ', '\uff22ob'];
    for (const [index, to] of spellings.entries()) {
      alice.send(write(to, `number ${index}`));
      for (const client of [bob, alice]) {
        await client.receives(
          priv('Alice', 'Bob', `number ${index}`),
          `Alice wrote to ${JSON.stringify(to)}, and Bob is meant.`,
        );
      }
    }
    const [zoe, zoé] = await joined(room, 'zoe', 'Zoé');
    alice.send(write('ZOÉ', 'with an accent'));
    await zoé.receives(priv('Alice', 'Zoé', 'with an accent'), 'Alice wrote to "ZOÉ", and Zoé is meant.');
    alice.send(write('ZOE', 'without one'));
    await zoe.receives(priv('Alice', 'zoe', 'without one'), 'Alice wrote to "ZOE", and zoe is meant.');
    zoe.neverHears('with an accent', 'zoe got what Alice wrote to Zoé. These are two names.');
  }),

  test('who has not joined, or writes to nobody, gets an error, and nobody else does', async (room) => {
    const [bob] = await joined(room, 'bob');
    const alice = await room.connect('alice');
    for (const to of ['bob', 'alice', 'nobody']) {
      alice.send(write(to, 'words without a name'));
      await alice.receives(
        error('not-joined'),
        `alice has no name yet, and wrote to ${JSON.stringify(to)}. She should be told to join first.`,
      );
    }
    await join(alice, 'alice');
    const unknown = ['nobody', 'bo', 'bobb', 'constructor', '__proto__', '', 'a name with 26 characters!'];
    for (const to of unknown) {
      alice.send(write(to, 'words for nobody'));
      await alice.receives(
        error('unknown-user'),
        `alice wrote to ${JSON.stringify(to)}, and nobody has this name. She should be told so.`,
      );
    }
    // These are names like any other.
    const [nobody] = await joined(room, 'nobody');
    for (const name of ['constructor', '__proto__']) {
      const [owner] = await joined(room, name);
      alice.send(write(name, `hi, ${name}`));
      await owner.receives(priv('alice', name, `hi, ${name}`), `Somebody is called ${name} now.`);
    }
    for (const client of [bob, nobody]) {
      alice.send(write(client.name, 'the end'));
      await client.receives(priv('alice', client.name, 'the end'));
      client.never({ type: 'error' }, `${client.name} got an error for what alice sent.`);
      client.neverHears('words for nobody', `${client.name} got a message that was for nobody.`);
    }
    bob.neverHears('words without a name', 'bob got a message from somebody who had not joined.');
    alice.never(
      { type: 'private', message: 'words for nobody' },
      'alice got a message back that reached nobody.',
    );
    alice.exactly(3 + unknown.length, { type: 'error' }, 'alice did not get each error exactly once.');
  }),

  test('after a rename the new name is found, and the old one is not', async (room) => {
    const [alice, bob] = await joined(room, 'Alice', 'Bob');
    await join(bob, 'Robert');
    alice.send(write('bob', 'to the old name'));
    await alice.receives(
      error('unknown-user'),
      'Bob is called Robert now. Alice wrote to "bob", which is nobody\'s name.',
    );
    alice.send(write('robert', 'to the new name'));
    for (const client of [bob, alice]) {
      await client.receives(
        priv('Alice', 'Robert', 'to the new name'),
        'Bob is called Robert now, and Alice wrote to "robert".',
      );
    }
    bob.send(write('alice', 'from the new name'));
    for (const client of [alice, bob]) await client.receives(priv('Robert', 'Alice', 'from the new name'));

    const [carol] = await joined(room, 'carol');
    await join(carol, 'bob');
    alice.send(write('bob', 'to the second bob'));
    for (const client of [carol, alice]) {
      await client.receives(
        priv('Alice', 'bob', 'to the second bob'),
        'Robert gave up the name "bob", and carol took it.',
      );
    }
    bob.neverHears('to the second bob', 'Robert got what Alice wrote to carol, who is called bob now.');
    bob.neverHears('to the old name', 'Robert got what Alice wrote to "bob", his old name.');

    await join(bob, 'ROBERT');
    bob.send({ type: 'join', username: 'alice' });
    await bob.receives(error('username-taken'), 'Robert asked for the name of Alice.');
    for (const [to, client] of [['Alice', alice] as const, ['ROBERT', bob] as const]) {
      carol.send(write(to.toLowerCase(), 'who is it?'));
      await client.receives(
        priv('bob', to, 'who is it?'),
        'Robert changed the case of his name to ROBERT. Then he asked for the name of Alice, and was refused.',
      );
    }
    bob.exactly(
      1,
      { message: 'who is it?' },
      'Robert asked for the name of Alice, was refused, and got her messages.',
    );
  }),

  test('who has left is not found, also when the connection was cut', async (room) => {
    const [alice, bob, carol, dave] = await joined(room, 'Alice', 'Bob', 'Carol', 'Dave');
    await bob.leaves();
    await alice.receives(system(listOf('Alice', 'Carol', 'Dave')), 'Bob has left.');
    alice.send(write('Bob', 'words that come too late'));
    await alice.receives(error('unknown-user'), 'Bob has left, and Alice wrote to "Bob".');
    await carol.vanishes();
    await alice.receives(
      system(listOf('Alice', 'Dave')),
      "Carol's connection was cut, without a closing handshake.",
    );
    alice.send(write('Carol', 'words that come too late'));
    await alice.receives(error('unknown-user'), 'carol\'s connection was cut, and alice wrote to "Carol".');

    // Dave gives up his name, and then leaves. Whoever has the name by then keeps it.
    const [erin] = await joined(room, 'Erin');
    await join(dave, 'David');
    await join(erin, 'Dave');
    await dave.leaves();
    await alice.receives(system(listOf('Alice', 'Dave')));
    alice.send(write('david', 'words that come too late'));
    await alice.receives(error('unknown-user'), 'Dave was called David when he left.');
    alice.send(write('dave', 'still there?'));
    await erin.receives(
      priv('Alice', 'Dave', 'still there?'),
      'Dave took the name David, and Erin took the name Dave. Then David left. Dave is Erin now, and she is here.',
    );
    await alice.receives(priv('Alice', 'Dave', 'still there?'));

    // Frank has said goodbye, and his end of the line is still up. Until it is closed the name is his.
    const [frank] = await joined(room, 'Frank');
    await frank.lingers();
    alice.send(write('Frank', 'in between'));
    await alice.receives(
      priv('Alice', 'Frank', 'in between'),
      'Frank is about to leave, and Alice wrote to him. He still has the name, so she should get her copy, and no error.',
    );

    const [secondBob] = await joined(room, 'Bob');
    alice.send(write('bob', 'welcome back'));
    await secondBob.receives(priv('Alice', 'Bob', 'welcome back'), 'The name is free, and somebody took it.');
    secondBob.neverHears('words that come too late', 'The new Bob got what was written to the one who left.');
  }),

  test('names, chat and errors are as in lesson 04', async (room) => {
    const dave = await room.connect('dave');
    const [alice] = await joined(room, 'Alice');
    const bob = await room.connect('bob');
    bob.send({ type: 'join', username: ' bob ' });
    await bob.receives({ type: 'joined', username: 'bob', usernames: listOf('Alice', 'bob'), at: isTime });
    await alice.receives(system(listOf('Alice', 'bob')));
    bob.send({ type: 'chat', message: 'hello, everyone', username: 'Alice', to: 'Alice' });
    for (const client of [alice, bob]) {
      await client.receives({ type: 'chat', username: 'bob', message: 'hello, everyone', at: isTime });
    }

    // Each of these is wrong in more than one way: the first code that applies is right.
    const mistakes: [string, unknown[]][] = [
      ['not-text', [Buffer.from('{"type":"chat","message":"bytes"}'), Buffer.from('{')]],
      ['not-json', ['', 'hello', '{"type":']],
      [
        'bad-message',
        ['null', '5', '"x"', '[]', {}, { type: '__proto__' }, `${'['.repeat(999)}${']'.repeat(999)}`],
      ],
      ['bad-message', [{ type: 'private', to: 'bob' }, { type: 'private', message: 'x' }, write('bob', '')]],
      [
        'bad-message',
        [
          { type: 'private', to: ['bob'], message: 'x' },
          { type: 'private', to: 'bob', message: 5 },
        ],
      ],
      ['bad-message', [{ type: 'chat' }, { type: 'chat', message: 'x'.repeat(2001) }, { type: 'join' }]],
      ['not-joined', [{ type: 'chat', message: 'who am I?' }]],
      [
        'bad-username',
        [
          { type: 'join', username: ' ' },
          { type: 'join', username: 'a'.repeat(21) },
        ],
      ],
      [
        'username-taken',
        [
          { type: 'join', username: 'ALICE' },
          { type: 'join', username: ' bob' },
        ],
      ],
    ];
    for (const [code, messages] of mistakes) {
      for (const message of messages) {
        dave.send(message);
        await dave.receives(error(code), `dave, who has not joined, sent ${print(message)}.`);
      }
    }
    await room.breakProtocol('mallory');
    bob.send({ type: 'join', username: 'Robert' });
    await bob.receives({ type: 'joined', username: 'Robert', usernames: listOf('Alice', 'Robert') });
    await alice.receives(system(listOf('Alice', 'Robert')));
    dave.neverHears('hello, everyone', 'dave got the chat, and he had not joined.');
    await join(dave, 'bob');
    await alice.receives(system(listOf('Alice', 'Robert', 'bob')));
    await bob.leaves();
    for (const client of [alice, dave]) {
      await client.receives(system(listOf('Alice', 'bob')));
    }
    dave.send({ type: 'chat', message: 'the end' });
    for (const client of [alice, dave]) {
      await client.receives({ type: 'chat', username: 'bob', message: 'the end' });
    }
    alice.never({ type: 'error' }, 'Alice got an error for what another client sent.');
    alice.exactly(2, { type: 'chat' }, 'Two chat messages were right, and Alice did not get exactly two.');
    bob.never({ type: 'error' }, 'bob got an error for what another client sent.');
    bob.exactly(
      1,
      { type: 'system' },
      'After his own joins bob heard of one arrival, of dave. He should not hear of his own.',
    );
    const sent = mistakes.reduce((sum, [, messages]) => sum + messages.length, 0);
    dave.exactly(sent, { type: 'error' }, 'dave did not get one error for each wrong message.');
  }),
];

const joinAs = (username: string) => ({ type: 'join', username });
const say = (message: string) => ({ type: 'chat', message });
const TALK: Talk = { enter: (who) => [joinAs(who)], talk: say };

/** Whatever people do, the answer does what lesson 05's server does. Wording, and the order of names, are free. */
const oracle: Oracle = {
  lesson: 'lessons/05/server.ts',
  types: ['joined', 'system', 'chat', 'private', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: [
    ...crowd(TALK),
    [
      ...PEOPLE.map((who) => says(who, joinAs(who))),
      ...PEOPLE.map((who) => says(who, ...PEOPLE.map((name) => write(name, 'hello')), write('bob', 'hello'))),
      says('grace', write('alice', 'hello'), write('nobody', 'hello'), write('', 'hello')),
      says('frank', write('nobody', 'hello'), write('', 'hello'), write('x'.repeat(3000), 'hello')),
      says('alice', write('bob', 'hello'), say('hello')),
    ],
    ...nameGames(joinAs, () => [write('alice', 'hello'), write('bob', 'hello')]),
    SAME_NAMES.flatMap(([one, other]) => [
      says('alice', joinAs(one)),
      says('bob', joinAs('bob'), write(other, 'hi')),
    ]),
    [
      says('alice', joinAs('alice')),
      says(
        'bob',
        ...OTHER_NAMES.flatMap((name, at) => [
          joinAs(name),
          ...OTHER_NAMES.slice(at, at + 2).map((to) => write(to, 'hello')),
          write(`  ${name} `, 'hello'),
        ]),
      ),
    ],
    [
      ...[says('alice', joinAs('alice')), says('bob', joinAs('bob')), says('alice', write('bob', 'one'))],
      ...[says('bob', joinAs('rob')), says('carol', joinAs('bob')), says('alice', write('bob', 'two'))],
      ...[leaves('carol'), says('alice', write('bob', 'three')), says('dave', joinAs('BOB'))],
      ...[says('alice', write('bob', 'four')), says('alice', write('rob', 'five'), write('alice', 'six'))],
    ],
    ...departures({ ...TALK, talk: (text) => write('bob', text) }),
    [says('alice', joinAs('alice')), says('bob', joinAs('bob')), says('alice', ...TEXTS.map(say))],
    ...edges({ ...TALK, talk: (text) => write('bob', text) }),
    ...fields(TALK, write('bob', 'hello'), say('hello')),
    [
      says('alice', withMore(joinAs('alice'))),
      says('bob', write('alice', 'in?'), joinAs('bob'), write('bob', 'in!')),
    ],
  ],
  says: (fc, who) => {
    const message = texts(fc);
    const type = <T extends string>(value: T) => fc.constant(value);
    return asJson(
      fc,
      fc.oneof(
        { weight: 4, arbitrary: joins(fc, who) },
        { weight: 1, arbitrary: fc.record({ type: type('chat'), message }) },
        { weight: 6, arbitrary: fc.record({ type: type('private'), to: names(fc), message }) },
      ),
    );
  },
  asks: ({ type, message, usernames, ...rest }, since) => ({
    ...rest,
    type,
    ...(Array.isArray(usernames) ? { usernames: listOf(...usernames) } : {}),
    ...(message === undefined ? {} : { message: type === 'chat' || type === 'private' ? message : isText }),
    at: timeSince(since),
  }),
};

export default await registerWithVitest(
  exercise({ folder: 'exercises/04', title: 'Send private messages', parts: [server(tests, oracle)] }),
  import.meta.filename,
);

/** Lets people connect and join, one after the other. The client's name is the username. */
async function joined<Names extends string[]>(
  room: Room,
  ...names: Names
): Promise<{ [Index in keyof Names]: Client }> {
  const clients = [];
  for (const name of names) clients.push(await join(await room.connect(name), name));
  return clients as { [Index in keyof Names]: Client };
}

async function join(client: Client, username: string): Promise<Client> {
  client.send({ type: 'join', username });
  await client.receives({ type: 'joined', username });
  return client;
}

function print(message: unknown): string {
  if (Buffer.isBuffer(message)) return 'a binary message';
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text || 'an empty text';
}
