/** A server that a test starts anew: everybody is cut off, and what was in variables is gone. */
import { expect, test } from 'vitest';
import { LISTEN, program, server, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { ClockRoom, Room } from './room.ts';

const { judge, judgeTimed } = useBench(4);

const COUNT = 'clients += 1; socket.send(JSON.stringify({ type: "welcome", clients }));';

async function restartTwice(room: Room): Promise<void> {
  const cable = await room.cable('bob');
  for (let times = 0; times < 3; times += 1) {
    const alice = await room.connect('alice');
    await alice.receives({ type: 'welcome', clients: 1 });
    const bob = await room.connect('bob');
    await bob.receives({ type: 'welcome', clients: 2 });
    if (cable.connections() !== 1) throw new Error('bob has no cable.');
    if (times < 2) await room.restart();
  }
}

test('what it counts begins anew, and who has a cable finds it', async () => {
  const { tests, solved } = await judge(server(COUNT), [
    exerciseTest('it counts', restartTwice),
    exerciseTest('it counts again', restartTwice),
  ]);
  expect(tests.map(({ sentence }) => sentence)).toEqual([undefined, undefined]);
  expect(solved).toBe(true);
});

test('the conversation shows it, and what does not come after it', async () => {
  const { tests } = await judge(server('if (clients > 0) socket.send("{}"); clients += 1;'), [
    exerciseTest('it greets the second', async (room) => {
      await room.connect('alice');
      await room.restart();
      await (await room.connect('bob')).receives({ type: 'welcome' });
    }),
  ]);
  expect(tests[0]?.sentence).toMatch(/^bob waits for .* nothing more came/);
  const kinds = tests[0]?.conversation?.map(({ kind }) => kind);
  expect(kinds).toEqual(['connected', 'closed', 'happened', 'connected', 'missing']);
});

test('a clock of the check goes on where it stood', async () => {
  const text = server('setTimeout(() => socket.send(JSON.stringify({ now: Date.now() })), 30_000);');
  const { tests } = await judgeTimed(text, [
    exerciseTest<ClockRoom>('it takes its time', async (room) => {
      const began = room.now();
      await room.pass(60_000);
      await room.restart();
      const alice = await room.connect('alice');
      await room.pass(29_999);
      expect(alice.received()).toEqual([]);
      await room.pass(1);
      expect(alice.received()).toEqual([{ now: began + 90_000 }]);
    }),
  ]);
  expect(tests).toEqual([{ title: 'it takes its time', passed: true }]);
});

test('who does not start a second time is told so', async () => {
  const once = program(
    LISTEN,
    "import { existsSync, writeFileSync } from 'node:fs';",
    "const file = process.env.PIDS + '-' + process.ppid;",
    "if (existsSync(file)) throw new Error('not again');",
    "writeFileSync(file, '');",
    "wss.on('connection', (socket) => socket.send('{}'));",
  );
  const { tests } = await judge(once, [
    exerciseTest('it starts again', async (room) => {
      await room.connect('alice');
      await room.restart();
    }),
  ]);
  expect(tests[0]?.sentence).toMatch(/^The server crashed: Error: not again/);
});
