/** Serves a lesson's page over HTTP. The WebSocket code is not here: each lesson's server.ts shows it whole. */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { isLoopback, isOwnHost, isSameSite, refuseOtherSites } from './own-site.ts';
import { type Tap, tapServer } from './wire/tap.ts';

/** The stylesheet and the icon, under the address that the pages name: it is right from disk, too. */
const PAGE_PARTS = '/shared/lesson/page/';

const CONTENT_TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const SECURITY_HEADERS = {
  // Only this page's own stage, and pages of this machine (the workshop), may show it in a frame.
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*; base-uri 'none'; form-action 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

/**
 * Starts an HTTP server that serves one lesson's page, and gives it once it listens.
 *
 * The environment decides where: PORT (8080; 0 lets the system choose) and HOST (127.0.0.1).
 * An upgrade from another site is answered with 403 before any 'upgrade' listener hears of it.
 * Where the page can't be served (a file is missing, PORT is wrong or in use) it prints one sentence
 * and exits with 1. It does not throw.
 *
 * @param folder the lesson's folder, named from the root of the course: 'lessons/03'
 * @param options client: another file to use as the page's client.ts, named from the root
 */
export async function serveLesson(folder: string, options: { client?: string } = {}): Promise<Server> {
  const page = join(ROOT, folder, 'client.html');
  const client = join(ROOT, options.client ?? `${folder}/client.ts`);
  for (const file of [page, client]) {
    if (!existsSync(file)) stop(`There is no file ${file}. Which folder did you mean to serve?`);
  }

  const { PORT: port = '8080' } = process.env;
  // To listen on the host '' is to listen everywhere, and `HOST=` does not ask for that.
  const host = process.env.HOST || '127.0.0.1';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    stop(`PORT must be a whole number from 0 to 65535, not "${port}".`);
  }

  let tap: Tap | undefined;
  const server = createServer((request, response) => {
    respond(request, response, { page, client, host, tap }).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(500, SECURITY_HEADERS);
      response.end(error.message);
    });
  });
  refuseOtherSites(server, host);
  // What crosses the wire is nobody's business but this machine's.
  if (isLoopback(host)) tap = tapServer(server);

  await new Promise<void>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => stop(whyNotListening(error, host, port)));
    server.listen(Number(port), host, resolve);
  });
  server.removeAllListeners('error');
  announce(server, page, host);
  return server;
}

type Place = { page: string; client: string; host: string; tap: Tap | undefined };

async function respond(request: IncomingMessage, response: ServerResponse, place: Place): Promise<void> {
  const answer = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': type }).end(body);
  };
  if (!isOwnHost(request.headers.host, place.host)) {
    answer(403, 'text/plain', 'This server answers to its own name only.\n');
    return;
  }
  const path = (request.url ?? '/').replace(/\?.*/, '');
  const part = /^[a-z-]+\.(css|svg)$/.exec(
    path.startsWith(PAGE_PARTS) ? path.slice(PAGE_PARTS.length) : '',
  )?.[0];
  if (path === '/') {
    answer(200, 'text/html; charset=utf-8', await readFile(place.page));
  } else if (path === '/client.ts') {
    // esbuild is loaded when a page first asks: a lesson's start does not wait for it.
    const { bundleClient } = await import('./bundle.ts');
    answer(200, 'text/javascript; charset=utf-8', await bundleClient(place.client));
  } else if (place.tap && path === '/stage') {
    answer(200, 'text/html; charset=utf-8', await readFile(join(ROOT, PAGE_PARTS, 'stage.html')));
  } else if (place.tap && (path === '/wire.ts' || path === '/stage.ts')) {
    const { bundleClient } = await import('./bundle.ts');
    answer(200, 'text/javascript; charset=utf-8', await bundleClient(join(ROOT, PAGE_PARTS, path.slice(1))));
  } else if (place.tap && path === '/wire') {
    if (!isSameSite(request)) {
      answer(403, 'text/plain', 'Only a page of this server may look at the wire.\n');
      return;
    }
    const { serveFeed } = await import('./wire/feed.ts');
    serveFeed(place.tap, response, SECURITY_HEADERS);
  } else if (part !== undefined && existsSync(join(ROOT, PAGE_PARTS, part))) {
    answer(200, CONTENT_TYPES[extname(part)] ?? 'text/plain', await readFile(join(ROOT, PAGE_PARTS, part)));
  } else {
    answer(404, 'text/plain', 'There is nothing here. The page of this lesson is at /\n');
  }
}

/**
 * Tells where the page is: over the IPC channel where there is one, else as a line on the terminal.
 * Without waiting: before anybody connects, the lesson must have its WebSocketServer listening.
 */
function announce(server: Server, page: string, host: string): void {
  const address = server.address();
  if (address === null || typeof address === 'string') return;
  const name = isLoopback(host) || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`;
  if (process.send) {
    process.send({ url });
    process.once('disconnect', () => process.exit()); // Who started this is gone.
    return;
  }
  const title = /<title>(.*?)<\/title>/.exec(readFileSync(page, 'utf8'))?.[1] ?? 'A lesson';
  console.log(`${title}: ${url}`);
}

function whyNotListening(error: NodeJS.ErrnoException, host: string, port: string): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} is in use. Stop the other program (Ctrl-C where it runs), or set PORT to another number.`;
  }
  if (error.code === 'EACCES') return `Port ${port} needs more rights. Set PORT to a number above 1023.`;
  return `Cannot listen on HOST ${host}, PORT ${port}: ${error.message}.`;
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
