/** What lesson 12 gathers, and what it sends to whom: with real connections, and a clock that the tests move. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { AT } from '#shared/testing/nickname-room.ts';
import { connectRecording, type RecordingClient } from '#shared/testing/recording-client.ts';
import { createGather } from './gather.ts';
import { frameOf, isBusy, send, sendAll, setLink } from './outlet.ts';

const TICK = 50;
const MEBIBYTE = 1024 * 1024;
/** No server sends it. It is last: what did not come before it does not come. */
const fence = { type: 'pong', at: 'the fence' } as const;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** So many connections, and both ends of each. */
async function openRoom(size: number, options: ServerOptions = {}) {
  const wss = new WebSocketServer({ port: 0, ...options });
  await once(wss, 'listening');
  const { port } = wss.address() as AddressInfo;
  const sockets: WebSocket[] = [];
  const links: Socket[] = [];
  const clients: RecordingClient[] = [];
  for (let n = 0; n < size; n += 1) {
    const arrived = once(wss, 'connection');
    clients.push(await connectRecording(`ws://127.0.0.1:${port}`));
    const [socket, request] = await arrived;
    setLink(socket, request.socket);
    sockets.push(socket);
    links.push(request.socket);
  }
  onTestFinished(() => {
    for (const socket of sockets) socket.terminate();
    wss.close();
  });
  const gather = createGather(() => sockets);
  /** What this client has heard until now. */
  async function heard(client: RecordingClient): Promise<unknown[]> {
    sendAll(
      sockets.filter((_, n) => clients[n] === client),
      fence,
    );
    const all: Record<string, unknown>[] = [];
    while (all.at(-1)?.at !== fence.at) all.push(await client.nextJson());
    return all.slice(0, -1);
  }
  return { gather, sockets, links, clients, heard };
}

async function openOne(options: ServerOptions = {}) {
  const { sockets, links, clients, ...room } = await openRoom(1, options);
  const [[socket], [link], [client]] = [sockets, links, clients];
  if (!socket || !link || !client) throw new Error('There is no connection.');
  return { ...room, socket, link, client };
}

/** Sends to somebody who reads nothing, until so much waits. */
function fill(socket: WebSocket, bytes: number): void {
  while (socket.bufferedAmount <= bytes && socket.readyState === socket.OPEN) {
    sendAll([socket], { ...fence, at: 'x'.repeat(50_000) });
  }
}

test('all who come and go within a tick are one message', async () => {
  const { gather, client, heard } = await openOne();
  for (const name of ['alice', 'bob', 'carol']) gather.joined(name);
  gather.left('dan');
  vi.advanceTimersByTime(TICK - 1);
  expect(await heard(client)).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(await heard(client)).toEqual([
    { type: 'presence', joined: ['alice', 'bob', 'carol'], left: ['dan'], at: AT },
  ]);
  vi.advanceTimersByTime(10 * TICK);
  expect(await heard(client)).toEqual([]);
});

test('who comes and goes within a tick was never here, and who goes and comes back was never away', async () => {
  const { gather, client, heard } = await openOne();
  gather.joined('alice');
  gather.left('alice');
  gather.left('bob');
  gather.joined('bob');
  vi.advanceTimersByTime(TICK);
  expect(await heard(client)).toEqual([]);
});

test('of a point only the newest is told, and none of somebody who has left', async () => {
  const { gather, client, heard } = await openOne();
  gather.point('bob', [0, 0]);
  for (const x of [0.1, 0.2, 0.3]) gather.point('alice', [x, 1]);
  gather.left('bob');
  vi.advanceTimersByTime(TICK);
  expect(await heard(client)).toContainEqual({ type: 'points', points: [['alice', 0.3, 1]] });
});

test('fifty points are told in a tick. The others come next, however often some move', async () => {
  const { gather, client, heard } = await openOne();
  const names = Array.from({ length: 70 }, (_, n) => `user ${n}`);
  const last = new Map(names.map((name) => [name, -1]));
  for (let tick = 0; tick < 7; tick += 1) {
    for (const name of [...names, ...Array(1_000).fill('user 0')]) gather.point(name, [0, 0]);
    vi.advanceTimersByTime(TICK);
    const [told] = await heard(client);
    expect(Object(told).points).toHaveLength(50);
    for (const [name] of Object(told).points) last.set(name, tick);
    for (const [name, when] of last) expect(tick - when, name).toBeLessThanOrEqual(1);
  }
});

