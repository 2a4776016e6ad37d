/** The check of exercise 10. You may read it; the task is in README.md. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { asJson, joins, NONSENSE, texts, withMore } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import { expect, isText, isTime, listOf, timeSince } from '#shared/check/matchers.ts';
import {
  BROKEN,
  breaks,
  freezes,
  leaves,
  type Move,
  NO_MASK,
  passes,
  says,
  vanishes,
} from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import type { ClockRoom } from '#shared/check/room.ts';
import { departures, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { told } from '#shared/check/told.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

/** The limits of the task. */
const MOST_BYTES = 16 * 1024;
const BURST = 150;
const ERRORS = 20;
const MOST = 250;
/** In ms: so long a goodbye may take, and so long it takes at most until a bucket is full again. */
const PATIENCE = 5_000;
const FULL_AGAIN = 25_000;
/** Who is no client of the room is waited for so many times. */
const LOOKS = 20;

const join = (username: string) => ({ type: 'join', username });
const PING = { type: 'ping' };
const SINCE = { type: 'since', epoch: '', seq: 0 };
/** What is no JSON: whoever says it gets an error. */
const BAD = '?';

/** As crypto.randomUUID() makes them, but always the same: id(1), id(2) and so on. */
const id = (number: number) => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
let said = 0;
/** Says something that nobody has said before. */
function say(message: string) {
  said += 1;
  return { type: 'chat', id: id(said), message };
}
/** In a script: an id that nothing else has. */
const NEW = 'ffffffff-0000-4000-8000-000000000000';
const talk = (message: string) => ({ type: 'chat', id: NEW, message });

const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
const pings = (count: number) => times(count, () => PING);

