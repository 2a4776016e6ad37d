/** What a lesson's server gives its stage: blocks by name, cables, bytes by hand. To its own pages, and in bounds. */

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { rawConnect, rawFrame, rawFrames } from '#shared/check/raw-client.ts';
import { hex } from '#shared/lesson/page/wire-text.ts';
import { get, isClosed, otherAddresses, postJson, scratchFolder } from '#shared/testing/serving.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const WAIT = { timeout: 20_000, interval: 10 };
const scratch = scratchFolder();

const README = `
\`\`\`js greet
console.log('hello');
\`\`\`

\`\`\`js to-right right
console.log('here');
\`\`\`

\`\`\`bytes unmasked
81 02 # FIN, text
68 69
\`\`\`

\`\`\`bytes wrong
81 0
\`\`\`
`;

/** A lesson of our own: it says what it gets, and ends when it gets "end". */
const SERVER = `import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
const server = await serveLesson('${scratch.folder}');
const wss = new WebSocketServer({ server });
wss.on('connection', (socket, { url }) => {
  console.log('arrived at', url);
  socket.on('error', (error) => console.log(error.message));
  socket.on('close', () => console.log('left', url));
  socket.on('message', (data) => {
    console.log('got', String(data));
    if (String(data) !== 'end') return;
    server.close(() => console.log('closed'));
    wss.close();
    for (const client of wss.clients) client.terminate();
  });
});
process.channel?.unref();
`;

let server: RunningServer;
let file: string;
beforeAll(async () => {
  await scratch.write('README.md', README);
  await scratch.write('client.html', '<title>A lesson</title>');
  await scratch.write('client.ts', '');
  file = await scratch.write('server.ts', SERVER);
  server = await startServer(file);
});
afterAll(() => server.stop());

const post = (path: string, body: unknown, headers: Record<string, string> = {}, url = server.url) =>
  postJson(url, path, body, headers);

/** Opens a cable, and gives its port. */
async function lay(client: string, port?: number, url = server.url): Promise<number> {
  const [status, text] = await post('/cable', { client, do: 'open', port }, {}, url);
  expect(text).toContain(`"client":"${client}"`);
  expect(status).toBe(200);
  return Number(JSON.parse(text).port);
}

