/** The check of exercise 06. You may read it; the task is in README.md. */
import { exercise, module, test } from '#shared/check/exercise.ts';
import { expect, listOf } from '#shared/check/matchers.ts';
import type { Made, ModuleRoom } from '#shared/check/module-room.ts';
import type { PageRoom } from '#shared/check/room.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

const A_DAY = 86_400_000;

const tests = [
  test<ModuleRoom>('it connects at once, and passes on what is said', async (room) => {
    const client = await open(room);
    const [first] = room.sockets();
    expect(room.sockets().length === 1, 'It did not make exactly one socket with options.WebSocket.');
    expect(first?.url === room.server.url, 'The socket must be made with the url that was given.');
    await expectState(client, 'open');
    const states = client.told('onState').map(([news]) => field(news, 'state'));
    expect(states.join() === 'connecting,open', `onState must hear connecting, then open, not: ${states}.`);
    expect(client.told('onOpen').length === 1, 'onOpen must be called once when the link is open.');
    await room.server.say('hello');
    const heard = client.told('onMessage');
    expect(heard.length === 1 && heard[0]?.[0] === 'hello', 'onMessage must get the text, once.');
    expect((await client.call('send', 'hi')) === true, 'send() must give true when the text was sent.');
    expect(room.server.heard().join() === 'hi', 'The server did not hear what was sent.');
  }),

  test<ModuleRoom>('when the link is lost it waits: a random time, up to twice as long each time, up to the cap', async (room) => {
    const client = await open(room, { base: 1000, cap: 6000 });
    await room.draw(0.25);
    await room.server.stop();
    expectShare(room, client, 1000);
    for (const [wait, next] of [
      [250, 0.25],
      [500, 1],
      [4000, 0.5],
      [3000, 0.125],
      [750, 0.5],
    ] as const) {
      await room.draw(next);
      await expectWait(room, client, wait);
    }
    await room.server.start();
    await expectWait(room, client, 3000);
    await expectState(client, 'open');
    const attempts = client
      .told('onState')
      .flatMap(([news]) => (field(news, 'state') === 'connecting' ? [field(news, 'attempt')] : []));
    expect(
      attempts.join() === '1,2,3,4,5,6,7',
      `attempt must be 1 more with each failure, not: ${attempts.join(', ')}.`,
    );
    await client.call('close');
    await room.server.stop();
    const usual = await open(room);
    for (const wait of [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000])
      await expectWait(room, usual, wait);
  }),

  test<ModuleRoom>('there is one link at a time, and one call for each event, however often it came back', async (room) => {
    const client = await open(room);
    for (let times = 1; times <= 4; times += 1) {
      await room.server.close(1012);
      await expectState(client, 'waiting');
      await room.pass(30_000);
      await expectState(client, 'open');
      expect(room.sockets().length === times + 1, 'After each loss it must make one socket, and no more.');
      expect(client.told('onOpen').length === times + 1, 'onOpen must be called once each time it is open.');
      await room.server.say(`hello ${times}`);
      const texts = client.told('onMessage').map(([text]) => text);
      expect(
        texts.length === times && texts.at(-1) === `hello ${times}`,
        `onMessage must be called once for each message, also after it came back. It got: ${texts.join(', ')}.`,
      );
    }
    const states = client.told('onState').map(([news]) => field(news, 'state'));
    const expected = ['connecting', 'open', ...Array(4).fill(['waiting', 'connecting', 'open'])].join();
    expect(states.join() === expected, `onState must hear each change once, not: ${states.join(', ')}.`);
  }),

  test<ModuleRoom>('the failures are forgotten only when a link has held', async (room) => {
    const client = await open(room);
    await room.pass(A_DAY);
    await room.server.turnAway(1013);
    await room.server.close(1013);
    for (const wait of [250, 500, 1000]) await expectWait(room, client, wait);
    await room.server.turnAway(undefined);
    await expectWait(room, client, 2000);
    await room.pass(4999);
    await room.server.close(1012);
    await expectWait(room, client, 4000);
    await room.pass(5000);
    await room.server.close(1012);
    await expectWait(room, client, 250);
    const attempt = field(client.told('onState').at(-1)?.[0], 'attempt');
    expect(attempt === 2, `When a link is lost that has held, attempt is 2 again, not ${attempt}.`);
    await room.pass(2000);
    await room.server.stop();
    await expectWait(room, client, 500);
    await client.call('close');
    const short = await open(room, { stable: 100 });
    await room.server.close(1012);
    await expectWait(room, short, 250);
    await room.server.start();
    await expectWait(room, short, 500);
    await room.pass(100);
    await room.server.stop();
    await expectWait(room, short, 250);
  }),

  test<ModuleRoom>('what is said while it is away arrives when it is back: after onOpen, in order, each once', async (room) => {
    const hello: [string, string][] = [['send', 'I am alice']];
    await room.freeze();
    const client = await room.make('openReconnectingSocket', {}, { ...NOTHING, onOpen: hello });
    await says(client, ['one', 'two'], true);
    await room.heal();
    expectHeard(room, ['I am alice', 'one', 'two']);
    await room.server.stop();
    const many = Array.from({ length: 101 }, (_, at) => `text ${at}`);
    await says(client, many, true);
    await room.server.start();
    await room.pass(500);
    expectHeard(room, ['I am alice', ...many.slice(1)]);
    await room.server.close(1012);
    await room.pass(1000);
    expectHeard(room, ['I am alice']);
    // The goodbye has come, and the link is not closed yet: nothing can be sent any more.
    await room.freeze('up');
    await room.server.close(1012);
    const isKept = await client.call('send', 'three');
    await room.heal();
    await room.pass(2000);
    expectHeard(room, ['I am alice', ...(isKept === false ? [] : ['three'])]);
  }),

  test<ModuleRoom>('no more texts wait than mostQueued: the oldest go', async (room) => {
    await room.server.stop();
    const client = await open(room, { mostQueued: 3 });
    await says(client, ['one', 'two', 'three', 'four', 'five'], true);
    await room.server.start();
    await room.pass(250);
    expectHeard(room, ['three', 'four', 'five']);
    await room.server.stop();
    const modest = await open(room, { mostQueued: 1 });
    await says(modest, ['one', 'two'], true);
    await modest.call('close');
    const proud = await open(room, { mostQueued: 0 });
    await says(proud, ['six'], false);
    await room.server.start();
    await room.pass(250);
    expect(!room.server.heard().includes('six'), 'Where nothing may wait, nothing may be sent later.');
  }),

  test<ModuleRoom>('1000, 1008 and 4000 to 4999 mean: do not come back', async (room) => {
    for (const code of [1000, 1008, 4000, 4321, 4999]) {
      const client = await open(room);
      await room.server.close(code, 'enough');
      await expectOver(room, client, `after the code ${code}`);
      const last = client.told('onState').at(-1)?.[0];
      expect(field(last, 'code') === code, `The last onState must bring the code, ${code}.`);
    }
    for (const code of [1001, 1005, 1007, 1009, 1011, 1012, 1013, 3000, 3999]) {
      const client = await open(room);
      await room.server.close(code);
      const news = client.told('onState').at(-1)?.[0];
      expect(field(news, 'state') === 'waiting', `After the code ${code} it must wait, and come back.`);
      expect(field(news, 'code') === code, `onState must bring the code, ${code}.`);
      await room.pass(250);
      await expectState(client, 'open');
      await client.call('close');
    }
  }),

  test<ModuleRoom>('close() is for good, in every state, and leaves nothing behind', async (room) => {
    const client = await open(room);
    await client.call('close', 4001, 'I go');
    const ending = room.server.endings()[0];
    expect(ending?.code === 4001 && ending.reason === 'I go', 'The server must get the code and the reason.');
    await expectOver(room, client, 'after close()');
    await client.call('close');
    const closed = client.told('onState').filter(([news]) => field(news, 'state') === 'closed');
    expect(closed.length === 1, `onState must hear closed once, not ${closed.length} times.`);

    const deaf = await open(room);
    await room.freeze('up');
    await deaf.call('close');
    await room.server.say('Nobody hears this, either.');
    await room.heal();
    await expectOver(room, deaf, 'after close()');
    expect(deaf.told('onMessage').length === 0, 'onMessage was called after close().');

    await room.server.stop();
    const waiting = await open(room);
    await expectState(waiting, 'waiting');
    await waiting.call('close');
    await expectOver(room, waiting, 'after close() while it waits');
    await room.server.start();

    await room.freeze();
    const connecting = await open(room);
    await connecting.call('send', 'Nobody hears this.');
    await connecting.call('close');
    await room.heal();
    await expectOver(room, connecting, 'after close() while it connects');
    expect(room.server.open() === 0, 'After close() while it connects, the link was opened all the same.');

    await room.freeze();
    const tired = await room.make('openReconnectingSocket', {}, { ...NOTHING, onOpen: [['close']] });
    await tired.call('send', 'Nobody hears this.');
    await room.heal();
    await expectOver(room, tired, 'after close() within onOpen');
    expect(room.server.heard().length === 0, 'After close() nothing may be sent any more.');
  }),

  test<ModuleRoom>('a handshake without an end is given up, and counts as a failure', async (room) => {
    await room.freeze();
    const client = await open(room);
    await room.pass(9999);
    await expectState(client, 'connecting');
    await room.pass(1);
    await expectState(client, 'waiting');
    expect(room.sockets()[0]?.isClosed === true, 'The socket that is given up must be closed.');
    await expectWait(room, client, 250);
    await room.pass(10_000);
    await expectWait(room, client, 500);
    await room.heal();
    await expectState(client, 'open');
    await room.pass(A_DAY);
    await expectState(client, 'open');
    await room.freeze();
    const hasty = await open(room, { patience: 100 });
    await room.pass(99);
    await expectState(hasty, 'connecting');
    await room.pass(1);
    await expectState(hasty, 'waiting');
  }),

  test<ModuleRoom>('retryNow() connects at once while it waits, and else does nothing', async (room) => {
    const client = await open(room);
    await client.call('retryNow');
    expect(room.sockets().length === 1, 'retryNow() must do nothing while the link is open.');
    await room.server.stop();
    await room.server.start();
    await expectState(client, 'waiting');
    await client.call('retryNow');
    await expectState(client, 'open');
    await room.pass(4000);
    expect(
      room.sockets().length === 2,
      'After retryNow() the wait before it must be over: it connected twice.',
    );
    await room.server.stop();
    await client.call('retryNow');
    await expectWait(room, client, 1000);
    await room.server.start();
    await room.freeze();
    await room.pass(2000);
    await expectState(client, 'connecting');
    const before = room.sockets().length;
    await client.call('retryNow');
    expect(room.sockets().length === before, 'retryNow() must do nothing while it connects.');
    await client.call('close');
    await client.call('retryNow');
    expect(room.sockets().length === before, 'retryNow() must do nothing after close().');
  }),
];

