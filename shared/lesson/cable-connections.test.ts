/** How connections through a cable begin and end, and what both ends of a WebSocket make of its faults. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { fence, isSaid, joined, lay, listen, PATIENCE, plugIn, startServer } from './cable-testing.ts';

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

test('when it has ended, nothing is left open, and no timer either', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { cable, client, far } = await joined();
  cable.delay(3_600_000);
  client.socket.write('held');
  while (vi.getTimerCount() === 0) await new Promise(setImmediate);
  await cable.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  await expect.poll(() => [client.ended.at(-1), far.ended.at(-1)], PATIENCE).toEqual(['closed', 'closed']);
  const nobody = listen(connect(cable.port, '127.0.0.1'));
  await expect.poll(() => nobody.ended, PATIENCE).toEqual(['ECONNREFUSED', 'closed']);
});

test('it ends also at the very moment at which somebody hangs up', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { cable, client, far } = await joined();
  cable.delay(3_600_000);
  client.socket.end();
  while (vi.getTimerCount() === 0) await new Promise(setImmediate);
  cable.heal(); // The goodbye goes out now, and is not through yet.
  await cable.end();
  vi.useRealTimers();
  await expect.poll(() => far.ended.at(-1), PATIENCE).toBe('closed');
});

test('a cable tells under which port the server sees a client, and which direction is frozen', async () => {
  const { cable, client, far } = await joined();
  const port = client.socket.localPort ?? 0;
  expect(cable.seenAs(port)).toBe(far.socket.remotePort);
  expect(cable.seenAs(1)).toBeUndefined();
  expect([cable.isFrozen('up'), cable.isFrozen('down')]).toEqual([false, false]);
  cable.freeze('down');
  expect([cable.isFrozen('up'), cable.isFrozen('down')]).toEqual([false, true]);
  cable.heal();
  expect(cable.isFrozen('down')).toBe(false);
  cable.reset();
  await expect.poll(() => cable.seenAs(port), PATIENCE).toBeUndefined();
});
