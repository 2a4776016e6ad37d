/** The check of exercise 11. You may read it; the task is in README.md. */
import { asJson, joins, NONSENSE, texts } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import type { Message } from '#shared/check/fits.ts';
import { expect, isText, isTime, listOf, timeSince } from '#shared/check/matchers.ts';
import { freezes, leaves, type Move, passes, says, vanishes } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { ClockRoom } from '#shared/check/room.ts';
import { departures, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { told } from '#shared/check/told.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

/** The limits of the task, in ms and in bytes. */
const TICK = 50;
const MEBIBYTE = 1024 * 1024;
/** One answer has no more than this. */
const ONE_ANSWER = 400 * 1024;

const join = (username: string) => ({ type: 'join', username });
const point = (x: number, y: number) => ({ type: 'point', at: [x, y] });
const PING = { type: 'ping' };
const SINCE = { type: 'since', epoch: '', seq: 0 };

/** As crypto.randomUUID() makes them, but always the same: id(1), id(2) and so on. */
const id = (number: number) => `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000`;
let said = 0;
/** Says something that nobody has said before. */
function say(message: string) {
  said += 1;
  return { type: 'chat', id: id(said), message };
}
/** A text whose message has about 12,000 bytes: each of its characters has six. */
const long = (n: number) => `${n} ${'\u0001'.repeat(1_990)}`;
const LONG = 12_000;
/** In a script: an id that nothing else has. */
const NEW = 'ffffffff-0000-4000-8000-000000000000';
const talk = (message: string) => ({ type: 'chat', id: NEW, message });

const times = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));

