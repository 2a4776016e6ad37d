/** The check of exercise 08. You may read it; the task is in README.md. */
import { asJson, joins, texts } from '#shared/check/edges.ts';
import { exercise, module, server, test } from '#shared/check/exercise.ts';
import { expect, isText, isTime, listOf, timeSince } from '#shared/check/matchers.ts';
import type { Made, ModuleRoom } from '#shared/check/module-room.ts';
import { breaks, connects, freezes, heals, leaves, passes, says, vanishes } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { ClockRoom } from '#shared/check/room.ts';
import { departures, edges, fields, nameGames, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

const A_DAY = 86_400_000;

/** The limits of the task, in ms. */
const EVERY = 5_000;
const GONE = 10_000;

/** For what each of a hundred does: they come in at the same moment. */
const HUNDRED = Array.from({ length: 100 }, (_, at) => `client ${at + 1}`);
const HALF_A_SECOND = 500;

/** What the others hear when somebody comes, or goes. */
const system = (...usernames: string[]) => ({
  type: 'system',
  message: isText,
  usernames: listOf(...usernames),
  at: isTime,
});

const serverTests = [
  test<ClockRoom>('each connection gets a ping within 5 seconds, and then at least one every 5 seconds', async (room) => {
    const alice = await enters(room, 'alice');
    const began = room.now();
    await room.pass(EVERY);
    expectAsked(alice, began, room.now(), 'alice has joined');
    const bob = await room.connect('bob');
    const bobBegan = room.now();
    await room.pass(EVERY);
    expectAsked(bob, bobBegan, room.now(), 'bob has connected, and has not joined');
    const talker = await enters(room, 'carol');
    const talkerBegan = room.now();
    talker.answersAfter(1_000);
    for (let second = 1; second <= 30; second += 1) {
      talker.send({ type: 'chat', id: idOf(second), message: `second ${second}` });
      await room.pass(1_000);
    }
    expectAsked(alice, began, room.now(), 'alice has joined');
    expectAsked(talker, talkerBegan, room.now(), 'carol says something every second');
    expectAsked(bob, bobBegan, room.now(), 'bob has connected, and has not joined');
  }),

  test<ClockRoom>('who answers within 5 seconds stays, however long they are quiet', async (room) => {
    const cable = await room.cable('erin');
    const [alice, bob, carol, erin] = [
      await enters(room, 'alice'),
      await enters(room, 'bob'),
      await room.connect('carol'),
      await enters(room, 'erin'),
    ];
    bob.answersAfter(4_900);
    carol.answersAfter(2_500);
    for (const share of [0.2, 0.5, 0.8]) {
      const dave = await enters(room, `dave ${share}`);
      await room.pass(EVERY * share);
      dave.answersAfter(4_900);
    }
    for (let times = 0; times < 4; times += 1) {
      cable.freeze();
      await room.pass(4_900);
      cable.heal();
      await room.pass(7_300);
      expect(
        !erin.isClosed(),
        'The cable to erin was frozen for 4.9 seconds. Then she answered: she must stay.',
      );
    }
    await room.pass(120_000);
    for (const client of [alice, bob, carol, erin]) {
      const how = client === bob ? ' 4.9 seconds after it came' : '';
      expect(
        !client.isClosed(),
        `${client.name} answers each ping${how}, and is quiet else. The server has ended the connection all the same.`,
      );
    }
    const everybody = ['alice', 'bob', 'erin', ...[0.2, 0.5, 0.8].map((share) => `dave ${share}`)];
    await carol.send({ type: 'join', username: 'carol' });
    await carol.receives(
      { type: 'joined', username: 'carol', usernames: listOf('carol', ...everybody) },
      'Everybody has answered each ping within 5 seconds. So everybody is still here.',
    );
    alice.send({ type: 'chat', id: idOf(1), message: 'still here?' });
    for (const client of [alice, bob, carol, erin]) {
      await client.receives({ type: 'chat', seq: 1, username: 'alice', message: 'still here?' });
    }
    bob.send(SINCE);
    const { epoch } = await bob.receives({ type: 'snapshot', last: 1 });
    for (const seq of [0, 1]) {
      bob.send({ type: 'since', epoch, seq });
      const { messages } = await bob.receives({ type: 'missed', last: 1 });
      expect(
        Array.isArray(messages) && messages.length === 1 - seq,
        `One message was said. bob asked for what came after number ${seq}, and did not get that.`,
      );
    }
  }),

  test<ClockRoom>('who does not answer is gone 10 seconds later at most, also behind a frozen cable', async (room) => {
    const alice = await enters(room, 'alice');
    for (const phase of [0, 1_300, 2_600, 3_900]) await fallSilent(room, alice, 'bob', phase);
    await fallSilent(room, alice, 'bob', 'after an answer');
    for (const direction of [undefined, 'up'] as const) {
      const cable = await room.cable('carol');
      const carol = await enters(room, 'carol');
      await alice.receives(system('alice', 'carol'));
      await room.pass(7_000);
      cable.freeze(direction);
      await room.pass(GONE);
      await isGone(
        room,
        alice,
        'carol',
        'The cable to carol is frozen, since 10 seconds. Nobody there can answer, not even a goodbye.',
      );
      cable.heal();
      await room.pass(0);
      expect(carol.isClosed(), 'When the cable to carol is whole again, her old connection must be closed.');
    }
    const dave = await room.connect('dave');
    dave.answersAfter(Number.POSITIVE_INFINITY);
    await room.pass(GONE);
    expect(
      dave.isClosed(),
      'dave has connected, has not joined, and does not answer. After 10 seconds his connection must have ended.',
    );
    expect(!alice.isClosed(), 'alice answers each ping. She must stay.');
  }),

  test<ClockRoom>('of a hundred who come at the same moment, at most half are asked in the same half second', async (room) => {
    const clients = await Promise.all(HUNDRED.map((name) => room.connect(name)));
    await room.pass(0);
    const atOnce = clients.filter((client) => client.pings().length > 0).length;
    expect(
      atOnce <= HUNDRED.length / 2,
      `A hundred came at the same moment, and ${atOnce} of them were pinged at once. That is one burst: it must be at most 50.`,
    );
    await room.pass(EVERY);
    const missed = clients.filter((client) => client.pings().length === 0).length;
    expect(
      missed === 0,
      `A hundred came at the same moment. After 5 seconds ${missed} of them had no ping yet.`,
    );
    await room.pass(2 * EVERY);
    const most = mostTogether(clients);
    expect(
      most <= HUNDRED.length / 2,
      `A hundred came at the same moment, and the server pinged ${most} of them in the same half second. It must be at most 50, also the first time.`,
    );
  }),

  test<ClockRoom>('a message {"type":"ping"} is answered with a pong, to the asker alone', async (room) => {
    const [alice, bob] = [await enters(room, 'alice'), await enters(room, 'bob')];
    const carol = await room.connect('carol');
    let count = 0;
    for (const asker of [carol, alice, carol, alice]) {
      await room.pass(1_234);
      count += 1;
      const { at } = await asks(
        asker,
        `${asker.name} ${asker === carol ? 'has only connected' : 'has joined'}, and asks whether the server is there.`,
      );
      expect(
        Date.parse(String(at)) === room.now(),
        `The pong has the time ${at}, but it is ${new Date(room.now()).toISOString()} on the server's clock.`,
      );
    }
    carol.send({ type: 'join', username: 'carol' });
    await carol.receives({ type: 'joined', usernames: listOf('alice', 'bob', 'carol') });
    await bob.receives(system('alice', 'bob', 'carol'));
    for (const client of [alice, carol]) {
      client.exactly(
        count / 2,
        { type: 'pong' },
        `${client.name} asked twice. There is one pong for each ping.`,
      );
      client.never({ type: 'error' }, `${client.name} got an error for a ping.`);
    }
    bob.never({ type: 'pong' }, 'bob did not ask. The pong is for the one who asked.');
    bob.exactly(
      1,
      { type: 'system' },
      'Only carol has joined after bob. A ping is nothing that others hear of.',
    );
  }),

  test<ClockRoom>('when a connection has ended, none of its timers is left', async (room) => {
    // A server may have timers of its own, which are for all. So nobody else is here.
    const first = await room.connect('the first');
    await room.pass(12_000);
    await first.leaves();
    const before = await room.timers();
    for (const how of ['leave', 'vanish', 'are silent'] as const) {
      for (const hasJoined of [true, false]) {
        for (const wait of [0, 3_000, 8_000]) {
          const many = [];
          for (const name of ['bob', 'carol', 'dave']) many.push(await room.connect(name));
          // Who joins twice changes the name.
          if (hasJoined)
            for (const client of many) client.sendAll([joinAs(client.name), joinAs(`${client.name} 2`)]);
          await room.pass(wait);
          if (how === 'are silent') {
            for (const client of many) client.answersAfter(Number.POSITIVE_INFINITY);
            await room.pass(GONE);
          }
          for (const client of many) await (how === 'vanish' ? client.vanishes() : client.leaves());
          const left = (await room.timers()) - before;
          expect(
            left <= 0,
            `Three connections that ${hasJoined ? 'had joined' : 'had not joined'} have ended, and ${left} more ${left === 1 ? 'timer is' : 'timers are'} left than before. Clear them when the connection has ended.`,
          );
        }
      }
    }
  }),
];

const pulseTests = [
  test<ModuleRoom>('the pulse asks when nothing was heard for `every`', async (room) => {
    const pulse = await make(room, { every: 1_000, patience: 400 });
    await pulse.call('heard');
    await room.pass(A_DAY);
    expectTold(pulse, 0, 0, 'Before start() it must be still: it asked.');
    await pulse.call('start');
    expect(room.timers() > 0, 'After start() it must wait, and nothing waits on options.clock.');
    await expectAsk(room, pulse, 1_000);
    await room.pass(399);
    await pulse.call('heard');
    await expectAsk(room, pulse, 1_000, 'after an answer');
    await pulse.call('heard');
    for (let times = 0; times < 20; times += 1) {
      await room.pass(999);
      await pulse.call('heard');
    }
    expectTold(
      pulse,
      2,
      0,
      'Something was heard every 999 ms, and `every` is 1000: there is nothing to ask.',
    );
    await expectAsk(room, pulse, 1_000, 'after the last message');
    await pulse.call('stop');
    const usual = await make(room, {});
    await usual.call('start');
    await expectAsk(room, usual, 5_000, 'where `every` is left out');
  }),

  test<ModuleRoom>('without an answer within `patience` it tells of the silence, once', async (room) => {
    const pulse = await make(room, { every: 1_000, patience: 400 });
    await pulse.call('start');
    await expectSilence(room, pulse, 1_000, 400);
    await pulse.call('heard');
    await room.pass(A_DAY);
    expectTold(
      pulse,
      1,
      1,
      'After it has told of the silence nothing may happen, until start(): also when it hears something.',
    );
    expect(room.timers() === 0, 'After it has told of the silence a timer is left.');
    const patient = await make(room, { every: 100, patience: 2_000 });
    await patient.call('start');
    await expectSilence(room, patient, 100, 2_000);
    const usual = await make(room, {});
    await usual.call('start');
    await expectSilence(room, usual, 5_000, 3_000);
    // The answer comes at once, before ask() has returned.
    const lively = await make(room, { every: 1_000, patience: 400 }, { ask: [['heard']], onSilence: [] });
    await lively.call('start');
    await room.pass(10_000);
    expectTold(lively, 10, 0, 'The answer came while ask() was still running. That is an answer, too.');
  }),

  test<ModuleRoom>('stop() leaves no timer, and start() begins anew', async (room) => {
    const pulse = await make(room, { every: 1_000, patience: 400 });
    for (const [wait, asked] of [
      [0, 0],
      [999, 0],
      [1_000, 1],
      [1_399, 2],
    ] as const) {
      await pulse.call('start');
      await room.pass(wait);
      await pulse.call('stop');
      expect(room.timers() === 0, `After stop(), ${wait} ms after start(), a timer is left.`);
      await pulse.call('heard');
      await room.pass(A_DAY);
      expectTold(pulse, asked, 0, 'After stop() nothing may happen any more, also when it hears something.');
    }
    await pulse.call('stop');
    await pulse.call('start');
    await room.pass(700);
    await pulse.call('start');
    await room.pass(999);
    expectTold(pulse, 2, 0, 'start() begins anew, also when it runs already: the old timer must be gone.');
    await room.pass(1);
    expectTold(pulse, 3, 0, 'start() was called twice, and then nothing was heard. It asks once.');
    await pulse.call('stop');
    const stopped = await make(room, { every: 1_000, patience: 400 }, { ask: [['stop']], onSilence: [] });
    await stopped.call('start');
    await room.pass(A_DAY);
    expectTold(stopped, 1, 0, 'stop() was called within ask(). Then nothing may happen any more.');
    expect(room.timers() === 0, 'After stop() within ask() a timer is left.');
    const again = await make(room, { every: 1_000, patience: 400 }, { ask: [], onSilence: [['start']] });
    await again.call('start');
    await room.pass(4_200);
    expectTold(again, 3, 3, 'start() within onSilence() begins anew.');
  }),
];

const joinAs = (username: string) => ({ type: 'join', username });
const say = (message: string, id = idFor(message)) => ({ type: 'chat', id, message });
const SINCE = { type: 'since', epoch: '', seq: 0 };
const PING = { type: 'ping' };
const TALK: Talk = { enter: (who) => [joinAs(who)], talk: (text) => say(text) };

/** Whatever people do, the answer does what lesson 09's server does. Wording, order, and the moments of pings are free. */
const oracle: Oracle = {
  lesson: 'lessons/09/server.ts',
  types: ['joined', 'system', 'chat', 'ack', 'missed', 'snapshot', 'pong', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: [
    [says('alice', PING), says('bob', PING, joinAs('bob'), PING, PING), says('alice', joinAs('alice'), PING)],
    [
      says('alice', joinAs('alice')),
      says('bob', joinAs('bob')),
      passes(60_000),
      says('alice', say('quiet'), SINCE),
    ],
    [
      ...[says('alice', joinAs('alice')), says('bob', joinAs('bob'), PING)],
      ...[freezes('bob', 4_900), says('alice', say('one')), says('bob', say('two'), PING), heals('bob')],
      ...[says('bob', say('three')), passes(20_000), says('alice', say('four'))],
    ],
    [
      ...[says('alice', joinAs('alice')), says('bob', joinAs('bob')), connects('carol'), passes(3_333)],
      ...[freezes('bob', 10_000), says('carol', joinAs('bob'), say('I am bob')), says('alice', say('who?'))],
      ...[heals('bob'), says('alice', say('once more')), says('bob', joinAs('bob'), joinAs('rob'), SINCE)],
    ],
    [
      ...[
        says('alice', joinAs('alice')),
        connects('bob'),
        freezes('bob', 10_000),
        says('alice', say('nobody')),
      ],
      ...[heals('bob'), says('bob', joinAs('bob')), leaves('alice'), passes(10_000), says('bob', PING)],
    ],
    [
      ...[says('alice', joinAs('alice')), says('carol', joinAs('carol')), says('bob', joinAs('bob'))],
      ...[
        passes(1_000),
        leaves('bob'),
        passes(10_000),
        vanishes('carol'),
        passes(10_000),
        says('alice', PING),
      ],
      ...[
        says('bob', joinAs('bob')),
        passes(7_000),
        breaks('bob'),
        passes(10_000),
        says('alice', say('the end')),
      ],
    ],
    ...departures(TALK),
    ...nameGames(joinAs, () => [PING]),
    ...edges(TALK),
    ...fields(TALK, say('hello'), SINCE, PING),
    [
      says('alice', joinAs('alice'), say('twice'), say('twice'), SINCE),
      says('bob', say('too early'), SINCE, joinAs('bob'), say('twice'), { ...SINCE, seq: 7 }, SINCE),
    ],
  ],
  says: (fc, who) =>
    asJson(
      fc,
      fc.oneof(
        { weight: 3, arbitrary: joins(fc, who) },
        { weight: 4, arbitrary: texts(fc).map((text) => say(text)) },
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
    folder: 'exercises/08',
    title: 'Notice a silent link',
    parts: [server(serverTests, oracle, { clock: 'own' }), module('pulse.ts', pulseTests)],
  }),
  import.meta.filename,
);

async function enters(room: ClockRoom, name: string): Promise<Client> {
  const client = await room.connect(name);
  client.send(joinAs(name));
  await client.receives({ type: 'joined', username: name });
  return client;
}

/** From a moment on, a ping came within 5 seconds, and then at least every 5 seconds. */
function expectAsked(client: Client, began: number, now: number, who: string): void {
  expect(
    !client.isClosed(),
    `${who}, and answers each ping. The server has ended the connection all the same.`,
  );
  let before = began;
  const ms = (time: number) => `${(time / 1000).toLocaleString('en-US')} seconds`;
  for (const { since, at } of client.pings()) {
    expect(
      since - before <= EVERY,
      `${who}. ${before === began ? 'The first ping came only after' : 'After a ping the next one came only after'} ${ms(since - before)}.`,
    );
    before = at;
  }
  expect(
    before !== began || client.pings().length > 0,
    `${who}. In ${ms(now - began)} no ping came. It is a frame of the protocol (RFC 6455, section 5.5.2), and no message.`,
  );
  expect(
    now - before <= EVERY,
    `${who}. Since ${ms(now - before)} no ping has come: there must be one every 5 seconds.`,
  );
}

/** Somebody joins, and falls silent: so many ms after that, or as soon as a ping was answered. */
async function fallSilent(
  room: ClockRoom,
  alice: Client,
  name: string,
  when: number | 'after an answer',
): Promise<void> {
  const client = await enters(room, name);
  await alice.receives(system('alice', name));
  if (typeof when === 'number') await room.pass(when);
  else {
    const before = client.pings().length;
    for (let waited = 0; waited < EVERY && client.pings().length === before; waited += 50)
      await room.pass(50);
  }
  client.answersAfter(Number.POSITIVE_INFINITY);
  await room.pass(GONE);
  if (!client.isClosed()) {
    await room.pass(30_000);
    const how = client.isClosed() ? 'ended later than that' : 'has not ended after 40 seconds, either';
    expect(
      false,
      `${name} did not answer for 10 seconds. The connection must have ended by then, and ${how}.`,
    );
  }
  await isGone(room, alice, name, `${name} has not answered for 10 seconds.`);
}

/** The others have heard that somebody has left, and the name is free. */
async function isGone(room: ClockRoom, alice: Client, name: string, why: string): Promise<void> {
  await alice.receives(system('alice'), `${why} The others must have heard by now that ${name} has left.`);
  const next = await room.connect(`next ${name}`);
  next.send(joinAs(name));
  await next.receives({ type: 'joined', username: name }, `${why} The name ${name} must be free.`);
  await next.leaves();
  await alice.receives(system('alice', name));
  await alice.receives(system('alice'));
}

/** The most of them that got a ping within one half second. */
function mostTogether(clients: Client[]): number {
  const all = clients.flatMap((client, who) => client.pings().map((moment) => ({ ...moment, who })));
  return all.reduce((most, { since }) => {
    const together = all.filter((one) => one.since >= since && one.at - since < HALF_A_SECOND);
    return Math.max(most, new Set(together.map(({ who }) => who)).size);
  }, 0);
}

async function asks(client: Client, why: string) {
  client.send(PING);
  return client.receives({ type: 'pong', at: isTime }, why);
}

/** As crypto.randomUUID() gives it: each number has one of its own, and each text. */
function idOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

function idFor(text: string): string {
  return idOf(
    [...text].reduce((sum, unit) => (sum * 31 + (unit.codePointAt(0) ?? 0)) % 2 ** 40, text.length),
  );
}

/** For a pattern: messages as the server keeps them, but for when they came. */
function saidLike(messages: unknown[]): (value: unknown) => boolean {
  const plain = (value: unknown) =>
    JSON.stringify(value, (key, inner) => (key === 'at' ? isTime(inner) : inner));
  const wanted = plain(messages);
  return Object.defineProperty((value: unknown) => plain(value) === wanted, 'name', { value: wanted });
}

function make(
  room: ModuleRoom,
  options: { every?: number; patience?: number },
  when: Parameters<ModuleRoom['makeOffline']>[2] = { ask: [], onSilence: [] },
): Promise<Made> {
  return room.makeOffline('createPulse', options, when);
}

function expectTold(pulse: Made, asks: number, silences: number, sentence: string): void {
  for (const [name, expected] of [
    ['ask', asks],
    ['onSilence', silences],
  ] as const) {
    const count = pulse.told(name).length;
    expect(count === expected, `${sentence} ${name}() was called ${times(count)}, not ${times(expected)}.`);
  }
}

function times(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}

/** It asks after so many ms: once, and not before. */
async function expectAsk(room: ModuleRoom, pulse: Made, wait: number, when = 'after start()'): Promise<void> {
  const asked = () => pulse.told('ask').length;
  const before = asked();
  await room.pass(wait - 1);
  expect(asked() === before, `It must ask ${wait} ms ${when}, and asked before that.`);
  await room.pass(1);
  expect(asked() > before, `It must ask ${wait} ms ${when}, and did not.`);
  expect(
    asked() === before + 1,
    `It must ask once ${wait} ms ${when}, and asked ${times(asked() - before)}.`,
  );
}

/** It asks, and then tells of the silence: once, and not before. */
async function expectSilence(room: ModuleRoom, pulse: Made, every: number, patience: number): Promise<void> {
  const told = () => pulse.told('onSilence').length;
  await expectAsk(room, pulse, every);
  await room.pass(patience - 1);
  expect(
    told() === 0,
    `It asked, and must wait ${patience} ms for an answer. It told of the silence before.`,
  );
  await room.pass(1);
  expect(told() > 0, `It asked, and nothing was heard for ${patience} ms. It must call onSilence() now.`);
  await room.pass(A_DAY);
  expect(told() === 1, `It must tell of the silence once, and called onSilence() ${times(told())}.`);
  expectTold(
    pulse,
    1,
    1,
    'It asks once, and then waits for an answer, also where `patience` is longer than `every`.',
  );
}
