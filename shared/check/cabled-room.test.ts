/** The cable in a check: who connects under a name goes through it, and all others do not. */
import { expect, test } from 'vitest';
import { server, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';

const { judge } = useBench(2);

/** Tells everybody what one says, with a number. */
const CHAT = server(
  "socket.on('error', () => {});",
  'socket.on(\'close\', () => { for (const one of wss.clients) one.send(\'{"type":"left"}\'); });',
  "socket.on('message', (data) => { for (const one of wss.clients) one.send(JSON.stringify({ type: 'chat', text: String(data) })); });",
);

test('a frozen cable holds what one hears, and gives it when it is healed', async () => {
  const verdict = await judge(CHAT, [
    exerciseTest('alice is cut off for a while', async (room) => {
      const cable = await room.cable('alice');
      const [alice, bob] = [await room.connect('alice'), await room.connect('bob')];
      cable.freeze('down');
      for (const text of ['one', 'two']) {
        bob.send(text);
        await bob.receives({ type: 'chat', text });
      }
      if (alice.received().length > 0) throw new Error('The cable is not frozen.');
      cable.heal();
      for (const text of ['one', 'two']) await alice.receives({ type: 'chat', text });
    }),
    exerciseTest('alice is cut off for good', async (room) => {
      const cable = await room.cable('alice');
      const [alice, bob] = [await room.connect('alice'), await room.connect('bob')];
      cable.reset();
      await bob.receives({ type: 'left' });
      alice.send('Is anybody there?');
      bob.send('the end');
      await bob.receives({ type: 'chat', text: 'the end' });
      bob.never({ text: 'Is anybody there?' }, 'alice was heard without a cable.');
    }),
  ]);
  expect(verdict.tests.map(({ sentence }) => sentence)).toEqual([undefined, undefined]);
  expect(verdict.solved).toBe(true);
});