const tests = [
  test<ClockRoom>('who comes and goes within 50 ms is told in one message', async (room) => {
    const alice = await enters(room, 'alice');
    await room.pass(TICK);
    expectPresence(
      alice,
      0,
      [['alice']],
      'alice has joined. 50 ms later all who have joined hear of it, alice, too',
    );
    const before = alice.received().length;
    const names = ['bob', 'carol', 'dave', 'erin'];
    const others: Client[] = [];
    for (const name of names) others.push(await enters(room, name));
    await room.pass(0);
    expect(
      news(alice, 'presence', before).length === 0,
      'Four have joined just now, in one moment. Nothing is told before time passes: who comes next belongs to it, too.',
    );
    await room.pass(TICK);
    expectPresence(alice, before, [names], 'Four have joined in the same moment. That is one message');
    for (const other of others) {
      const [first] = news(other, 'presence', 0);
      expect(
        first !== undefined && sameNames(first.joined, names),
        `${other.name} has joined together with three others. The message is the same for all.`,
      );
    }
    const then = alice.received().length;
    await others[0]?.leaves();
    await others[1]?.vanishes();
    others[2]?.send(join('david'));
    await room.pass(0);
    await room.pass(TICK);
    expectPresence(
      alice,
      then,
      [['david'], ['bob', 'carol', 'dave']],
      'bob and carol have left, and dave is david now, all in one moment',
    );
    const last = alice.received().length;
    await room.pass(1_000);
    expect(news(alice, 'presence', last).length === 0, 'Nobody comes or goes, and there is nothing to tell.');
    for (let n = 0; n < 20; n += 1) {
      others[3]?.send(join(`erin ${n}`));
      await room.pass(10);
    }
    await room.pass(TICK);
    const count = news(alice, 'presence', last).length;
    expect(
      count >= 3 && count <= 6,
      `erin had twenty names within 200 ms. That is told four or five times: once in 50 ms. Yours told ${count} times.`,
    );
    expect(
      namesAfter(alice).join() === 'alice,david,erin 19',
      `After all of that alice, david and erin 19 are here. Who adds up what alice was told has: ${namesAfter(alice).join(', ')}.`,
    );
    alice.never({ type: 'system' }, 'There is no message of the type "system" any more.');
  }),

  test<ClockRoom>('who was not away, or never here, is not told', async (room) => {
    const alice = await enters(room, 'alice');
    let bob = await enters(room, 'bob');
    await room.pass(TICK);
    const before = alice.received().length;
    await bob.leaves();
    bob = await enters(room, 'bob');
    await room.pass(TICK);
    expect(
      news(alice, 'presence', before).length === 0,
      'bob has left, and came back within the same tick. For the others he was not away.',
    );
    const carol = await enters(room, 'carol');
    await carol.leaves();
    await room.pass(TICK);
    expect(
      news(alice, 'presence', before).length === 0,
      'carol came and left within the same tick. For the others she was never here.',
    );
    bob.send(join('bob'));
    await bob.receives({ type: 'joined', username: 'bob' });
    await room.pass(TICK);
    expect(
      news(alice, 'presence', before).length === 0,
      'bob has joined again, under his own name. Nothing has changed.',
    );
    bob.send(join('BOB'));
    await room.pass(TICK);
    expectPresence(alice, before, [['BOB'], ['bob']], 'bob is BOB now');
    const then = alice.received().length;
    bob.send(join('rob'));
    bob.send(join('robert'));
    const dave = await enters(room, 'dave');
    await dave.leaves();
    await room.pass(TICK);
    expectPresence(
      alice,
      then,
      [['robert'], ['BOB']],
      'BOB was rob for a moment, and is robert now. dave came and went',
    );
    const last = alice.received().length;
    for (let n = 0; n < 3; n += 1) {
      bob.send(join('somebody'));
      bob.send(join('robert'));
    }
    await room.pass(TICK);
    expect(
      news(alice, 'presence', last).length === 0,
      'robert was somebody, and is robert again, all within one tick. Nothing has changed.',
    );
  }),

  test<ClockRoom>('of a point only the newest is told, once in 50 ms', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
    const silent = await room.connect('somebody without a name');
    await room.pass(2 * TICK);
    const before = alice.received().length;
    bob.sendAll([point(0.1, 0), point(0.2, 0), point(0.3, 1)]);
    alice.send(point(1, 1));
    await room.pass(0);
    expect(news(alice, 'points', before).length === 0, 'Points are told in the next tick, and not at once.');
    await room.pass(TICK);
    for (const client of [alice, bob])
      expectPoints(
        client,
        before > 0 ? undefined : 0,
        [
          ['alice', 1, 1],
          ['bob', 0.3, 1],
        ],
        'bob has pointed three times, and alice once, in one moment. That is one message, with the newest of each',
      );
    const then = alice.received().length;
    await room.pass(1_000);
    expect(
      news(alice, 'points', then).length === 0,
      'Nobody has pointed anew, and there is nothing to tell.',
    );
    for (let n = 1; n <= 40; n += 1) {
      bob.send(point(n / 40, 0.5));
      await room.pass(5);
    }
    await room.pass(TICK);
    const all = news(alice, 'points', then);
    expect(
      all.length >= 3 && all.length <= 6,
      `bob has pointed 40 times within 200 ms. That is told four or five times: once in 50 ms. Yours told ${all.length} times.`,
    );
    expectPoints(
      alice,
      undefined,
      [['bob', 1, 0.5]],
      'bob has pointed 40 times, and alice not: the last message has his newest point, and nobody else',
    );
    silent.send(point(0, 0));
    await silent.receives({ type: 'error', code: 'not-joined' }, 'Who has not joined cannot point.');
    await room.pass(TICK);
    silent.never({ type: 'points' }, 'Who has not joined hears nothing of points.');
    alice.send(point(0, 2));
    await alice.receives({ type: 'error', code: 'bad-message' });
    alice.send(point(0, 0));
    await room.pass(TICK);
    expectPoints(
      bob,
      undefined,
      [['alice', 0, 0]],
      'alice has pointed at the corner: [0, 0] is a place like any other',
    );
  }),

  test<ClockRoom>('who joins is told all points, and who leaves has none', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
    await room.pass(2 * TICK);
    alice.never({ type: 'points', points: [] }, 'Where nobody points there is nothing to tell.');
    alice.send(point(0.25, 0));
    bob.send(point(0.5, 0));
    await room.pass(2 * TICK);
    const carol = await enters(room, 'carol');
    const before = alice.received().length;
    await room.pass(2 * TICK);
    const both: Told[] = [
      ['alice', 0.25, 0],
      ['bob', 0.5, 0],
    ];
    expectPoints(carol, 0, both, 'carol has joined, when alice and bob pointed already');
    expect(
      news(alice, 'points', before).length === 0,
      'carol has joined, and nobody has pointed anew. The others know all points already.',
    );
    const dave = await enters(room, 'dave');
    bob.send(point(0.75, 0));
    const then = alice.received().length;
    await room.pass(2 * TICK);
    expectPoints(
      dave,
      0,
      [
        ['alice', 0.25, 0],
        ['bob', 0.75, 0],
      ],
      'dave has joined, and bob moved in the same tick',
    );
    expectPoints(
      alice,
      then,
      [['bob', 0.75, 0]],
      'dave has joined, and bob moved. The others hear of bob alone',
    );
    await bob.leaves();
    await room.pass(2 * TICK);
    const erin = await enters(room, 'erin');
    await room.pass(2 * TICK);
    expectPoints(erin, 0, [['alice', 0.25, 0]], 'bob has left, and his point with him. Then erin has joined');
    alice.send(join('ally'));
    await room.pass(2 * TICK);
    const frank = await enters(room, 'frank');
    await room.pass(2 * TICK);
    expect(
      news(frank, 'points', 0).length === 0,
      'alice is ally now: the point of alice is gone, and ally has not pointed yet. There is nothing to tell frank.',
    );
    alice.send(point(0.1, 0.1));
    await room.pass(2 * TICK);
    const again = frank.received().length;
    frank.send(join('frank'));
    await room.pass(2 * TICK);
    expectPoints(
      frank,
      again,
      [['ally', 0.1, 0.1]],
      'frank has joined again, under his own name: then he gets all points again',
    );
    carol.send(point(0.9, 0.9));
    await carol.leaves();
    const last = alice.received().length;
    await room.pass(2 * TICK);
    expect(
      news(alice, 'points', last).length === 0,
      'carol has pointed, and left before the tick. Her point went with her.',
    );
  }),

  test<ClockRoom>('who reads slowly gets every text, in its order', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
    await room.pass(2 * TICK);
    await bob.fallsAsleep();
    const count = Math.floor(980_000 / LONG);
    const heard = bob.received().length;
    for (let n = 1; n <= count; n += 1) alice.send(say(long(n)));
    bob.sendAll([say('from bob'), PING, join('rob'), { type: '?' }]);
    const carol = await enters(room, 'carol');
    await room.pass(2 * TICK);
    expect(
      !bob.isClosed(),
      'bob has read nothing so far, and less than 1 MiB waits for him. He reads slowly: that is no reason to end him.',
    );
    await bob.wakesUp();
    await room.pass(TICK);
    const numbers = bob
      .received()
      .slice(heard)
      .flatMap(({ type, seq }) => (type === 'chat' ? [Number(seq)] : []));
    expect(
      numbers.join() === times(count + 1, (at) => at + 1).join(),
      `bob reads again. He gets each of the ${count + 1} texts once, in its order. He got ${numbers.length}, and they begin with ${numbers.slice(0, 5)}.`,
    );
    const others = bob.received().slice(heard);
    for (const kind of ['ack', 'pong', 'joined', 'error', 'presence'])
      expect(
        others.some(({ type }) => type === kind),
        `bob asked for something, and read the answer later: "${kind}" has not come.`,
      );
    expect(!carol.isClosed() && !alice.isClosed(), 'alice and carol read all the time. They must stay.');
    await room.pass(1_000);
    alice.send(say('and now'));
    await bob.receives(
      { type: 'chat', message: 'and now' },
      'bob reads again, and so he hears everything again.',
    );
  }),

  test<ClockRoom>('who reads slowly gets no old points, and later the newest', async (room) => {
    const [alice, bob, carol] = [
      await enters(room, 'alice'),
      await enters(room, 'bob'),
      await enters(room, 'carol'),
    ];
    carol.send(point(0.5, 0.5));
    await room.pass(2 * TICK);
    await bob.fallsAsleep();
    for (let n = 1; n <= 8; n += 1) alice.send(say(long(n)));
    await room.pass(0);
    const before = bob.received().length;
    for (let n = 1; n <= 20; n += 1) {
      alice.send(point(n / 20, 0));
      await room.pass(TICK);
    }
    alice.send(join('ally'));
    alice.send(point(0, 1));
    await room.pass(TICK);
    await bob.wakesUp();
    const old = news(bob, 'points', before).length;
    expect(
      old === 0,
      `More than 64 KiB waited for bob, while alice pointed 20 times. None of these points may wait for him, too: they are old when he reads them. He got ${old}.`,
    );
    await room.pass(2 * TICK);
    const then = news(bob, 'points', before);
    expect(
      then.length === 1,
      `bob reads again, and nothing waits. Now he gets what was left out, in one message. He got ${then.length}.`,
    );
    const [{ points } = {}] = then;
    expect(
      pointsLike([['ally', 0, 1]])(points) ||
        pointsLike([
          ['ally', 0, 1],
          ['carol', 0.5, 0.5],
        ])(points),
      `bob reads again. What was left out comes, as it is now: ally points at [0, 1]. (carol has not moved: she may be in it, too.) bob got ${inShort(then)}.`,
    );
    const last = bob.received().length;
    await room.pass(1_000);
    expect(news(bob, 'points', last).length === 0, 'Nobody has pointed anew, and bob knows all points.');
    carol.send(point(1, 1));
    await room.pass(TICK);
    expectPoints(bob, last, [['carol', 1, 1]], 'bob knows all points, and only carol has moved');
    // One who falls asleep when there are no points, and one who does so for a moment only.
    await bob.fallsAsleep();
    for (let n = 1; n <= 8; n += 1) alice.send(say(long(n)));
    await enters(room, 'dave');
    await room.pass(4 * TICK);
    const quiet = bob.received().length;
    await bob.wakesUp();
    await room.pass(4 * TICK);
    expect(
      news(bob, 'points', quiet).length === 0,
      'bob was slow for a moment. Meanwhile dave has joined, and nobody has pointed. Nothing was left out, and so there is nothing to tell.',
    );
    expectSeen(alice, 21, 'alice read all the time, and heard of each of the ticks');
  }),

  test<ClockRoom>('for whom more than 1 MiB waits the connection ends, and the others talk on', async (room) => {
    for (const [what, feed] of Object.entries(FEEDS)) {
      const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
      const mallory = await enters(room, 'mallory');
      await room.pass(2 * TICK);
      await mallory.fallsAsleep();
      await feed(room, alice, mallory);
      await room.pass(2 * TICK);
      if (what !== 'answers') {
        await mallory.link.watch(() => mallory.isClosed() || undefined);
        expect(
          mallory.isClosed(),
          `More than 1 MiB waits for mallory, who reads nothing, and then there was ${what}. Her connection must have ended: her OPEN socket holds your memory.`,
        );
        expect(
          !namesAfter(bob).includes('mallory'),
          'mallory was ended, and the others should hear that she left, as of everybody.',
        );
      } else if (!mallory.isClosed()) {
        const before = mallory.received().length;
        await mallory.wakesUp();
        const bytes = mallory
          .received()
          .slice(before)
          .reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(one)), 0);
        expect(
          bytes <= MEBIBYTE + ONE_ANSWER,
          `mallory asked for the history 25 times, and read no answer. ${Math.round(bytes / 1024)} KiB waited for her. It should not be much more than 1 MiB.`,
        );
        await mallory.leaves();
      }
      expect(!alice.isClosed() && !bob.isClosed(), 'alice and bob read all the time. They must stay.');
      alice.send(say('still here'));
      await bob.receives(
        { type: 'chat', message: 'still here' },
        'alice and bob talk on, whatever mallory does.',
      );
      const numbers = bob.received().flatMap(({ type, seq }) => (type === 'chat' ? [Number(seq)] : []));
      expect(
        numbers.every((seq, at) => at === 0 || seq === Number(numbers[at - 1]) + 1),
        'bob read all the time. He should hear each text once, in its order, whatever mallory does.',
      );
      for (const client of [alice, bob]) await client.leaves();
      await room.pass(2 * TICK);
    }
  }),

  test<ClockRoom>('who was ended comes back, and gets what was missed', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
    bob.send(SINCE);
    const { epoch } = await bob.receives({ type: 'snapshot' });
    await room.pass(2 * TICK);
    await bob.fallsAsleep();
    const count = Math.ceil(MEBIBYTE / LONG) + 10;
    for (let n = 1; n <= count; n += 1) alice.send(say(long(n)));
    await room.pass(2 * TICK);
    await bob.link.watch(() => bob.isClosed() || undefined);
    expect(
      bob.isClosed(),
      'More than 1 MiB waits for bob, who reads nothing. His connection must have ended.',
    );
    const again = await room.connect('bob again');
    again.send(join('bob'));
    await again.receives(
      { type: 'joined', username: 'bob' },
      "bob's old connection has ended, and so his name is free.",
    );
    again.send({ type: 'since', epoch, seq: 0 });
    const { messages } = await again.receives({ type: 'missed', last: count });
    expect(
      Array.isArray(messages) && messages[0]?.seq === 1 && messages.length > 5,
      'bob is back, and asks what came after number 0. He gets it from the first one on.',
    );
    alice.send(say('welcome back'));
    await again.receives({ type: 'chat', message: 'welcome back' }, 'bob is back, and hears the next text.');
    await room.pass(2 * TICK);
    expect(
      namesAfter(alice).join() === 'alice,bob',
      `alice and bob are here. Who adds up what alice was told has: ${namesAfter(alice).join(', ')}.`,
    );
  }),
];

