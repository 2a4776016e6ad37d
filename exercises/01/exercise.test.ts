/** The check of exercise 01. You may read it; the task is in README.md. */

import { texts } from '#shared/check/edges.ts';
import { exercise, server, test } from '#shared/check/exercise.ts';
import { expectTime, isText, isTime, nextMillisecond, timeSince } from '#shared/check/matchers.ts';
import { ALL_BROKEN, says } from '#shared/check/moves.ts';
import type { Oracle } from '#shared/check/oracle.ts';
import { crowd, departures, edges, type Talk } from '#shared/check/scripts.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

const tests = [
  test('a client that connects gets a welcome as JSON, with a message', async ({ connect }) => {
    const alice = await connect('alice');
    await alice.receives({ type: 'welcome', message: isText });
  }),

  test('the welcome has the time, in UTC with milliseconds', async ({ connect }) => {
    const before = Date.now();
    const alice = await connect('alice');
    const welcome = await alice.receives({ type: 'welcome', at: isTime });
    expectTime(welcome.at, before, 'the welcome');
  }),

  test('a text comes back as an echo in JSON, exactly as it was', async ({ connect }) => {
    const alice = await connect('alice');
    alice.send('hello');
    await alice.receives({ type: 'echo', message: 'hello' });
  }),

  test('each echo has the time at which its text arrived', async ({ connect }) => {
    const alice = await connect('alice');
    await alice.receives({ type: 'welcome' });
    // The clock ticks between the connection and the text, and between the two texts.
    for (const text of ['first', 'second']) {
      const before = await nextMillisecond();
      alice.send(text);
      const echo = await alice.receives({ type: 'echo', message: text, at: isTime });
      expectTime(echo.at, before, `"${text}"`);
    }
  }),

  test('no text breaks it: empty, quotes, line breaks, JSON, emoji, or very long', async ({ connect }) => {
    const alice = await connect('alice');
    const texts = [
      '',
      '"quotes" and \\ and \n',
      'null',
      '{"type":"echo"}',
      '<b>👩‍🚀</b> ñ',
      '  spaces  ',
      'x'.repeat(60_000),
    ];
    for (const text of texts) {
      alice.send(text);
      await alice.receives({ type: 'echo', message: text, at: isTime });
    }
  }),

  test('an echo goes to its sender and to nobody else', async ({ connect }) => {
    const alice = await connect('alice');
    const bob = await connect('bob');
    alice.send('from alice');
    await alice.receives({ type: 'echo', message: 'from alice' });
    bob.send('from bob');
    await bob.receives({ type: 'echo', message: 'from bob' });
    bob.never({ message: 'from alice' }, 'bob got the echo of what alice sent. Only alice should get it.');
    alice.never({ message: 'from bob' }, 'alice got the echo of what bob sent. Only bob should get it.');
    alice.exactly(1, { message: 'from alice' }, 'alice did not get her echo exactly once.');
  }),

  test('a binary message is answered with the error not-text, and the connection stays open', async ({
    connect,
  }) => {
    const alice = await connect('alice');
    const bob = await connect('bob');
    alice.send(Buffer.from([0xff, 0xfe, 0x00, 0x41]));
    await alice.receives({ type: 'error', code: 'not-text', message: isText, at: isTime });
    alice.send('still here');
    await alice.receives({ type: 'echo', message: 'still here' });
    alice.exactly(1, { type: 'echo' }, 'The binary message was echoed. It should get the error only.');
    bob.send('bob, too');
    await bob.receives({ type: 'echo', message: 'bob, too' });
    bob.never({ type: 'error' }, 'bob got the error for what alice sent.');
  }),

  test('a frame that breaks the protocol ends its own connection, and no other', async (room) => {
    const alice = await room.connect('alice');
    await room.breakProtocol('mallory');
    alice.send('still here');
    await alice.receives({ type: 'echo', message: 'still here' });
  }),
];

const TALK: Talk = { enter: () => [], talk: (text) => text };

/** Whatever people do, the answer does what lesson 02's server does. The wording is free. */
const oracle: Oracle = {
  lesson: 'lessons/02/server.ts',
  types: ['welcome', 'echo', 'error'],
  // What is short comes first: so a difference is found where it is short, too.
  scripts: [
    ...crowd(TALK),
    [
      says(
        'alice',
        ...['', '41', '7b7d', 'fffe00'].map((bytes) => ({ bytes })),
        'A',
        { bytes: '41' },
        'after',
      ),
    ],
    ...departures(TALK, ALL_BROKEN),
    ...edges(TALK),
  ],
  says: (fc) =>
    fc.oneof(
      { weight: 6, arbitrary: texts(fc).map((text) => ({ text })) },
      { weight: 1, arbitrary: fc.constantFrom('', '00', '41', '7b7d', 'fffe').map((bytes) => ({ bytes })) },
    ),
  asks: ({ type, message, ...rest }, since) => ({
    ...rest,
    type,
    message: type === 'echo' ? message : isText,
    at: timeSince(since),
  }),
};

export default await registerWithVitest(
  exercise({ folder: 'exercises/01', title: 'Add timestamps', parts: [server(tests, oracle)] }),
  import.meta.filename,
);
