/** What serveLesson promises: the page and its parts, whom it refuses, where it listens, and how it gives up. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transform } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '#shared/check/compile.ts';
import { rawConnect } from '#shared/check/raw-client.ts';
import { ROOT } from '#shared/course/root.ts';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { openConsole } from '#shared/testing/page-console.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const LESSON = 'lessons/01';

/** A folder inside the course, so that the servers in it find `#shared/…`. */
const scratch = `.answers/${randomUUID()}`;

let server: RunningServer;
let openServer: RunningServer;
beforeAll(async () => {
  await mkdir(join(ROOT, scratch), { recursive: true });
  [server, openServer] = await Promise.all([
    startServer(`${LESSON}/server.ts`, { env: { HOST: undefined } }),
    startServer(`${LESSON}/server.ts`, { env: { HOST: '0.0.0.0' } }),
  ]);
});
afterAll(async () => {
  await Promise.all([server.stop(), openServer.stop()]);
  await rm(join(ROOT, scratch), { recursive: true, force: true });
});

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
    '%s comes with a policy that allows no inline script, is not sniffed and not cached',
    async (path) => {
      const { headers } = await get(server.url, path);
      expect(headers['content-security-policy']).toMatch(/default-src 'none'; script-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cache-control']).toBe('no-store');
    },
  );

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

  test('is served with another client.ts, where the server names one', async () => {
    await write('another-client.ts', "const greeting: string = 'I am another';\nconsole.log(greeting);\n");
    const own = await startServer(await serverOf(LESSON, 'another-client.ts'));
    expect((await get(own.url, '/client.ts')).body).toContain('I am another');
    await own.stop();
  });

  browserTest('shows what is wrong with a client.ts that does not parse', async () => {
    await write('broken-client.ts', 'const x = 1;\nconst = <b>2</b>;\n');
    const own = await startServer(await serverOf(LESSON, 'broken-client.ts'));
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

describe('where it listens', () => {
  test('on 127.0.0.1 and on no other address of this machine', async () => {
    expect(await canConnect(server, '127.0.0.1')).toBe(true);
    for (const address of otherAddresses()) expect(await canConnect(server, address)).toBe(false);
  });

  test('on 127.0.0.1 only, where HOST is empty', async () => {
    const own = await startServer(`${LESSON}/server.ts`, { env: { HOST: '' } });
    expect(own.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(await canConnect(own, '127.0.0.1')).toBe(true);
    for (const address of otherAddresses()) expect(await canConnect(own, address)).toBe(false);
    await own.stop();
  });

  test('everywhere, where HOST asks for that: by any address, and not by a foreign name', async () => {
    expect(openServer.url).toMatch(/^http:\/\/localhost:\d+$/);
    const { port } = new URL(openServer.url);
    const addresses = otherAddresses().filter((address) => !address.includes(':'));
    for (const address of addresses) expect(await canConnect(openServer, address)).toBe(true);
    for (const address of [...addresses, '192.0.2.7', '[2001:db8::1]', 'localhost']) {
      const host = `${address}:${port}`;
      expect((await get(openServer.url, '/', { Host: host })).status).toBe(200);
      expect(await upgrade(openServer, { Host: host })).toBe(101);
      expect(await upgrade(openServer, { Host: host, Origin: `http://${host}` })).toBe(101);
      expect(await upgrade(openServer, { Host: host, Origin: 'http://evil.example' })).toBe(403);
    }
    for (const host of ['evil.example', 'localhost.evil.example', '192.0.2.7.evil.example']) {
      expect((await get(openServer.url, '/', { Host: host })).status).toBe(403);
      expect(await upgrade(openServer, { Host: host })).toBe(403);
    }
  });

  test('it tells a parent process where, and prints nothing then', () => {
    expect(server.url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(server.output()).not.toContain('http:');
  });

  test('it tells a person where: title and address, on one line', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', `${LESSON}/server.ts`], {
      cwd: ROOT,
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    try {
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      expect(line).toMatch(/^Lesson 01 · Echo: http:\/\/localhost:\d+$/);
      expect((await get(line.split(': ')[1] ?? '', '/')).status).toBe(200);
    } finally {
      child.kill('SIGKILL');
      await exited;
    }
  });
});

describe.concurrent('what cannot be served ends with 1 and one sentence', () => {
  test('a port in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await run(`${LESSON}/server.ts`, { PORT: String(port) })).toBe(
      `Port ${port} is in use. Stop the other program (Ctrl-C where it runs), or set PORT to another number.\n`,
    );
    other.close();
  });

  test.each(['abc', '70000', '1e3', ''])('PORT="%s"', async (port) => {
    expect(await run(`${LESSON}/server.ts`, { PORT: port })).toBe(
      `PORT must be a whole number from 0 to 65535, not "${port}".\n`,
    );
  });

  test('a HOST that is not this machine', async () => {
    expect(await run(`${LESSON}/server.ts`, { HOST: '192.0.2.254', PORT: '0' })).toMatch(
      /^Cannot listen on HOST 192\.0\.2\.254, PORT 0: .*EADDRNOTAVAIL.*\.\n$/,
    );
  });

  test('a folder that is not there', async () => {
    const page = join(ROOT, 'lessons/99/client.html');
    expect(await run(await serverOf('lessons/99'))).toBe(
      `There is no file ${page}. Which folder did you mean to serve?\n`,
    );
  });

  test('a client that is not there', async () => {
    const client = join(ROOT, scratch, 'no-client.ts');
    expect(await run(await serverOf(LESSON, 'no-client.ts'))).toBe(
      `There is no file ${client}. Which folder did you mean to serve?\n`,
    );
  });
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

/** GET, with the path as it is written: no URL class cleans it up. */
async function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const { port } = new URL(url);
  const asked = request({ host: '127.0.0.1', port, path, headers, agent: false });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

/** The status that answers an upgrade. */
async function upgrade(to: RunningServer, headers: Record<string, string> = {}): Promise<number> {
  const { socket, status } = await rawConnect(to.socketUrl, headers);
  socket.destroy();
  return status;
}

/** Resolves once a socket is closed. A reset is an end as good as another. */
function isClosed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

async function stillServes(one: RunningServer): Promise<void> {
  expect((await get(one.url, '/')).status).toBe(200);
  const alice = await connectRecording(one.socketUrl);
  expect(await alice.next()).toBe('Welcome to Echo WebSocket Server!');
  await alice.close();
  expect(one.output()).not.toMatch(/^ {4}at /m);
}

/** The addresses of this machine but for 127.0.0.1, and those that need a zone (fe80::…%eth0). */
function otherAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80'));
}

async function canConnect(to: RunningServer, address: string): Promise<boolean> {
  const socket = connect(Number(new URL(to.url).port), address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function write(name: string, text: string): Promise<void> {
  await writeFile(join(ROOT, scratch, name), text);
}

/** A server that serves this folder, and nothing else. Gives its path from the root. */
async function serverOf(folder: string, client?: string): Promise<string> {
  const file = `${randomUUID()}.ts`;
  const options = client === undefined ? '' : `, { client: '${scratch}/${client}' }`;
  await write(
    file,
    `import { serveLesson } from '#shared/lesson/serve-lesson.ts';\nawait serveLesson('${folder}'${options});\n`,
  );
  return `${scratch}/${file}`;
}

/** Runs a server that cannot start, and gives what it prints. It must end with 1, and print to stderr alone. */
async function run(file: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const compiled = await compile(join(ROOT, file));
  const child = spawn(process.execPath, [compiled.path], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  let printed = '';
  let wrong = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    wrong += text;
  });
  const [code] = await once(child, 'close');
  process.off('exit', kill);
  await compiled.remove();
  expect({ code, printed }).toEqual({ code: 1, printed: '' });
  return wrong;
}
