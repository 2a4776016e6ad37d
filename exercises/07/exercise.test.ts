/** The check of exercise 07. You may read it; the task is in README.md. */

import { asJson, joins, texts, withMore } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import { fits, isMessage, type Message, type Pattern } from '#shared/check/fits.ts';
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
import { type Move, says, vanishes } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { Room } from '#shared/check/room.ts';
import { crowd, departures, edges, fields, nameGames, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { told, toldNumber } from '#shared/check/told.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

/** As crypto.randomUUID() makes them, but always the same: id(1), id(2) and so on. */
const id = (number: number) => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
/** These two differ in nothing but their ends. */
const [TWIN, OTHER_TWIN] = ['1', '2'].map((end) => `${id(0).slice(0, -1)}${end}`);
/** The epoch of another server, or of another start. */
const ANOTHER = 'eeeeeeee-0000-4000-8000-000000000000';
const KEPT = 1000;

const join = (username: string) => ({ type: 'join', username });
const say = (message: string, number: number) => ({ type: 'chat', message, id: id(number) });
const since = (epoch: string, seq: unknown) => ({ type: 'since', seq, epoch });
const NOTHING_YET = since('', 0);

/** What is no message, or asks for what is no name, and the error that it gets: from somebody who has joined as alice. */
const REFUSED: [unknown, string][] = [
  [Buffer.from(JSON.stringify(say('in bytes', 1))), 'not-text'],
  ['', 'not-json'],
  ['{"type":"since","epoch":"","seq":0', 'not-json'],
  [null, 'bad-message'],
  [[NOTHING_YET], 'bad-message'],
  [{}, 'bad-message'],
  [{ type: 'missed', epoch: '', seq: 0 }, 'bad-message'],
  [{ type: 'chat', message: 'no id' }, 'bad-message'],
  [{ type: 'chat', message: 'a short id', id: '1' }, 'bad-message'],
  [{ type: 'chat', message: 'a number', id: 1 }, 'bad-message'],
  [{ type: 'chat', id: id(1) }, 'bad-message'],
  [say('', 1), 'bad-message'],
  [say('x'.repeat(2001), 1), 'bad-message'],
  [{ type: 'since' }, 'bad-message'],
  [{ type: 'since', epoch: '' }, 'bad-message'],
  [{ type: 'since', seq: 0 }, 'bad-message'],
  [since('yesterday', 0), 'bad-message'],
  [since('', -1), 'bad-message'],
  [since('', 0.5), 'bad-message'],
  [{ type: 'since', epoch: '', seq: '0' }, 'bad-message'],
  [{ type: 'join' }, 'bad-message'],
  [join(' '), 'bad-username'],
  [join('BOB'), 'username-taken'],
];

/** Two things are wrong with some of these. The first in the list of codes counts: from somebody who has not joined. */
const REFUSED_BEFORE_JOINING: [unknown, string][] = [
  [NOTHING_YET, 'not-joined'],
  [since(ANOTHER, 5), 'not-joined'],
  [say('hello', 1), 'not-joined'],
  [say('again', 100), 'not-joined'],
  [say('', 1), 'bad-message'],
  [since('', -1), 'bad-message'],
];

const tests = [
  test('each chat message has a number: 1, 2, 3 and so on, without a gap', async (room) => {
    const [alice, bob] = await joined(room.connect, 'alice', 'bob');
    const before = await nextMillisecond();
    alice.send(say('hello', 1));
    for (const client of [alice, bob]) {
      const chat = await client.receives(
        { type: 'chat', seq: 1, username: 'alice', message: 'hello', at: isTime },
        'This is the first message since the server was started: it is number 1.',
      );
      expectTime(chat.at, before, 'what alice said');
    }
    const carol = await room.connect('carol');
    carol.send(say('let me in', 2));
    await carol.receives(error('not-joined'));
    bob.send({ type: 'chat', message: 'without an id' });
    await bob.receives(error('bad-message'));
    await enter(carol, 'carol');
    alice.send(join('ally'));
    await alice.receives({ type: 'joined', username: 'ally' });
    bob.send(say('Welcome!', 3));
    for (const client of [alice, bob, carol]) {
      await client.receives(
        chatOf(2, 'bob', 'Welcome!'),
        'Two messages were refused, somebody joined, and somebody has a new name. Only what is said has a number.',
      );
    }
    await bob.vanishes();
    const secret = secretWord();
    carol.send({ ...say('more', 4), seq: 7000, username: 'alice', at: secret, extra: secret });
    for (const client of [alice, carol]) {
      await client.receives(chatOf(3, 'carol', 'more'), 'The server counts, whatever is in the message.');
      client.neverHears(secret, 'A field that nobody asked for was passed on. Only the message should be.');
    }
    const [dave] = await joined(room.connect, 'dave');
    await room.together(
      () => alice.sendAll([say('one', 11), say('two', 12), say('three', 13)]),
      () => dave.sendAll([say('four', 14), say('five', 15), say('six', 16)]),
    );
    for (const client of [alice, carol, dave]) {
      for (const message of ['one', 'two', 'three', 'four', 'five', 'six']) {
        await client.receives({ type: 'chat', message });
      }
      const numbers = numbersOf(client);
      expect(
        numbers.every((seq, at) => seq === at + (numbers[0] ?? 0)),
        `${client.name} should hear each message in the order of the numbers, and got: ${numbers.join(', ')}.`,
      );
      expect(
        numbers.at(-1) === 9,
        `Nine messages were said. The last one that ${client.name} got has the number ${numbers.at(-1)}, not 9.`,
      );
    }
    expectSame(alice, carol);
  }),

  test('who said it hears that it has arrived, and under which number', async (room) => {
    const [alice, bob] = await joined(room.connect, 'alice', 'bob');
    const before = await nextMillisecond();
    alice.send(say('hello', 1));
    const ack = await alice.receives(ackOf(1, 1), 'alice said this, and should hear that it has arrived.');
    expectTime(ack.at, before, 'this ack');
    bob.send(say('hello', 2));
    await bob.receives(ackOf(2, 2), 'bob said the second message.');
    await room.together(
      () => alice.sendAll([say('one', 11), say('two', 12), say('three', 13)]),
      () => bob.sendAll([say('four', 21), say('five', 22), say('six', 23)]),
    );
    for (const [client, first] of [[alice, 11] as const, [bob, 21] as const]) {
      for (const number of [first, first + 1, first + 2]) {
        await client.receives(
          { type: 'ack', id: id(number), seq: isNumber },
          `${client.name} said three things at once. Each of them has its own ack.`,
        );
      }
    }
    await alice.receives({ type: 'chat', message: 'six' });
    await bob.receives({ type: 'chat', message: 'six' });
    const numbers = new Map(chatsOf(alice).map(({ message, seq }) => [message, seq]));
    for (const [client, number, message] of [
      [alice, 11, 'one'] as const,
      [alice, 13, 'three'] as const,
      [bob, 22, 'five'] as const,
    ]) {
      const [acked] = client.received().filter((one) => one.type === 'ack' && one.id === id(number));
      expect(
        acked?.seq === numbers.get(message),
        `${client.name}'s "${message}" was said under the number ${numbers.get(message)}, and acked under ${acked?.seq}.`,
      );
    }
    for (const client of [alice, bob]) {
      client.exactly(
        4,
        { type: 'ack' },
        `${client.name} said four things, and should hear one ack for each.`,
      );
    }
  }),

  test('the same id again is the same message: it is acked again, and not said again', async (room) => {
    const cable = await room.cable('alice');
    const [alice, bob] = await joined(room.connect, 'alice', 'bob');
    alice.send(say('hello', 1));
    await alice.receives(ackOf(1, 1));
    for (const message of ['hello', 'hello', 'Did you hear me?']) {
      alice.send(say(message, 1));
      await alice.receives(ackOf(1, 1), 'alice sent the same id again, and should hear the same ack again.');
    }
    bob.send(say('hello', 1));
    await bob.receives(ackOf(1, 1), 'Whoever sends an id that the server knows hears its number.');
    bob.send(join('rob'));
    await bob.receives({ type: 'joined', username: 'rob' });
    bob.sendAll([say('twice at once', 2), say('twice at once', 2), say('something else', 3)]);
    for (const seq of [2, 2]) await bob.receives(ackOf(2, seq), 'The same id came twice at once.');
    await bob.receives(ackOf(3, 3), 'What was sent again takes no number.');
    bob.send(say('hello', 1));
    await bob.receives(ackOf(1, 1), 'bob is rob now. The id is still that of the first message.');

    await room.together(
      () => alice.send(say('at the same moment', 4)),
      () => bob.send(say('at the same moment', 4)),
    );
    for (const client of [alice, bob]) {
      await client.receives(
        ackOf(4, 4),
        'alice and bob sent the same id at the same moment: it is one message.',
      );
    }

    cable.freeze('down');
    alice.send(say('the ack of this is lost', 5));
    await bob.receives(chatOf(5, 'alice', 'the ack of this is lost'));
    cable.reset();
    await bob.receives(system('rob'), "alice's cable was cut, and bob should hear that she left.");
    cable.heal();
    const again = await room.connect('alice');
    await enter(again, 'alice');
    again.send(say('the ack of this is lost', 5));
    await again.receives(
      ackOf(5, 5),
      'The ack was lost, so alice came back, and sent it again. She should hear the number that it has.',
    );
    again.send(say('the end', 6));
    for (const client of [again, bob]) {
      await client.receives(chatOf(6, 'alice', 'the end'), 'What was sent again takes no number.');
    }
    await again.leaves();
    await bob.vanishes();
    const [dave] = await joined(room.connect, 'dave');
    dave.send(say('hello', 1));
    await dave.receives(
      ackOf(1, 1),
      'Everybody had left for a moment. The server knows the id all the same.',
    );
    dave.never({ type: 'chat' }, 'dave sent an id that the server knows, and it was said again.');
    for (const [client, most] of [[bob, 6] as const, [again, 1] as const]) {
      client.exactly(most, { type: 'chat' }, `${client.name} should hear each message once.`);
    }
    bob.exactly(6, { type: 'ack' }, 'bob sent six things, and should hear one ack for each.');
  }),

  test('who knows nothing gets a snapshot: the epoch, and what was said', async ({ connect }) => {
    const [alice, bob] = await joined(connect, 'alice', 'bob');
    const epoch = await learn(alice, NOTHING_YET, snapshotOf([], 0), 'Nothing was said so far.');
    const said: Line[] = [];
    const before = await nextMillisecond();
    for (const [client, message] of [
      [alice, 'one'] as const,
      [bob, 'two'] as const,
      [alice, '  <b>"three" &amp; $&</b>\n'] as const,
    ]) {
      said.push({ seq: said.length + 1, username: client.name, message });
      client.send(say(message, said.length));
      await bob.receives({ type: 'chat', message });
    }
    const after = await nextMillisecond();
    alice.send(join('carol'));
    await alice.receives({ type: 'joined', username: 'carol' });
    await bob.leaves();
    const [dave] = await joined(connect, 'dave');
    const sent = await nextMillisecond();
    const answer = await ask(
      dave,
      NOTHING_YET,
      snapshotOf(said, 3),
      'Three messages were said. alice has another name now, and bob has left. Each message has the name of then.',
    );
    expectTime(answer.at, sent, 'this snapshot');
    expectBetween(entriesOf(answer), before, after);
    expect(
      answer.epoch === epoch,
      'Two snapshots have two epochs. It is one as long as the server is not started anew.',
    );
    await ask(dave, NOTHING_YET, snapshotOf(said, 3), 'dave asks again, and nothing new was said.');
    alice.exactly(
      1,
      { type: 'snapshot' },
      'dave asked, and not alice. Who asks gets the answer, and nobody else.',
    );
    await Promise.all([alice.leaves(), dave.vanishes()]);
    const [erin] = await joined(connect, 'erin');
    await ask(
      erin,
      NOTHING_YET,
      snapshotOf(said, 3),
      'Everybody has left. What was said is kept all the same.',
    );
    dave.never(
      { type: 'chat' },
      'dave got what was said before he came as chat messages. They are in the answer.',
    );
  }),

  test('who knows a number gets what came after it', async (room) => {
    const [alice, bob] = await joined(room.connect, 'alice', 'bob');
    const epoch = await learn(bob, NOTHING_YET, snapshotOf([], 0), 'Nothing was said so far.');
    await ask(bob, since(epoch, 0), missedOf([], 0), 'This epoch is right, and bob has missed nothing.');
    alice.send(say('one', 1));
    await bob.receives(chatOf(1, 'alice', 'one'));
    await ask(
      bob,
      since(epoch, 1),
      missedOf([], 1),
      'bob has heard number 1, and there is nothing after it.',
    );
    await bob.vanishes();
    await alice.receives(system('alice'));
    const said: Line[] = [{ seq: 1, username: 'alice', message: 'one' }];
    const before = await nextMillisecond();
    for (const username of ['alice', 'ally', 'bob']) {
      alice.send(join(username));
      await alice.receives({ type: 'joined', username });
      said.push({ seq: said.length + 1, username, message: `I am ${username}.` });
      alice.send(say(`I am ${username}.`, said.length));
      await alice.receives(chatOf(said.length, username, `I am ${username}.`));
    }
    const after = await nextMillisecond();
    alice.send(say('Who am I?', 2));
    await alice.receives(ackOf(2, 2), 'This is the id of the second message.');
    const [carol] = await joined(room.connect, 'carol');
    for (const seq of [1, 3, 0, 4, 2]) {
      const answer = await ask(
        carol,
        since(epoch, seq),
        missedOf(said.slice(seq), 4),
        `Four messages were said, the second was sent again in other words, and carol asks what came after ${seq}.`,
      );
      expectBetween(
        entriesOf(answer).filter((one) => one.seq !== 1),
        before,
        after,
      );
    }
    await ask(
      alice,
      since(epoch, 2),
      missedOf(said.slice(2), 4),
      'alice said all of it. It is in the answer, whoever said it.',
    );
    alice.send(say('on we go', 5));
    for (const client of [alice, carol]) await client.receives(chatOf(5, 'bob', 'on we go'));
    await ask(
      carol,
      since(epoch, 4),
      missedOf([{ seq: 5, username: 'bob', message: 'on we go' }], 5),
      'bob said one thing more.',
    );
    carol.exactly(
      1,
      { type: 'chat' },
      'carol should get what she missed in the answers, and then each new message once.',
    );
    carol.never({ type: 'snapshot' }, 'carol told the right epoch and a right number, and got a snapshot.');
    alice.exactly(
      1,
      { type: 'missed' },
      'carol asked, and not alice. Who asks gets the answer, and nobody else.',
    );
  }),

  test('no answer has more than 100 messages', async ({ connect }) => {
    const [alice] = await joined(connect, 'alice');
    const said = await sayMany(alice, 1, 250);
    const [bob] = await joined(connect, 'bob');
    const why =
      '250 messages were said. An answer has the next 100 at most, and "last" is the newest there is.';
    const epoch = await learn(
      bob,
      NOTHING_YET,
      snapshotOf(said.slice(150), 250),
      'A snapshot has the newest 100.',
    );
    for (const seq of [0, 100, 100, 200, 149, 150, 151, 249, 250]) {
      await ask(bob, since(epoch, seq), missedOf(said.slice(seq, seq + 100), 250), why);
    }
  }),

  test('a number of another epoch says nothing, nor does one that is too large', async (room) => {
    const [alice] = await joined(room.connect, 'alice');
    const said = await sayMany(alice, 1, 3);
    const epoch = await learn(alice, NOTHING_YET, snapshotOf(said, 3), 'Three messages were said.');
    for (const [theirs, seq, why] of [
      [ANOTHER, 2, 'This epoch is not the one that the server told.'],
      [ANOTHER, 3, 'This epoch is not the one that the server told.'],
      ['', 3, 'Who tells no epoch knows nothing.'],
      [epoch, 4, 'The last message is number 3: nobody can have heard number 4.'],
      [epoch, Number.MAX_SAFE_INTEGER, 'The last message is number 3.'],
    ] as const) {
      const again = await learn(alice, since(theirs, seq), snapshotOf(said, 3), why);
      expect(
        again === epoch,
        'Two snapshots have two epochs. It is one as long as the server is not started anew.',
      );
    }
    await ask(alice, since(epoch, 3), missedOf([], 3), 'This epoch is right, and alice has missed nothing.');

    await room.restart();
    const [bob] = await joined(room.connect, 'bob');
    const anew = await learn(
      bob,
      since(epoch, 3),
      snapshotOf([], 0),
      'The server was started anew: nothing was said since.',
    );
    expect(
      anew !== epoch,
      'The server was started anew, and told the same epoch as before. Each start has its own.',
    );
    const fresh = await sayMany(bob, 1, 4);
    await ask(
      bob,
      since(epoch, 3),
      snapshotOf(fresh, 4),
      'This is the epoch from before the server was started anew.',
    );
    await ask(bob, since(anew, 3), missedOf(fresh.slice(3), 4), 'This epoch is right.');
  }),

  test('the newest 1,000 messages are kept, and their ids', async ({ connect }) => {
    const [alice] = await joined(connect, 'alice');
    const epoch = await learn(alice, NOTHING_YET, snapshotOf([], 0), 'Nothing was said so far.');
    const said = await sayMany(alice, 1, KEPT);
    await ask(
      alice,
      since(epoch, 0),
      missedOf(said.slice(0, 100), KEPT),
      '1,000 messages were said, and all are kept.',
    );
    alice.send(say('again', 1));
    await alice.receives(ackOf(1, 1), 'The first message is still kept, and so is its id.');
    said.push(...(await sayMany(alice, 1001, 1)));
    alice.send(say('again', 1001));
    await alice.receives(ackOf(1001, 1001), 'This is the id of the newest message.');
    await ask(
      alice,
      since(epoch, 0),
      snapshotOf(said.slice(-100), 1001),
      'Message 1 is not kept any more, so nobody can get what came after 0: this is a snapshot.',
    );
    await ask(
      alice,
      since(epoch, 1),
      missedOf(said.slice(1, 101), 1001),
      'Message 2 is the oldest that is kept.',
    );
    said.push(...(await sayMany(alice, 1002, 1)));
    for (const [number, seq, why] of [
      [
        2,
        1003,
        'The server knows the ids of the 1,000 that it keeps. This one has gone with its message: it is new.',
      ],
      [
        1,
        1004,
        'This id came again while its message was kept. It has gone with its message all the same: it is new.',
      ],
    ] as const) {
      alice.send(say('anew', number));
      await alice.receives(ackOf(number, seq), why);
      await alice.receives(chatOf(seq, 'alice', 'anew'), 'This message is new, and should be said.');
      said.push({ seq, username: 'alice', message: 'anew' });
    }
    alice.send(say('again', 5));
    await alice.receives(ackOf(5, 5), 'Message 5 is the oldest that is kept, and so is its id.');
    alice.send(say('again', 1));
    await alice.receives(ackOf(1, 1004), 'This id is that of message 1,004 now.');
    const [bob] = await joined(connect, 'bob');
    for (const seq of [0, 2, 3]) {
      await ask(
        bob,
        since(epoch, seq),
        snapshotOf(said.slice(-100), 1004),
        'What came next is not kept any more.',
      );
    }
    await ask(
      bob,
      since(epoch, 4),
      missedOf(said.slice(4, 104), 1004),
      'Message 5 is the oldest that is kept.',
    );
    for (const seq of [1000, 1003]) {
      await ask(bob, since(epoch, seq), missedOf(said.slice(seq), 1004), 'The last message is number 1,004.');
    }
    alice.exactly(1004, { type: 'chat' }, 'alice should hear each message once.');
  }),

  test('who has not joined cannot ask, and what is no message gets an error', async (room) => {
    const [alice, bob] = await joined(room.connect, 'alice', 'bob');
    bob.send(say('among us', 100));
    await alice.receives(chatOf(1, 'bob', 'among us'));
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
    for (const [seq, message] of [[2, ' '] as const, [3, 'x'.repeat(2000)] as const]) {
      // Messages with the id of the first were refused: it is new all the same.
      alice.send(say(message, seq - 1));
      await alice.receives(ackOf(seq - 1, seq), 'After all the errors alice sent a message.');
      for (const client of [alice, bob]) {
        await client.receives(chatOf(seq, 'alice', message), 'After all the errors alice sent a message.');
      }
    }
    const said = [
      { seq: 1, username: 'bob', message: 'among us' },
      { seq: 2, username: 'alice', message: ' ' },
      { seq: 3, username: 'alice', message: 'x'.repeat(2000) },
    ];
    await ask(
      alice,
      NOTHING_YET,
      snapshotOf(said, 3),
      'Three messages were said, and the others were refused.',
    );
    alice.exactly(REFUSED.length, { type: 'error' }, 'alice should get one error for each bad message.');
    alice.exactly(2, { type: 'ack' }, 'alice said two things that are messages.');
    for (const type of ['ack', 'chat', 'snapshot', 'missed', 'system']) {
      dave.never({ type }, `dave got a message of type "${type}", and he had not joined.`);
    }
    dave.exactly(
      REFUSED_BEFORE_JOINING.length,
      { type: 'error' },
      'dave should get one error for each message.',
    );
    bob.never({ type: 'error' }, 'bob got an error for what somebody else sent.');
    bob.never(
      { type: 'system' },
      'bob should not notice what others did wrong, but he got a system message.',
    );
  }),
];

/** Each time it is an id that nobody had before: see `withIds`. */
const NEW = id(0);
const talk = (message: string) => ({ type: 'chat', message, id: NEW });
const TALK: Talk = { enter: (who) => [join(who)], talk };
/** Asks what came after the last message but so many, and so on: of the epoch that this server has told. */
const asks = (...more: number[]) =>
  more.map((one) => since(told('snapshot', 'epoch'), toldNumber('snapshot', 'last', one)));
/** How far back, and ahead, a question can go: to the edges of what is kept, and of what one answer has. */
const EDGES = [0, -1, -2, -99, -100, -101, -999, -1000, -1001, 1, 5000];
/** Learns the epoch, and the last number. */
const LEARN = NOTHING_YET;
const both = ['alice', 'bob'];
const flood = (count: number) =>
  Array.from({ length: count / 100 }, () => says('alice', ...Array.from({ length: 100 }, () => talk('on'))));

const scripts: Move[][] = [
  [
    says('alice', LEARN, join('alice'), LEARN),
    says('alice', ...asks(0, 1)),
    says('alice', talk('one'), talk('two'), talk('three')),
    says('bob', since(told('snapshot', 'epoch'), 2), join('bob'), LEARN),
    ...[0, -1, -2, -3, -4, 1].map((more) => says('bob', ...asks(more))),
    says(
      'bob',
      since(ANOTHER, 0),
      since('', 1),
      since('', 2),
      since(told('snapshot', 'epoch'), 0),
      since(told('snapshot', 'epoch'), 1),
    ),
    vanishes('bob'),
    says('alice', talk('four'), join('ally'), talk('five')),
    says('bob', join('bob'), ...asks(0, -1, 1, 2, 3)),
    says('alice', talk('six'), ...asks(0, 3), talk('seven'), ...asks(4)),
    ...[TWIN, OTHER_TWIN, TWIN].map((one) => says('bob', { ...talk('Am I new?'), id: one })),
  ],
  [
    ...both.map((who) => says(who, join(who))),
    says('alice', say('one', 501), say('one', 501), say('two', 502), say('other', 501)),
    says('bob', say('one', 501), say('three', 503), say('three', 502), say('three', 503)),
    says('carol', say('one', 501), say('five', 505), join('carol'), say('one', 501), say('five', 505)),
    ...['alice', 'bob', 'carol'].map((who) => says(who, say(`${who} speaks`, 506), talk(who), say(who, 507))),
    says('alice', join('ally'), say('one', 501), say('two', 502)),
    says('alice', say('', 508), say('eight', 508), say('', 508)),
    vanishes('alice'),
    says('alice', say('one', 501), join('alice'), say('one', 501), say('two', 502), say('nine', 509)),
    says('bob', LEARN, say('nine', 509)),
    says('bob', ...asks(0, -1, -5, -9)),
  ],
  ...crowd(TALK).map(oneAfterAnother),
  [
    ...both.map((who) => says(who, join(who))),
    ...flood(200),
    says('bob', LEARN),
    ...EDGES.map((more) => says('bob', ...asks(more))),
  ],
  ...nameGames(join, () => [talk('Who am I?')]),
  ...departures(TALK),
  ...edges(TALK),
  ...fields(TALK, join('carol'), talk('hello'), since(told('snapshot', 'epoch'), 1)),
  [says('alice', withMore(join('alice'))), says('alice', withMore(NOTHING_YET), withMore(talk('hi')))],
  [
    says('alice', join('alice'), say('first', 601), say('second', 602)),
    ...flood(900),
    says('alice', ...Array.from({ length: 98 }, () => talk('on')), say('first', 601), LEARN),
    says('alice', ...asks(...EDGES)),
    says('alice', talk('on'), say('second', 602), say('first', 601), LEARN),
    says('alice', ...asks(...EDGES)),
    says('bob', say('first', 601), join('bob'), say('first', 601), say('second', 602), talk('on'), LEARN),
    says('bob', ...asks(...EDGES)),
  ],
];

/** Whatever people do, the answer does what lesson 08's server does. Wording, the order of names, and that of ack and chat are free. */
const oracle: Oracle = {
  lesson: 'lessons/08/server.ts',
  types: ['joined', 'system', 'chat', 'ack', 'missed', 'snapshot', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: withIds(scripts),
  says: (fc, who) => {
    const message = texts(fc);
    const type = <T extends string>(value: T) => fc.constant(value);
    const ids = fc.oneof(
      { weight: 3, arbitrary: fc.uuid() },
      { weight: 1, arbitrary: fc.constantFrom(...[1, 2, 3, 501, 602].map(id)) },
    );
    const epoch = fc.oneof(
      { weight: 5, arbitrary: type(told('snapshot', 'epoch')) },
      { weight: 1, arbitrary: fc.constantFrom('', ANOTHER) },
    );
    const seq = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...EDGES).map((more) => toldNumber('snapshot', 'last', more)) },
      { weight: 1, arbitrary: fc.nat({ max: 2000 }) },
    );
    return asJson(
      fc,
      fc.oneof(
        { weight: 3, arbitrary: joins(fc, who) },
        { weight: 4, arbitrary: fc.record({ type: type('chat'), message, id: ids }) },
        { weight: 4, arbitrary: fc.record({ type: type('since'), seq, epoch }) },
      ),
    );
  },
  asks: ({ type, message, usernames, messages, epoch, ...rest }, moment) => ({
    type,
    ...rest,
    ...(Array.isArray(usernames) ? { usernames: listOf(...usernames) } : {}),
    ...(Array.isArray(messages) ? { messages: linesOf(messages) } : {}),
    ...(message === undefined ? {} : { message: type === 'chat' ? message : isText }),
    ...(epoch === undefined ? {} : { epoch: isId }),
    at: timeSince(moment),
  }),
};

