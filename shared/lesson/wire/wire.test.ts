/** The tap and the feed: what they tell of a server's connections, and what they leave alone. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { rawConnect, rawFrame } from '#shared/check/raw-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import type { WireEvent } from './events.ts';
import { tapServer } from './tap.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/03/server.ts');
});
afterAll(() => server.stop());

const WAIT = { timeout: 20_000, interval: 20 };

async function connect(url = server.socketUrl, options = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, options);
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** Looks at the wire as a page does. */
async function look(): Promise<WireEvent[]> {
  const events: WireEvent[] = [];
  const asked = request(`${server.url}/wire`).end();
  onTestFinished(() => void asked.destroy());
  asked.on('error', () => {});
  const [response] = await once(asked, 'response');
  expect(response.headers['content-type']).toBe('text/event-stream');
  let text = '';
  response.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    const data = whole.filter((event) => event.startsWith('data: '));
    for (const event of data) events.push(...JSON.parse(event.replace('data: ', '')));
  });
  response.on('error', () => {});
  return events;
}

const textOf = (event: WireEvent) =>
  event.kind === 'frame' ? Buffer.from(event.payload, 'base64').toString() : '';
const opcodeOf = (event: WireEvent) =>
  event.kind === 'frame' ? (Buffer.from(event.header, 'base64')[0] ?? 0) & 15 : -1;

describe('the feed', () => {
  test('shows who was there, handshakes, all kinds of frames, and how a connection ends', async () => {
    const early = await connect();
    early.send('{"message":"nobody looks yet"}');
    await once(early, 'message');
    const events = await look();
    await expect.poll(() => events.length, WAIT).toBeGreaterThan(0);
    expect(events[0]).toMatchObject({ kind: 'run' });
    expect(events[1]).toMatchObject({ kind: 'open', isOld: true });

    const socket = await connect(`${server.socketUrl}/?client=left`);
    socket.send('{"message":"hello"}');
    socket.ping('are you there');
    await once(socket, 'pong');
    socket.close(1000, 'bye');
    await once(socket, 'close');
    await expect.poll(() => events.some(({ kind }) => kind === 'closed'), WAIT).toBe(true);
    const opened = events.find((event) => event.kind === 'open' && event.name === 'left');
    expect(opened).toMatchObject({
      isOld: false,
      request: expect.stringMatching(/^GET \/\?client=left HTTP\/1\.1\r\n.*Sec-WebSocket-Key: /s),
      response: expect.stringMatching(/^HTTP\/1\.1 101 Switching Protocols\r\n.*Sec-WebSocket-Accept: /s),
    });
    const lane = opened?.kind === 'open' ? opened.lane : 0;
    const own = events.filter((event) => event.kind === 'frame' && event.lane === lane);
    const seen = own.map((event) => [event.kind === 'frame' && event.from, opcodeOf(event)]);
    expect(seen.filter(([from]) => from === 'client')).toEqual([
      ['client', 1],
      ['client', 9],
      ['client', 8],
    ]);
    expect(seen.filter(([from]) => from === 'server')).toEqual([
      ['server', 1],
      ['server', 1],
      ['server', 10],
      ['server', 8],
    ]);
    expect(own.map(textOf)).toContain('{"message":"hello"}');
    // The one who was there before the view is followed from the next frame on.
    early.send('{"message":"later"}');
    await expect.poll(() => events.map(textOf), WAIT).toContain('{"message":"later"}');
    expect(events.map(textOf)).not.toContain('{"message":"nobody looks yet"}');
  });

  test('leaves out what comes too fast, and says how much: nothing else is lost', async () => {
    const events = await look();
    const socket = await connect();
    const COUNT = 3000;
    let got = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('message', () => {
        got += 1;
        if (got >= COUNT) resolve();
      });
    });
    for (let at = 0; at < COUNT; at += 1) socket.send(`{"message":"${at}"}`);
    await all;
    const framesSeen = () => events.filter(({ kind }) => kind === 'frame').length;
    const leftOut = () =>
      events.reduce((sum, event) => sum + (event.kind === 'left-out' ? event.count : 0), 0);
    // Each message went in and out once; the welcome is one more.
    await expect.poll(() => framesSeen() + leftOut(), WAIT).toBeGreaterThanOrEqual(2 * COUNT);
    expect(leftOut()).toBeGreaterThan(COUNT);
    socket.close(1000);
    await expect.poll(() => events.filter((event) => opcodeOf(event) === 8).length, WAIT).toBe(2);
  });

  test('is for pages of this server only, and off where others can reach it', async () => {
    const status = async (path: string, headers: Record<string, string> = {}, url = server.url) => {
      const asked = request(url + path, { headers }).end();
      const [response] = await once(asked, 'response');
      response.destroy();
      return response.statusCode;
    };
    expect(await status('/wire', { origin: 'http://localhost:1' })).toBe(403);
    expect(await status('/wire', { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status('/wire', { host: 'evil.example' })).toBe(403);
    expect(await status('/wire', { 'sec-fetch-site': 'same-origin', origin: server.url })).toBe(200);
    const open = await startServer('lessons/03/server.ts', { env: { HOST: '0.0.0.0' } });
    for (const path of ['/wire', '/wire.ts', '/stage', '/stage.ts'])
      expect(await status(path, {}, open.url)).toBe(404);
    await open.stop();
  });
});

