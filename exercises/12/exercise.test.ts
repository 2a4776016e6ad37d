/** The check of exercise 12. You may read it; the task is in README.md. */
import type { Answer, Approach, Request } from '#shared/check/asking.ts';
import { asJson, NONSENSE, texts, withMore } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import { expect, isText, isTime, listOf, timeSince } from '#shared/check/matchers.ts';
import { freezes, leaves, type Move, passes, says, vanishes } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import type { ClockRoom } from '#shared/check/room.ts';
import { departures, type Talk } from '#shared/check/scripts.ts';
import type { Client } from '#shared/check/test-client.ts';
import { told } from '#shared/check/told.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

/** In ms: so long a session lasts, and so long a ticket is good. */
const SESSION_LIFE = 10 * 60_000;
const TICKET_LIFE = 30_000;
/** In ms: who came and who went is told within that. */
const TICK = 100;
/** 16 bytes, written as shortly as it is usual. */
const LEAST_CHARACTERS = 22;
const PASSWORD = 'open sesame';

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
const SINCE = { type: 'since', epoch: '', seq: 0 };

/** Somebody who is logged in. */
type Guest = { name: string; cookie: string };

const tests = [
  test<ClockRoom>('who logs in gets a cookie that no script and no other site can use', async (room) => {
    const first = await room.ask('alice', post('/register', { username: 'alice', password: PASSWORD }));
    expectStatus(first, 204, 'alice registers');
    const second = await room.ask('alice', post('/login', { username: 'ALICE', password: PASSWORD }));
    expectStatus(second, 204, 'alice logs in with the right password, and her name in capitals');
    for (const answer of [first, second]) {
      const [pair = '', ...rest] = cookieIn(answer, 'alice').split(/; */);
      const attributes = rest.map((one) => one.toLowerCase());
      for (const [attribute, why] of [
        ['HttpOnly', 'Else any script in the page can read it.'],
        ['SameSite=Strict', 'Else a page of another site can use it.'],
        ['Path=/', 'It is for all of this server.'],
      ] as const) {
        expect(
          attributes.includes(attribute.toLowerCase()),
          `The cookie has no ${attribute}. ${why} It has: ${rest.join(', ') || 'nothing'}.`,
        );
      }
      expectSecret(pair.slice(pair.indexOf('=') + 1), "the cookie's value");
    }
    expect(
      cookieIn(first, 'alice').split(';')[0] !== cookieIn(second, 'alice').split(';')[0],
      'alice has logged in twice, and got the same cookie. Each login is a session of its own.',
    );
    const cookie = cookieIn(first, 'alice').split(';')[0] ?? '';
    const again = await room.ask('alice', {
      ...post('/login', { username: 'alice', password: PASSWORD }),
      headers: { Cookie: cookie },
    });
    expect(
      !cookieIn(again, 'alice').startsWith(`${cookie};`),
      'alice came with a cookie, logged in, and has the same cookie. Somebody else may have put it into her browser: begin a new session.',
    );
    for (const [form, status, what] of [
      [{ username: 'alice', password: 'wrong password' }, 401, 'a wrong password'],
      [{ username: 'nobody', password: PASSWORD }, 401, 'a name that nobody has'],
      [{ username: 'alice', password: 'short' }, 400, 'a password of five characters'],
    ] as const) {
      const answer = await room.ask('mallory', post('/login', form));
      expectStatus(answer, status, `mallory tries to log in with ${what}`);
      expectNoCookie(answer, `mallory tried to log in with ${what}`);
    }
    const taken = await room.ask('mallory', post('/register', { username: 'Alice', password: PASSWORD }));
    expectStatus(taken, 409, 'mallory wants to register as Alice, which is the same name');
    expectNoCookie(taken, 'mallory wanted to register as Alice');
  }),

  test<ClockRoom>('a ticket is for who is logged in, and nobody can guess it', async (room) => {
    const alice = await registers(room, 'alice');
    const [name = ''] = alice.cookie.split('=');
    for (const [what, headers] of [
      ['without a cookie', {}],
      ['with a cookie that nobody has', { Cookie: `${name}=${'x'.repeat(43)}` }],
      ['with an empty cookie', { Cookie: `${name}=` }],
      ['with the name of a user as the cookie', { Cookie: `${name}=alice` }],
    ] as const) {
      const answer = await room.ask('mallory', { ...post('/ticket'), headers });
      expectStatus(answer, 401, `mallory asks for a ticket ${what}`);
    }
    const tickets = [await ticketOf(room, alice), await ticketOf(room, alice), await ticketOf(room, alice)];
    for (const ticket of tickets) {
      expectSecret(ticket, 'a ticket');
      expect(
        !alice.cookie.includes(ticket),
        "The ticket is the cookie's value. An address gets into logs: it must be another secret.",
      );
    }
    expect(new Set(tickets).size === 3, 'alice has asked three times, and got the same ticket again.');
    const among = { ...post('/ticket'), headers: { Cookie: `theme=dark; ${alice.cookie}; lang=en` } };
    expectStatus(await room.ask('alice', among), 200, 'alice asks for a ticket, and has other cookies, too');
    await connects(room, alice);
  }),

  test<ClockRoom>('a ticket opens one connection, once, within 30 seconds', async (room) => {
    const [bob, alice] = [await registers(room, 'bob'), await registers(room, 'alice')];
    const observer = await connects(room, bob);
    await room.pass(TICK);
    const before = observer.received().length;
    for (const [what, how] of [
      ['without a ticket', { headers: { Cookie: alice.cookie } }],
      ['with an empty ticket', { path: '/?ticket=', headers: { Cookie: alice.cookie } }],
      ['with a ticket that nobody has', { path: `/?ticket=${'x'.repeat(43)}` }],
      ['with the value of her cookie as the ticket', { path: `/?ticket=${alice.cookie.split('=')[1]}` }],
      ['with "alice" as the ticket', { path: '/?ticket=alice' }],
      ['with "__proto__" as the ticket', { path: '/?ticket=__proto__' }],
    ] satisfies [string, Approach][]) {
      await expectKnock(room, 'mallory', how, 401, `Somebody connects ${what}`);
    }
    await room.pass(TICK);
    expect(
      observer.received().length === before,
      'Nobody was let in, and bob heard of somebody all the same. There must be no connection.',
    );
    const [one, other, late] = [
      await ticketOf(room, alice),
      await ticketOf(room, alice),
      await ticketOf(room, alice),
    ];
    const first = await connects(room, alice, 'alice', one);
    await expectKnock(
      room,
      'mallory',
      { path: `/?ticket=${one}` },
      401,
      "alice's ticket was used, and somebody comes with it again",
    );
    await room.pass(TICKET_LIFE - 1_000);
    expect(!first.isClosed(), "A ticket that is over ends no connection. alice's was closed.");
    await connects(
      room,
      alice,
      'alice',
      other,
      'alice has a ticket that is 29 seconds old, and had another one before. It is good.',
    );
    await room.pass(2_000);
    await expectKnock(room, 'mallory', { path: `/?ticket=${late}` }, 401, 'A ticket is 31 seconds old');
    await connects(room, alice, 'alice', await ticketOf(room, alice));
    const encoded = await ticketOf(room, alice);
    await expectKnock(
      room,
      'alice',
      { path: `/?client=left&ticket=${encoded}` },
      101,
      'The address has the ticket, and something else before it',
    );
  }),

  test<ClockRoom>('a page of another origin gets 403, and nothing happens', async (room) => {
    const alice = await registers(room, 'alice');
    const host = room.host();
    const [, port = ''] = host.split(':');
    const origins = [
      ['http://127.0.0.1:9', 'a page on another port of this machine'],
      [`http://localhost:${port}`, 'a page on another name of this machine'],
      [`http://${host}0`, 'a page whose port only begins like ours'],
      ['null', 'a page without an origin'],
      ['http://evil.example', 'a page of the web'],
    ] as const;
    const letIn: string[] = [];
    for (const [Origin, what] of origins) {
      const path = `/?ticket=${await ticketOf(room, alice)}`;
      const status = await room.knock('evil page', { path, headers: { Origin, Cookie: alice.cookie } });
      if (status !== 403)
        letIn.push(`${what} (${Origin}), which gets ${status === 101 ? 'a connection' : status}`);
    }
    expect(
      letIn.length === 0,
      `All of these connect with a good ticket, and should get 403: ${letIn.join('; ')}.`,
    );
    for (const [Origin, what] of origins) {
      const path = `/?ticket=${await ticketOf(room, alice)}`;
      const headers = { Origin, Cookie: alice.cookie };
      await room.knock('evil page', { path, headers });
      const own = { Origin: `http://${host}` };
      await expectKnock(
        room,
        'alice',
        { path, headers: own },
        101,
        `${what} was refused. The ticket was not used by that, and our own page connects with it`,
      );
      const ticket = await room.ask('evil page', { ...post('/ticket'), headers });
      expectStatus(ticket, 403, `${what} (${Origin}) asks for a ticket, with alice's cookie`);
      const login = await room.ask('evil page', {
        ...post('/login', { username: 'alice', password: PASSWORD }),
        headers,
      });
      expectStatus(login, 403, `${what} (${Origin}) logs somebody in, with the right password`);
      expectNoCookie(login, `${what} wanted to log somebody in`);
      const form = { username: 'carol', password: PASSWORD };
      expectStatus(
        await room.ask('evil page', { ...post('/register', form), headers }),
        403,
        `${what} (${Origin}) registers somebody`,
      );
      expectStatus(
        await room.ask('evil page', { ...post('/logout'), headers }),
        403,
        `${what} (${Origin}) logs alice out`,
      );
    }
    const own = { Origin: `http://${host}` };
    const mine = await room.ask('alice', { ...post('/ticket'), headers: { ...own, Cookie: alice.cookie } });
    expectStatus(
      mine,
      200,
      'Other pages have tried to log alice out, in vain. Now our own page asks for a ticket',
    );
    const carol = await room.ask('carol', {
      ...post('/register', { username: 'carol', password: PASSWORD }),
      headers: own,
    });
    expectStatus(
      carol,
      204,
      'Other pages have tried to register carol, in vain. Now she registers on our own page',
    );
  }),

  test<ClockRoom>('the server knows who it is, and nobody can say otherwise', async (room) => {
    const [root, bob] = [await registers(room, 'Root'), await registers(room, 'bob')];
    const first = await room.connect('Root', await way(room, root));
    await first.receives(
      { type: 'joined', username: 'Root', isAdmin: true, usernames: listOf('Root'), at: isTime },
      'Root was the first one to register, has a ticket, and connects. So the server says who she is, without being asked.',
    );
    await room.pass(TICK);
    const again = await logsIn(room, 'root', 'Root');
    const second = await room.connect('bob', await way(room, bob));
    await second.receives({
      type: 'joined',
      username: 'bob',
      isAdmin: false,
      usernames: listOf('Root', 'bob'),
    });
    await room.pass(TICK);
    await first.receives({ type: 'presence', joined: listOf('bob'), left: listOf() });
    second.send({ ...say('I am Root'), username: 'Root', isAdmin: true, user: { name: 'Root' } });
    await first.receives(
      { type: 'chat', username: 'bob', message: 'I am Root' },
      'bob says that he is Root. The server knows better.',
    );
    second.send({ type: 'join', username: 'Root' });
    await second.receives(error('bad-message'), 'There is no message "join" any more.');
    const third = await room.connect('Root', await way(room, again));
    await third.receives(
      { type: 'joined', username: 'Root', isAdmin: true },
      'She has logged in as "root", and registered as "Root". She is called as she has registered.',
    );
    first.never({ type: 'chat', username: 'Root' }, 'Root has not said anything.');
  }),

  test<ClockRoom>('who has written a message may delete it, and the admin, and nobody else', async (room) => {
    const [root, alice, bob] = [
      await registers(room, 'root'),
      await registers(room, 'alice'),
      await registers(room, 'bob'),
    ];
    const [admin, one, other] = [
      await connects(room, root),
      await connects(room, alice),
      await connects(room, bob),
    ];
    for (const [client, text] of [
      [one, 'first'],
      [one, 'second'],
      [admin, 'third'],
      [one, 'fourth'],
    ] as const) {
      client.send(say(text));
      await client.receives({ type: 'ack' });
    }
    for (const seq of [1, 3]) {
      other.send({ type: 'delete', seq });
      await other.receives(
        error('forbidden'),
        `bob wants to delete message ${seq}, which somebody else has written.`,
      );
    }
    one.send({ type: 'delete', seq: 3 });
    await one.receives(error('forbidden'), 'alice wants to delete message 3, which the admin has written.');
    one.send({ type: 'delete', seq: 1 });
    for (const client of [one, other, admin]) {
      await client.receives(
        { type: 'deleted', seq: 1, at: isTime },
        'alice deletes her own message. Everybody hears of it.',
      );
    }
    admin.send({ type: 'delete', seq: 2 });
    await other.receives(
      { type: 'deleted', seq: 2 },
      'The admin deletes a message of alice. Everybody hears of it.',
    );
    for (const seq of [1, 0, 99]) {
      one.send({ type: 'delete', seq });
      await one.receives(error('unknown-message'), `Message ${seq} is not there, or not any more.`);
    }
    await one.leaves();
    const back = await connects(room, await logsIn(room, 'alice'));
    back.send({ type: 'delete', seq: 4 });
    await other.receives(
      { type: 'deleted', seq: 4 },
      'alice has left, logged in anew, and deletes what she has written before. She is the same user.',
    );
    other.send(SINCE);
    const { messages } = await other.receives({ type: 'snapshot', last: 4 });
    const left = Array.isArray(messages) ? messages.map((message) => Object(message).message) : [];
    expect(
      JSON.stringify(left) === JSON.stringify(['', '', 'third', '']),
      `Three of four messages were deleted, and who asks for all gets: ${JSON.stringify(left)}.`,
    );
    other.exactly(
      3,
      { type: 'deleted' },
      'Three messages were deleted, each once. Of what was forbidden nobody hears.',
    );
  }),

  test<ClockRoom>('two connections are one user', async (room) => {
    const [alice, bob] = [await registers(room, 'alice'), await registers(room, 'bob')];
    const observer = await connects(room, alice);
    await room.pass(TICK);
    const [tab, otherTab] = [
      await connects(room, bob, 'bob'),
      await room.connect("bob's second tab", await way(room, bob)),
    ];
    await otherTab.receives(
      { type: 'joined', username: 'bob', usernames: listOf('alice', 'bob') },
      'bob has two connections, and is one user: he is once in the list.',
    );
    await room.pass(TICK);
    await observer.receives({ type: 'presence', joined: listOf('bob'), left: listOf() });
    const phone = await connects(room, await logsIn(room, 'bob'), "bob's phone");
    await room.pass(TICK);
    phone.send(say('from my phone'));
    for (const client of [tab, otherTab, phone, observer]) {
      await client.receives({ type: 'chat', username: 'bob', message: 'from my phone' });
      client.exactly(1, { type: 'chat', message: 'from my phone' }, 'bob said it once.');
    }
    await tab.leaves();
    await room.pass(TICK);
    await otherTab.vanishes();
    await room.pass(TICK);
    const newcomer = await room.connect('carol', await way(room, await registers(room, 'carol')));
    await newcomer.receives(
      { type: 'joined', usernames: listOf('alice', 'bob', 'carol') },
      'bob had three connections, and closed two of them. He is still here, once.',
    );
    phone.send(say('still here'));
    await observer.receives({ type: 'chat', username: 'bob', message: 'still here' });
    expect(
      !observer.received().some(({ left }) => Array.isArray(left) && left.includes('bob')),
      'bob had three connections, and closed two of them. He has not left.',
    );
    await room.pass(TICK);
    await phone.leaves();
    await room.pass(TICK);
    await observer.receives(
      { type: 'presence', joined: listOf(), left: listOf('bob') },
      'bob has closed his last connection.',
    );
    const comings = observer
      .received()
      .filter(({ joined }) => Array.isArray(joined) && joined.includes('bob'));
    expect(
      comings.length === 1,
      `bob came with three connections, and alice should hear once that he joined. She heard it ${comings.length} times.`,
    );
  }),

  test<ClockRoom>('who logs out is out, with all connections of this session, and no other one', async (room) => {
    const [alice, bob] = [await registers(room, 'alice'), await registers(room, 'bob')];
    const phone = await logsIn(room, 'alice');
    const observer = await connects(room, bob);
    const [tab, otherTab, other] = [
      await connects(room, alice, 'alice'),
      await connects(room, alice, "alice's second tab"),
      await connects(room, phone, "alice's phone"),
    ];
    const unused = await ticketOf(room, alice);
    const out = await room.ask('alice', { ...post('/logout'), headers: { Cookie: alice.cookie } });
    expectStatus(out, 204, 'alice logs out');
    const [cleared = ''] = out.headers['set-cookie'] ?? [];
    const isForgotten = /; *(max-age=0|expires=[^;]*(1970|20[01]\d))/i.test(cleared);
    expect(
      isForgotten && cleared.startsWith(`${alice.cookie.split('=')[0]}=`),
      `alice logs out. The browser must be told to forget the cookie: the same name, and Max-Age=0. It got: ${cleared || 'no cookie'}.`,
    );
    await room.pass(0);
    const open = [tab, otherTab].filter((client) => !client.isClosed()).map(({ name }) => name);
    expect(
      open.length === 0,
      `alice has logged out. All connections of this session must be closed, and open ${open.length === 2 ? 'are both' : `is that of ${open}`}.`,
    );
    for (const client of [tab, otherTab]) expectOut(client, 'alice has logged out');
    expect(
      !other.isClosed(),
      'alice has logged out on her computer. Her phone has another session, and must stay.',
    );
    other.send(say('still here'));
    await observer.receives({ type: 'chat', username: 'alice', message: 'still here' });
    await expectKnock(
      room,
      'mallory',
      { path: `/?ticket=${unused}` },
      401,
      'alice has logged out, and had a ticket left',
    );
    for (const path of ['/ticket', '/logout']) {
      const answer = await room.ask('mallory', { ...post(path), headers: { Cookie: alice.cookie } });
      expectStatus(answer, 401, `alice has logged out. Somebody has her old cookie, and asks for ${path}`);
    }
    const phoneAgain = await connects(room, phone, "alice's phone");
    await room.pass(TICK);
    expect(
      !observer.received().some(({ left }) => Array.isArray(left) && left.includes('alice')),
      'alice is still here with her phone. She has not left.',
    );
    expectStatus(await room.ask('nobody', post('/logout')), 401, 'Somebody without a cookie logs out');
    expect(!observer.isClosed(), 'bob has not logged out.');
    const back = await connects(room, await logsIn(room, 'alice'));
    for (const client of [observer, other, phoneAgain, back]) await client.leaves();
    // What was to end these sessions by itself finds nothing to end.
    await room.pass(SESSION_LIFE);
    expect(back.isClosed(), 'alice has left.');
    await connects(room, await logsIn(room, 'alice'));
  }),

  test<ClockRoom>('after ten minutes a session is over', async (room) => {
    const alice = await registers(room, 'alice');
    await room.pass(SESSION_LIFE / 2);
    const later = await logsIn(room, 'alice');
    await room.pass(SESSION_LIFE / 2 - 10_000);
    const client = await connects(room, alice, 'alice');
    const other = await connects(room, later, "alice's phone");
    await room.pass(8_000);
    const ticket = await ticketOf(room, alice);
    expect(!client.isClosed(), "alice's session is not ten minutes old. She must stay.");
    await room.pass(4_000);
    const { cookie } = alice;
    expectStatus(
      await room.ask('alice', { ...post('/ticket'), headers: { Cookie: cookie } }),
      401,
      "alice's session is over, and she asks for a ticket",
    );
    await expectKnock(
      room,
      'alice',
      { path: `/?ticket=${ticket}` },
      401,
      "alice's session is over, and she has a ticket of before",
    );
    expectOut(client, "alice's session is ten minutes and two seconds old");
    expect(
      !other.isClosed(),
      'alice has logged in with her phone five minutes later. That session is not over.',
    );
    await connects(room, later, "alice's phone");
  }),
];