/** Who comes first where several speak at the same moment, nobody can tell: and so it is free who gets which number. */
function oneAfterAnother(script: Move[]): Move[] {
  return script.flatMap((move): Move[] =>
    move.does === 'together' ? move.all.map((one) => ({ does: 'says', ...one })) : [move],
  );
}

/** Each id that is to be new becomes one that nothing else has. */
function withIds(all: Move[][]): Move[][] {
  let last = 1000;
  const next = () => {
    last += 1;
    return id(last);
  };
  return JSON.parse(JSON.stringify(all).replaceAll(NEW, next));
}

export default await registerWithVitest(
  exercise({ folder: 'exercises/07', title: 'Show what was missed', parts: [server(tests, oracle)] }),
  import.meta.filename,
);

/** A message as it is kept, but for its time. */
type Line = { seq: number; username: string; message: string };

/** An answer to `since` that is due, and the messages in it. */
type Due = { lines: Line[]; pattern: Pattern };

function chatOf(seq: number, username: string, message: string) {
  return { type: 'chat', seq, username, message, at: isTime };
}

function ackOf(number: number, seq: number) {
  return { type: 'ack', id: id(number), seq, at: isTime };
}

function missedOf(lines: Line[], last: number): Due {
  return { lines, pattern: { type: 'missed', messages: isList, last, at: isTime } };
}

