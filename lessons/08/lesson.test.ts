import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ROOT } from '#shared/course/root.ts';
import { openCable } from '#shared/lesson/cable.ts';
import { askSince, testHistoryChat } from '#shared/testing/history-chat.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import { startServer } from '#shared/testing/start-server.ts';
import { createDelivery } from './delivery.ts';
import * as protocol from './protocol.ts';
import { openReconnectingSocket } from './reconnecting-socket.ts';

const JOIN = '{"type":"join","username":"alice"}';

const { server, connectAs, expectArrival } = testHistoryChat('lessons/08/server.ts', protocol);

test.each(['reconnecting-socket.ts', 'options.ts'])(
  '%s is that of the lesson before, word for word',
  (file) => {
    const text = (lesson: string) => readFileSync(`${ROOT}lessons/${lesson}/${file}`, 'utf8');
    expect(text('08')).toBe(text('07'));
  },
);

test('what was written while away arrives, and what was said meanwhile is shown, each once and in order', async () => {
  const bob = await connectAs('bob');
  const cable = await openCable(Number(new URL(server().url).port));
  const shown: string[] = [];
  let enter = () => {};
  const joined = () =>
    new Promise<void>((resolve) => {
      enter = resolve;
    });
  const delivery = createDelivery({
    send: (message) => link.send(JSON.stringify(message)),
    show: ({ message }) => shown.push(message),
    replace: () => {},
  });
  expectArrival();
  let isIn = joined();
  const link = openReconnectingSocket(`ws://localhost:${cable.port}`, {
    WebSocket,
    base: 1,
    mostQueued: 0,
    onOpen: () => link.send(JOIN),
    onMessage(text) {
      const message = protocol.parseServerMessage(text);
      if (!message) throw new Error(text);
      delivery.receive(message);
      // Her own ghost: the server has not noticed yet.
      if (message.type === 'error') link.send(JOIN);
      if (message.type === 'snapshot' || message.type === 'missed') enter();
    },
    onState: ({ state }) => state === 'waiting' && delivery.lost(),
  });
  try {
    await isIn;
    isIn = joined();
    // Her text gets to the server, and its ack does not come back.
    cable.cutAfter(1, 'down');
    delivery.write('on its way');
    while ((await bob.nextJson()).message !== 'alice left.');
    expectArrival();
    bob.send({ type: 'chat', id: randomUUID(), message: 'said meanwhile' });
    await isIn;
    delivery.write('the end');
    while ((await bob.nextJson()).message !== 'the end');
    await expect.poll(() => shown.at(-1), { timeout: 20_000, interval: 5 }).toBe('the end');
    expect(shown).toEqual(['on its way', 'said meanwhile', 'the end']);
    const heard = bob.received.map(String).filter((text) => text.includes('"chat"'));
    expect(heard.filter((text) => text.includes('on its way'))).toHaveLength(1);
  } finally {
    link.close();
    await cable.end();
  }
});

test('after a restart it is another epoch: its numbers begin again, and nobody is told of old ones', async () => {
  const first = await startServer('lessons/08/server.ts');
  const alice = await connectRecording(first.socketUrl);
  alice.send({ type: 'join', username: 'alice' });
  for (const message of ['one', 'two']) alice.send({ type: 'chat', id: randomUUID(), message });
  const { epoch, last } = await askSince(alice);
  expect(last).toBe(2);
  const second = await first.restart();
  try {
    const back = await connectRecording(second.socketUrl);
    back.send({ type: 'join', username: 'alice' });
    const answer = await askSince(back, epoch, last);
    expect(answer).toMatchObject({ type: 'snapshot', messages: [], last: 0 });
    expect(answer.epoch).not.toBe(epoch);
  } finally {
    await second.stop();
  }
});
