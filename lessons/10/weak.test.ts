/** Tests of the chat that look good, and pass. mutants.ts counts how many wrong servers they catch. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { startChat } from './chat.ts';
import { connect, type Recorder } from './recorder.ts';

async function openRoom() {
  const server = createServer();
  const chat = startChat(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' && address?.port}`;
  onTestFinished(async () => {
    for (const socket of chat.clients) socket.terminate();
    chat.close();
    await once(server.close(), 'close');
  });
  return async (username: string): Promise<Recorder> => {
    const client = await connect(url, username);
    client.send({ type: 'join', username });
    return client;
  };
}

const say = (client: Recorder, id: string = crypto.randomUUID()) =>
  client.send({ type: 'chat', message: 'hi', id });

test('somebody joins', async () => {
  const join = await openRoom();
  expect(await (await join('alice')).next('joined')).toMatchObject({ username: 'alice' });
});

test('a message arrives, and has an ack', async () => {
  const join = await openRoom();
  const [alice, bob] = [await join('alice'), await join('bob')];
  await bob.next('joined');
  say(alice);
  expect(await bob.next('chat')).toMatchObject({ username: 'alice', message: 'hi' });
  expect(await alice.next('ack')).toBeDefined();
});

test('a message may come twice', async () => {
  const alice = await (await openRoom())('alice');
  const id = crypto.randomUUID();
  say(alice, id);
  say(alice, id);
  await alice.next('ack');
  expect(await alice.next('ack')).toMatchObject({ id });
});

test('a name is taken', async () => {
  const join = await openRoom();
  await (await join('alice')).next('joined');
  expect(await (await join('alice')).next('error')).toMatchObject({ code: 'username-taken' });
});

test('what was missed comes', async () => {
  const alice = await (await openRoom())('alice');
  say(alice);
  await alice.next('ack');
  alice.send({ type: 'since', epoch: '', seq: 0 });
  expect((await alice.next('snapshot')).messages).toHaveLength(1);
});

test('who leaves is announced', async () => {
  const join = await openRoom();
  const [alice, bob] = [await join('alice'), await join('bob')];
  await bob.next('joined');
  await alice.close();
  expect(await bob.next('system')).toMatchObject({ message: 'alice left.' });
});

test('bad input is refused', async () => {
  const alice = await (await openRoom())('alice');
  alice.send('{');
  expect(await alice.next('error')).toMatchObject({ code: 'not-json' });
});