function snapshotOf(lines: Line[], last: number): Due {
  return { lines, pattern: { type: 'snapshot', messages: isList, last, epoch: isId, at: isTime } };
}

function system(...usernames: string[]) {
  return { type: 'system', message: isText, usernames: listOf(...usernames), at: isTime };
}

function error(code: string) {
  return { type: 'error', code, message: isText, at: isTime };
}

/** For a pattern: a list of exactly these messages, in this order, each with a time. */
function linesOf(lines: Line[]): (value: unknown) => boolean {
  const check = (value: unknown) =>
    Array.isArray(value) &&
    value.length === lines.length &&
    lines.every(({ seq, username, message }, at) => fits(value[at], { seq, username, message, at: isTime }));
  const [first] = lines;
  const name =
    lines.length > 6
      ? `the messages ${first?.seq} to ${lines.at(-1)?.seq}`
      : lines.map(({ seq, username, message }) => `${seq} ${username}: ${show(message)}`).join(', ');
  return Object.defineProperty(check, 'name', { value: name || 'an empty list' });
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
Object.defineProperty(isId, 'name', { value: 'a UUID, as crypto.randomUUID() gives it' });

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isMessage);
}
Object.defineProperty(isList, 'name', { value: 'a list of messages' });

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}
Object.defineProperty(isNumber, 'name', { value: 'a number' });

