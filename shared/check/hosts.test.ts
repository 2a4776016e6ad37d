/** Processes of an answer that come to harm through no fault of its own: the test is tried once more. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { program, server, THREE_TESTS, useBench, WELCOME } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { ModuleRoom } from './module-room.ts';
import { WrongAnswer } from './problems.ts';
import type { Verdict } from './verdict.ts';

const { judge, judgeModule } = useBench(6);

const ECHO = `socket.on('message', () => socket.send('{"type":"echo","message":"x"}'));`;

/** A UDP port that nobody holds. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

/** In this test somebody else ends the server's process so many times. */
function endedFromOutside(times: number, signal: NodeJS.Signals) {
  let left = times;
  return exerciseTest('it echoes', async ({ connect }) => {
    const alice = await connect('alice');
    const { pid } = await alice.receives({ type: 'welcome' });
    left -= 1;
    if (left >= 0) process.kill(Number(pid), signal);
    alice.send('hello');
    await alice.receives({ type: 'echo' });
    alice.exactly(1, { type: 'echo' }, 'alice was heard before.');
  });
}

const TELLS_PID = server("socket.send(JSON.stringify({ type: 'welcome', pid: process.pid }));", ECHO);

test('an answer that holds a UDP port has a process of its own for each test', async () => {
  const port = await freePort();
  for (const onError of ['', ".on('error', (error) => { console.log(error.message); process.exit(1); })"]) {
    const text = [
      `import { createSocket } from 'node:dgram'; createSocket('udp4')${onError}.bind(${port}, '127.0.0.1');`,
      server(WELCOME, ECHO),
    ].join('\n');
    const verdict = await judge(text);
    expect(verdict.tests.map(({ sentence }) => sentence)).toEqual(THREE_TESTS.map(() => undefined));
    expect(verdict.solved).toBe(true);
  }
});

test('an answer that holds a port which somebody else holds is told so', async () => {
  const other = createSocket('udp4').bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const text = [
    `import { createSocket } from 'node:dgram'; createSocket('udp4').bind(${port}, '127.0.0.1');`,
    server(WELCOME, ECHO),
  ].join('\n');
  const verdict = await judge(text);
  other.close();
  expect(verdict.tests[0]?.sentence).toContain(`bind EADDRINUSE 127.0.0.1:${port}`);
});

test.skipIf(process.platform === 'win32').for(['SIGKILL', 'SIGTERM'] as const)(
  'a test in which somebody else sends %s to the process is tried once more, and not twice',
  async (signal) => {
    const first = await judge(TELLS_PID, [endedFromOutside(1, signal)]);
    expect(first.tests[0]?.sentence).toBeUndefined();
    const second = await judge(TELLS_PID, [endedFromOutside(2, signal)]);
    expect(second.tests[0]?.sentence).toContain(`by the signal ${signal}`);
  },
);

const SAYS_PID = program(
  'export function open(url, { WebSocket }) {',
  'const socket = new WebSocket(url);',
  "socket.addEventListener('error', () => {});",
  "socket.addEventListener('open', () => socket.send(String(process.pid)));",
  'return { send: (text) => socket.send(text) };',
  '}',
);

/** Judges a module by a test in which somebody else ends its process so many times. */
function judgeEnded(times: number, signal: NodeJS.Signals): Promise<Verdict> {
  let left = times;
  const test = exerciseTest<ModuleRoom>('it speaks', async (room) => {
    const client = await room.make('open');
    left -= 1;
    if (left >= 0) process.kill(Number(room.server.heard()[0]), signal);
    await client.call('send', 'hello');
    if (room.server.heard().length !== 2)
      throw new WrongAnswer('The server was told too much, or too little.');
  });
  return judgeModule(SAYS_PID, [test]);
}

test.skipIf(process.platform === 'win32').for(['SIGKILL', 'SIGTERM'] as const)(
  'a test in which somebody else sends %s to the process of a module is tried once more, and not twice',
  async (signal) => {
    const first = await judgeEnded(1, signal);
    expect(first.tests).toEqual([{ title: 'it speaks', passed: true }]);
    expect(first.problem).toBeUndefined();
    const second = await judgeEnded(2, signal);
    expect(second.tests[0]?.sentence).toContain(`by the signal ${signal}`);
  },
);

test('a module that holds a UDP port has a process of its own for each test', async () => {
  const port = await freePort();
  const text = [
    `import { createSocket } from 'node:dgram'; createSocket('udp4').bind(${port}, '127.0.0.1');`,
    SAYS_PID,
  ].join('\n');
  const tests = ['it connects', 'it connects again', 'and again'].map((title) =>
    exerciseTest<ModuleRoom>(title, async (room) => {
      await room.make('open');
      if (room.server.heard().length !== 1) throw new WrongAnswer('The server heard nothing.');
    }),
  );
  const verdict = await judgeModule(text, tests);
  expect(verdict.tests.map(({ sentence }) => sentence)).toEqual(tests.map(() => undefined));
});
