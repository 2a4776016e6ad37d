/** A clock of the check's in a server goes on, whatever waits there, and all that is due has run. */
import { expect, test } from 'vitest';
import { server, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { ClockRoom } from './room.ts';

const { judgeTimed } = useBench(2);

test('who waits for nothing, again and again, stops no clock', async () => {
  const text = server(
    'const began = Date.now();',
    "import('node:timers/promises').then(async ({ setInterval }) => {",
    'for await (const _ of setInterval(0)) if (Date.now() - began >= 2000) break;',
    'socket.send(JSON.stringify({ waited: Date.now() - began }));',
    '});',
  );
  const { tests } = await judgeTimed(text, [
    exerciseTest<ClockRoom>('it waits', async (room) => {
      const alice = await room.connect('alice');
      await room.pass(2500);
      const waited = Number(alice.received()[0]?.waited);
      expect([waited, waited >= 2000 && waited < 2500]).toEqual([waited, true]);
    }),
  ]);
  expect(tests[0]?.sentence).toBeUndefined();
});

test('all that is due runs, however much it is', async () => {
  const text = server(
    'let ran = 0;',
    'for (let n = 0; n < 12_000; n += 1) setTimeout(() => { ran += 1; }, 3000);',
    "socket.on('message', () => socket.send(JSON.stringify({ ran })));",
  );
  const { tests } = await judgeTimed(text, [
    exerciseTest<ClockRoom>('it runs all', async (room) => {
      const alice = await room.connect('alice');
      await room.pass(3000);
      alice.send('how many?');
      await alice.receives({ ran: 12_000 });
    }),
  ]);
  expect(tests[0]?.sentence).toBeUndefined();
});