const tests = [
  test<ClockRoom>('a message of 16 KiB is read, and a larger one ends the connection with 1009', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await room.connect('bob')];
    alice.send(`{"type":"chat","id":"${id(0)}","message":"${'\\u0000'.repeat(2000)}"}`);
    await alice.receives(
      { type: 'chat', seq: 1, message: '\0'.repeat(2000) },
      'alice said 2,000 characters, each written as \\u0000. That is the largest right message: 12 KiB.',
    );
    for (const [text, code] of [
      [' '.repeat(MOST_BYTES), 'not-json'],
      [`"${'é'.repeat(MOST_BYTES / 2 - 1)}"`, 'bad-message'],
    ]) {
      bob.send(text);
      await bob.receives(error(code ?? ''), 'bob sent a message of exactly 16,384 bytes. It is read.');
    }
    bob.send(' '.repeat(MOST_BYTES + 1));
    await expectClosed(room, bob, 1009, 'bob sent a message of 16,385 bytes');
    const carol = await enters(room, 'carol');
    await alice.receives(system('alice', 'carol'));
    carol.send(`"${'é'.repeat(MOST_BYTES / 2)}"`);
    await expectClosed(room, carol, 1009, 'carol sent 8,194 characters, which are 16,386 bytes');
    await alice.receives(system('alice'), 'carol is gone, and the others should hear that she left.');
    const dave = await room.connect('dave');
    sendBytes(
      room,
      dave,
      rawFrame(1, ' '.repeat(1_000_000)).subarray(0, 100),
      'the first 100 bytes of a megabyte',
    );
    await expectClosed(
      room,
      dave,
      1009,
      'dave sent the beginning of a frame that says that 1,000,000 bytes follow. Nobody should wait for them',
    );
    const erin = await room.connect('erin');
    const half = ' '.repeat(MOST_BYTES / 2);
    const parts = [
      rawFrame(1, half, { fin: false }),
      rawFrame(0, half, { fin: false }),
      rawFrame(0, ' ', { fin: false }),
    ];
    sendBytes(room, erin, Buffer.concat(parts), 'a message in three parts, 16,385 bytes so far');
    await expectClosed(
      room,
      erin,
      1009,
      'erin sent a message in parts, and together they have 16,385 bytes so far',
    );
    expect(!alice.isClosed(), 'alice has sent nothing wrong. She must stay.');
    alice.exactly(1, { type: 'chat' }, 'Only alice has said something.');
  }),

  test<ClockRoom>('150 tokens are there at once, and what finds too few is too fast', async (room) => {
    const bob = await enters(room, 'bob');
    await room.pass(FULL_AGAIN);
    const alice = await enters(room, 'alice');
    const texts = times(BURST, (at) => say(`number ${at + 1}`));
    const heard = await answers(room, alice, texts);
    expectCount(
      heard,
      'ack',
      BURST - 5,
      'alice has joined (5 tokens), and said 150 things at once (1 each): 145 are taken',
    );
    expectCount(heard, 'too-fast', 5, 'alice said five things more than her tokens were worth');
    expect(
      heard.lastIndexOf('ack') < heard.indexOf('too-fast'),
      'The first 145 are taken, and then five are too fast. Yours has another order.',
    );
    const chats = bob.received().filter(({ type }) => type === 'chat').length;
    expect(
      chats === BURST - 5,
      `bob should hear the 145 things that were taken, and nothing else. He heard ${chats}.`,
    );

    await room.pass(FULL_AGAIN);
    const again = await answers(room, alice, texts.slice(-5));
    expectCount(again, 'ack', 5, 'alice waited, and sent again what had been too fast, with the same ids');
    const known = await answers(room, alice, [...texts.slice(0, 5), ...pings(BURST - 5)]);
    expectCount(
      known,
      'pong',
      BURST - 10,
      'alice had 145 tokens, sent again five things that are known (1 token each), and then 145 pings',
    );
    bob.exactly(
      BURST,
      { type: 'chat' },
      'What was too fast was sent again later. Then bob should hear it: it was not handled the first time.',
    );
    await room.pass(FULL_AGAIN);
    const carol = await room.connect('carol');
    const renames = await answers(
      room,
      carol,
      times(BURST / 5 + 1, (at) => join(`carol ${at}`)),
    );
    expectCount(
      renames,
      'joined',
      BURST / 5,
      'carol asked for 31 names at once, and to join costs 5 tokens of 150',
    );
    expectCount(renames, 'too-fast', 1, 'carol asked for 31 names at once, and had tokens for 30');
    await room.pass(FULL_AGAIN);
    const dave = await enters(room, 'dave');
    await bob.receives(
      system('bob', 'alice', 'carol 29', 'dave'),
      'To have the name "carol 30" was too fast for carol. So she is carol 29 when dave comes.',
    );
    const asked = await answers(room, dave, [join('dave'), ...times(BURST / 5 - 1, () => SINCE)]);
    expectCount(
      asked,
      'snapshot',
      BURST / 5 - 2,
      'dave has joined twice, and asked 29 times what he has missed: both cost 5 tokens, also where his name stays the same',
    );
    expectCount(asked, 'too-fast', 1, 'dave had tokens for 28 questions, and asked 29');

    for (const client of [alice, carol]) await client.leaves();
    await isOver(room, dave);
    const erin = await room.connect('erin');
    const mixed = await answers(room, erin, [
      ...pings(BURST - 2),
      join('erin'),
      join('erin'),
      PING,
      PING,
      PING,
    ]);
    expectCount(mixed, 'joined', 0, 'erin has 2 tokens left, and to join costs 5');
    expectCount(
      mixed,
      'pong',
      BURST,
      'erin asked 148 times, was too fast with "join" twice, and asked again. What is too fast takes no token',
    );
    expectCount(mixed, 'too-fast', 3, 'erin was too fast with two "join", and then with the last "ping"');

    await isOver(room, erin);
    const frank = await room.connect('frank');
    const wrong = await answers(room, frank, [
      ...times(10, (at) => [BAD, Buffer.from('?')][at % 2]),
      ...pings(BURST),
    ]);
    expectCount(
      wrong,
      'pong',
      BURST,
      'frank sent five texts that are no JSON, five binary messages, and 150 pings. What is no message costs no token',
    );
    await isOver(room, frank);
    const grace = await room.connect('grace');
    const early = await answers(room, grace, [
      ...times(4, () => say('too early')),
      SINCE,
      SINCE,
      ...pings(BURST),
    ]);
    expectCount(
      early,
      'pong',
      BURST - 14,
      'grace has not joined, said four things (1 token each), and asked twice what she has missed (5 each). Then she sent 150 pings',
    );
    await isOver(room, grace);
    const heidi = await room.connect('heidi');
    const taken = await answers(room, heidi, [join('bob'), ...pings(BURST)]);
    expectCount(taken, 'pong', BURST - 5, "heidi asked for bob's name (5 tokens), and then sent 150 pings");

    await isOver(room, heidi);
    const ivan = await room.connect('ivan');
    for (let count = 0; count < 20; count += 1) await pingsByFrame(room, ivan, 5);
    const afterFrames = await answers(room, ivan, pings(51));
    expectCount(
      afterFrames,
      'pong',
      50,
      'ivan sent 100 pings of the protocol (1 token each), and then 51 messages of the type "ping"',
    );
    await pingsByFrame(room, ivan, 1);
    ivan.exactly(
      2,
      error('too-fast'),
      'ivan had no tokens left, and sent a ping of the protocol. That is too fast, too.',
    );
  }),

  test<ClockRoom>('ten tokens come back each second, and never more than 150 are there', async (room) => {
    const alice = await room.connect('alice');
    await answers(room, alice, pings(BURST));
    await room.pass(60_000);
    await expectFull(room, alice, 'alice had no tokens left. A minute later there are 150, and not more:');
    for (const seconds of [1, 0.5, 3, 7]) {
      await room.pass(seconds * 1000);
      await expectGranted(room, alice, seconds * 10, `alice had no tokens left. ${seconds} seconds later`);
    }

    await isOver(room, alice);
    const bob = await room.connect('bob');
    await room.pass(FULL_AGAIN);
    await expectFull(
      room,
      bob,
      'bob was quiet for 25 seconds after he came. His 150 tokens were there already:',
    );

    await isOver(room, bob);
    const carol = await room.connect('carol');
    await answers(room, carol, pings(BURST));
    let granted = 0;
    for (let steps = 1; steps <= 40; steps += 1) {
      await room.pass(75);
      granted += (await answers(room, carol, [PING])).filter((kind) => kind === 'pong').length;
    }
    expect(
      granted >= 29 && granted <= 31,
      `carol had no tokens left. Then she asked every 75 ms, for 3 seconds: 30 tokens came, in parts. ${granted} pings were answered. Parts of a token count, and who asks in vain loses nothing.`,
    );
    await isOver(room, carol);
    const dave = await enters(room, 'dave');
    await answers(room, dave, pings(BURST - 5));
    await room.pass(250);
    const early = await answers(room, dave, [join('rob')]);
    expectCount(
      early,
      'joined',
      0,
      'dave had no tokens left. A quarter of a second later there are 2 or 3, and to join costs 5',
    );
    await room.pass(400);
    const late = await answers(room, dave, [join('rob')]);
    expectCount(
      late,
      'joined',
      1,
      'dave had 2 or 3 tokens, was too fast with "join", and waited 0.4 seconds more: 6 or 7 tokens, and to join costs 5',
    );
  }),

  test<ClockRoom>('20 errors are answered, one more each second, and the next one closes with 1008', async (room) => {
    const alice = await enters(room, 'alice');
    const kinds: [string, () => unknown][] = [
      ['not-json', () => BAD],
      ['not-text', () => Buffer.from('{"type":"ping"}')],
      ['bad-message', () => ({ type: 'ping?' })],
      ['bad-username', () => join(' ')],
      ['username-taken', () => join('ALICE')],
      ['not-joined', () => say('let me in')],
    ];
    for (const [code, make] of kinds) {
      const client = await room.connect(`somebody with ${code}`);
      const heard = await answers(room, client, times(ERRORS, make));
      expectCount(heard, code, ERRORS, `${client.name} made 20 errors at once: each is answered`);
      expect(
        !client.isClosed(),
        `${client.name} made 20 errors. The connection ends with the 21st, not before.`,
      );
      expectCount(
        await answers(room, client, [PING]),
        'pong',
        1,
        `${client.name} made 20 errors, and then sent a right message`,
      );
      const last = await answers(room, client, [make()]);
      await expectClosed(room, client, 1008, `${client.name} made a 21st error`);
      expect(
        last.length === 0,
        `The 21st error is not answered: the connection is closed. Yours sends "${last[0]}" first.`,
      );
      await room.pass(FULL_AGAIN);
    }
    const mixed = await room.connect('somebody with errors of all kinds');
    await answers(
      room,
      mixed,
      times(ERRORS, (at) => kinds[at % kinds.length]?.[1]()),
    );
    expect(!mixed.isClosed(), `${mixed.name} made 20 errors. The connection ends with the 21st, not before.`);
    await answers(room, mixed, [{}]);
    await expectClosed(room, mixed, 1008, `${mixed.name} made a 21st error: all kinds count together`);

    await room.pass(FULL_AGAIN);
    const flooder = await room.connect('somebody too fast');
    const flood = await answers(room, flooder, pings(BURST + ERRORS + 5));
    expectCount(flood, 'pong', BURST, 'Somebody sent 175 pings at once');
    expectCount(
      flood,
      'too-fast',
      ERRORS,
      'Somebody sent 175 pings at once: the first 20 that are too fast are answered',
    );
    await expectClosed(
      room,
      flooder,
      1008,
      'Somebody sent 175 pings at once: with the 171st, the 21st error, the connection ends',
    );

    await room.pass(FULL_AGAIN);
    const pinger = await room.connect('somebody with pings of the protocol');
    await answers(room, pinger, pings(BURST));
    for (let count = 0; count < ERRORS; count += 5) await pingsByFrame(room, pinger, 5);
    pinger.exactly(
      ERRORS,
      error('too-fast'),
      'Somebody had no tokens left, and sent 20 pings of the protocol. Each is an error, and is answered.',
    );
    await pingsByFrame(room, pinger, 1);
    await expectClosed(
      room,
      pinger,
      1008,
      'Somebody had no tokens left, and sent 21 pings of the protocol. They are errors, too',
    );

    await room.pass(FULL_AGAIN);
    const bob = await room.connect('bob');
    await answers(room, bob, times(ERRORS, (at) => [BAD, PING][at % 2]).concat(times(ERRORS / 2, () => BAD)));
    await room.pass(5_000);
    const some = await answers(
      room,
      bob,
      times(4, () => BAD),
    );
    expectCount(
      some,
      'not-json',
      4,
      'bob made 20 errors. 5 seconds later he may make five more, or one less or more; he made 4',
    );
    expect(!bob.isClosed(), 'bob made 20 errors, waited 5 seconds, and made 4. That is no reason to close.');
    await answers(
      room,
      bob,
      times(3, () => BAD),
    );
    await expectClosed(room, bob, 1008, 'bob made 20 errors, waited 5 seconds, and made 7');
    await room.pass(FULL_AGAIN);
    const dave = await room.connect('dave');
    let told = (
      await answers(
        room,
        dave,
        times(15, () => BAD),
      )
    ).length;
    for (let count = 0; count < 8; count += 1) {
      await room.pass(900);
      told += (await answers(room, dave, [BAD])).length;
    }
    expect(
      told === 23 && !dave.isClosed(),
      `dave made 15 errors, and then eight more, one every 0.9 seconds. All are answered: parts of a token count here, too. ${told} were.`,
    );

    await room.pass(FULL_AGAIN);
    const carol = await room.connect('carol');
    await answers(
      room,
      carol,
      times(ERRORS, () => BAD),
    );
    await room.pass(60_000);
    expectCount(
      await answers(
        room,
        carol,
        times(ERRORS, () => BAD),
      ),
      'not-json',
      ERRORS,
      'carol made 20 errors. A minute later she may make 20 more',
    );
    await answers(room, carol, [BAD]);
    await expectClosed(
      room,
      carol,
      1008,
      'carol made 20 errors, waited a minute, and made 21. Never more than 20 are answered at once',
    );
    expect(!alice.isClosed(), 'alice has made no error. She must stay.');
    alice.never(
      { type: 'error' },
      'Others made errors, and not alice. Who errs gets the answer, and nobody else.',
    );
    alice.exactly(0, { type: 'system' }, 'Nobody else has joined, and nobody who had has left.');
  }),

  test<ClockRoom>('each connection has buckets of its own', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
    await answers(room, alice, pings(BURST - 5));
    expectCount(
      await answers(room, bob, pings(BURST)),
      'pong',
      BURST - 5,
      'alice has no tokens left, and bob has joined, and sent nothing else so far',
    );
    await answers(
      room,
      alice,
      times(ERRORS, () => BAD),
    );
    expectCount(
      await answers(
        room,
        bob,
        times(ERRORS - 5, () => BAD),
      ),
      'not-json',
      ERRORS - 5,
      'alice has made 20 errors, and bob only five',
    );
    await alice.leaves();
    const again = await enters(room, 'alice');
    const heard = await answers(room, again, [...pings(BURST - 5), ...times(ERRORS, () => BAD)]);
    expectCount(
      heard,
      'pong',
      BURST - 5,
      'alice had no tokens left, has left, and came back. A new connection has full buckets',
    );
    expectCount(
      heard,
      'not-json',
      ERRORS,
      'alice had made 20 errors, has left, and came back. A new connection has full buckets',
    );
    expect(!again.isClosed() && !bob.isClosed(), 'Nobody has made more than 20 errors over one connection.');
  }),

  test<ClockRoom>('after the goodbye nothing is handled, and who does not answer it is ended', async (room) => {
    const [alice, cable] = [await enters(room, 'alice'), await room.cable('bob')];
    const bob = await enters(room, 'bob');
    await alice.receives(system('alice', 'bob'));
    // What the server says does not get through, and so bob does not hear the goodbye. What he says does.
    cable.freeze('down');
    await answers(room, bob, [...times(ERRORS + 1, () => BAD), say('in the same breath'), join('rob')]);
    await room.pass(1_000);
    await answers(room, bob, [say('a second later'), join('robert'), SINCE, PING, BAD]);
    for (const message of ['in the same breath', 'a second later']) {
      alice.never(
        { type: 'chat', message },
        'bob was told goodbye. What he says after that must not be handled.',
      );
    }
    alice.never(
      { type: 'system', usernames: listOf('alice', 'rob') },
      'bob was told goodbye. His new name after that must not be handled.',
    );
    await room.pass(PATIENCE - 1_000);
    await alice.receives(
      system('alice'),
      'bob made 21 errors 5 seconds ago, and has not answered the goodbye. His connection must have ended: nobody else ends it.',
    );
    cable.heal();
    const carol = await enters(room, 'bob', 'carol');
    await alice.receives(system('alice', 'bob'), "bob's connection has ended, and so his name is free.");
    const [snapshot] = (await answers(room, carol, [SINCE])).filter((kind) => kind === 'snapshot');
    expect(snapshot !== undefined, 'carol has joined, and asked what was said. She should get a snapshot.');
    const { messages } = carol.received().find(({ type }) => type === 'snapshot') ?? {};
    expect(
      Array.isArray(messages) && messages.length === 0,
      'What bob said after the goodbye is kept. It must not be handled.',
    );
    await answers(room, carol, [...times(ERRORS + 1, () => BAD), say('the last word')]);
    await expectClosed(room, carol, 1008, 'carol made 21 errors, and answers the goodbye');
    await alice.receives(
      system('alice'),
      "carol's connection has ended, and the others should hear that she left.",
    );
    alice.exactly(
      4,
      { type: 'system' },
      'bob came and left, carol came and left. alice should hear of each once.',
    );
    alice.never({ type: 'chat' }, 'Nobody has said anything before the goodbye.');
    await room.pass(FULL_AGAIN);
  }),

  test<ClockRoom>('250 connections of one address, and one more is closed with 1013', async (room) => {
    // Who came and left, before alice and while she is here, does not count.
    await (await room.connect('an early one')).leaves();
    const alice = await enters(room, 'alice');
    await (await room.connect('another early one')).leaves();
    const others = await Promise.all(times(MOST - 1, (at) => room.connect(`client ${at + 2}`)));
    await room.pass(0);
    const closed = [alice, ...others].filter((client) => client.isClosed()).length;
    expect(
      closed === 0,
      `250 came from one address, and ${closed} of them were closed. So many are all right.`,
    );
    for (const again of ['', ' again: whoever was turned away leaves no room', ' once more']) {
      const late = await room.connect('one more');
      await expectClosed(room, late, 1013, `It is the 251st connection of this address${again}`);
      expect(late.received().length === 0, 'The 251st connection is told nothing but the goodbye.');
    }
    const mallory = await connectRude(room, 'mallory', { 'X-Forwarded-For': '203.0.113.7' });
    expect(
      mallory.code === 1013,
      `mallory is the 251st, whatever address her headers name, and answers no goodbye. The first that she gets must be a close frame with 1013. She got ${mallory.code ?? 'something else'}.`,
    );
    mallory.says(join('mallory'), say('Is there room for me?'), PING);
    await room.pass(0);
    await room.pass(PATIENCE);
    expect(
      await mallory.isEnded(),
      'mallory is the 251st, and has not answered the goodbye for 5 seconds. Her connection must have ended: nobody else ends it.',
    );
    (await connectRude(room, 'trudy')).breaks();
    await room.pass(0);
    alice.never(
      { type: 'system' },
      'The 251st connection must not be handled: alice heard that somebody joined.',
    );
    alice.never({ type: 'chat' }, 'The 251st connection must not be handled: alice heard what it says.');
    for (const client of [alice, others[100], others.at(-1)]) {
      if (!client) continue;
      expectCount(
        await answers(room, client, [PING]),
        'pong',
        1,
        `${client.name} was here before the 251st came`,
      );
    }
    if (!(await hasAddress(OTHER))) return;
    const elsewhere = await (await room.approach('somebody elsewhere', OTHER))();
    expectCount(
      await answers(room, elsewhere, [PING]),
      'pong',
      1,
      `250 came from one address, and this one comes from another, ${OTHER}`,
    );
  }),

  test<ClockRoom>('who leaves makes room, and who was turned away takes none', async (room) => {
    const cable = await room.cable('client 6');
    const [first, second, third, fourth, fifth, sixth] = await Promise.all(
      times(MOST, (at) => room.connect(`client ${at + 1}`)),
    );
    if (!first || !second || !third || !fourth || !fifth || !sixth) return;
    await answers(room, first, [join('alice')]);
    async function expectRoom(how: string): Promise<void> {
      await room.pass(0);
      const next = await room.connect('the next one');
      await room.pass(0);
      expect(
        !next.isClosed(),
        `250 were here, and one of them ${how}. So there is room for one, who was closed with ${next.link.state.code}.`,
      );
      expectCount(
        await answers(room, next, [PING]),
        'pong',
        1,
        `One of 250 ${how}, and the next one has the place`,
      );
    }
    async function expectNoRoom(why: string): Promise<void> {
      await expectClosed(room, await room.connect('one more'), 1013, why);
    }
    await first.leaves();
    await expectRoom('has left, who had joined');
    await second.leaves();
    await expectRoom('has left, who had no name');
    for (const _ of [1, 2, 3])
      await expectNoRoom('Two of 250 have left, two have come in their places, and this is one more');
    await third.vanishes();
    await expectRoom('has vanished. Three more were turned away, and have gone');
    await connectRude(room, 'mallory');
    sendBytes(room, fourth, BROKEN[NO_MASK], NO_MASK);
    await expectRoom('has broken the protocol. mallory was turned away, and does not go');
    await answers(
      room,
      fifth,
      times(ERRORS + 1, () => BAD),
    );
    await expectRoom('has made 21 errors');
    await expectNoRoom('Five of 250 have gone, and five have come in their places');
    cable.freeze('down');
    await answers(
      room,
      sixth,
      times(ERRORS + 1, () => BAD),
    );
    await expectNoRoom(
      'One of 250 was told goodbye, and has not answered. Until that connection has ended it counts, and this is one more',
    );
    await room.pass(PATIENCE);
    await expectRoom('made 21 errors 5 seconds ago, and has not answered the goodbye');
    await expectNoRoom(
      '250 are here, and some were turned away and have gone. They had no place, and so they leave none',
    );
  }),
];