test('who is new is told all points, the others only what has moved', async () => {
  const { gather, sockets, clients, heard } = await openRoom(2);
  const [old, young] = clients;
  gather.point('alice', [0, 1]);
  vi.advanceTimersByTime(TICK);
  if (!old || !young || !sockets[1]) throw new Error('They are not here.');
  await heard(old);
  await heard(young);
  gather.enter(sockets[1]);
  gather.point('bob', [1, 1]);
  vi.advanceTimersByTime(TICK);
  expect(await heard(old)).toEqual([{ type: 'points', points: [['bob', 1, 1]] }]);
  expect(await heard(young)).toEqual([
    {
      type: 'points',
      points: [
        ['alice', 0, 1],
        ['bob', 1, 1],
      ],
    },
  ]);
});

test('who reads slowly hears nothing of points, and later once: where all are then', async () => {
  const { gather, socket, client, heard } = await openOne();
  client.socket.pause();
  fill(socket, 100_000);
  expect(isBusy(socket)).toBe(true);
  const waiting = socket.bufferedAmount;
  for (let n = 1; n <= 100; n += 1) {
    gather.point('alice', [n / 100, 0]);
    gather.point(`user ${n}`, [0, 0]);
    vi.advanceTimersByTime(TICK);
  }
  expect(socket.bufferedAmount).toBe(waiting);
  client.socket.resume();
  await vi.waitFor(() => expect(socket.bufferedAmount).toBe(0), { timeout: 20_000 });
  vi.advanceTimersByTime(TICK);
  const points = (await heard(client)).filter((one) => Object(one).type === 'points');
  expect(points).toHaveLength(1);
  expect(Object(points[0]).points).toHaveLength(101);
  expect(Object(points[0]).points).toContainEqual(['alice', 1, 0]);
});

test('for whom more than 1 MiB waits the connection ends, whatever was to be sent', async () => {
  for (const tell of [
    sendAll,
    (sockets: WebSocket[], message: typeof fence) => sockets.forEach((one) => void send(one, message)),
  ]) {
    const { socket, client } = await openOne();
    client.socket.pause();
    fill(socket, MEBIBYTE);
    expect(socket.bufferedAmount).toBeGreaterThan(MEBIBYTE);
    expect(socket.bufferedAmount).toBeLessThan(MEBIBYTE + 60_000);
    expect(socket.readyState).toBe(socket.OPEN);
    tell([socket], fence);
    expect(socket.readyState).not.toBe(socket.OPEN);
    client.socket.resume();
    expect(await client.closed).toMatchObject({ code: 1006 });
  }
});

test('with compression a frame that goes past ws overtakes what ws still compresses', async () => {
  const { socket, client, link } = await openOne({ perMessageDeflate: { threshold: 0 } });
  socket.send(JSON.stringify({ n: 1 }));
  link.write(frameOf(JSON.stringify({ n: 2 })));
  expect([await client.nextJson(), await client.nextJson()]).toEqual([{ n: 2 }, { n: 1 }]);
});

test('after a goodbye no frame follows', async () => {
  const { socket, client } = await openOne();
  socket.close(1008);
  sendAll([socket], fence);
  expect(await client.closed).toMatchObject({ code: 1008 });
  expect(client.received).toEqual([]);
});

test.each([0, 1, 125, 126, 127, 65_535, 65_536, 100_000])('a text of %i bytes is one frame', (length) => {
  const text = 'x'.repeat(length);
  const frames: unknown[] = [];
  const decoder = createDecoder('server', { keep: () => length, onFrame: (frame) => frames.push(frame) });
  decoder.push(frameOf(text));
  decoder.push(frameOf('€'));
  expect(frames).toHaveLength(2);
  expect(frames[0]).toMatchObject({ fin: true, opcode: 1, length });
});
