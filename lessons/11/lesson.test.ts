/** What lesson 11 promises: the chat of the lessons before, for those who are polite, and limits for all others. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { ROOT } from '#shared/course/root.ts';
import { testHistoryChat } from '#shared/testing/history-chat.ts';
import { AT } from '#shared/testing/nickname-room.ts';
import { connectRecording, type RecordingClient } from '#shared/testing/recording-client.ts';
import { startServer } from '#shared/testing/start-server.ts';
import { MOST_CHARACTERS } from './outbox.ts';
import * as protocol from './protocol.ts';

/** In bytes. */
const MAX_PAYLOAD = 16 * 1024;
/** What one client may ask for at once, and how many of its errors are answered. */
const [BURST, ERRORS] = [150, 20];
/** Connections of one address. */
const MOST = 250;

const chat = testHistoryChat('lessons/11/server.ts', protocol, { maxPayload: MAX_PAYLOAD });

test('a ping has its answer, before one has joined, too', async () => {
  const client = await chat.connect();
  expect(await chat.ask(client, { type: 'ping' })).toEqual({ type: 'pong', at: AT });
});

const COPIES = ['history.ts', 'options.ts', 'pulse.ts', 'reconnecting-socket.ts'];

test.each(COPIES)('%s is that of the lesson before', (file) => {
  const read = (lesson: string) => readFileSync(`${ROOT}lessons/${lesson}/${file}`, 'utf8');
  expect(read('11')).toBe(read('10'));
});

/** A server of its own, whose buckets are full. */
async function startOwn() {
  const server = await startServer('lessons/11/server.ts');
  onTestFinished(server.stop);
  return server;
}

const say = (message: string) => ({ type: 'chat', id: randomUUID(), message });

async function joinAs(client: RecordingClient, username: string): Promise<RecordingClient> {
  client.send({ type: 'join', username });
  expect(await client.nextJson()).toMatchObject({ type: 'joined' });
  return client;
}

describe('the size of a message', () => {
  test('the largest right one is taken, however it is written', async () => {
    const alice = await chat.connectAs('alice');
    const escaped = '\\u0000'.repeat(2000);
    const text = `{"type":"chat","id":"${randomUUID()}","message":"${escaped}"}`;
    expect(await chat.ask(alice, text)).toMatchObject({ message: '\0'.repeat(2000) });
  });

  test('of 16 KiB each is read, and of one byte more none: 1009, and the others hear nothing', async () => {
    const alice = await chat.connectAs('alice');
    const mallory = await chat.connect();
    expect(await chat.ask(mallory, ' '.repeat(MAX_PAYLOAD))).toEqual(chat.error('not-json'));
    mallory.send(' '.repeat(MAX_PAYLOAD + 1));
    expect(await mallory.closed).toMatchObject({ code: 1009 });
    alice.send(say('fence'));
    expect(await alice.nextJson()).toMatchObject({ message: 'fence' });
  });

  test('whatever the page keeps and sends again fits into a message', () => {
    const text = JSON.stringify(say('\0'.repeat(MOST_CHARACTERS)));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_PAYLOAD);
  });

  test.each([
    ['100 fragments are a message', 100, 1],
    ['101 are too many, however short: 1008', 101, 8],
  ])('%s', async (_, fragments, opcode) => {
    const { socketUrl } = await startOwn();
    const connection = await rawConnect(socketUrl);
    const parts = Array.from({ length: fragments }, (_, n) =>
      rawFrame(n === 0 ? 1 : 0, ' ', { fin: n === fragments - 1 }),
    );
    connection.socket.write(Buffer.concat(parts));
    const { value } = await rawFrames(connection).next();
    expect(value?.opcode).toBe(opcode);
    if (opcode === 8) expect(value?.payload.readUInt16BE(0)).toBe(1008);
    connection.socket.destroy();
  });
});

