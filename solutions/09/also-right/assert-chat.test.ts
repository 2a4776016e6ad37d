import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import http from 'node:http';
import { test } from 'vitest';
import WebSocket from 'ws';
import { startChat } from '../../../lessons/10/chat.ts';
import { createClock } from '../../../lessons/10/clock.ts';

type Fields = Record<string, unknown>;

/** Reads the messages of a socket one by one, and leaves out those that are not asked for. */
function reader(socket: WebSocket) {
  const events = on(socket, 'message');
  const skipped: Fields[] = [];
  const socketEnds = once(socket, 'close').then(() => {
    throw new Error('The link was closed.');
  });
  socketEnds.catch(() => {});
  return {
    skipped,
    async read(...types: string[]): Promise<Fields> {
      for (;;) {
        const { value } = await Promise.race([events.next(), socketEnds]);
        const message = JSON.parse(String(value[0]));
        if (types.includes(message.type)) return message;
        skipped.push(message);
      }
    },
  };
}

/** Runs a story in a chat of its own. */
async function inChat(
  story: (
    meet: (
      name?: string,
    ) => Promise<ReturnType<typeof reader> & { socket: WebSocket; tell: (message: unknown) => void }>,
    advance: (ms: number) => void,
  ) => Promise<void>,
): Promise<void> {
  const sockets: WebSocket[] = [];
  const server = http.createServer();
  const clock = createClock();
  const chat = startChat(server, { clock, random: () => 0.999, log: () => {} });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
  const address = server.address();
  assert(typeof address === 'object' && address !== null);
  try {
    await story(async (name) => {
      const socket = new WebSocket(`ws://127.0.0.1:${address.port}`);
      socket.on('error', () => {});
      sockets.push(socket);
      const person = reader(socket);
      await once(socket, 'open');
      const tell = (message: unknown) => socket.send(JSON.stringify(message));
      if (name !== undefined) {
        tell({ type: 'join', username: name });
        assert.equal((await person.read('joined')).username, name);
      }
      return { ...person, socket, tell };
    }, clock.advance);
  } finally {
    for (const socket of sockets) socket.terminate();
    chat.close();
    server.close();
  }
}

test('the whole story', async () => {
  await inChat(async (meet, advance) => {
    const stranger = await meet();
    const ann = await meet('Ann');
    const ben = await meet('Ben');
    const cid = await meet('Cid');

    // Everybody hears Ann. Her ack may come before or after that.
    const id = randomUUID();
    ann.tell({ type: 'chat', id, message: 'hi all' });
    const both = [await ann.read('chat', 'ack'), await ann.read('chat', 'ack')];
    both.sort((a, b) => String(a.type).localeCompare(String(b.type)));
    assert.deepEqual([both[0]?.type, both[0]?.id, both[0]?.seq], ['ack', id, 1]);
    assert.deepEqual([both[1]?.type, both[1]?.message, both[1]?.seq], ['chat', 'hi all', 1]);
    for (const other of [ben, cid]) {
      const heard = await other.read('chat', 'ack');
      assert.deepEqual([heard.type, heard.seq, heard.username], ['chat', 1, 'Ann']);
    }

    // Ben says something, Ann repeats herself: her number is 1 still, and nobody hears it again.
    ben.tell({ type: 'chat', id: randomUUID(), message: 'hello Ann' });
    const next = await ann.read('chat', 'ack');
    assert.equal(next.seq, 2);
    for (const one of [ann, ben]) {
      one.tell({ type: 'chat', id, message: 'hi all' });
      for (;;) {
        const ack = await one.read('ack');
        if (ack.id !== id) continue;
        assert.equal(ack.seq, 1);
        break;
      }
    }
    ben.tell({ type: 'chat', id: randomUUID(), message: 'bye' });
    for (const expected of ['hello Ann', 'bye']) {
      const heard = await cid.read('chat', 'ack', 'error');
      assert.equal(heard.message, expected);
      assert.equal(heard.seq, expected === 'bye' ? 3 : 2);
    }

    // The stranger has heard nothing of all that, and may not talk.
    stranger.tell({ type: 'chat', id: randomUUID(), message: 'let me in' });
    assert.equal((await stranger.read('chat', 'ack', 'missed', 'error')).code, 'not-joined');
    stranger.tell({ type: 'since', epoch: '', seq: 0 });
    assert.equal((await stranger.read('chat', 'ack', 'missed', 'snapshot', 'error')).code, 'not-joined');
    for (const username of ['Ann', 'aNN', 'BEN']) {
      stranger.tell({ type: 'join', username });
      assert.equal((await stranger.read('joined', 'error')).code, 'username-taken');
    }
    stranger.socket.send('not json');
    assert.equal((await stranger.read('error')).code, 'not-json');
    stranger.socket.send(Buffer.of(0));
    assert.equal((await stranger.read('error')).code, 'not-text');

    // Nobody noticed. The next thing that they hear is Ann with a new name, and then without.
    ann.tell({ type: 'join', username: 'ANN' });
    assert.equal((await ann.read('joined', 'error')).username, 'ANN');
    assert.deepEqual(
      new Set((await cid.read('system', 'error', 'chat')).usernames as string[]),
      new Set(['ANN', 'Ben', 'Cid']),
    );
    ann.socket.close();
    assert.deepEqual(
      new Set((await cid.read('system', 'error', 'chat')).usernames as string[]),
      new Set(['Ben', 'Cid']),
    );
    stranger.tell({ type: 'join', username: 'ANN' });
    assert.equal((await stranger.read('joined', 'error')).username, 'ANN');
    await cid.read('system');

    // Ben's cable is pulled out. Cid and the stranger answer every ping.
    ben.socket.pause();
    let hasLeft = false;
    for (let step = 0; step < 25 && !hasLeft; step += 1) {
      advance(400);
      for (const living of [cid, stranger]) {
        living.tell({ type: 'ping' });
        const answer = await living.read('system', 'pong');
        if (answer.type !== 'system') continue;
        hasLeft = true;
        await living.read('pong');
      }
    }
    if (!hasLeft) assert.ok(await Promise.race([cid.read('system'), stranger.read('system')]));
    for (let step = 0; step < 100; step += 1) {
      advance(400);
      stranger.tell({ type: 'ping' });
      await stranger.read('pong');
      cid.tell({ type: 'ping' });
      await cid.read('pong');
    }
  });
});

test('whoever was away', async () => {
  await inChat(async (meet) => {
    const ann = await meet('Ann');
    for (let n = 1; n <= 101; n += 1) ann.tell({ type: 'chat', id: randomUUID(), message: String(n) });
    const ben = await meet('Ben');
    ann.tell({ type: 'ping' });
    await ann.read('pong');
    ben.tell({ type: 'since', epoch: '', seq: 0 });
    const { epoch, messages, last } = await ben.read('snapshot', 'missed');
    const seqs = (list: unknown) => (Array.isArray(list) ? list.map((one) => Number(one.seq)) : []);
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
    assert.equal(last, 101);
    assert.deepEqual(seqs(messages), range(2, 101));
    ben.tell({ type: 'since', epoch, seq: 0 });
    assert.deepEqual(seqs((await ben.read('missed')).messages), range(1, 100));
    ben.tell({ type: 'since', epoch, seq: 50 });
    assert.deepEqual(seqs((await ben.read('missed')).messages), range(51, 101));
    ben.tell({ type: 'since', epoch: randomUUID(), seq: 50 });
    assert.deepEqual(seqs((await ben.read('missed', 'snapshot')).messages), range(2, 101));
  });
});
