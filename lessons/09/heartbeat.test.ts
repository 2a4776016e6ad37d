/** What heartbeat.ts promises: with real sockets and cables, and with timers that go when a test says so. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { keepAlive } from './heartbeat.ts';
import { openLink } from './link.ts';

const EVERY = 5_000;

beforeEach(() => {
  // Timers alone: what comes over a socket comes by itself.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  vi.spyOn(Math, 'random').mockReturnValue(0.25);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Connects a client through a cable, and gives both ends. The server's end has a heartbeat. */
async function connect() {
  const { near: client, far: socket, cable, end } = await openLink();
  for (const one of [client, socket]) one.on('error', () => {});
  onTestFinished(end);
  const ping = vi.spyOn(socket, 'ping');
  keepAlive(socket);
  return { socket, client, cable, pings: () => ping.mock.calls.length };
}

/** Lets the next ping go out, and waits until it is answered. */
async function answered(socket: WebSocket, after: number): Promise<void> {
  const pong = once(socket, 'pong');
  vi.advanceTimersByTime(after);
  await pong;
}

test('the first ping comes after a random part of the interval, the others after a whole one', async () => {
  const { socket, pings } = await connect();
  vi.advanceTimersByTime(EVERY / 4 - 1);
  expect(pings()).toBe(0);
  await answered(socket, 1);
  vi.advanceTimersByTime(EVERY - 1);
  expect(pings()).toBe(1);
  await answered(socket, 1);
  expect(pings()).toBe(2);
});

test('two who arrive at the same moment are not asked at the same moment', async () => {
  const [early, late] = [await connect(), await connect()];
  vi.mocked(Math.random).mockReturnValue(0.75);
  const latest = await connect();
  vi.advanceTimersByTime(EVERY / 2);
  expect([early.pings(), late.pings(), latest.pings()]).toEqual([1, 1, 0]);
});

test('who answers stays, however long nothing is said', async () => {
  const { socket, pings } = await connect();
  await answered(socket, EVERY / 4);
  for (let time = 0; time < 20; time += 1) await answered(socket, EVERY);
  expect([socket.readyState, pings()]).toEqual([WebSocket.OPEN, 21]);
});

test('who does not answer is gone within two intervals, without a goodbye', async () => {
  const { socket, cable, pings } = await connect();
  await answered(socket, EVERY / 4);
  cable.freeze();
  vi.advanceTimersByTime(EVERY);
  expect([socket.readyState, pings()]).toEqual([WebSocket.OPEN, 2]);
  const closed = once(socket, 'close');
  vi.advanceTimersByTime(EVERY);
  // No timer goes any more: close() would wait for one.
  const [code] = await closed;
  expect(code).toBe(1006);
  expect(pings()).toBe(2);
});

test('an answer that is late, but before the next ping, is one', async () => {
  const { socket, cable } = await connect();
  cable.freeze('down');
  const pong = once(socket, 'pong');
  vi.advanceTimersByTime(EVERY / 4);
  vi.advanceTimersByTime(EVERY - 1);
  cable.heal();
  await pong;
  vi.advanceTimersByTime(1);
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

test('when a connection has ended, no timer is left', async () => {
  const { socket, client } = await connect();
  await answered(socket, EVERY / 4);
  const closed = once(socket, 'close');
  client.terminate();
  await closed;
  expect(vi.getTimerCount()).toBe(0);
});

test('another interval may be given', async () => {
  const { socket } = await connect();
  keepAlive(socket, 100);
  await answered(socket, 25);
  await answered(socket, 100);
});
