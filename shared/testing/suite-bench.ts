/** A small program, and suites of tests for it, of which a test breaks some: what the check of suites is tested with. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { makeScratch } from '#shared/check/scratch.ts';
import type { SuiteAbout } from '#shared/check/suite-about.ts';
import { ROOT } from '#shared/course/root.ts';

/** The program that is tested: a server that greets. */
const PROGRAM = `import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
export function greet() {
  const server = createServer();
  const wss = new WebSocketServer({ server });
  wss.on('connection', (socket) => {
    socket.send('hello');
  });
  return server;
}
`;
/** Where the program is, as long as this process lives: more files of tests may use it. */
export const folder = makeScratch();
writeFileSync(join(folder, 'greet.ts'), PROGRAM);

const SENDS = "    socket.send('hello');\n";
const instead = (name: string, replace: string) => ({
  name,
  edits: [{ file: 'greet.ts', find: SENDS, replace }],
});
const LATER = 'const { setTimeout: later } = globalThis;\n';
export const ABOUT: SuiteAbout = {
  folder: relative(ROOT, folder).replaceAll('\\', '/'),
  title: 'it passes',
  dead: [instead('nobody greets', ''), instead('it hangs up', '    socket.terminate();\n')],
  right: {
    title: 'it passes with others',
    programs: [
      {
        name: 'it greets late',
        edits: [
          { file: 'greet.ts', find: 'export function', replace: `${LATER}export function` },
          { file: 'greet.ts', find: SENDS, replace: "    later(() => socket.send('hello'), 250);\n" },
        ],
      },
      { name: 'the port is taken', arePortsTaken: true },
    ],
  },
  wrong: [
    {
      title: 'it notices rudeness',
      missed: 'it is rude',
      programs: [instead('a', "    socket.send('go away');\n"), instead('b', `${SENDS}${SENDS}`)],
    },
  ],
};

/** A suite with these lines. The first of them is line 6 of the file. */
export function suiteOf(...lines: string[]): string {
  return [
    "import { once } from 'node:events';",
    "import { afterEach, expect, test, vi } from 'vitest';",
    "import { WebSocket } from 'ws';",
    `import { greet } from '${join(folder, 'greet.ts')}';`,
    'const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));',
    ...lines,
  ].join('\n');
}

/** Listens, connects, and keeps what comes. */
export const HELPERS = `
async function open(port = 0) {
  const server = greet();
  open.servers.push(server);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const socket = new WebSocket('ws://127.0.0.1:' + server.address().port);
  const texts = [];
  socket.on('message', (data) => texts.push(String(data)));
  socket.on('error', () => {});
  return { socket, texts };
}
open.servers = [];
afterEach(() => {
  for (const server of open.servers.splice(0)) { server.closeAllConnections(); server.close(); }
});
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
`;
export const RIGHT = `test('it greets once', async () => {
  const { socket, texts } = await open();
  await once(socket, 'message');
  socket.ping();
  await once(socket, 'pong');
  expect(texts).toEqual(['hello']);
});`;