test('a view that opens in the middle of a message is not confused by it', async () => {
  const { socket } = await rawConnect(server.socketUrl);
  onTestFinished(() => void socket.destroy());
  const big = rawFrame(1, 'x'.repeat(60_000));
  socket.write(Buffer.concat([rawFrame(1, '{"message":"before it"}'), big.subarray(0, 100)]));
  await once(socket, 'data'); // So the first bytes of the big one have been read, too.
  const events = await look();
  await expect.poll(() => events.length, WAIT).toBeGreaterThan(0);
  const { lane } = events.filter((event) => event.kind === 'open').at(-1) ?? {};
  socket.write(big.subarray(100));
  await once(socket, 'data'); // The server has told what was wrong with it, so the rest has been read.
  socket.write(rawFrame(1, '{"message":"after it"}'));
  const own = () => events.filter((event) => event.kind === 'frame' && event.lane === lane);
  const received = () => own().filter((event) => event.kind === 'frame' && event.from === 'client');
  await expect.poll(() => received().map(textOf), WAIT).toEqual(['{"message":"after it"}']);
  expect(own().filter((event) => event.kind === 'frame' && event.error)).toEqual([]);
});

test('more connections than anybody can look at are served, and not kept', async () => {
  const http = createServer();
  const tap = tapServer(http);
  const wss = new WebSocketServer({ server: http });
  wss.on('connection', (socket) => socket.on('message', () => socket.send('hello')));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => {
    for (const socket of wss.clients) socket.terminate();
    http.close();
  });
  const { port } = http.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}`;
  const events: WireEvent[] = [];
  tap.watch((event) => events.push(event));
  const kinds = (kind: WireEvent['kind']) => events.filter((event) => event.kind === kind);
  const crowd = await Promise.all(Array.from({ length: 205 }, () => connect(url)));
  expect(kinds('open').length).toBe(200);
  expect(kinds('crowded')).toEqual([{ kind: 'crowded', most: 200 }]);
  // Whoever looks from now on hears of it, too.
  const later: WireEvent[] = [];
  tap.watch((event) => later.push(event));
  expect(later.map(({ kind }) => kind)).toEqual([...Array(200).fill('open'), 'crowded']);
  for (const socket of crowd) {
    socket.send('hi');
    await once(socket, 'message');
  }
  for (const socket of crowd.slice(0, 10)) socket.terminate();
  await expect.poll(() => kinds('closed').length, WAIT).toBeGreaterThan(0);
  await connect(url);
  expect(kinds('open').length).toBe(201);
});

test('compressed messages are inflated, and those that refer to what nobody saw are not', async () => {
  const http = createServer();
  const tap = tapServer(http);
  const wss = new WebSocketServer({ server: http, perMessageDeflate: { threshold: 0 } });
  wss.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  onTestFinished(() => void http.close());
  const address = http.address() as AddressInfo;
  const socket = await connect(`ws://127.0.0.1:${address.port}`, { perMessageDeflate: { threshold: 0 } });
  const events: WireEvent[] = [];
  const say = async (text: string) => {
    socket.send(text);
    await once(socket, 'message');
  };
  const stop = tap.watch((event) => events.push(event));
  for (const text of ['the same words', 'the same words, and more', 'the same words']) await say(text);
  const inflated = () => events.map((event) => event.kind === 'frame' && event.inflated).filter(Boolean);
  expect(inflated()).toEqual(
    [
      'the same words',
      'the same words',
      'the same words, and more',
      'the same words, and more',
      'the same words',
      'the same words',
    ].map((text) => ({ text })),
  );
  stop();
  await say('unseen');
  tap.watch((event) => events.push(event));
  await say('unseen');
  expect(inflated().slice(6)).toEqual([
    { why: expect.stringContaining('earlier messages') },
    { why: expect.stringContaining('earlier messages') },
  ]);
});
