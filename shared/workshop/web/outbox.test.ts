/** A page that doesn't read: what waits for it stays small. */
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { LogLine, News } from './messages.ts';
import { send, sendLines } from './outbox.ts';

/** Both ends of a connection, for one test. */
async function connect(): Promise<{ socket: WebSocket; page: WebSocket }> {
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => wss.close());
  await once(wss, 'listening');
  const address = wss.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const page = new WebSocket(`ws://127.0.0.1:${port}`);
  onTestFinished(() => page.terminate());
  const [[socket]] = await Promise.all([once(wss, 'connection'), once(page, 'open')]);
  if (!(socket instanceof WebSocket)) throw new Error('It is no WebSocket.');
  return { socket, page };
}

test('a page that does not read waits for few lines of a chatty server, and has the last ones when it reads', async () => {
  const { socket, page } = await connect();
  page.pause();
  const line = (text: string): LogLine => ({ kind: 'out', text, at: 0 });
  for (let n = 0; n < 5000; n += 1) {
    sendLines(socket, [line('x'.repeat(10_000))], () => [line('the last one')]);
    // What the system takes, it takes now.
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(socket.bufferedAmount).toBeGreaterThan(500_000);
  expect(socket.bufferedAmount).toBeLessThan(2_000_000);
  // Other news is not left out.
  send(socket, { type: 'note', text: 'still here' });

  const heard: News[] = [];
  page.on('message', (data) => heard.push(JSON.parse(data.toString())));
  page.resume();
  const last = { type: 'log', lines: [line('the last one')], all: true };
  await expect.poll(() => heard.at(-1), { timeout: 20_000 }).toEqual(last);
  expect(heard).toContainEqual({ type: 'note', text: 'still here' });
  sendLines(socket, [line('one more')], () => []);
  await expect
    .poll(() => heard.at(-1), { timeout: 20_000 })
    .toEqual({ type: 'log', lines: [line('one more')], all: false });
});

test('a page that asks without end, and reads no answer, is cut before its answers fill the memory', async () => {
  const { socket, page } = await connect();
  page.pause();
  let most = 0;
  for (let n = 0; n < 5000 && socket.readyState === WebSocket.OPEN; n += 1) {
    send(socket, { type: 'note', text: 'x'.repeat(10_000) });
    most = Math.max(most, socket.bufferedAmount);
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(socket.readyState).not.toBe(WebSocket.OPEN);
  expect(most).toBeLessThan(3_000_000);
});