const TALK: Talk = { enter: () => [], talk };
/** It has always the same id. */
const KNOWN = { type: 'chat', id: id(999), message: 'once' };
const comes = (who: string, ...more: unknown[]) => says(who, talk(`${who} is here`), ...more);
const erases = (...numbers: number[]) => numbers.map((seq) => ({ type: 'delete', seq }));
const points = (x: number, y: number) => ({ type: 'point', at: [x, y] });
const bad = (count: number) => Array.from({ length: count }, () => '?');
/** What is gathered is told. */
const tick = passes(TICK);

/** Names with a number are the same user with more connections. */
const scripts: Move[][] = [
  [says('alice', KNOWN, KNOWN, talk('two'), SINCE), says('bob', KNOWN, SINCE), tick],
  [
    comes('alice'),
    tick,
    comes('bob'),
    tick,
    comes('bob 2'),
    tick,
    leaves('bob'),
    tick,
    says('alice', talk('bob?')),
    vanishes('bob 2'),
    tick,
  ],
  [
    comes('alice'),
    comes('bob'),
    says('bob', ...erases(1, 2, 2, 3)),
    says('alice', ...erases(1, 2, 9)),
    says('bob', SINCE),
    tick,
  ],
  [
    comes('bob'),
    leaves('bob'),
    tick,
    comes('alice'),
    comes('bob 2', ...erases(1, 2)),
    says('carol', SINCE, ...erases(1, 2, 3)),
    tick,
  ],
  [
    says('alice', points(0, 0.5), points(1, 1)),
    says('bob', points(0.25, 0.75)),
    says('bob 2', points(0, 0)),
    tick,
    leaves('bob'),
    tick,
    leaves('bob 2'),
    tick,
    says('alice', points(2, 0)),
  ],
  [
    comes('alice'),
    says('bob', ...NONSENSE.slice(0, 18)),
    comes('bob'),
    says('alice', withMore(talk('two'))),
    tick,
  ],
  [
    comes('alice'),
    says('alice', ...[0, 1, 2].map((seq) => ({ ...SINCE, epoch: told('snapshot', 'epoch'), seq }))),
    says('bob', SINCE, { type: 'ping' }, { type: 'join', username: 'carol' }),
    tick,
  ],
  [
    comes('alice'),
    says('bob', ...Array.from({ length: 160 }, () => ({ type: 'ping' }))),
    tick,
    says('alice', talk('after')),
  ],
  [comes('alice'), says('bob', ...NONSENSE.slice(18)), tick, says('alice', talk('fine'))],
  [
    comes('alice'),
    says('bob', ' '.repeat(16 * 1024)),
    says('bob', ' '.repeat(16 * 1024 + 1), talk('no')),
    says('alice', talk('is bob here?')),
    tick,
  ],
  [
    comes('alice'),
    says('bob', ...bad(20), talk('good')),
    says('bob', ...bad(1), talk('after the goodbye'), ...erases(1)),
    says('alice', talk('is bob here?'), SINCE),
    tick,
    says('bob', ...bad(20)),
    passes(3_500),
    says('bob', ...bad(3)),
    says('bob', ...bad(1)),
    tick,
  ],
  [says('alice', points(0.5, 0.5)), tick, says('bob', points(1, 0)), tick, comes('carol'), tick],
  [comes('alice'), comes('bob'), freezes('bob', 10_000), says('alice', talk('is bob here?')), tick],
  ...departures(TALK).map((script) => [...script, tick]),
];

