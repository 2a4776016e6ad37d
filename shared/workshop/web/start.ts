/** `npm start`: the workshop, one local page for the whole course. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { loadExercises } from '#shared/course/course.ts';
import { whyHidden, whyUnreadable } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { bundleClient } from '#shared/lesson/bundle.ts';
import { isOwnHost, refuseOtherSites } from '#shared/lesson/own-site.ts';
import { type Hub, openHub } from './hub.ts';
import { messageOf } from './messages.ts';
import { renderPage } from './pages.ts';

const HOST = '127.0.0.1';
const FIRST_PORT = 8000;
/** So many ports are tried from the first one on. */
const PORTS = 20;

const SECURITY_HEADERS = {
  // Lessons run on ports of their own, and are shown in a frame.
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src http://localhost:*; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  // Another site may not load a file of this one as its script.
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

const TYPES: Record<string, string> = { '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png' };

/** Files that are served as they are, by their address. */
const FILES: Record<string, string> = {
  '/workshop.css': 'shared/workshop/web/page/workshop.css',
  '/path.css': 'shared/workshop/web/page/path.css',
  '/experiments.css': 'shared/workshop/web/page/experiments.css',
  '/chart.css': 'shared/workshop/web/page/chart.css',
  '/search.css': 'shared/workshop/web/page/search.css',
  '/shared/lesson/page/style.css': 'shared/lesson/page/style.css',
  '/shared/lesson/page/favicon.svg': 'shared/lesson/page/favicon.svg',
};

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const answer = (status: number, type: string, body: string | Buffer) => {
    response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': `${type}; charset=utf-8` }).end(body);
  };
  if (!isOwnHost(request.headers.host, HOST)) {
    answer(403, 'text/plain', 'The workshop answers to its own name only.\n');
    return;
  }
  const path = (request.url ?? '/').replace(/[?#].*/, '');
  const picture = /^\/lessons\/\d\d\/[\w-]+\.png$/.test(path) ? path.slice(1) : undefined;
  const file = Object.hasOwn(FILES, path) ? FILES[path] : picture;
  if (path === '/workshop.ts') {
    const page = join(ROOT, 'shared/workshop/web/page/workshop.ts');
    answer(200, 'text/javascript', await bundleClient(page));
  } else if (file !== undefined) {
    const why = whyUnreadable(join(ROOT, file)) ?? whyHidden(join(ROOT, file));
    if (why === undefined)
      answer(200, TYPES[extname(file)] ?? 'text/plain', await readFile(join(ROOT, file)));
    else answer(404, 'text/plain', `${why}\n`);
  } else {
    const { status, page } = await renderPage(path);
    answer(status, 'text/html', page.html);
  }
}

/** Listens on the first port that is free. PORT names another one, and only that. */
async function listen(server: Server): Promise<number> {
  const { PORT } = process.env;
  if (PORT !== undefined && (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535)) {
    throw new Error(`PORT must be a whole number from 0 to 65535, not "${PORT}".`);
  }
  const ports =
    PORT === undefined ? Array.from({ length: PORTS }, (_, at) => FIRST_PORT + at) : [Number(PORT)];
  for (const port of ports) {
    const isListening = await new Promise<boolean>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
      );
      server.listen(port, HOST, () => resolve(true));
    });
    server.removeAllListeners('error');
    const address = server.address();
    if (isListening && address !== null && typeof address !== 'string') return address.port;
  }
  throw new Error(
    PORT === undefined
      ? `Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1} are all in use. Set PORT to another number.`
      : `Port ${PORT} is in use. Stop the other program, or set PORT to another number.`,
  );
}

const server = createServer((request, response) => {
  respond(request, response).catch((error: unknown) => {
    console.error(error);
    if (!response.headersSent) response.writeHead(500, SECURITY_HEADERS);
    response.end(`The workshop could not answer: ${messageOf(error)}\n`);
  });
});
refuseOtherSites(server, HOST);
let hub: Hub | undefined;

let isEnding = false;
async function end(): Promise<void> {
  if (isEnding) process.exit(1);
  isEnding = true;
  server.close();
  await hub?.end();
  process.exit();
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

try {
  await loadExercises();
  const url = `http://localhost:${await listen(server)}`;
  hub = openHub(server);
  if (process.send) {
    process.send({ url });
    process.once('disconnect', end);
  } else console.log(`\n  The course is open: ${url}\n  Ctrl-C closes it.\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