describe('how much one client may ask for', () => {
  test('what is too fast is refused, and nobody else hears of it; who stops has nothing to fear', async () => {
    const { socketUrl } = await startOwn();
    const alice = await joinAs(await connectRecording(socketUrl), 'alice');
    const mallory = await joinAs(await connectRecording(socketUrl), 'mallory');
    const sent = BURST - 5 + 10; // To join cost five.
    for (let n = 0; n < sent; n += 1) mallory.send(say(`${n}`));
    const types: unknown[] = [];
    while (types.length < sent) {
      const { type, code } = await mallory.nextJson();
      if (type !== 'chat' && type !== 'system') types.push(type === 'error' ? code : type);
    }
    const acks = types.filter((type) => type === 'ack').length;
    const refused = types.filter((type) => type === 'too-fast').length;
    // A slow machine takes its time, and meanwhile more tokens come.
    expect([acks + refused, acks >= BURST - 5]).toEqual([sent, true]);
    alice.send(say('fence'));
    const heard: unknown[] = [];
    while (heard.at(-1) !== 'fence') heard.push((await alice.nextJson()).message);
    expect(heard.length).toBe(acks + 2); // mallory joined, and the fence.
    expect(mallory.socket.readyState).toBe(mallory.socket.OPEN);
  });

  test('who goes on is closed with 1008, and the others talk on', async () => {
    const { socketUrl } = await startOwn();
    const alice = await joinAs(await connectRecording(socketUrl), 'alice');
    const mallory = await joinAs(await connectRecording(socketUrl), 'mallory');
    for (let n = 0; n < 5_000; n += 1) mallory.send(say('flood'));
    expect(await mallory.closed).toEqual({ code: 1008, reason: 'Too many errors.' });
    alice.send(say('still here'));
    const heard: unknown[] = [];
    while (heard.at(-1) !== 'still here') heard.push((await alice.nextJson()).message);
    expect(heard.filter((text) => text === 'flood').length).toBeLessThan(1_000);
  });

  test.each([
    ['texts that are no JSON', '?'],
    ['binary messages', Buffer.alloc(4)],
    ['messages without a type', {}],
    ['names that are none', { type: 'join', username: '' }],
    ['texts of somebody without a name', say('hi')],
  ])('who sends nothing but errors is closed with 1008: %s', async (_, message) => {
    const mallory = await chat.connect();
    for (let n = 0; n < 100; n += 1) mallory.send(message);
    expect(await mallory.closed).toEqual({ code: 1008, reason: 'Too many errors.' });
    // On a slow machine one or two tokens have come meanwhile.
    expect(mallory.received.length).toBeGreaterThanOrEqual(ERRORS);
    expect(mallory.received.length).toBeLessThan(100);
  });

  test('pings of the protocol count: ws answers each', async () => {
    const mallory = await chat.connect();
    // Not all at once: then ws itself would end the connection.
    for (let n = 0; mallory.socket.readyState === mallory.socket.OPEN && n < 3_000; n += 1) {
      mallory.socket.ping();
      await Promise.race([once(mallory.socket, 'pong'), mallory.closed]);
    }
    expect(await mallory.closed).toMatchObject({ code: 1008 });
    expect(JSON.parse(String(mallory.received[0]))).toMatchObject({ type: 'error', code: 'too-fast' });
  });

  test('who is told to go, and goes on, and answers nothing, is ended', async () => {
    const { socketUrl } = await startOwn();
    const { socket } = await rawConnect(socketUrl);
    socket.write(Buffer.concat(Array.from({ length: 100 }, () => rawFrame(1, '?'))));
    socket.resume();
    const begin = performance.now();
    await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}));
    // ws alone waits for 30 seconds.
    expect(performance.now() - begin).toBeLessThan(25_000);
  });
});

describe('how many may come', () => {
  test('all of one address may join at once, and then only so many: the rest is too fast', async () => {
    const { socketUrl } = await startOwn();
    const begin = performance.now();
    const ten = await Promise.all(Array.from({ length: 10 }, () => connectRecording(socketUrl)));
    // Each has the tokens for 30 names.
    for (const [n, client] of ten.entries())
      for (let name = 0; name < 30; name += 1) client.send({ type: 'join', username: `${n} ${name}` });
    for (const client of ten) client.send(' ');
    let [joined, tooFast] = [0, 0];
    for (const client of ten) {
      for (let isOver = false; !isOver; ) {
        const { type, code } = await client.nextJson();
        if (type === 'joined') joined += 1;
        if (code === 'too-fast') tooFast += 1;
        isOver = code === 'not-json';
      }
    }
    const seconds = (performance.now() - begin) / 1000;
    expect(joined + tooFast).toBe(300);
    expect(joined).toBeGreaterThanOrEqual(MOST);
    expect(joined).toBeLessThanOrEqual(MOST + 25 * seconds + 1);
    for (const { socket } of ten) socket.terminate();
  });

  test('so many of one address, and no more: 1013. Who leaves makes room', async () => {
    const { socketUrl } = await startOwn();
    const all = await Promise.all(Array.from({ length: MOST }, () => connectRecording(socketUrl)));
    const late = await connectRecording(socketUrl);
    expect(await late.closed).toEqual({ code: 1013, reason: 'Too many from your address.' });
    await all[0]?.close();
    const next = await connectRecording(socketUrl);
    next.send({ type: 'ping' });
    expect(await next.nextJson()).toMatchObject({ type: 'pong' });
    for (const { socket } of [...all, next]) socket.terminate();
  });

  test('a log has a limit, and says what it left out', async () => {
    const server = await startOwn();
    for (let n = 0; n < 600; n += 100) {
      const some = await Promise.all(Array.from({ length: 100 }, () => connectRecording(server.socketUrl)));
      await Promise.all(some.map((client) => client.close()));
    }
    const leftOut = () =>
      [...server.output().matchAll(/^\((\d+) lines were left out\.\)$/gm)].reduce(
        (sum, [, count]) => sum + Number(count),
        0,
      );
    // Each who comes tries to write a line: one of them tells how many were left out before.
    await expect
      .poll(
        async () => {
          await (await connectRecording(server.socketUrl)).close();
          return leftOut();
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBeGreaterThan(0);
    expect(server.output().split('\n').length).toBeLessThan(1_200);
  });
});