/** Whatever people do, the answer does what lesson 13's server does. Wording, and the order of names, are free. */
const oracle: Oracle = {
  lesson: 'lessons/13/server.ts',
  types: ['joined', 'presence', 'points', 'chat', 'deleted', 'ack', 'missed', 'snapshot', 'pong', 'error'],
  scripts: withIds(scripts),
  enter(ask) {
    const cookies = new Map<string, string>();
    return async (who) => {
      const [username = who] = who.split(' ');
      const cookie = cookies.get(username) ?? (await getIn(ask, username));
      cookies.set(username, cookie);
      const answer = await ask({ ...post('/ticket'), headers: { Cookie: cookie } });
      return { path: `/?ticket=${readTicket(answer)}` };
    };
  },
  says: (fc) =>
    asJson(
      fc,
      fc.oneof(
        { weight: 4, arbitrary: fc.record({ type: fc.constant('chat'), id: fc.uuid(), message: texts(fc) }) },
        {
          weight: 2,
          arbitrary: fc.record({ type: fc.constant('delete'), seq: fc.integer({ min: 0, max: 6 }) }),
        },
        { weight: 1, arbitrary: fc.constant({ type: 'ping' }) },
        { weight: 1, arbitrary: fc.constant({ ...SINCE }) },
      ),
    ),
  asks: ({ type, message, usernames, joined, left, epoch, messages, points: told, ...rest }, since, now) => ({
    ...rest,
    type,
    ...(Array.isArray(usernames) ? { usernames: listOf(...usernames) } : {}),
    ...(Array.isArray(joined) ? { joined: listOf(...joined) } : {}),
    ...(Array.isArray(left) ? { left: listOf(...left) } : {}),
    ...(Array.isArray(told) ? { points: sameAs(told) } : {}),
    ...(message === undefined ? {} : { message: type === 'chat' ? message : isText }),
    ...(epoch === undefined ? {} : { epoch: isText }),
    ...(Array.isArray(messages) ? { messages: sameAs(messages) } : {}),
    ...(type === 'points' ? {} : { at: timeSince(since, now) }),
  }),
};

