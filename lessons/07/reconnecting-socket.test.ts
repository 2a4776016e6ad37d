/** What reconnecting-socket.ts promises: with a clock, a random and sockets of our own, and once with real ones. */
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createClock } from '#shared/testing/moved-clock.ts';
import { type News, type Options, openReconnectingSocket, type SocketEvent } from './reconnecting-socket.ts';

/** Opens a link whose sockets do what a test says, and records all that happens. */
function setUp(more: Options = {}) {
  const clock = createClock();
  const sockets: FakeSocket[] = [];
  const news: News[] = [];
  const calls: string[] = [];

  class FakeSocket {
    readyState = 0;
    sent: string[] = [];
    closedWith: [code?: number, reason?: string] | undefined;
    listeners = new Map<string, ((event: SocketEvent) => void)[]>();
    constructor() {
      sockets.push(this);
    }
    addEventListener(type: string, listener: (event: SocketEvent) => void) {
      this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
    }
    send(text: string) {
      if (this.readyState === 0) throw new Error('CONNECTING');
      this.sent.push(text);
    }
    close(...given: [code?: number, reason?: string]) {
      this.closedWith = given;
      this.readyState = 2;
    }
    emit(type: string, event: Omit<SocketEvent, 'type'> = {}) {
      for (const listener of this.listeners.get(type) ?? []) listener({ type, ...event });
    }
    open() {
      this.readyState = 1;
      this.emit('open');
    }
    end(code = 1006, reason = '') {
      this.readyState = 3;
      if (code === 1006) this.emit('error');
      this.emit('close', { code, reason });
    }
  }

  const link = openReconnectingSocket('ws://here/', {
    WebSocket: FakeSocket,
    clock,
    random: () => 1,
    onState: (one) => news.push(one),
    onOpen: () => calls.push('open'),
    onMessage: (text) => calls.push(text),
    ...more,
  });
  const last = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('There is no socket.');
    return socket;
  };
  /** How long it waits after a failure. */
  const waits = () => {
    last().end();
    const wait = (news.at(-1)?.retryAt ?? Number.NaN) - clock.now();
    clock.pass(wait);
    return wait;
  };
  return { clock, sockets, news, calls, link, last, waits };
}

const states = (news: News[]) => news.map(({ state }) => state).join(' ');