/** Ways to have more than 1 MiB wait for somebody, and then one thing more to send. */
const FEEDS: Record<string, (room: ClockRoom, alice: Client, mallory: Client) => Promise<void>> = {
  async 'a text to send'(_, alice) {
    for (let n = 0; n <= Math.ceil(MEBIBYTE / LONG) + 4; n += 1) alice.send(say(long(n)));
  },
  async 'an answer to send'(room, alice, mallory) {
    await justAbove(room, alice);
    mallory.sendAll([PING, PING]);
  },
  async 'a presence to send'(room, alice) {
    await justAbove(room, alice);
    const dave = await enters(room, 'dave');
    await room.pass(TICK);
    await dave.leaves();
  },
  async answers(room, alice, mallory) {
    for (let n = 0; n < 20; n += 1) alice.send(say(long(n)));
    await room.pass(0);
    mallory.sendAll(times(25, () => SINCE));
  },
};

/** Alice says so much that a little more than 1 MiB waits, or that whoever reads nothing is ended just now. */
async function justAbove(room: ClockRoom, alice: Client): Promise<void> {
  for (let n = 0; n <= Math.floor(MEBIBYTE / LONG); n += 1) alice.send(say(long(n)));
  await room.pass(0);
}

const TALK: Talk = { enter: (who) => [join(who)], talk };
const KNOWN = { type: 'chat', id: id(999), message: 'once' };
const comes = (who: string, ...more: unknown[]) => says(who, join(who), ...more);
const tick = passes(TICK);
/** After each move a tick passes. */
const ticking = (script: Move[]): Move[] => script.flatMap((move) => [move, tick]);