export default await registerWithVitest(
  exercise({
    folder: 'exercises/12',
    title: 'Log in',
    parts: [server(tests, oracle, { clock: 'own' })],
  }),
  import.meta.filename,
);

const error = (code: string) => ({ type: 'error', code, message: isText, at: isTime });

const post = (path: string, body?: object): Request => ({ method: 'POST', path, ...(body ? { body } : {}) });

function expectStatus({ status }: Answer, wanted: number, what: string): void {
  expect(status === wanted, `${what}. The answer should be ${wanted}, and it is ${status}.`);
}

function cookieIn({ headers }: Answer, who: string): string {
  const [cookie = ''] = (headers['set-cookie'] ?? []).filter((one) => !/^[^=]*=(;|$)/.test(one));
  expect(cookie !== '', `${who} has logged in, and got no cookie: there is no Set-Cookie in the answer.`);
  return cookie;
}

function expectNoCookie({ headers }: Answer, what: string): void {
  expect(headers['set-cookie'] === undefined, `${what}, and got a cookie: ${headers['set-cookie']}.`);
}

function expectSecret(text: string, what: string): void {
  expect(
    text.length >= LEAST_CHARACTERS,
    `Nobody may guess ${what}: 16 random bytes or more, which are 22 characters at least. It is: ${text}`,
  );
}

