/** Serves a lesson's page over HTTP. The WebSocket code is not here: each lesson's server.ts shows it whole. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { type Instead, insteadFromEnv } from './instead.ts';
import { announce, listen, placeToListen, stop } from './listen.ts';
import { type Friends, isLoopback, isOwnHost, isSameSite, refuseOtherSites } from './own-site.ts';
import { type MoreSources, securityHeaders } from './security-headers.ts';
import { type Tap, tapServer } from './wire/tap.ts';

/** Where the stylesheet and the icon are: their address is the same, so it is right from disk, too. */
const PAGE_PARTS = 'shared/lesson/page';

/** What is nobody's business but this machine's, and this server's own pages'. */
const OF_STAGE = /^\/(wire|cable|hand|experiment\/.*)$/;

/** Scripts that a page loads where somebody looks at the wire. */
const SCRIPTS = ['/wire.ts', '/stage.ts', '/stage-client.ts'];

const CONTENT_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Answers a request. The headers that protect a page are set already; it may set others in their place. */
export type Route = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export type LessonOptions = Friends & {
  /** Another file to use as the page's client.ts, named from the root. */
  client?: string;
  /** Files that the page's client.ts imports, and the files to take in their place, all named from the root. */
  instead?: Instead;
  /** What the lesson answers itself, by method and path: 'POST /ticket'. A query is no part of the path. */
  routes?: Record<string, Route>;
  /** What the page may load or connect to beside this server. */
  csp?: MoreSources;
};

/**
 * Starts an HTTP server that serves one lesson's page, and gives it once it listens.
 *
 * The environment decides where: PORT (8080; 0 lets the system choose) and HOST (127.0.0.1).
 * An upgrade from another site is answered with 403 before any 'upgrade' listener hears of it.
 * Where the page can't be served (a file is missing, PORT is wrong or in use) it prints one sentence
 * and exits with 1. It does not throw then.
 *
 * @param folder the lesson's folder, named from the root of the course: 'lessons/03'
 * @param options what the lesson adds, each by its name. All else stays as it is.
 * @throws TypeError where options.csp does not widen the policy
 */
export async function serveLesson(folder: string, options: LessonOptions = {}): Promise<Server> {
  const page = join(ROOT, folder, 'client.html');
  const client = join(ROOT, options.client ?? `${folder}/client.ts`);
  for (const file of [page, client]) {
    if (!existsSync(file)) stop(`There is no file ${file}. Which folder did you mean to serve?`);
  }
  const place = placeToListen();
  const { routes = {}, hosts } = options;
  const instead = { ...options.instead, ...insteadFromEnv() };
  const headers = securityHeaders(options.csp);
  let tap: Tap | undefined;
  const server = createServer((request, response) => {
    const lesson = { server, folder, page, client, instead, routes, headers, tap, host: place.host, hosts };
    respond(request, response, lesson).catch((error: unknown) => fail(response, error, headers));
  });
  refuseOtherSites(server, place.host, options);
  // What crosses the wire is nobody's business but this machine's.
  if (isLoopback(place.host)) tap = tapServer(server);
  await listen(server, place);
  announce(server, place.host, page);
  return server;
}

type Lesson = {
  server: Server;
  folder: string;
  page: string;
  client: string;
  instead: Instead | undefined;
  routes: Record<string, Route>;
  headers: Record<string, string>;
  tap: Tap | undefined;
  host: string;
  hosts: string[] | undefined;
};

async function respond(request: IncomingMessage, response: ServerResponse, lesson: Lesson): Promise<void> {
  const { headers, tap, routes } = lesson;
  const answer = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { ...headers, 'Content-Type': type }).end(body);
  };
  if (!isOwnHost(request.headers.host, lesson.host, lesson.hosts)) {
    answer(403, 'text/plain', 'This server answers to its own name only.\n');
    return;
  }
  const path = (request.url ?? '/').replace(/\?.*/, '');
  const route = routes[`${request.method} ${path}`];
  if (route) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    await route(request, response);
  } else if (tap && OF_STAGE.test(path) && !isSameSite(request)) {
    answer(403, 'text/plain', 'Only a page of this server may ask for this.\n');
  } else if (tap && path !== '/wire' && OF_STAGE.test(path)) {
    const { serveStage } = await import('./stage/serve-stage.ts');
    await serveStage(lesson.server, lesson.folder, path, request, response, headers);
  } else if (tap && path === '/wire') {
    const { serveFeed } = await import('./wire/feed.ts');
    serveFeed(tap, response, headers);
  } else {
    const contents = await contentsAt(path, lesson);
    if (contents) answer(200, ...contents);
    else answer(404, 'text/plain', 'There is nothing here. The page of this lesson is at /\n');
  }
}

function fail(response: ServerResponse, error: unknown, headers: Record<string, string>): void {
  if (response.destroyed) return; // Whoever asked has gone, and that is all.
  console.error(error);
  if (response.headersSent) {
    response.destroy(); // Half an answer must not look like a whole one.
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.writeHead(500, { ...headers, 'Content-Type': 'text/plain' });
  response.end('The server could not answer this. Its terminal says why.\n');
}

/** The content type and the contents of the page, or of one of its parts. */
async function contentsAt(path: string, lesson: Lesson): Promise<[string, string | Buffer] | undefined> {
  const partOf = (name: string) => join(ROOT, PAGE_PARTS, name);
  const { page, client, instead, tap } = lesson;
  const isWireScript = tap !== undefined && SCRIPTS.includes(path);
  if (isWireScript || path === '/client.ts') {
    // esbuild is loaded when a page first asks: a lesson's start does not wait for it.
    const { bundleClient } = await import('./bundle.ts');
    const script = isWireScript ? partOf(path.slice(1)) : client;
    return ['text/javascript; charset=utf-8', await bundleClient(script, instead)];
  }
  const [, part] = new RegExp(`^/${PAGE_PARTS}/([a-z-]+\\.(?:css|svg))$`).exec(path) ?? [];
  const name = tap && path === '/stage' ? 'stage.html' : part;
  const file = path === '/' ? page : name && partOf(name);
  if (!file || !existsSync(file)) return undefined;
  return [CONTENT_TYPES[extname(file)] ?? 'text/plain', await readFile(file)];
}
