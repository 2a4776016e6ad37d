/** The short form of the soak, on copies of a server that leak, and on one that does not. */
import { relative } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyChanged } from '#shared/check/changed-copy.ts';
import { ROOT } from '#shared/course/root.ts';
import { loadTraitsOf } from '#shared/testing/traits.ts';
import { openPolite, type Polite } from './polite-talk.ts';
import { SHORT, type Soak, type Soaked, soakServer } from './soak-server.ts';

const LESSON = 'lessons/04';
const CONNECTION = "wss.on('connection', (socket) => {\n";

let polite: Polite;
beforeAll(async () => {
  polite = await openPolite();
});
afterAll(() => polite?.end());

/**
 * Soaks a copy of the lesson's server.
 *
 * @param inside what it does, too, when somebody connects
 * @param before what stands before that
 */
async function soakWith(inside: string, before = '', options: Partial<Soak> = {}): Promise<Soaked> {
  const replace = `${before}\n${CONNECTION}  ${inside}\n`;
  const { file, remove } = await copyChanged(LESSON, [{ file: 'server.ts', find: CONNECTION, replace }]);
  try {
    const traits = await loadTraitsOf(LESSON);
    return await soakServer({ file: relative(ROOT, file), traits, polite, ...SHORT, ...options });
  } finally {
    await remove();
  }
}

test('a server that keeps nothing is accepted, and the polite client was served', async () => {
  const { faults, left, polite: measured, clients } = await soakWith('');
  expect(faults).toEqual([]);
  expect(left).toEqual({ sockets: 0, timers: 0 });
  expect(measured.answers).toBeGreaterThan(8);
  expect(clients).toBeGreaterThanOrEqual(8 * SHORT.size);
});

test.for([
  ['a Map of sockets', 'leaked.set(socket, 1);', 'const leaked = new Map<WebSocket, number>();'],
  ['a Set of numbers', 'leaked.add(leaked.size);', 'const leaked = new Set<number>();'],
  ['a list of listeners', 'process.on("exit", () => socket.url);', 'process.setMaxListeners(0);'],
])('%s that is never emptied is found', async ([, inside = '', before = '']) => {
  const { faults } = await soakWith(inside, before);
  expect(faults).toEqual([expect.stringMatching(/^Its memory grows: from \d+ to \d+ KiB in \d+ waves/)]);
});

test('a timer that nobody clears is found', async () => {
  const { faults } = await soakWith('setInterval(() => {}, 60_000);');
  expect(faults.at(-1)).toMatch(/^\d+ timers are left at the end/);
});

test('a server that says that it ends silent links, and does not, is found', async () => {
  const traits = { ...(await loadTraitsOf(LESSON)), soak: { endsSilent: 100 } };
  const { faults } = await soakWith('', '', { traits, waitsForSilent: true });
  expect(faults).toEqual([expect.stringMatching(/^It has ended 0 of \d+ silent links, and says/)]);
});

test.for([
  ['cuts', 'socket.once("pong", () => socket.close(4000)); setTimeout(() => socket.ping(), 500);'],
  ['refuses', 'setTimeout(() => socket.send(JSON.stringify({ type: "error" })), 500);'],
])('a server that %s the polite client is found', async ([, inside = '']) => {
  await expect(soakWith(inside)).rejects.toThrow(
    /^The polite client was not served: it was (cut, with code 4000|refused)/,
  );
});