/** An address of this machine, too. But on some systems, somebody has to say so first. */
const OTHER = '127.0.0.2';

const TALK: Talk = { enter: (who) => [join(who)], talk };
/** It has always the same id. */
const KNOWN = { type: 'chat', id: id(999), message: 'once' };
const comes = (who: string, ...more: unknown[]) => says(who, join(who), ...more);

/**
 * Time that passes fills the buckets, or is far from where one more token comes: what lies within one token is free. And one
 * address never asks for so much that another limit of the lesson's own is met.
 */
const scripts: Move[][] = [
  [
    says('alice', join('Alice'), KNOWN, KNOWN, talk('two'), SINCE),
    says('bob', join('ALICE'), join('bob'), KNOWN),
    says(
      'alice',
      join('ALICE'),
      ...[0, 1, 2].map((seq) => ({ ...SINCE, epoch: told('snapshot', 'epoch'), seq })),
    ),
  ],
  [comes('alice'), says('bob', PING, PING), says('bob', join('ALICE'), join(' '), talk('early'), BAD, SINCE)],
  [
    ...[
      comes('alice'),
      comes('bob'),
      says('bob', ...pings(BURST - 5), talk('too much'), PING),
      says('alice', talk('still?')),
    ],
    ...[passes(1_050), says('bob', ...pings(9)), passes(FULL_AGAIN), says('bob', ...pings(BURST + 1))],
    says('alice', SINCE),
  ],
  [
    ...[
      comes('alice'),
      says('bob', ...times(ERRORS, () => BAD)),
      says('bob', join('bob'), talk('good'), SINCE),
    ],
    ...[
      says('bob', BAD, talk('after the goodbye')),
      says('alice', talk('is bob here?')),
      comes('bob', talk('back')),
    ],
    ...[
      says('bob', ...times(ERRORS, () => join('alice'))),
      passes(3_500),
      says('bob', BAD, BAD),
      passes(FULL_AGAIN),
    ],
    says('bob', ...times(ERRORS + 1, () => talk(''))),
  ],
  [
    comes('alice'),
    comes('bob'),
    says('alice', ' '.repeat(MOST_BYTES)),
    says('bob', ' '.repeat(MOST_BYTES + 1), talk('no')),
  ],
  [
    comes('alice'),
    says('bob', ...times(BURST / 5 + 2, (at) => join(`bob ${at}`))),
    passes(FULL_AGAIN),
    comes('bob'),
  ],
  [
    comes('alice'),
    says('bob', ...NONSENSE.slice(0, 18)),
    comes('bob'),
    says('alice', ...NONSENSE.slice(18), talk('fine')),
  ],
  [comes('alice'), comes('bob'), ...times(8, () => says('bob', ...pings(25))), says('alice', talk('after'))],
  [
    ...[
      comes('alice'),
      comes('bob'),
      leaves('bob'),
      comes('bob', ...pings(BURST)),
      vanishes('bob'),
      comes('carol'),
    ],
    ...[
      breaks('carol'),
      comes('carol', ...times(ERRORS, () => BAD)),
      says('alice', talk('one'), withMore(talk('two'))),
    ],
    ...[says('carol', PING, BAD, join('late'), BAD), says('alice', talk('three'), SINCE)],
  ],
  [comes('alice'), comes('bob'), freezes('bob', 10_000), says('alice', talk('is bob here?')), comes('carol')],
  ...departures(TALK),
];

