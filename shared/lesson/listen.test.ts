/** Where a lesson's server listens, what it tells of that, and how it gives up. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { get, otherAddresses, run, scratchFolder, upgrade } from '#shared/testing/serving.ts';
import { type RunningServer, startServer } from '#shared/testing/start-server.ts';

const LESSON = 'lessons/01';
const scratch = scratchFolder();

let server: RunningServer;
let openServer: RunningServer;
beforeAll(async () => {
  [server, openServer] = await Promise.all([
    startServer(`${LESSON}/server.ts`, { env: { HOST: undefined } }),
    startServer(`${LESSON}/server.ts`, { env: { HOST: '0.0.0.0' } }),
  ]);
});
afterAll(() => Promise.all([server.stop(), openServer.stop()]));

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

  // A Mac has this address only if somebody has added it.
  test.skipIf(process.platform === 'darwin')('on another loopback address: it answers under that name', () =>
    answersAt('127.0.0.2', /^http:\/\/127\.0\.0\.2:\d+$/),
  );

  test('on the loopback address of IPv6: it answers under that name', () =>
    answersAt('::1', /^http:\/\/\[::1\]:\d+$/));

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

  test('a port that another program has at ::1, which is what a browser shows for localhost', async () => {
    const other = createServer().listen(0, '::1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await run(`${LESSON}/server.ts`, { PORT: String(port) })).toBe(
      `Port ${port} is in use. Stop the other program (Ctrl-C where it runs), or set PORT to another number.\n`,
    );
    other.close();
  });

  test('such a port also where this process has no time to hear the answer before it gives up', async () => {
    const other = createServer().listen(0, '::1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    // It stands still after each connect, for longer than it waits for an answer.
    const busy = `import net from 'node:net';
      import { syncBuiltinESMExports } from 'node:module';
      const { connect } = net;
      net.connect = (...args) => {
        const socket = connect(...args);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
        return socket;
      };
      syncBuiltinESMExports();`;
    const preload = `--import data:text/javascript,${encodeURIComponent(busy)}`;
    const { NODE_OPTIONS = '' } = process.env;
    expect(
      await run(`${LESSON}/server.ts`, { PORT: String(port), NODE_OPTIONS: `${NODE_OPTIONS} ${preload}` }),
    ).toContain(`Port ${port} is in use.`);
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
    expect(await run(await scratch.serverOf('lessons/99'))).toBe(
      `There is no file ${page}. Which folder did you mean to serve?\n`,
    );
  });

  test('a client that is not there', async () => {
    const client = join(ROOT, scratch.folder, 'no-client.ts');
    const options = `{ client: '${scratch.folder}/no-client.ts' }`;
    expect(await run(await scratch.serverOf(LESSON, options))).toBe(
      `There is no file ${client}. Which folder did you mean to serve?\n`,
    );
  });
});

/** Expects that a server on this host tells an address at which its page is, and its clients can connect. */
async function answersAt(host: string, url: RegExp): Promise<void> {
  const own = await startServer(`${LESSON}/server.ts`, { env: { HOST: host } });
  expect(own.url).toMatch(url);
  expect((await get(own.url, '/')).status).toBe(200);
  expect(await upgrade(own, { Origin: own.url })).toBe(101);
  expect(await upgrade(own, { Host: 'evil.example' })).toBe(403);
  await own.stop();
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