const pageTests = [
  test<PageRoom>('it works in a real page, too', async (room) => {
    const bob = await room.connect('bob');
    const says = (message: string) => ({ type: 'chat', username: 'alice', message });
    const joins = { type: 'system', usernames: listOf('alice', 'bob') };
    bob.send({ type: 'join', username: 'bob' });
    await bob.receives({ type: 'joined' });
    const cable = await room.cable('alice');
    const alice = await room.visit('alice');
    await alice.shows('open', "alice's page does not connect.");
    await alice.writes('Your name', 'alice');
    await bob.receives(joins, "alice's page has joined.");
    await alice.writes('Message', 'one');
    await bob.receives(says('one'), 'alice wrote this in her page.');

    cable.refuse();
    cable.reset();
    await bob.receives({ type: 'system', usernames: listOf('bob') });
    await alice.shows('closed', "alice's link was cut, and onState has not told her page.");
    await alice.writes('Message', 'two');
    await alice.writes('Message', 'three');
    cable.heal();
    await bob.receives(joins, 'alice was away: her page must come back by itself, and join again in onOpen.');
    await bob.receives(says('two'), 'alice wrote this while she was away.');
    await bob.receives(says('three'), 'alice wrote this while she was away.');

    cable.reset();
    await bob.receives({ type: 'system', usernames: listOf('bob') });
    await bob.receives(joins, 'alice was cut off once more: her page must come back each time.');
    bob.send({ type: 'chat', message: 'How often?' });
    await alice.shows('open', 'alice is back.');
    // What came more than once has come before this.
    await alice.writes('Message', 'four');
    await bob.receives(says('four'), 'alice wrote this when she was back.');
    await alice.hears(says('four'), 'The server tells everybody what alice wrote.');
    for (const text of ['one', 'two', 'three', 'four'])
      bob.exactly(1, says(text), `alice wrote "${text}" once.`);
    const heard = alice.heard.filter(({ message }) => message === 'How often?').length;
    expect(heard === 1, `bob asked once, and alice's page heard it ${heard} times: over how many sockets?`);
    expect(alice.most() === 1, `alice's page had ${alice.most()} sockets at once.`);
  }),
];

