import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { browserTest, connection, openTab } from '#shared/testing/browser-testing.ts';
import { testHostileClients } from '#shared/testing/hostile.ts';
import { openConsole } from '#shared/testing/page-console.ts';
import { connectRecording, everybodyLeft } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';
import { expectTranscript, readmeBlock } from '#shared/testing/transcript.ts';

/** How long to wait for what must come: only a wrong server ever takes so long. */
const PATIENCE = { timeout: 10_000, interval: 20 };

const FOLDER = 'lessons/01';
const WELCOME = 'Welcome to Echo WebSocket Server!';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer('lessons/01/server.ts');
});
afterAll(() => server.stop());

/** What the server has printed since this test began. */
let output: () => string;
beforeEach(async () => {
  await everybodyLeft(server);
  const { length } = server.output();
  output = () => server.output().slice(length);
});

describe('the echo', () => {
  test('whoever connects is welcomed, without having said a word', async () => {
    const alice = await connectRecording(server.socketUrl);
    expect(await alice.next()).toBe(WELCOME);
    await alice.close();
    expect(alice.received).toHaveLength(1);
  });

  test.each(['Hello', '', 'Grüße, 世界 🎨', '{"type":"chat"}', '<b>bold</b>', 'two\nlines'])(
    'a text comes back with "Echo: " before it: %j',
    async (text) => {
      const alice = await connectRecording(server.socketUrl);
      await alice.next();
      alice.send(text);
      expect(await alice.next()).toBe(`Echo: ${text}`);
      await alice.close();
    },
  );

  test('a binary message comes back as binary, byte for byte', async () => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    for (const bytes of [
      Buffer.from([0xff, 0xfe, 0x00, 0x01]),
      Buffer.from('text in bytes'),
      Buffer.alloc(0),
    ]) {
      alice.send(bytes);
      expect(await alice.next()).toEqual(bytes);
    }
    await alice.close();
  });

  test('the longest message is 65,536 bytes', async () => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    alice.send('a'.repeat(65_536));
    expect(await alice.next()).toBe(`Echo: ${'a'.repeat(65_536)}`);
    await alice.close();
  });

  test('many messages are answered in their order', async () => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    for (let n = 0; n < 500; n += 1) alice.send(`${n}`);
    for (let n = 0; n < 500; n += 1) expect(await alice.next()).toBe(`Echo: ${n}`);
    await alice.close();
  });

  test('nobody gets what another client sends', async () => {
    const alice = await connectRecording(server.socketUrl);
    const bob = await connectRecording(server.socketUrl);
    alice.send('for the server');
    expect(await alice.next()).toBe(WELCOME);
    expect(await alice.next()).toBe('Echo: for the server');
    bob.send('fence');
    expect(await bob.next()).toBe(WELCOME);
    expect(await bob.next()).toBe('Echo: fence');
    await Promise.all([alice.close(), bob.close()]);
  });
});

describe('what the server prints', () => {
  test('is who arrives and who leaves, and not what they say', async () => {
    const alice = await connectRecording(server.socketUrl);
    alice.send('a secret');
    await alice.next();
    await alice.next();
    await alice.close(1000, 'bye');
    await expect.poll(output, PATIENCE).toBe("A client arrived.\nA client left: code 1000, reason 'bye'.\n");
  });
});