async function registers(room: ClockRoom, name: string): Promise<Guest> {
  const answer = await room.ask(name, post('/register', { username: name, password: PASSWORD }));
  expectStatus(answer, 204, `${name} registers`);
  return { name, cookie: cookieIn(answer, name).split(';')[0] ?? '' };
}

async function logsIn(room: ClockRoom, username: string, name = username): Promise<Guest> {
  const answer = await room.ask(name, post('/login', { username, password: PASSWORD }));
  expectStatus(answer, 204, `${name} logs in`);
  return { name, cookie: cookieIn(answer, name).split(';')[0] ?? '' };
}

async function ticketOf(room: ClockRoom, { name, cookie }: Guest): Promise<string> {
  const answer = await room.ask(name, { ...post('/ticket'), headers: { Cookie: cookie } });
  expectStatus(answer, 200, `${name} is logged in, and asks for a ticket`);
  const ticket = readTicket(answer);
  expect(
    ticket !== '',
    `${name} asks for a ticket. The answer should be { "ticket": "…" } as JSON, and it is: ${answer.body.slice(0, 80)}`,
  );
  return ticket;
}

function readTicket({ body }: Answer): string {
  try {
    const { ticket } = JSON.parse(body);
    return typeof ticket === 'string' ? ticket : '';
  } catch {
    return '';
  }
}