/** Callbacks that are noted, and do nothing. */
const NOTHING = { onOpen: [], onMessage: [], onState: [] };

export default await registerWithVitest(
  exercise({
    folder: 'exercises/06',
    title: 'Come back',
    parts: [module('reconnecting-socket.ts', tests, { against: 'lessons/07/server.ts', tests: pageTests })],
  }),
  import.meta.filename,
);

function open(room: ModuleRoom, options: Record<string, number> = {}): Promise<Made> {
  return room.make('openReconnectingSocket', options, NOTHING);
}

async function expectState(client: Made, state: string): Promise<void> {
  const is = await client.call('state');
  expect(is === state, `state() must be ${state} now, not ${is}.`);
  const told = field(client.told('onState').at(-1)?.[0], 'state');
  expect(told === state, `The last that onState heard must be ${state}, not ${told}.`);
}

/** It waits now, for so many ms, and then connects: once, and not before. */
async function expectWait(room: ModuleRoom, client: Made, wait: number): Promise<void> {
  await expectState(client, 'waiting');
  const before = room.sockets().length;
  const [news] = client.told('onState').at(-1) ?? [];
  const retryAt = room.now() + wait;
  expect(
    field(news, 'retryAt') === retryAt,
    `It must wait ${wait} ms now: retryAt is ${field(news, 'retryAt')}, and should be ${retryAt}.`,
  );
  if (wait > 0) {
    await room.pass(wait - 1);
    expect(room.sockets().length === before, `It must wait ${wait} ms, and connected before.`);
    await room.pass(1);
  }
  const made = room.sockets().slice(before);
  expect(made.length > 0, `It must connect again after ${wait} ms, and did not.`);
  expect(made.length === 1, `After ${wait} ms it made ${made.length} sockets, not one.`);
  expect(made[0]?.others === 0, 'It made a socket while another one was connecting or open.');
}

