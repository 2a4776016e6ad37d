/** What serveLesson promises: the page and its parts, and that no request ends it. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { openConsole } from '#shared/testing/page-console.ts';
import { get, isClosed, scratchFolder, stillServes } from '#shared/testing/serving.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const LESSON = 'lessons/01';
const scratch = scratchFolder();

let server: RunningServer;
beforeAll(async () => {
  server = await startServer(`${LESSON}/server.ts`, { env: { HOST: undefined } });
});
afterAll(() => server.stop());

describe('the page', () => {
  test('is at /, and is the file as it stands', async () => {
    const { status, headers, body } = await get(server.url, '/');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(body).toBe(await readFile(join(ROOT, LESSON, 'client.html'), 'utf8'));
  });

  test('is at / with a query, too', async () => {
    expect((await get(server.url, '/?name=alice')).body).toContain('<title>');
  });

  test('gets client.ts as JavaScript, without types, with a source map that holds the TypeScript', async () => {
    const { status, headers, body } = await get(server.url, '/client.ts');
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    const [code = '', map = ''] = body.split('//# sourceMappingURL=data:application/json;base64,');
    expect(code).toContain('new WebSocket(');
    await transform(code, { loader: 'js' }); // Throws where types are left.
    const { sources, sourcesContent } = JSON.parse(Buffer.from(map, 'base64').toString());
    const at = sources.findIndex((source: string) => source.endsWith('client.ts'));
    expect(sourcesContent[at]).toBe(await readFile(join(ROOT, LESSON, 'client.ts'), 'utf8'));
  });

  test.each([
    ['style.css', 'text/css; charset=utf-8'],
    ['served.css', 'text/css; charset=utf-8'],
    ['favicon.svg', 'image/svg+xml'],
  ])('gets %s as %s', async (file, type) => {
    const { status, headers, body } = await get(server.url, `/shared/lesson/page/${file}`);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe(type);
    expect(body).toBe(await readFile(join(ROOT, 'shared/lesson/page', file), 'utf8'));
  });

  test.each(['/', '/client.ts', '/shared/lesson/page/style.css', '/nothing'])(
    '%s comes with a policy that allows no inline script, for no other site, is not sniffed and not cached',
    async (path) => {
      const { headers } = await get(server.url, path);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  test('is served with another client.ts, where the server names one', async () => {
    const text = "const greeting: string = 'I am another';\nconsole.log(greeting);\n";
    const client = await scratch.write('another-client.ts', text);
    const own = await startServer(await scratch.serverOf(LESSON, `{ client: '${client}' }`));
    expect((await get(own.url, '/client.ts')).body).toContain('I am another');
    await own.stop();
  });

  test('is served with another module in place of one that it imports, where the server says so', async () => {
    const name = await scratch.write('named.ts', "export const name = 'the first';\n");
    const other = await scratch.write('other.ts', "export const name = 'the other';\n");
    const client = await scratch.write(
      'naming-client.ts',
      "import { name } from './named.ts';\nconsole.log(name);\n",
    );
    const options = `{ client: '${client}', instead: { '${name}': '${other}' } }`;
    const own = await startServer(await scratch.serverOf(LESSON, options));
    // The source map has the text of both files: only what runs counts.
    const [code] = (await get(own.url, '/client.ts')).body.split('//# sourceMappingURL');
    expect(code).toContain('the other');
    expect(code).not.toContain('the first');
    await own.stop();
  });

  browserTest('shows what is wrong with a client.ts that does not parse', async () => {
    const client = await scratch.write('broken-client.ts', 'const x = 1;\nconst = <b>2</b>;\n');
    const own = await startServer(await scratch.serverOf(LESSON, `{ client: '${client}' }`));
    try {
      const { page } = await openConsole(`${own.url}/`, own.url);
      const alert = page.locator('pre[role=alert]');
      await alert.waitFor();
      const { headers } = await get(own.url, '/client.ts');
      expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
      expect(await alert.innerText()).toMatch(/broken-client\.ts:2:6: ERROR: Expected identifier/);
      expect(own.output()).toContain('broken-client.ts:2:6');
    } finally {
      await own.stop();
    }
  });
});

test.each([
  '/nothing',
  '/server.ts',
  '/protocol.ts',
  '/client.html',
  '/shared/lesson/page/',
  '/shared/lesson/page/page.ts',
  '/shared/lesson/page/nothing.css',
  '/shared/lesson/serve-lesson.ts',
  '/../package.json',
  '/../../../../../../etc/passwd',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/..\\package.json',
  '//package.json',
  '/package.json',
  '/.git/config',
  '/shared/lesson/page/../../../package.json',
  '/shared/lesson/page/..%2f..%2f..%2fpackage.json',
  '/shared/lesson/page/%2e%2e/serve-lesson.ts',
  '/shared/lesson/page/..\\..\\..\\lessons\\01\\server.ts',
  '/shared/lesson/page/style.css/../../serve-lesson.ts',
  '/client.ts/../server.ts',
  '/client.ts%00.css',
])('%s is not there: 404, and nothing of a file', async (path) => {
  const { status, headers, body } = await get(server.url, path);
  expect(status).toBe(404);
  expect(headers['content-type']).toBe('text/plain');
  expect(body).toBe('There is nothing here. The page of this lesson is at /\n');
});

test('to ask for the head of the wire view ends at once', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write('HEAD /wire HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket.setEncoding('utf8')) text += chunk;
  expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\nContent-Type: text\/event-stream\r\n.*\r\n\r\n$/s);
});

describe('the server goes on', () => {
  test('after a request that is aborted while its answer is made', async () => {
    for (const path of ['/', '/client.ts', '/client.ts']) {
      const { port } = new URL(server.url);
      const socket = connect(Number(port), '127.0.0.1');
      await new Promise((resolve) =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`, resolve),
      );
      socket.resetAndDestroy();
      await once(socket, 'close');
    }
    await stillServes(server);
  });

  test.each([
    ['a word', 'hello\r\n\r\n'],
    ['the start of TLS', Buffer.from('160301020001000001fc0303', 'hex')],
    ['zeroes', Buffer.alloc(5_000)],
    ['a header without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(200_000)}`],
    ['a length that is no number', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n'],
    [
      'an address that is no address',
      'GET http://[ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    ],
    ['no path', 'GET * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n'],
    [
      'an upgrade to nothing',
      'GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
    ],
    ['a tunnel', 'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ])('after HTTP that is none: %s', async (_, bytes) => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    const closed = isClosed(socket.resume());
    socket.end(bytes);
    await closed;
    await stillServes(server);
  });

  test('after a connection that is reset within its handshake', async () => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.write('GET / HTTP/1.1\r\nHost: local', resolve));
    socket.resetAndDestroy();
    await once(socket, 'close');
    await stillServes(server);
  });
});
