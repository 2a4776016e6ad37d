/** Attacks on copies of a server with a hole made on purpose: each thing that may fall is seen to fall. */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyChanged } from '#shared/check/changed-copy.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Fact, loadTraitsOf } from '#shared/testing/traits.ts';
import { type Fall, openArena } from './arena.ts';
import { KINDS } from './kinds.ts';
import { openPolite, type Polite } from './polite-talk.ts';
import { hasAddresses } from './site.ts';
import { lessonTarget, workshopTarget } from './targets.ts';

const LESSON = 'lessons/04';

let polite: Polite;
let own = false;
beforeAll(async () => {
  polite = await openPolite();
  own = await hasAddresses();
});
afterAll(() => polite?.end());

/** Attacks a copy of the lesson's server, with one change. */
async function attack(name: string, find = '', replace = ''): Promise<Fall[]> {
  const kind = KINDS.find((one) => one.name === name);
  if (!kind) throw new Error(`There is no attack "${name}".`);
  const { file, remove } = await copyChanged(
    LESSON,
    find === '' ? [] : [{ file: 'server.ts', find, replace }],
  );
  const arena = openArena(lessonTarget(await loadTraitsOf(LESSON), relative(ROOT, file)), polite, own);
  try {
    return (await arena.attack(kind)).falls;
  } finally {
    await arena.end();
    await remove();
  }
}

const ARRIVED = "console.log('A client arrived.');";
const SERVE = "await serveLesson('lessons/04');";
const ON_ERROR =
  "socket.on('error', (error) => console.log('A client broke the protocol: %s', error.message));";
const ON_MESSAGE = "socket.on('message', (data, isBinary) => {";
const NAMED = `${ON_MESSAGE}\n    try { const { username } = JSON.parse(data.toString()); if (username) usernames.set(socket, String(username)); } catch {}`;

test.for<[fact: Fact, hole: string, kind: string, find: string, replace: string]>([
  ['ends', 'dies of a bad frame', 'no mask', ON_ERROR, ''],
  ['ends', 'serves nobody new', 'reserved bits', ON_ERROR, "socket.on('error', () => server.close());"],
  [
    'cuts',
    'cuts all for one',
    'reserved bits',
    ON_ERROR,
    "socket.on('error', () => { for (const one of wss.clients) one.close(4000); });",
  ],
  ['forges', 'believes a message who speaks', 'speaks as somebody else', ON_MESSAGE, NAMED],
  ['forges', 'takes any name', 'a name that looks the same', ON_MESSAGE, NAMED],
  [
    'forges',
    'passes on what is extra',
    'a time of its own',
    ON_MESSAGE,
    `${ON_MESSAGE}\n    for (const one of usernames.keys()) one.send(data.toString());`,
  ],
  [
    'holds',
    'inflates a bomb',
    'a compressed bomb',
    'maxPayload: 64 * 1024',
    'maxPayload: 0, perMessageDeflate: true',
  ],
  [
    'keeps',
    'leaks',
    'junk',
    ON_MESSAGE,
    `${ON_MESSAGE}\n    Object.assign(usernames, { [Math.random()]: Buffer.alloc(2 ** 20) });`,
  ],
  [
    'keeps',
    'leaves sockets',
    'reserved bits',
    ON_ERROR,
    `socket.on('error', () => { new WebSocket(\`ws://localhost:\${Object(server.address()).port}\`); });`,
  ],
  ['log', 'prints a reason as it is', 'lines for the log', 'quoted(reason.toString())', 'reason'],
  [
    'gives',
    'lets in another site',
    'another site connects',
    SERVE,
    "await serveLesson('lessons/04', { origins: ['http://evil.example'] });",
  ],
  [
    'gives',
    'has another name',
    'by another name',
    SERVE,
    "await serveLesson('lessons/04', { hosts: ['evil.example'] });",
  ],
  [
    'gives',
    'serves files',
    'paths that lead out',
    SERVE,
    "await serveLesson('lessons/04', { routes: { 'GET /package.json': (_, response) => void import('node:fs').then(({ readFileSync }) => response.end(readFileSync('package.json'))) } });",
  ],
  // As the lesson is.
  ['noise', 'has no allowance', 'a flood of texts', ARRIVED, ARRIVED],
  ['crowd', 'has no limit of connections', 'a thousand connections', ARRIVED, ARRIVED],
  ['fills', 'has no limit of the log', 'fills the log', ARRIVED, ARRIVED],
  ['holds', 'keeps all for who reads nothing', 'reads no errors', ARRIVED, ARRIVED],
  ['ghost', 'has no heartbeat', 'a frozen cable', ARRIVED, ARRIVED],
])('%s: a server that %s', async ([fact, , kind, find, replace]) => {
  const falls = await attack(kind, find, replace);
  expect(
    falls.map((fall) => fall.fact),
    JSON.stringify(falls),
  ).toContain(fact);
});

test.for([
  'no mask',
  'reserved bits',
  'speaks as somebody else',
  'a name that looks the same',
  'a compressed bomb',
  'junk',
  'lines for the log',
  'another site connects',
  'paths that lead out',
])('the lesson itself survives: %s', async (kind) => {
  expect(await attack(kind)).toEqual([]);
});

test('runs: what is written into the course is seen', async () => {
  const { target, root, remove } = await workshopTarget();
  try {
    expect(target.smuggled()).toEqual([]);
    writeFileSync(join(root, 'lessons/01/smuggled.ts'), '');
    expect(target.smuggled()).toEqual(['it wrote lessons/01/smuggled.ts']);
  } finally {
    remove();
  }
});