const scripts: Move[][] = [
  [comes('alice'), tick, comes('bob'), tick, leaves('bob'), tick],
  [
    comes('alice'),
    comes('bob'),
    tick,
    says('bob', point(0, 1), point(1, 0)),
    tick,
    comes('carol'),
    tick,
    tick,
  ],
  [
    ...[says('alice', join('Alice'), KNOWN, KNOWN, talk('two'), SINCE), tick],
    ...[says('bob', join('ALICE'), join('bob'), KNOWN), tick, says('alice', join('ALICE')), tick],
    says('alice', ...[0, 1, 2].map((seq) => ({ ...SINCE, epoch: told('snapshot', 'epoch'), seq }))),
  ],
  [comes('alice'), says('bob', PING, point(0, 0), join('ALICE'), join(' '), talk('early'), '?', SINCE), tick],
  [
    ...[
      comes('alice'),
      comes('bob'),
      comes('carol', point(0.5, 0.5)),
      leaves('bob'),
      tick,
      comes('bob'),
      tick,
    ],
    ...[
      says('carol', join('caro')),
      says('carol', join('carol')),
      tick,
      vanishes('carol'),
      comes('carol'),
      tick,
    ],
    ...[
      comes('dave', point(0, 0)),
      leaves('dave'),
      says('alice', point(1, 1)),
      tick,
      tick,
      says('alice', SINCE),
    ],
  ],
  [
    ...[comes('alice', point(0, 0)), tick, comes('bob'), tick, says('alice', join('alice')), tick],
    ...[
      says('alice', join('ally'), point(1, 0)),
      tick,
      says('bob', point(0, 1), join('rob'), point(1, 1)),
      tick,
    ],
    ...[comes('carol'), tick, leaves('alice'), tick, comes('dave'), tick],
  ],
  [
    comes('alice'),
    says('bob', ...NONSENSE.slice(0, 18)),
    comes('bob'),
    says('alice', ...NONSENSE.slice(18), talk('fine')),
    tick,
  ],
  [
    comes('alice'),
    comes('bob'),
    tick,
    freezes('bob', 10_000),
    says('alice', talk('is bob here?')),
    comes('carol'),
    tick,
  ],
  ...departures(TALK).map(ticking),
  ...departures(TALK),
];

