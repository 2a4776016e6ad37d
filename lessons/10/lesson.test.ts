/** What lesson 10 promises: its server is the chat of the lessons before, taken apart so that it can be tested. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { ROOT } from '#shared/course/root.ts';
import { testHistoryChat } from '#shared/testing/history-chat.ts';
import { AT } from '#shared/testing/nickname-room.ts';
import { type Options, startChat } from './chat.ts';
import { createClock } from './clock.ts';
import * as protocol from './protocol.ts';
import { connect } from './recorder.ts';

const chat = testHistoryChat('lessons/10/server.ts', protocol);

test('a ping has its answer, before one has joined, too', async () => {
  const client = await chat.connect();
  expect(await chat.ask(client, { type: 'ping' })).toEqual({ type: 'pong', at: AT });
});

const COPIES = ['client.ts', 'delivery.ts', 'history.ts', 'options.ts', 'pulse.ts', 'reconnecting-socket.ts'];

test.each([...COPIES, 'client.html', 'protocol.ts'])('%s is that of the lesson before', (file) => {
  const read = (lesson: string) => readFileSync(`${ROOT}lessons/${lesson}/${file}`, 'utf8');
  // But for its title, and the lesson that it names.
  const here = read('10').replace(/(?<=<\/span> |\d \xb7 )Test it/g, 'Heartbeats');
  expect(here.replace(/(?<=[Ll]essons?[ /])10/g, '09')).toBe(read('09'));
});

/** Starts a chat that is over when the test is. */
async function open(options?: Options) {
  const server = createServer();
  const wss = startChat(server, options);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(async () => {
    for (const socket of wss.clients) socket.terminate();
    await once(server.close(), 'close');
  });
  return urlOf(server.address());
}

function urlOf(address: ReturnType<WebSocketServer['address']>): string {
  return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('startChat', () => {
  test('has nothing in common with another one in the same process', async () => {
    const clients = [await connect(await open()), await connect(await open())];
    for (const client of clients) {
      client.send({ type: 'join', username: 'alice' });
      expect(await client.next('joined')).toMatchObject({ usernames: ['alice'] });
      client.send({ type: 'chat', id: crypto.randomUUID(), message: 'hi' });
      expect(await client.next('ack')).toMatchObject({ seq: 1 });
    }
  });

  test('tells the time of the clock that it has, and tells its log who comes and goes', async () => {
    const clock = createClock();
    const lines: string[] = [];
    let quiet = () => {};
    const isQuiet = new Promise<void>((resolve) => {
      quiet = resolve;
    });
    const log = (line: string) => lines.push(line) === 2 && quiet();
    const client = await connect(await open({ clock, log }));
    clock.advance(1_500);
    client.send({ type: 'ping' });
    expect(await client.next('pong')).toEqual({ type: 'pong', at: '1970-01-01T00:00:01.500Z' });
    await client.close();
    await isQuiet;
    expect(lines).toEqual(['A client arrived.', "A client left: code 1000, reason ''."]);
  });
});

describe("a clock of one's own", () => {
  test('does what is due, each at its moment, also what is new on the way, and no more', () => {
    const clock = createClock();
    const done: string[] = [];
    const note = (name: string) => () => done.push(`${name} at ${clock.now()}`);
    clock.setTimeout(note('late'), 30);
    clock.setTimeout(() => clock.setTimeout(note('new'), 10), 10);
    clock.setTimeout(note('first'), 10);
    clock.clearTimeout(clock.setTimeout(note('never'), 10));
    clock.advance(20);
    expect(done).toEqual(['first at 10', 'new at 20']);
    clock.advance(9);
    expect(done).toHaveLength(2);
    clock.advance(1);
    expect(done.at(-1)).toBe('late at 30');
    expect(clock.now()).toBe(30);
  });
});

describe('the recorder', () => {
  test('waits for what comes later, gives each once, and keeps the order', async () => {
    const client = await connect(await open());
    const later = client.next('joined');
    client.send({ type: 'join', username: 'alice' });
    expect(await later).toMatchObject({ username: 'alice' });
    for (const username of ['anna', 'ann']) client.send({ type: 'join', username });
    expect(await client.next()).toMatchObject({ username: 'anna' });
    expect(await client.next('joined')).toMatchObject({ username: 'ann' });
    expect(client.all().map(({ username }) => username)).toEqual(['alice', 'anna', 'ann']);
  });

  test('fails with the conversation of all, once the server has nothing more to say', async () => {
    const url = await open();
    const conversation: string[] = [];
    const [alice, bob] = [await connect(url, 'alice', conversation), await connect(url, 'bob', conversation)];
    alice.send({ type: 'join', username: 'alice' });
    await alice.next('joined');
    await expect(bob.next('system')).rejects.toThrow(
      /^bob waits for system, but nothing more comes:\n {2}alice ──▶ \{"type":"join".*\n {2}alice ◀── \{"type":"joined"/,
    );
  });

  test('fails at once where the connection ends', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => server.close());
    server.on('connection', (socket) => socket.close(4000, 'go'));
    const client = await connect(urlOf(server.address()));
    await expect(client.next('joined')).rejects.toThrow(
      'the connection is closed:\n  client ◀── {"type":"closed"',
    );
    expect([client.isClosed(), await client.next('closed')]).toEqual([
      true,
      { type: 'closed', code: 4000, reason: 'go' },
    ]);
  });

  test('answers pings, and keeps what is no message of ours', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    onTestFinished(() => server.close());
    let pongs = 0;
    server.on('connection', (socket) => {
      socket.on('pong', () => {
        pongs += 1;
      });
      socket.on('message', () => socket.send('{"type":"pong"}'));
      socket.ping();
      socket.send('not JSON');
      socket.send(Buffer.from('x'));
    });
    const client = await connect(urlOf(server.address()));
    await client.fence();
    expect(pongs).toBe(1);
    expect(client.all().map(({ type }) => type)).toEqual(['protocol ping', 'text', 'binary', 'pong']);
    client.terminate();
  });
});
