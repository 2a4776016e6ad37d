/** What each fault of a cable does to real sockets, and to both ends of a WebSocket. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type Cable, type Direction, openCable } from './cable.ts';

const PATIENCE = { timeout: 20_000, interval: 5 };

/** What an end of a connection got so far, in the pieces in which it came, and how it ended. */
type End = { socket: Socket; pieces: Buffer[]; text: () => string; ended: string[] };

function listen(socket: Socket): End {
  const pieces: Buffer[] = [];
  const ended: string[] = [];
  socket.on('data', (bytes) => pieces.push(bytes));
  socket.on('end', () => ended.push('end'));
  socket.on('error', (error: NodeJS.ErrnoException) => ended.push(error.code ?? ''));
  socket.on('close', () => ended.push('closed'));
  return { socket, pieces, text: () => Buffer.concat(pieces).toString(), ended };
}

async function startServer(allowHalfOpen = false): Promise<{ port: number; ends: End[]; stop: () => void }> {
  const ends: End[] = [];
  const server: Server = createServer({ allowHalfOpen }, (socket) => ends.push(listen(socket)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = () => {
    server.close();
    for (const { socket } of ends) socket.destroy();
  };
  onTestFinished(stop);
  return { port: (server.address() as AddressInfo).port, ends, stop };
}

async function lay(port: number): Promise<Cable> {
  const cable = await openCable(port);
  onTestFinished(() => cable.end());
  return cable;
}

async function plugIn(port: number, allowHalfOpen = false): Promise<End> {
  const end = listen(connect({ port, host: '127.0.0.1', allowHalfOpen }));
  onTestFinished(() => void end.socket.destroy());
  await once(end.socket, 'connect');
  return end;
}

/** A server, a cable to it, and a client at the other end: each direction has the one who sends and the one who gets. */
async function joined() {
  const server = await startServer();
  const cable = await lay(server.port);
  const client = await plugIn(cable.port);
  await expect.poll(() => server.ends.length, PATIENCE).toBe(1);
  const [far] = server.ends;
  if (far === undefined) throw new Error('Nobody came.');
  const ends = { up: { sender: client, getter: far }, down: { sender: far, getter: client } };
  return { server, cable, client, far, ends };
}

/** Gives whatever could come the time to come: bytes go to and fro between two other sockets of this process. */
async function fence(times = 50): Promise<void> {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  for (let time = 0; time < times; time += 1) {
    socket.write('x');
    await once(socket, 'data');
  }
  socket.destroy();
  server.close();
}

const isSaid = ({ text }: End, words: string) => expect.poll(text, PATIENCE).toBe(words);

test('a plain cable carries bytes both ways, and the end of each direction by itself', async () => {
  const server = await startServer(true);
  const cable = await lay(server.port);
  const client = await plugIn(cable.port, true);
  client.socket.end('hello');
  await expect.poll(() => server.ends[0]?.ended, PATIENCE).toEqual(['end']);
  expect(server.ends[0]?.text()).toBe('hello');
  server.ends[0]?.socket.end('goodbye');
  await once(client.socket, 'close');
  expect(client.text()).toBe('goodbye');
  expect(client.ended).toEqual(['end', 'closed']);
  expect(server.ends[0]?.ended).toContain('closed');
});

describe.each<Direction>(['up', 'down'])('in the direction %s', (direction) => {
  const other = direction === 'up' ? 'down' : 'up';

  test('a frozen cable holds bytes and the end back, and gives them in order once it is healed', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.freeze(direction);
    sender.socket.write('one ');
    sender.socket.write('two');
    sender.socket.end();
    ends[other].sender.socket.write('the other way');
    await isSaid(ends[other].getter, 'the other way');
    await fence();
    expect(getter.text()).toBe('');
    expect(getter.ended).toEqual([]);
    cable.heal(direction);
    await once(getter.socket, 'end');
    expect(getter.text()).toBe('one two');
  });

  test('a frozen cable holds a sender up: it does not take bytes without end', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    const SIZE = 32 * 1024 * 1024;
    cable.freeze(direction);
    sender.socket.write(Buffer.alloc(SIZE / 2, 'a'));
    sender.socket.end(Buffer.alloc(SIZE / 2, 'b'));
    await fence(300);
    expect(sender.socket.writableLength).toBeGreaterThan(SIZE / 2 - 1);
    cable.heal();
    await once(getter.socket, 'end');
    const got = Buffer.concat(getter.pieces);
    expect([got.length, got.indexOf('b'), got.lastIndexOf('a')]).toEqual([SIZE, SIZE / 2, SIZE / 2 - 1]);
  });

  test('so does a getter that does not read', async () => {
    const { ends } = await joined();
    const { sender, getter } = ends[direction];
    getter.socket.pause();
    sender.socket.end(Buffer.alloc(32 * 1024 * 1024));
    await fence(300);
    expect(sender.socket.writableLength).toBeGreaterThan(0);
    getter.socket.resume();
    await once(getter.socket, 'end');
    expect(Buffer.concat(getter.pieces).length).toBe(32 * 1024 * 1024);
  });

  test('a delay lets bytes through that much later, and healing lets them through now', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.delay(80, direction);
    const since = performance.now();
    sender.socket.write('late');
    await once(getter.socket, 'data');
    expect(performance.now() - since).toBeGreaterThanOrEqual(80);
    cable.delay(3_600_000, direction);
    sender.socket.write(' in an hour');
    ends[other].sender.socket.write('now');
    await isSaid(ends[other].getter, 'now');
    await fence();
    expect(getter.text()).toBe('late');
    cable.heal();
    await isSaid(getter, 'late in an hour');
  });

  test('a throttled cable carries no more than so many bytes a second', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.throttle(10_000, direction);
    const sent = Buffer.from(Array.from({ length: 2000 }, (_, at) => at % 251));
    const since = performance.now();
    sender.socket.end(sent);
    await once(getter.socket, 'end');
    // The last piece of ten milliseconds takes no time.
    expect(performance.now() - since).toBeGreaterThanOrEqual(190);
    expect(Buffer.concat(getter.pieces)).toEqual(sent);
    expect(getter.pieces.length).toBeGreaterThan(10);
  });

  test('split, each byte comes by itself; with jitter, too, all come in order', async () => {
    const { cable, ends } = await joined();
    const { sender, getter } = ends[direction];
    cable.split(direction);
    const words = 'each byte by itself';
    sender.socket.write(words);
    await isSaid(getter, words);
    expect(getter.pieces.length).toBeGreaterThan(words.length / 2);
    cable.jitter(3, direction, 7);
    const numbers = Array.from({ length: 100 }, (_, at) => ` ${at}`);
    for (const number of numbers) sender.socket.write(number);
    await isSaid(getter, words + numbers.join(''));
  });

  test.each([0, 1, 7, 100_000])('after exactly %i bytes it is cut, once', async (count) => {
    const { server, cable, ends, client, far } = await joined();
    const { sender, getter } = ends[direction];
    cable.cutAfter(count, direction);
    ends[other].sender.socket.write('this does not count');
    await isSaid(ends[other].getter, 'this does not count');
    sender.socket.write(Buffer.alloc(150_000, 'x'));
    await expect
      .poll(() => [client, far].every(({ ended }) => ended.includes('closed')), PATIENCE)
      .toBe(true);
    expect(Buffer.concat(getter.pieces).length).toBe(count);
    const next = await plugIn(cable.port);
    next.socket.write('whole again');
    await expect.poll(() => server.ends[1]?.text(), PATIENCE).toBe('whole again');
  });
});

