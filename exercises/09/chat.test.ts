import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startChat } from '#lessons/10/chat.ts';

// TODO 2: a number of ms is never right: too long for your patience, and too short for a slow day.
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Connects, and keeps all messages that come. */
async function connect(url: string) {
  const socket = new WebSocket(url);
  const messages: { type: string; [field: string]: unknown }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(data.toString())));
  socket.on('error', () => {}); // A close event follows.
  await sleep(50);
  return {
    socket,
    messages,
    send: (message: object) => socket.send(JSON.stringify(message)),
  };
}

test('alice and bob talk', async () => {
  const server = createServer();
  const wss = startChat(server);
  // TODO 2: who else uses this port?
  server.listen(8080);
  const alice = await connect('ws://localhost:8080');
  const bob = await connect('ws://localhost:8080');
  alice.send({ type: 'join', username: 'alice' });
  bob.send({ type: 'join', username: 'bob' });
  await sleep(50);

  alice.send({ type: 'chat', id: randomUUID(), message: 'hi' });
  await sleep(50);
  // TODO 1: can this fail?
  expect(bob.messages).toBeDefined();

  for (const { socket } of [alice, bob]) socket.terminate();
  wss.close();
  server.close();
});

// TODO 3: who hears a message, and who must not?
// TODO 4: what if a message comes twice, with one id?
// TODO 5: which numbers do messages have, and what does their sender hear?
// TODO 6: what does somebody get who was away?
// TODO 7: whose is a name, and until when?
// TODO 8: a link on which nothing comes: with createClock() of '#lessons/10/clock.ts' a day passes in no time.
// TODO 9: what happens after bad input, and to whom?