/** Lets people connect and join, each under the own name, one after the other. */
async function joined<Names extends string[]>(
  connect: Room['connect'],
  ...names: Names
): Promise<{ [Index in keyof Names]: Client }> {
  const clients: Client[] = [];
  for (const name of names) clients.push(await enter(await connect(name), name));
  return clients as { [Index in keyof Names]: Client };
}

async function enter(client: Client, username: string): Promise<Client> {
  client.send(join(username));
  await client.receives({ type: 'joined', username });
  return client;
}

/** Lets somebody ask what they have missed, and gives the answer. */
async function ask(client: Client, question: object, { lines, pattern }: Due, why: string): Promise<Message> {
  client.send(question);
  const answer = await client.receives(pattern, why);
  expectLines(entriesOf(answer), lines, `${why} ${client.name} got "${pattern.type}"`);
  return answer;
}

/** Fails the test unless these are the messages that are due, in their order. */
function expectLines(came: Message[], due: Line[], start: string): void {
  const range = due.length > 1 ? `${due[0]?.seq} to ${due.at(-1)?.seq}` : `${due[0]?.seq ?? 'none'}`;
  const numbers = came.map(({ seq }) => Number(seq));
  const should = `It should be: ${range}.`;
  expect(came.length <= due.length, `${start} with too many messages: ${came.length}. ${should}`);
  expect(came.length >= due.length, `${start} with too few messages: ${came.length}. ${should}`);
  const isSame = (all: number[]) => due.every(({ seq }, at) => seq === all[at]);
  if (!isSame(numbers)) {
    expect(
      !isSame(numbers.toSorted((a, b) => a - b)),
      `${start} with the messages not in their order. ${should}`,
    );
    expect(false, `${start} with the wrong messages: it begins with ${came[0]?.seq}. ${should}`);
  }
  for (const [at, line] of due.entries()) {
    for (const key of ['username', 'message'] as const) {
      const value = came[at]?.[key];
      expect(
        value === line[key],
        `${start}, where the "${key}" of message ${line.seq} is ${show(value)}. It should be ${show(line[key])}.`,
      );
    }
    const time = came[at]?.at;
    expect(
      isTime(time),
      `${start}, where the "at" of message ${line.seq} is ${show(time)}, and no time in UTC.`,
    );
  }
}