test('the same seed draws the same delays, and another one does not', async () => {
  const { cable, client, far } = await joined();
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  /** How long each of five pieces is on its way, in ms. */
  const delays = async (seed: number) => {
    cable.jitter(40, 'up', seed);
    const times: number[] = [];
    while (times.length < 5) {
      const since = performance.now();
      client.socket.write('x');
      while (far.pieces.length === 0) {
        vi.advanceTimersToNextTimer();
        await new Promise(setImmediate);
      }
      far.pieces.length = 0;
      times.push(performance.now() - since);
    }
    return times;
  };
  const first = await delays(1);
  expect(await delays(1)).toEqual(first);
  expect(await delays(2)).not.toEqual(first);
  expect(new Set(first).size).toBeGreaterThan(3);
  expect(Math.max(...first)).toBeLessThanOrEqual(41);
});

test('a reset breaks both ends, and the cable takes new connections', async () => {
  const { server, cable, client, far } = await joined();
  cable.reset();
  for (const { ended } of [client, far]) {
    await expect.poll(() => ended, PATIENCE).toEqual(['ECONNRESET', 'closed']);
  }
  await plugIn(cable.port);
  await expect.poll(() => server.ends.length, PATIENCE).toBe(2);
});

test('a reset of one end reaches the other', async () => {
  const { client, far } = await joined();
  client.socket.resetAndDestroy();
  await expect.poll(() => far.ended, PATIENCE).toEqual(['ECONNRESET', 'closed']);
});