/** Whatever people do, the answer does what lesson 12's server does. Wording, and the order of names and points, are free. */
const oracle: Oracle = {
  lesson: 'lessons/12/server.ts',
  types: ['joined', 'presence', 'points', 'chat', 'ack', 'missed', 'snapshot', 'pong', 'error'],
  scripts: withIds(scripts),
  says: (fc, who) =>
    asJson(
      fc,
      fc.oneof(
        { weight: 3, arbitrary: joins(fc, who) },
        { weight: 4, arbitrary: fc.record({ type: fc.constant('chat'), id: fc.uuid(), message: texts(fc) }) },
        { weight: 2, arbitrary: fc.constant({ ...PING }) },
        { weight: 2, arbitrary: fc.constant(point(0.5, 0.25)) },
        { weight: 1, arbitrary: fc.constant({ ...SINCE }) },
      ),
    ),
  asks: ({ type, message, usernames, joined, left, points, epoch, messages, at, ...rest }, since, now) => ({
    ...rest,
    type,
    ...(Array.isArray(usernames) ? { usernames: listOf(...usernames) } : {}),
    ...(Array.isArray(joined) ? { joined: listOf(...joined) } : {}),
    ...(Array.isArray(left) ? { left: listOf(...left) } : {}),
    ...(Array.isArray(points) ? { points: pointsLike(points) } : {}),
    ...(message === undefined ? {} : { message: type === 'chat' ? message : isText }),
    ...(epoch === undefined ? {} : { epoch: isText }),
    ...(Array.isArray(messages) ? { messages: saidLike(messages) } : {}),
    ...(at === undefined ? {} : { at: timeSince(since, now) }),
  }),
};

