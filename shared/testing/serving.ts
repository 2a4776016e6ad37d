/** What the tests of serveLesson stand on: requests with any path and header, and servers written for one test. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { compile } from '#shared/check/compile.ts';
import { rawConnect } from '#shared/check/raw-client.ts';
import { ROOT } from '#shared/course/root.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import type { RunningServer } from '#shared/testing/start-server.ts';

/** Sends a request, with the path as it is written: no URL class cleans it up. */
export async function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: string }> {
  const { hostname, port } = new URL(url);
  const asked = request({
    host: addressOf(hostname),
    port,
    path,
    method,
    headers: { Host: `${hostname}:${port}`, ...headers },
    agent: false,
  });
  asked.end();
  const [response] = await once(asked, 'response');
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return { status: response.statusCode, headers: response.headers, body };
}

/** Posts JSON, or a text that should be JSON, and gives the status and the text of the answer. */
export async function postJson(
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<[status: number | undefined, text: string]> {
  const { hostname, port, host } = new URL(url);
  const place = { host: addressOf(hostname), port, path };
  const asked = request({ ...place, method: 'POST', headers: { Host: host, ...headers } });
  asked.end(typeof body === 'string' ? body : JSON.stringify(body));
  const [response] = await once(asked, 'response');
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return [response.statusCode, text];
}

function addressOf(hostname: string): string {
  return hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
}

/** The status that answers an upgrade. */
export async function upgrade(to: RunningServer, headers: Record<string, string> = {}): Promise<number> {
  const { socket, status } = await rawConnect(to.socketUrl, headers);
  socket.destroy();
  return status;
}

/** Resolves once a socket is closed. A reset is an end as good as another. */
export function isClosed(socket: Socket): Promise<void> {
  socket.on('error', () => {});
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Expects that a server of lesson 01 does its work, and has printed no stack. */
export async function stillServes(one: RunningServer): Promise<void> {
  expect((await get(one.url, '/')).status).toBe(200);
  const alice = await connectRecording(one.socketUrl);
  expect(await alice.next()).toBe('Welcome to Echo WebSocket Server!');
  await alice.close();
  expect(one.output()).not.toMatch(/^ {4}at /m);
}

/** The addresses of this machine but for 127.0.0.1, and those that need a zone (fe80::…%eth0). */
export function otherAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .map(({ address }) => address)
    .filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80'));
}

/** A folder inside the course for the tests of one file, so that the servers in it find `#shared/…`. */
export function scratchFolder() {
  const folder = `.answers/${randomUUID()}`;
  afterAll(() => rm(join(ROOT, folder), { recursive: true, force: true }));

  /** Writes a file there, and gives its path from the root. */
  async function write(name: string, text: string): Promise<string> {
    await mkdir(join(ROOT, folder), { recursive: true });
    await writeFile(join(ROOT, folder, name), text);
    return `${folder}/${name}`;
  }

  return {
    folder,
    write,
    /** A server that serves a lesson's page, and lets clients connect. @param options as they stand in the source */
    serverOf: (lesson: string, options = '{}') =>
      write(
        `${randomUUID()}.ts`,
        `import { WebSocketServer } from 'ws';
import { serveLesson } from '#shared/lesson/serve-lesson.ts';
new WebSocketServer({ server: await serveLesson('${lesson}', ${options}) });
`,
      ),
  };
}

/** Runs a server that cannot start, and gives what it prints. It must end with 1, and print to stderr alone. */
export async function run(file: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
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