test('who is refused is reset; who is there stays; healed, it lets all in', async () => {
  const { server, cable, client, far } = await joined();
  cable.refuse();
  const late = listen(connect(cable.port, '127.0.0.1'));
  await expect.poll(() => late.ended, PATIENCE).toEqual(['ECONNRESET', 'closed']);
  client.socket.write('I am here');
  await isSaid(far, 'I am here');
  expect(server.ends.length).toBe(1);
  cable.heal();
  await plugIn(cable.port);
  await expect.poll(() => server.ends.length, PATIENCE).toBe(2);
});

test('who comes while it is frozen is accepted, and gets to the server once it is healed', async () => {
  const server = await startServer();
  const cable = await lay(server.port);
  cable.freeze();
  const client = await plugIn(cable.port);
  client.socket.write('hello?');
  await fence();
  expect(server.ends).toEqual([]);
  cable.heal();
  await expect.poll(() => server.ends[0]?.text(), PATIENCE).toBe('hello?');
});

test('the server dies and comes back, elsewhere, too: clients find it at the same address', async () => {
  const { server, cable, client } = await joined();
  server.stop();
  await once(client.socket, 'close');
  const nobody = listen(connect(cable.port, '127.0.0.1'));
  await expect.poll(() => nobody.ended, PATIENCE).toEqual(['ECONNRESET', 'closed']);
  const next = await startServer();
  cable.target(next.port);
  const again = await plugIn(cable.port);
  again.socket.write('back');
  await expect.poll(() => next.ends[0]?.text(), PATIENCE).toBe('back');
});

test('a throttle of nothing is refused: that is what freeze is for', async () => {
  const cable = await lay(1);
  expect(() => cable.throttle(0)).toThrow('not 0');
});

describe('with a WebSocket at each end', () => {
  async function joinedSockets() {
    const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(wss, 'listening');
    onTestFinished(() => void wss.close());
    const cable = await lay((wss.address() as AddressInfo).port);
    const client = new WebSocket(`ws://127.0.0.1:${cable.port}`);
    const [[server]] = await Promise.all([
      once(wss, 'connection') as Promise<[WebSocket, IncomingMessage]>,
      once(client, 'open'),
    ]);
    onTestFinished(() => {
      client.terminate();
      server.terminate();
    });
    return { cable, client, server };
  }

  test('frozen, it is half open: no end notices that the other is gone', async () => {
    const { cable, client, server } = await joinedSockets();
    cable.freeze();
    const pongs: string[] = [];
    client.on('pong', () => pongs.push('client'));
    server.on('pong', () => pongs.push('server'));
    client.ping();
    server.ping();
    server.terminate();
    client.send('nobody hears this');
    await fence();
    expect(client.readyState).toBe(WebSocket.OPEN);
    expect(pongs).toEqual([]);
    cable.heal();
    const [code] = await once(client, 'close');
    expect(code).toBe(1006);
  });

  test('split, late and throttled, messages come whole and in order', async () => {
    const { cable, client, server } = await joinedSockets();
    server.on('message', (data, isBinary) => server.send(data, { binary: isBinary }));
    cable.split();
    cable.jitter(5);
    cable.delay(5);
    cable.throttle(20_000, 'down');
    const texts = Array.from({ length: 20 }, (_, at) => `${at} ${'ä'.repeat(at * 5)}`);
    for (const text of texts) client.send(text);
    const got: string[] = [];
    client.on('message', (data) => got.push(String(data)));
    await expect.poll(() => got.length, PATIENCE).toBe(texts.length);
    expect(got).toEqual(texts);
    cable.heal();
    client.close(1000, 'bye');
    expect(await once(server, 'close')).toEqual([1000, Buffer.from('bye')]);
  });

  test('cut in the middle of a frame, both see 1006', async () => {
    const { cable, client, server } = await joinedSockets();
    const closed = Promise.all([once(client, 'close'), once(server, 'close')]);
    for (const end of [client, server]) end.on('error', () => {});
    cable.cutAfter(5, 'down');
    server.send('this is longer');
    expect((await closed).map(([code]) => code)).toEqual([1006, 1006]);
  });
});

test('when it has ended, nothing is left open', async () => {
  const { cable, client, far } = await joined();
  cable.freeze();
  client.socket.write('held');
  cable.delay(3_600_000);
  await cable.end();
  await expect.poll(() => [client.ended.at(-1), far.ended.at(-1)], PATIENCE).toEqual(['closed', 'closed']);
  const nobody = listen(connect(cable.port, '127.0.0.1'));
  await expect.poll(() => nobody.ended, PATIENCE).toEqual(['ECONNREFUSED', 'closed']);
});
