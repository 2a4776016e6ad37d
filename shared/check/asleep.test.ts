/** A client that reads nothing: all that is sent to it waits in the server, from the first byte on, and comes when it reads. */
import { expect, test } from 'vitest';
import { LISTEN, program, useBench } from '#shared/testing/broken-answers.ts';
import { exercise, test as exerciseTest, server } from './exercise.ts';
import type { ClockRoom } from './room.ts';
import { withText } from './scratch.ts';

const { shared } = useBench(1);

/** Sends what it is asked for, tells how much waits for the others, and ends who is named. */
const SERVER = program(
  '',
  LISTEN,
  'let number = 0;',
  "wss.on('connection', (socket) => {",
  "socket.on('error', () => {});",
  "socket.on('message', (data) => {",
  '  const { send = 0, end } = JSON.parse(data.toString());',
  '  const others = [...wss.clients].filter((one) => one !== socket);',
  "  for (let n = 0; n < send; n += 1) for (const one of wss.clients) one.send(JSON.stringify({ number: (number += 1), text: 'x'.repeat(1000) }));",
  '  if (end) for (const one of others) one.terminate();',
  '  socket.send(JSON.stringify({ waiting: others.map((one) => one.bufferedAmount) }));',
  '});',
  '});',
);

/** Runs this with the server, and gives the sentence where it fails. */
async function play(run: (room: ClockRoom) => Promise<void>): Promise<void> {
  const part = server([exerciseTest<ClockRoom>('it waits', run)], undefined, { clock: 'own' });
  const about = exercise({ folder: 'exercises/broken', title: 'Broken', parts: [part] });
  const { tests } = await withText(SERVER, 'server.ts', (file) => shared.judge(about, { 'server.ts': file }));
  expect(tests[0]?.sentence).toBeUndefined();
  expect(tests[0]?.passed).toBe(true);
}

test('from the first byte on all waits in the server, and then comes in its order', async () => {
  await play(async (room) => {
    const [alice, bob] = [await room.connect('alice'), await room.connect('bob')];
    await bob.fallsAsleep();
    alice.send({ send: 20 });
    const { waiting } = await alice.receives({ waiting: (value: unknown) => Array.isArray(value) });
    expect(Number([waiting].flat()[0])).toBeGreaterThan(20_000);
    await room.pass(1_000);
    expect(bob.received()).toEqual([]);
    await bob.wakesUp();
    const numbers = bob.received().map(({ number }) => Number(number));
    expect(numbers).toHaveLength(20);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    alice.send({ send: 1 });
    await bob.receives({ number: (value: unknown) => Number(value) > 40 });
  });
});

test('who is ended asleep sees that it has ended, and nothing of what waited', async () => {
  await play(async (room) => {
    const [alice, bob] = [await room.connect('alice'), await room.connect('bob')];
    await bob.fallsAsleep();
    alice.send({ send: 5, end: true });
    await alice.receives({ waiting: (value: unknown) => Array.isArray(value) });
    await room.pass(0);
    expect(bob.isClosed()).toBe(true);
    expect(bob.link.state.code).toBe(1006);
    expect(bob.received()).toEqual([]);
  });
});