describe('on the wire', () => {
  test('the handshake is the one in the text', async () => {
    const response = readmeBlock(FOLDER, 'http', 'response').split('\n');
    const request = readmeBlock(FOLDER, 'http', 'request').split('\n');
    expect(request[0]).toBe('GET / HTTP/1.1');
    const host = new URL(server.url).host;
    const headers = request.slice(1).map((line) => line.replaceAll('localhost:8080', host).split(/: (.*)/));
    const { socket, status, head } = await rawConnect(server.socketUrl, Object.fromEntries(headers));
    expect(status).toBe(101);
    expect(head.split('\r\n')).toEqual(response);
    socket.destroy();
  });

  test("the frames are the ones in the text, the client's and the server's", async () => {
    const bytes = (name: string) => Buffer.from(readmeBlock(FOLDER, 'text', name).replaceAll(' ', ''), 'hex');
    const connection = await rawConnect(server.socketUrl);
    connection.socket.write(bytes('client'));
    const frames = rawFrames(connection);
    await frames.next();
    const echo = await frames.next();
    expect(echo.value?.payload.toString()).toBe('Echo: Hello');
    expect(echo.value?.frame).toEqual(bytes('server'));
    connection.socket.destroy();
  });

  test('the close frames are the ones in the text: the answer repeats the code and the reason', async () => {
    const more = readFileSync(new URL('more.md', import.meta.url), 'utf8');
    const payloads = [/P->>S: close: (\d+), (.+)/, /S->>P: close: (\d+), (.+)/].map((line) => {
      const [, code, reason = ''] = line.exec(more) ?? [];
      return Buffer.from([Number(code) >> 8, Number(code) & 0xff, ...Buffer.from(reason)]);
    });
    const connection = await rawConnect(server.socketUrl);
    connection.socket.write(rawFrame(8, payloads[0]));
    const frames = rawFrames(connection);
    await frames.next();
    expect((await frames.next()).value).toMatchObject({ opcode: 8, payload: payloads[1] });
    connection.socket.destroy();
  });

  test('a message that is too long is answered with 1009 as soon as its length is there', async () => {
    const connection = await rawConnect(server.socketUrl);
    const whole = rawFrame(1, 'a'.repeat(65_537));
    connection.socket.write(whole.subarray(0, whole.length - 65_537));
    const frames = rawFrames(connection);
    await frames.next();
    const { value } = await frames.next();
    expect(value?.opcode).toBe(8);
    expect(value?.payload.readUInt16BE(0)).toBe(1009);
    connection.socket.destroy();
  });

  test('a frame without a mask is one line in the log, and 1002 for its sender alone', async () => {
    const alice = await connectRecording(server.socketUrl);
    await alice.next();
    const connection = await rawConnect(server.socketUrl);
    connection.socket.write(Buffer.from(readmeBlock(FOLDER, 'bytes', 'no-mask').replaceAll(' ', ''), 'hex'));
    const frames = rawFrames(connection);
    await frames.next();
    const { value } = await frames.next();
    expect(value?.opcode).toBe(8);
    expect(value?.payload.readUInt16BE(0)).toBe(1002);
    await expect.poll(output, PATIENCE).toContain('A client broke the protocol: Invalid WebSocket frame');
    alice.send('still here');
    expect(await alice.next()).toBe('Echo: still here');
    connection.socket.destroy();
    await alice.close();
  });

  test('after a broken frame the goodbye is thrown away: the server notes 1006', async () => {
    const connection = await rawConnect(server.socketUrl);
    connection.socket.write(rawFrame(1, 'a'.repeat(65_537)));
    for await (const { opcode, payload } of rawFrames(connection)) {
      if (opcode !== 8) continue;
      expect(payload.readUInt16BE(0)).toBe(1009);
      connection.socket.end(rawFrame(8, payload));
    }
    await expect.poll(output, PATIENCE).toContain("A client left: code 1006, reason ''.");
  });

  browserTest('a browser answers a close frame with its code, 1009 too', async () => {
    const wss = new WebSocketServer({ port: 0 });
    await once(wss, 'listening');
    const closed = new Promise((resolve) => {
      wss.on('connection', (socket) => {
        socket.on('close', resolve);
        socket.close(1009);
      });
    });
    const { page, close } = await openTab();
    await page.evaluate(`void new WebSocket('ws://127.0.0.1:${Object(wss.address()).port}')`);
    expect(await closed).toBe(1009);
    await close();
    wss.close();
  });

  test.each(['http://other.example', 'https://localhost.other.example', 'null', 'http://localhost:1'])(
    'a page of %s is refused with 403, and the server hears of no client',
    async (origin) => {
      await expect(connectRecording(server.socketUrl, { origin })).rejects.toThrow('403');
      const alice = await connectRecording(server.socketUrl, { origin: server.url });
      await alice.close();
      await expect.poll(output, PATIENCE).toContain('A client left');
      expect(output().match(/arrived/g)).toHaveLength(1);
    },
  );
});

describe('close codes, in a browser', () => {
  browserTest('the steps of the text, in the left client: Close, then Connect', async () => {
    const left = await openConsole(server.url);
    const right = await openConsole(server.url);
    await left.page.getByLabel('Message', { exact: true }).fill('hello');
    await left.page.keyboard.press('Enter');
    await left.page.getByText('Echo: hello').waitFor();
    await left.page.getByRole('button', { name: 'Send 8 bytes' }).click();
    await left.page.getByRole('button', { name: 'Close' }).click();
    await connection(left.page, 'closed');
    await left.page.getByRole('button', { name: 'Connect' }).click();
    await connection(left.page, 'open');
    await expect.poll(() => output().match(/\n/g), PATIENCE).toHaveLength(4);
    expectTranscript(FOLDER, 'first-visit', output());
    await Promise.all([left.page.close(), right.page.close()]);
  });

  browserTest('who reloads the page is 1001 at the other end', async () => {
    const { page } = await openConsole(server.url);
    await page.reload();
    await connection(page, 'open');
    await expect.poll(output, PATIENCE).toContain("A client left: code 1001, reason ''.");
    await page.close();
  });

  browserTest('close() without a code is 1005 at the other end', async () => {
    const { page, paste } = await openConsole(server.url);
    await paste('const s = new WebSocket(location.href); s.onopen = () => s.close();');
    await expect.poll(output, PATIENCE).toContain("A client left: code 1005, reason ''.");
    await page.close();
  });

  browserTest('a page that was opened from a file is refused with 403', async () => {
    const { page, paste, printed } = await openConsole(
      new URL('client.html', import.meta.url).href,
      server.url,
    );
    await paste(
      "new WebSocket('ws://localhost:8080').onclose = ({ code }) => console.log('closed with', code);",
    );
    await expect.poll(printed, PATIENCE).toContain('closed with 1006\n');
    expect(printed()).toContain('Unexpected response code: 403');
    expect(output()).toBe('');
    await page.close();
  });
});

describe('whatever one client does', () => {
  testHostileClients({
    server: () => server,
    probe: async (socketUrl) => {
      const client = await connectRecording(socketUrl);
      expect(await client.next()).toBe(WELCOME);
      client.send('hi');
      expect(await client.next()).toBe('Echo: hi');
      await client.close();
    },
    flood: 'x'.repeat(1_000),
  });
});