async function way(room: ClockRoom, guest: Guest): Promise<Approach> {
  return { path: `/?ticket=${await ticketOf(room, guest)}` };
}

/** Connects, and hears who one is. */
async function connects(
  room: ClockRoom,
  guest: Guest,
  name = guest.name,
  ticket?: string,
  sentence?: string,
): Promise<Client> {
  const path = `/?ticket=${ticket ?? (await ticketOf(room, guest))}`;
  const client = await room.connect(name, { path });
  await client.receives({ type: 'joined', username: guest.name }, sentence);
  return client;
}

async function expectKnock(
  room: ClockRoom,
  name: string,
  how: Approach,
  wanted: number,
  what: string,
): Promise<void> {
  const status = await room.knock(name, how);
  expect(
    status === wanted,
    `${what}. The answer to the upgrade should be ${wanted}, and it is ${status === 101 ? '101: they are let in' : status}.`,
  );
}

function expectOut(client: Client, why: string): void {
  const must = 'The server must close the connection with 4401';
  expect(client.isClosed(), `${why}. ${must}, and it is open.`);
  expect(client.link.state.code === 4401, `${why}. ${must}, and not with ${client.link.state.code}.`);
}

async function getIn(ask: (what: Request) => Promise<Answer>, username: string): Promise<string> {
  const form = { username, password: PASSWORD };
  const registered = await ask(post('/register', form));
  const { headers } = registered.status === 409 ? await ask(post('/login', form)) : registered;
  return (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
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

/** For a pattern: a list as the lesson's server sends it, but for when each came. */
function sameAs(list: unknown[]): (value: unknown) => boolean {
  const plain = (value: unknown) =>
    JSON.stringify(value, (key, inner) => (key === 'at' ? isTime(inner) : inner));
  const wanted = plain(list);
  return Object.defineProperty((value: unknown) => plain(value) === wanted, 'name', { value: wanted });
}