const OTHERS = [
  { Origin: 'http://evil.example' },
  { Origin: 'http://localhost:1' },
  { Origin: 'null' },
  { 'Sec-Fetch-Site': 'same-site' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { Host: 'evil.example' },
];

describe('another site', () => {
  test.each(OTHERS)('gets nothing, and moves nothing: %o', async (headers: Record<string, string>) => {
    for (const path of ['/experiment/greet.js', '/experiment/greet', '/cable']) {
      expect((await get(server.url, path, headers)).status).toBe(403);
    }
    expect((await post('/cable', { client: 'forged', do: 'open' }, headers))[0]).toBe(403);
    expect((await post('/hand', { hex: '8100' }, headers))[0]).toBe(403);
    expect((await get(server.url, '/cable')).body).not.toContain('forged');
  });
});

describe('a block of the lesson', () => {
  test('comes as a script, by its name', async () => {
    const { status, headers, body } = await get(server.url, '/experiment/greet.js');
    expect([status, headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
    expect(body).toMatch(/^course\.run\("greet", async \(console\) => \{ console\.log\('hello'\);\n/);
    expect(JSON.parse((await get(server.url, '/experiment/greet')).body)).toEqual({ client: 'left' });
    expect(JSON.parse((await get(server.url, '/experiment/to-right')).body)).toEqual({ client: 'right' });
  });

  test.each([
    'other',
    'unmasked',
    '../README.md',
    '%2e%2e/README.md',
    'greet.ts',
    'GREET',
    '',
    'constructor',
  ])('that the text does not have is not found: %s', async (name) => {
    expect((await get(server.url, `/experiment/${name}`)).status).toBe(404);
    expect((await get(server.url, `/experiment/${name}.js`)).status).toBe(404);
  });
});

describe('a cable', () => {
  test('leads to this server, page and WebSocket, and the name of its client comes with it', async () => {
    const port = await lay('left');
    expect((await get(`http://localhost:${port}`, '/')).status).toBe(200);
    const { status, socket } = await rawConnect(`ws://localhost:${port}`, {
      Origin: `http://localhost:${port}`,
    });
    onTestFinished(() => void socket.destroy());
    expect(status).toBe(101);
  });

  test.skipIf(!otherAddresses().includes('::1'))(
    'leads there, too, where the server listens on ::1',
    async () => {
      const own = await startServer(file, { env: { HOST: '::1' } });
      onTestFinished(() => own.stop());
      const port = await lay('left', undefined, own.url);
      expect((await get(`http://localhost:${port}`, '/')).status).toBe(200);
    },
  );

  test('is frozen, slowed down, cut and healed', async () => {
    const port = await lay('freezer');
    const { socket, rest } = await rawConnect(`ws://localhost:${port}`);
    const frames = rawFrames({ socket, rest });
    const treat = async (how: string) => (await post('/cable', { client: 'freezer', do: how }))[1];
    expect(JSON.parse(await treat('freeze'))).toMatchObject({ port, isFrozen: true, isSlow: false });
    socket.write(rawFrame(1, 'through the ice'));
    // What another client says goes past it.
    await post('/hand', { hex: hex(rawFrame(1, 'around the ice')) });
    await expect.poll(server.output, WAIT).toContain('got around the ice');
    expect(server.output()).not.toContain('got through the ice');
    expect(JSON.parse(await treat('heal'))).toMatchObject({ isFrozen: false });
    await expect.poll(server.output, WAIT).toContain('got through the ice');
    expect(JSON.parse(await treat('slow'))).toMatchObject({ isSlow: true });
    const before = performance.now();
    socket.write(rawFrame(9, 'ping'));
    expect((await frames.next()).value).toMatchObject({ opcode: 10 });
    expect(performance.now() - before).toBeGreaterThan(1900);
    const closed = isClosed(socket);
    await treat('cut');
    await closed;
    await treat('heal');
    const again = await rawConnect(`ws://localhost:${port}`);
    expect(again.status).toBe(101);
    again.socket.destroy();
  });

  test('is laid again where it was, by whoever outlives the server', async () => {
    const own = await startServer(file);
    const port = await lay('left', undefined, own.url);
    expect(await lay('left', port, own.url)).toBe(port);
    const again = await own.restart();
    onTestFinished(() => again.stop());
    expect((await get(again.url, '/cable')).body).toBe('[]');
    expect(await lay('left', port, again.url)).toBe(port);
    expect((await get(`http://localhost:${port}`, '/')).status).toBe(200);
    // A port that somebody else has: another one will do.
    expect(await lay('right', Number(new URL(again.url).port), again.url)).not.toBe(port);
  });

  test('there are eight at most: the first that nobody uses makes room', async () => {
    const own = await startServer(file);
    onTestFinished(() => own.stop());
    const ports: number[] = [];
    for (let at = 0; at < 8; at += 1) ports.push(await lay(`c${at}`, undefined, own.url));
    const used = await Promise.all(ports.slice(1).map((port) => rawConnect(`ws://localhost:${port}`)));
    await lay('c8', undefined, own.url);
    const { body } = await get(own.url, '/cable');
    expect(body).not.toContain('"c0"');
    expect(body).toContain('"c8"');
    const last = await rawConnect(`ws://localhost:${JSON.parse(body).at(-1).port}`);
    expect(await post('/cable', { client: 'c9', do: 'open' }, {}, own.url)).toEqual([
      429,
      'There are 8 cables already.\n',
    ]);
    expect((await post('/cable', { client: 'c1', do: 'close' }, {}, own.url))[0]).toBe(200);
    await lay('c9', undefined, own.url);
    for (const { socket } of [...used, last]) socket.destroy();
  });

  test.each([
    [{ client: 'Left', do: 'open' }, 'A client has a name of 1 to 12 small letters and digits.'],
    [{ client: 'a'.repeat(13), do: 'open' }, 'A client has a name of 1 to 12 small letters and digits.'],
    [{ client: ['left'], do: 'open' }, 'A client has a name of 1 to 12 small letters and digits.'],
    [{ client: 'left', do: 'target' }, 'A cable can do this: open, close, cut, freeze, slow, heal.'],
    [{ client: 'left', do: 'open', port: 80 }, 'A port is a whole number from 1024 to 65535.'],
    [{ client: 'left', do: 'open', port: '9000' }, 'A port is a whole number from 1024 to 65535.'],
    ['[]', 'The request must be a JSON object.'],
    ['{', 'The request must be a JSON object.'],
    ['', 'The request must be a JSON object.'],
  ])('is not asked for what it cannot do: %j', async (body, sentence) => {
    expect(await post('/cable', body)).toEqual([400, `${sentence}\n`]);
  });

  test('that nobody has laid cannot be frozen', async () => {
    expect(await post('/cable', { client: 'nobody', do: 'freeze' })).toEqual([
      404,
      'There is no cable of a client nobody.\n',
    ]);
  });
});

describe('by hand', () => {
  test('bytes go out as they are, on a connection that is opened anew when it was closed', async () => {
    const own = await startServer(file);
    onTestFinished(() => own.stop());
    const count = (text: string) => own.output().split(text).length - 1;
    expect(await post('/hand', { hex: '8102 6869' }, {}, own.url)).toEqual([200, '{"sent":4}']);
    await expect.poll(() => count('left /?client=hand'), WAIT).toBe(1);
    expect(own.output()).toContain('MASK must be set');
    expect((await post('/hand', { name: 'unmasked' }, {}, own.url))[0]).toBe(200);
    await expect.poll(() => count('left /?client=hand'), WAIT).toBe(2);
    // Two halves of a frame, and so one connection.
    const frame = hex(rawFrame(1, 'in two pieces'));
    await post('/hand', { hex: frame.slice(0, 12) }, {}, own.url);
    await post('/hand', { hex: frame.slice(12) }, {}, own.url);
    await expect.poll(own.output, WAIT).toContain('got in two pieces');
    expect(count('arrived at /?client=hand')).toBe(3);
  });

  test.each([
    [{ hex: '' }, 400, 'There are no bytes to send.'],
    [{ hex: '81 0g' }, 400, '"g" is no hexadecimal digit.'],
    [{ hex: '81 0' }, 400, 'A byte has two hexadecimal digits, and one is missing.'],
    [{ hex: '00'.repeat(65_537) }, 400, 'At most 65536 bytes can be sent at once.'],
    [{ hex: '00'.repeat(200_000) }, 413, 'That is too long.'],
    [{ hex: '81', name: 'unmasked' }, 400, 'Either hex or name says what to send.'],
    [{ hex: 81 }, 400, 'Either hex or name says what to send.'],
    [{ name: 'wrong' }, 400, 'A byte has two hexadecimal digits, and one is missing.'],
    [{ name: 'greet' }, 404, `The lesson's text has no block "greet".`],
    [{ name: '../secret' }, 404, `The lesson's text has no block "../secret".`],
  ])('what is wrong is said in one sentence: %.60j', async (body, status, sentence) => {
    expect(await post('/hand', body)).toEqual([status, `${sentence}\n`]);
  });
});

test('nothing is kept when the server closes', async () => {
  const own = await startServer(file);
  onTestFinished(() => own.stop());
  const port = await lay('left', undefined, own.url);
  const { socket } = await rawConnect(`ws://localhost:${port}`);
  const closed = isClosed(socket);
  await post('/hand', { hex: hex(rawFrame(1, 'end')) }, {}, own.url);
  await closed;
  await expect.poll(own.output, WAIT).toContain('closed');
  const late = connect(port, '127.0.0.1');
  const [error] = await once(late, 'error');
  expect(error.code).toBe('ECONNREFUSED');
});
