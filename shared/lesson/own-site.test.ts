/** Whom a lesson's server lets in, by the host that is asked for and by the page that asks. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { get, isClosed, scratchFolder, stillServes, upgrade } from '#shared/testing/serving.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const scratch = scratchFolder();

let server: RunningServer;
let open: RunningServer;
beforeAll(async () => {
  const friends = "{ hosts: ['chat.example'], origins: ['http://evil.example:*', 'https://app.example'] }";
  [server, open] = await Promise.all([
    startServer('lessons/01/server.ts', { env: { HOST: undefined } }),
    startServer(await scratch.serverOf('lessons/01', friends)),
  ]);
});
afterAll(() => Promise.all([server.stop(), open.stop()]));

describe('who is let in', () => {
  const FOREIGN_HOSTS = [
    'evil.example',
    'localhost.evil.example',
    'evil-localhost',
    'localhost@evil.example',
    '127.0.0.1.evil.example',
    '192.0.2.7',
    '[2001:db8::1]',
  ];
  const FOREIGN_ORIGINS = [
    'http://evil.example',
    'http://localhost.evil.example',
    'http://localhost:1',
    'http://127.0.0.1',
    'null',
    '',
  ];

  test.each(FOREIGN_HOSTS)('a request to the host "%s" gets 403, and no page', async (host) => {
    const { status, body } = await get(server.url, '/', { Host: host });
    expect(status).toBe(403);
    expect(body).toBe('This server answers to its own name only.\n');
  });

  test.each([...FOREIGN_HOSTS, ''])('an upgrade to the host "%s" gets 403', async (host) => {
    expect(await upgrade(server, { Host: host })).toBe(403);
    expect(await upgrade(server, { Host: host, Origin: `http://${host}` })).toBe(403);
  });

  test.each(FOREIGN_ORIGINS)('an upgrade by a page of "%s" gets 403', async (origin) => {
    expect(await upgrade(server, { Origin: origin })).toBe(403);
  });

  test('an upgrade by its own page is let in, under each name of this machine', async () => {
    const { port } = new URL(server.url);
    for (const name of ['localhost', 'LocalHost', '127.0.0.1', '[::1]', 'lesson.localhost']) {
      const host = `${name}:${port}`;
      expect(await upgrade(server, { Host: host, Origin: `http://${host}` })).toBe(101);
      expect((await get(server.url, '/', { Host: host })).status).toBe(200);
    }
  });

  test('an upgrade without an origin, by a program, is let in', async () => {
    expect(await upgrade(server)).toBe(101);
  });

  test('whoever is refused an upgrade cannot hold the connection open', async () => {
    const { port } = new URL(server.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true });
    const closed = isClosed(socket);
    socket.write(
      `GET / HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nmore`,
    );
    socket.resume();
    await once(socket, 'end');
    // The server is done. It must not wait for this end: what is written now meets no one.
    const talk = () => socket.write('x'.repeat(1024), () => socket.destroyed || setImmediate(talk));
    talk();
    await closed;
    await stillServes(server);
  });
});

describe('who else is let in, where a lesson names them', () => {
  test('a host, for requests and for its own pages', async () => {
    const Host = `chat.example:${new URL(open.url).port}`;
    expect((await get(open.url, '/', { Host })).status).toBe(200);
    expect(await upgrade(open, { Host, Origin: `http://${Host}` })).toBe(101);
    expect(await upgrade(server, { Host })).toBe(403);
  });

  test.each(['http://evil.example:8081', 'http://evil.example:9', 'https://app.example'])(
    'a page of %s',
    async (origin) => {
      expect(await upgrade(open, { Origin: origin })).toBe(101);
      expect(await upgrade(server, { Origin: origin })).toBe(403);
    },
  );

  test.each([
    'http://evil.example',
    'https://evil.example:8081',
    'http://evil.example:8081.example',
    'https://app.example:8081',
    'http://chat.example',
    'null',
  ])('and not a page of %s', async (origin) => {
    expect(await upgrade(open, { Origin: origin })).toBe(403);
  });

  test('and no other host, nor an upgrade to one by a page that is named', async () => {
    for (const Host of ['evil.example', 'other.chat.example', 'chat.example.evil.example']) {
      expect((await get(open.url, '/', { Host })).status).toBe(403);
      expect(await upgrade(open, { Host, Origin: 'https://app.example' })).toBe(403);
    }
  });
});