test('the waits double up to the cap, and are as random as can be', () => {
  const { waits } = setUp();
  expect(Array.from({ length: 8 }, waits)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  const draws = [0, 0.5, 0.25];
  const jittered = setUp({ random: () => draws.shift() ?? 1, base: 100, cap: 300 });
  expect([jittered.waits(), jittered.waits(), jittered.waits(), jittered.waits()]).toEqual([0, 100, 75, 300]);
});

test('it says its state, the attempt, when it tries again, and why', () => {
  const { clock, news, last, link } = setUp();
  expect(news).toEqual([{ state: 'connecting', attempt: 1 }]);
  last().end(1006, 'lost');
  expect(news[1]).toEqual({ state: 'waiting', attempt: 2, retryAt: 500, code: 1006, reason: 'lost' });
  expect(link.state()).toBe('waiting');
  clock.pass(500);
  last().open();
  expect(news.slice(2)).toEqual([
    { state: 'connecting', attempt: 2 },
    { state: 'open', attempt: 2 },
  ]);
});

test('the failures are forgotten only when a link has held', () => {
  const { clock, last, waits } = setUp();
  expect([waits(), waits()]).toEqual([500, 1000]);
  last().open();
  clock.pass(4999);
  expect(waits()).toBe(2000);
  last().open();
  clock.pass(5000);
  expect(waits()).toBe(500);
});

test('there is one socket at a time, also where a handshake has no end, and the old one is not heard', () => {
  const { clock, sockets, calls, last, news } = setUp();
  const [old] = sockets;
  clock.pass(9999);
  expect(states(news)).toBe('connecting');
  clock.pass(1);
  expect(old?.readyState).toBe(2);
  expect(states(news)).toBe('connecting waiting');
  clock.pass(500);
  expect(sockets.length).toBe(2);
  old?.open();
  old?.emit('message', { data: 'late' });
  old?.end(4000);
  expect(calls).toEqual([]);
  last().open();
  last().emit('message', { data: 'hello' });
  expect(calls).toEqual(['open', 'hello']);
  // An open link has no timer, and so its handshake is not given up later.
  expect(clock.pending()).toBe(0);
});

test('retryNow within the news of a handshake without an end does not make two', () => {
  const set = setUp({ onState: ({ state }) => state === 'waiting' && set.link.retryNow() });
  set.clock.pass(10_000);
  expect(set.sockets.map(({ readyState }) => readyState)).toEqual([2, 0]);
});

test('after many returns each event is told once', () => {
  const { clock, calls, last } = setUp();
  for (let time = 0; time < 20; time += 1) {
    last().open();
    clock.pass(5000);
    last().end();
    clock.pass(500);
  }
  last().open();
  calls.length = 0;
  last().emit('message', { data: 'once' });
  last().emit('message', { data: new ArrayBuffer(2) });
  expect(calls).toEqual(['once']);
});

test('what is sent while away waits: after what onOpen sends, in order, once, and within a bound', () => {
  const set = setUp({ mostQueued: 3, onOpen: () => set.link.send('I am alice') });
  expect(['1', '2', '3', '4'].map(set.link.send)).toEqual([true, true, true, true]);
  set.last().open();
  expect(set.last().sent).toEqual(['I am alice', '2', '3', '4']);
  expect(set.link.send('5')).toBe(true);
  // The other end closes: `send` would lose it without a word.
  set.last().readyState = 2;
  expect(set.link.send('6')).toBe(true);
  expect(set.last().sent).toEqual(['I am alice', '2', '3', '4', '5']);
  set.last().end(1001);
  set.clock.pass(1000);
  set.last().open();
  expect(set.last().sent).toEqual(['I am alice', '6']);
  expect(setUp({ mostQueued: 0 }).link.send('x')).toBe(false);
});

test.each([1000, 1008, 4000, 4999])('code %i means: do not come back', (code) => {
  const { clock, news, last, link } = setUp();
  last().open();
  last().end(code, 'enough');
  expect(news.at(-1)).toEqual({ state: 'closed', attempt: 1, code, reason: 'enough' });
  expect([clock.pending(), link.send('x'), link.state()]).toEqual([0, false, 'closed']);
  link.retryNow();
  expect(link.state()).toBe('closed');
});

test.each([1001, 1005, 1006, 1011, 1012, 1013, 3999, 5000])('after code %i it comes back', (code) => {
  const { clock, last, sockets } = setUp();
  last().open();
  last().end(code);
  clock.pass(500);
  expect(sockets.length).toBe(2);
});

test.each(['connecting', 'open', 'waiting'])('close() while %s is the end', (state) => {
  const { clock, calls, last, news, link, sockets } = setUp();
  if (state !== 'connecting') last().open();
  if (state === 'waiting') last().end();
  const told = calls.length;
  expect(link.state()).toBe(state);
  link.close(4001, 'enough');
  link.close();
  expect(news.filter((one) => one.state === 'closed').length).toBe(1);
  const before = news.length;
  expect(last().closedWith).toEqual(state === 'waiting' ? undefined : [4001, 'enough']);
  last().open();
  last().emit('message', { data: 'late' });
  last().end();
  link.retryNow();
  expect(clock.pending()).toBe(0);
  clock.pass(100_000);
  expect([link.send('x'), news.length, calls.length, sockets.length]).toEqual([false, before, told, 1]);
});

test('close() within onOpen sends nothing of what waited', () => {
  const set = setUp({ onOpen: () => set.link.close() });
  set.link.send('waits');
  set.last().open();
  expect(set.last().sent).toEqual([]);
  expect(states(set.news)).toBe('connecting open closed');
});

test('after close() within the news that it is open, nothing is called', () => {
  const set = setUp({ onState: ({ state }) => state === 'open' && set.link.close() });
  set.last().open();
  expect(set.calls).toEqual([]);
});

test('retryNow tries at once where it waits, and else does nothing', () => {
  const { clock, sockets, last, link } = setUp();
  link.retryNow();
  last().open();
  link.retryNow();
  expect(sockets.length).toBe(1);
  last().end();
  link.retryNow();
  expect(sockets.length).toBe(2);
  // The wait that it cut short is over, too.
  clock.pass(9000);
  expect(sockets.length).toBe(2);
});

test('with ws: it survives a server that is away at first, and the restart of one', async () => {
  const port = await freePort();
  const heard: string[] = [];
  let opened = 0;
  const link = openReconnectingSocket(`ws://127.0.0.1:${port}`, {
    WebSocket,
    base: 1,
    cap: 20,
    onOpen: () => {
      opened += 1;
    },
    onMessage: (text) => heard.push(text),
  });
  link.send('first');
  await expect.poll(link.state, { interval: 1 }).toBe('waiting');
  for (const [index, text] of ['first', 'second'].entries()) {
    const server = await startEcho(port);
    await expect.poll(() => heard, { timeout: 10_000 }).toContain(text);
    expect(opened).toBe(index + 1);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const client of server.clients) client.close(1012);
    await closed;
    link.send('second');
  }
  link.close();
  expect(heard).toEqual(['first', 'second']);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startEcho(port: number): Promise<WebSocketServer> {
  const server = new WebSocketServer({ port, host: '127.0.0.1' });
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(String(data))));
  await new Promise((resolve) => server.once('listening', resolve));
  return server;
}