/** Fails the test unless each of these was said between two moments. */
function expectBetween(came: Message[], before: number, after: number): void {
  for (const { at } of came) {
    const time = Date.parse(String(at));
    expect(
      time >= before && time <= after,
      `A message in the answer has the time ${at}. It was said between ${new Date(before).toISOString()} and ${new Date(after).toISOString()}.`,
    );
  }
}

/** The same, where the answer is a snapshot: gives its epoch. */
async function learn(...asked: Parameters<typeof ask>): Promise<string> {
  return String((await ask(...asked)).epoch);
}

/** Lets somebody say so many things at once, with ids and numbers from `first` on. */
async function sayMany(client: Client, first: number, count: number): Promise<Line[]> {
  const lines = Array.from({ length: count }, (_, at) => ({
    seq: first + at,
    username: client.name,
    message: `This is number ${first + at}.`,
  }));
  client.sendAll(lines.map(({ seq, message }) => say(message, seq)));
  const last = first + count - 1;
  await client.receives(
    ackOf(last, last),
    `${client.name} said ${count === 1 ? 'one thing' : `${count} things`} at once.`,
  );
  return lines;
}

function entriesOf({ messages }: Message): Message[] {
  return Array.isArray(messages) ? messages.filter(isMessage) : [];
}

function chatsOf(client: Client): Message[] {
  return client.received().filter(({ type }) => type === 'chat');
}

function numbersOf(client: Client): number[] {
  return chatsOf(client).map(({ seq }) => Number(seq));
}

/** Fails the test where what one of them heard has another number for the other. */
function expectSame(one: Client, other: Client): void {
  const numbers = new Map(chatsOf(one).map(({ message, seq }) => [message, seq]));
  for (const { message, seq } of chatsOf(other)) {
    expect(
      numbers.get(message) === seq,
      `"${message}" has the number ${numbers.get(message)} for ${one.name}, and ${seq} for ${other.name}. It is the same for all.`,
    );
  }
}