/** Whatever people do, the answer does what lesson 11's server does. Wording, and the order of names, are free. */
const oracle: Oracle = {
  lesson: 'lessons/11/server.ts',
  types: ['joined', 'system', 'chat', 'ack', 'missed', 'snapshot', 'pong', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: withIds(scripts),
  says: (fc, who) =>
    asJson(
      fc,
      fc.oneof(
        { weight: 3, arbitrary: joins(fc, who) },
        { weight: 4, arbitrary: fc.record({ type: fc.constant('chat'), id: fc.uuid(), message: texts(fc) }) },
        { weight: 3, arbitrary: fc.constant({ ...PING }) },
        { weight: 1, arbitrary: fc.constant({ ...SINCE }) },
      ),
    ),
  asks: ({ type, message, usernames, epoch, messages, ...rest }, since, now) => ({
    ...rest,
    type,
    ...(Array.isArray(usernames) ? { usernames: listOf(...usernames) } : {}),
    ...(message === undefined ? {} : { message: type === 'chat' ? message : isText }),
    ...(epoch === undefined ? {} : { epoch: isText }),
    ...(Array.isArray(messages) ? { messages: saidLike(messages) } : {}),
    at: timeSince(since, now),
  }),
};

export default await registerWithVitest(
  exercise({
    folder: 'exercises/10',
    title: 'Reject bad input',
    parts: [server(tests, oracle, { clock: 'own' })],
  }),
  import.meta.filename,
);

const system = (...usernames: string[]) => ({
  type: 'system',
  message: isText,
  usernames: listOf(...usernames),
  at: isTime,
});

const error = (code: string) => ({ type: 'error', code, message: isText, at: isTime });

/** Lets somebody connect and join. @param username where it is not the own name */
async function enters(room: ClockRoom, username: string, name = username): Promise<Client> {
  const client = await room.connect(name);
  client.send(join(username));
  await client.receives({ type: 'joined', username });
  return client;
}

/**
 * Lets somebody say these things at once, and gives what they get for it, in its order: for errors their codes, else the types
 * of the messages.
 */
async function answers(room: ClockRoom, client: Client, messages: unknown[]): Promise<string[]> {
  await room.pass(0);
  const before = client.received().length;
  client.sendAll(messages);
  await room.pass(0);
  return client
    .received()
    .slice(before)
    .map(({ type, code }) => String(type === 'error' ? code : type));
}

/** Somebody leaves, and then all buckets fill up again: also one that is not theirs alone, which is another test's matter. */
async function isOver(room: ClockRoom, client: Client): Promise<void> {
  await client.leaves();
  await room.pass(FULL_AGAIN);
}

/** Fails the test unless so many of the answers are of this kind. */
function expectCount(heard: string[], kind: string, count: number, what: string): void {
  const came = heard.filter((one) => one === kind).length;
  expect(came === count, `${what}. So "${kind}" should come ${inWords(count)}. It came ${inWords(came)}.`);
}

function inWords(count: number): string {
  return ['not at all', 'once', 'twice'][count] ?? `${count} times`;
}

/** Somebody asks for ten more than there should be, and so has no tokens left. What lies within one token is free. */
async function expectGranted(room: ClockRoom, client: Client, tokens: number, when: string): Promise<void> {
  const heard = await answers(room, client, pings(tokens + 3));
  const granted = heard.filter((kind) => kind === 'pong').length;
  const how = granted === 0 ? 'No ping was' : `Too ${granted < tokens ? 'few' : 'many'} pings were`;
  expect(
    Math.abs(granted - tokens) <= 1,
    `${when} there should be ${tokens} (one more or less is all right). ${how} answered: ${granted}.`,
  );
}

async function expectFull(room: ClockRoom, client: Client, when: string): Promise<void> {
  const heard = await answers(room, client, pings(BURST + 5));
  expectCount(heard, 'pong', BURST, `${when} ${client.name} sent 155 pings at once`);
}

async function expectClosed(room: ClockRoom, client: Client, code: number, what: string): Promise<void> {
  await room.pass(0);
  const must = `The server must close the connection with ${code}`;
  expect(client.isClosed(), `${what}. ${must}, and it is open.`);
  expect(client.link.state.code === code, `${what}. ${must}, and not with ${client.link.state.code}.`);
}

/** Sends pings of the protocol. ws ends the connection where too many come at once. */
async function pingsByFrame(room: ClockRoom, { link, name }: Client, count: number): Promise<void> {
  link.note({
    kind: 'sent',
    who: name,
    text: `<${count} ${count === 1 ? 'ping' : 'pings'} of the protocol>`,
    at: room.now(),
  });
  for (let sent = 0; sent < count; sent += 1) link.socket.ping();
  await room.pass(0);
}

/** Sends bytes as they are: what no library would send. */
function sendBytes(room: ClockRoom, { link, name }: Client, bytes: Buffer, what: string): void {
  link.note({ kind: 'sent', who: name, text: `<${what}>`, at: room.now() });
  link.state.tcp?.write(bytes);
}

/** Lets somebody connect who never says goodbye, and answers no goodbye. Gives the code of the close frame that came first. */
async function connectRude(room: ClockRoom, name: string, headers: Record<string, string> = {}) {
  const { port } = await room.cable(name);
  const raw = await rawConnect(`ws://127.0.0.1:${port}`, headers);
  const first = rawFrames(raw)
    .next()
    .catch(() => undefined);
  /** What came, or undefined where nothing does, though the server has time. */
  async function whatComes<T>(coming: Promise<T>): Promise<T | undefined> {
    const looks = async () => {
      for (let look = 0; look < LOOKS; look += 1) await room.pass(0);
      return undefined;
    };
    return Promise.race([coming, looks()]);
  }
  const closed = new Promise((resolve) => raw.socket.on('close', () => resolve('closed')));
  const frame = (await whatComes(first))?.value;
  raw.socket.resume();
  return {
    code: frame?.opcode === 8 ? frame.payload.readUInt16BE(0) : undefined,
    says(...messages: object[]) {
      raw.socket.write(Buffer.concat(messages.map((message) => rawFrame(1, JSON.stringify(message)))));
    },
    breaks: () => raw.socket.write(BROKEN[NO_MASK]),
    /** Whether the server has hung up. */
    isEnded: async () => (await whatComes(closed)) !== undefined,
  };
}

/** Whether this machine has this address. */
async function hasAddress(address: string): Promise<boolean> {
  const probe = createServer();
  try {
    await once(probe.listen(0, address), 'listening');
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

/** Each id that is to be new becomes one that nothing else has. */
function withIds(all: Move[][]): Move[][] {
  let last = 1_000_000;
  const next = () => {
    last += 1;
    return id(last);
  };
  return JSON.parse(JSON.stringify(all).replaceAll(NEW, next));
}

/** For a pattern: messages as the server keeps them, but for when they came. */
function saidLike(messages: unknown[]): (value: unknown) => boolean {
  const plain = (value: unknown) =>
    JSON.stringify(value, (key, inner) => (key === 'at' ? isTime(inner) : inner));
  const wanted = plain(messages);
  return Object.defineProperty((value: unknown) => plain(value) === wanted, 'name', { value: wanted });
}