export default await registerWithVitest(
  exercise({
    folder: 'exercises/11',
    title: 'Bound the memory',
    parts: [server(tests, oracle, { clock: 'own' })],
  }),
  import.meta.filename,
);

type Told = [username: string, x: number, y: number];

/** Lets somebody connect and join. */
async function enters(room: ClockRoom, username: string): Promise<Client> {
  const client = await room.connect(username);
  client.send(join(username));
  await client.receives({ type: 'joined', username });
  return client;
}

/** What somebody was told of this kind, after so many messages. */
function news(client: Client, kind: string, after: number): Message[] {
  return client
    .received()
    .slice(after)
    .filter(({ type }) => type === kind);
}

function sameNames(value: unknown, names: string[]): boolean {
  return listOf(...names)(value);
}

/** Fails the test unless exactly one presence came, with these names. */
function expectPresence(
  client: Client,
  after: number,
  [joined = [], left = []]: string[][],
  what: string,
): void {
  const all = news(client, 'presence', after);
  const wanted = JSON.stringify({ type: 'presence', joined, left });
  const isRight = (one: Message) =>
    sameNames(one.joined, joined) && sameNames(one.left, left) && isTime(one.at);
  expect(
    all.length === 1 && all.every(isRight),
    `${what}. ${client.name} should get one presence: ${wanted}. ${client.name} got ${inShort(all)}.`,
  );
}

/** Fails the test unless the last message with points has these. @param after where given, it is the only one since */
function expectPoints(client: Client, after: number | undefined, points: Told[], what: string): void {
  const all = news(client, 'points', after ?? 0);
  const wanted = JSON.stringify(points);
  expect(
    pointsLike(points)(all.at(-1)?.points) && (after === undefined || all.length === 1),
    `${what}. ${client.name} should get ${after === undefined ? '' : 'one message with '}the points ${wanted}, in any order. ${client.name} got ${inShort(after === undefined ? all.slice(-1) : all)}.`,
  );
}

function expectSeen(client: Client, count: number, what: string): void {
  const came = news(client, 'points', 0).length;
  expect(came >= count, `${what}: at least ${count} messages with points. She got ${came}.`);
}

function inShort(all: Message[]): string {
  if (all.length === 0) return 'none';
  const texts = all.slice(0, 3).map(({ at, ...one }) => JSON.stringify(one).slice(0, 200));
  return `${all.length}: ${texts.join(', ')}${all.length > 3 ? ' and more' : ''}`;
}

/** Who is here, for somebody who adds up all that came. */
function namesAfter(client: Client): string[] {
  const here = new Set<unknown>();
  for (const { type, usernames, joined, left } of client.received()) {
    if (type === 'joined' && Array.isArray(usernames)) {
      here.clear();
      for (const name of usernames) here.add(name);
    }
    if (type !== 'presence') continue;
    if (Array.isArray(left)) for (const name of left) here.delete(name);
    if (Array.isArray(joined)) for (const name of joined) here.add(name);
  }
  return [...here].map(String).sort();
}

/** For a pattern: these points, in any order. */
function pointsLike(points: unknown[]): (value: unknown) => boolean {
  const texts = (value: unknown[]) => value.map((one) => JSON.stringify(one));
  const wanted = listOf(...texts(points));
  const check = (value: unknown) => Array.isArray(value) && wanted(texts(value));
  return Object.defineProperty(check, 'name', { value: `${JSON.stringify(points)} in any order` });
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