/** The first wait, where random() gives 0.25: which part of the whole it is tells what is wrong. */
function expectShare(room: ModuleRoom, client: Made, whole: number): void {
  const wait = Number(field(client.told('onState').at(-1)?.[0], 'retryAt')) - room.now();
  expect(wait !== whole, `It waits ${wait} ms, whatever random() gives: so all clients come back at once.`);
  expect(
    wait !== whole / 2,
    `The first wait is between 0 and ${whole} ms. This one is drawn from twice as much.`,
  );
  expect(
    !(wait > whole / 2 && wait < whole),
    `random() gives 0.25 now, and it waits more than half of ${whole} ms.`,
  );
}

/** Nothing happens any more, whatever time passes. */
async function expectOver(room: ModuleRoom, client: Made, when: string): Promise<void> {
  await expectState(client, 'closed');
  expect(room.timers() === 0, `A timer is left ${when}.`);
  const before = room.sockets().length;
  const told = () => ['onOpen', 'onMessage', 'onState'].map((name) => client.told(name).length).join();
  const toldBefore = told();
  await client.call('retryNow');
  expect((await client.call('send', 'Nobody hears this.')) === false, `send() must give false ${when}.`);
  await room.pass(A_DAY);
  expect(room.sockets().length === before, `It connected again ${when}.`);
  expect(told() === toldBefore, `A callback was called ${when}.`);
}

async function says(client: Made, texts: string[], isKept: boolean): Promise<void> {
  for (const text of texts) {
    const given = await client.call('send', text);
    expect(
      given === isKept,
      `send() must give ${isKept} here, not ${given}: the text is ${isKept ? '' : 'not '}kept.`,
    );
  }
}

/** The server has heard exactly this over the last connection. */
function expectHeard(room: ModuleRoom, texts: string[]): void {
  const over = room.server.over();
  const last = room.server.connections() - 1;
  const heard = room.server.heard().filter((_, at) => over[at] === last);
  const [wrong] = texts.flatMap((text, at) => (heard[at] === text ? [] : [{ text, at }]));
  expect(
    wrong === undefined,
    `The text number ${(wrong?.at ?? 0) + 1} over this link must be "${wrong?.text}", not ${JSON.stringify(heard[wrong?.at ?? 0] ?? 'nothing')}.`,
  );
  expect(
    heard.length === texts.length,
    `The server got "${heard.at(texts.length)}", too, which is too much.`,
  );
}

function field(value: unknown, name: string): unknown {
  return Object.entries(Object(value)).find(([key]) => key === name)?.[1];
}
