/** A clock of the check's in a server: all that waits there waits on it, it moves only where a test says so, and then it is gone. */
import { expect, test } from 'vitest';
import { LISTEN, program, useBench } from '#shared/testing/broken-answers.ts';
import { test as exerciseTest } from './exercise.ts';
import type { ExerciseTest } from './part.ts';
import type { ClockRoom } from './room.ts';

const { judge: judgeOnRealClock, judgeTimed: judge } = useBench(8);

function inRoom(run: (room: ClockRoom) => Promise<void>): ExerciseTest<ClockRoom>[] {
  return [exerciseTest<ClockRoom>('it keeps time', run)];
}

/** A server that does this with each connection. */
function onConnection(imports: string, ...lines: string[]): string {
  return program(
    imports,
    LISTEN,
    "wss.on('connection', (socket) => {",
    "socket.on('error', () => {});",
    ...lines,
    '});',
  );
}

const TELL = 'const tell = (type, more) => socket.send(JSON.stringify({ type, now: Date.now(), ...more }));';

/** Each waits for 3,000 ms, in a way of its own. */
const WAITS: Record<string, string> = {
  setTimeout: "setTimeout(tell, 3000, 'setTimeout');",
  setInterval: "const i = setInterval(() => { clearInterval(i); tell('setInterval'); }, 3000);",
  'node:timers': "timers.setTimeout(() => tell('node:timers'), 3000).unref();",
  'node:timers, by name': "named(() => tell('node:timers, by name'), 3000);",
  promises: "sleep(3000, 'promises').then(tell);",
  'promises, again and again':
    "(async () => { for await (const _ of every(1500)) if (Date.now() - came >= 3000) return tell('promises, again and again'); })();",
  'a scheduler': "scheduler.wait(3000).then(() => tell('a scheduler'));",
  promisify: "promisify(setTimeout)(3000, 'promisify').then(tell);",
  'a signal': "AbortSignal.timeout(3000).addEventListener('abort', () => tell('a signal'));",
  refresh: "const r = setTimeout(() => tell('refresh'), 2000); setTimeout(() => r.refresh(), 1000);",
  Date: "const d = setInterval(() => { if (new Date() - came >= 3000) { clearInterval(d); tell('Date'); } }, 100);",
  performance:
    "const p = setInterval(() => { if (performance.now() - began >= 3000) { clearInterval(p); tell('performance'); } }, 100);",
  hrtime:
    "const h = setInterval(() => { if (process.hrtime.bigint() - ticks >= 3000000000n) { clearInterval(h); tell('hrtime'); } }, 100);",
};

const IMPORTS = [
  "import timers, { setTimeout as named } from 'node:timers';",
  "import { scheduler, setInterval as every, setTimeout as sleep } from 'node:timers/promises';",
  "import { performance } from 'node:perf_hooks'; import { promisify } from 'node:util';",
].join(' ');

test('whatever waits, waits until the time has passed, and no longer', async () => {
  const { tests } = await judge(
    onConnection(
      IMPORTS,
      TELL,
      'const came = Date.now(), began = performance.now(), ticks = process.hrtime.bigint();',
      ...Object.values(WAITS),
    ),
    inRoom(async (room) => {
      const alice = await room.connect('alice');
      await room.pass(2999);
      expect(alice.received()).toEqual([]);
      await room.pass(1);
      const came = alice.received();
      expect(came.map(({ type }) => type).sort()).toEqual(Object.keys(WAITS).sort());
      expect([...new Set(came.map(({ now }) => now))]).toEqual([room.now()]);
      expect(await room.timers()).toBe(0);
    }),
  );
  expect(tests).toEqual([{ title: 'it keeps time', passed: true }]);
});

test('who waits for a moment only is at work, and time need not pass', async () => {
  const { tests } = await judge(
    onConnection(
      IMPORTS,
      TELL,
      "socket.on('message', async () => {",
      'for (let n = 0; n < 10; n += 1) await sleep(5); await promisify(setTimeout)(5);',
      'await new Promise((resolve) => named(resolve, 5));',
      "tell('slow'); });",
    ),
    inRoom(async (room) => {
      const alice = await room.connect('alice');
      const before = room.now();
      alice.send('hello');
      await alice.receives({ type: 'slow' });
      expect(room.now()).toBe(before);
    }),
  );
  expect(tests[0]?.sentence).toBeUndefined();
});

const PINGS = onConnection(
  '',
  TELL,
  "const timer = setInterval(() => socket.ping(), 1000); socket.on('pong', () => tell('pong'));",
  'socket.on(\'close\', () => { clearInterval(timer); for (const one of wss.clients) one.send(\'{"type":"gone"}\'); });',
  "socket.on('message', () => { for (const one of wss.clients) if (one !== socket) one.terminate(); });",
);

test('a client notes when pings come, and answers at once, later, or never', async () => {
  const { tests } = await judge(
    PINGS,
    inRoom(async (room) => {
      const alice = await room.connect('alice');
      const began = room.now();
      const answers = () => alice.received().map(({ now }) => Number(now) - began);
      await room.pass(2500);
      expect(alice.pings().map(({ since, at }) => [since - began, at - began])).toEqual([
        [1000, 1000],
        [2000, 2000],
      ]);
      expect(answers()).toEqual([1000, 2000]);
      alice.answersAfter(700);
      await room.pass(1199);
      expect(answers()).toEqual([1000, 2000]);
      await room.pass(1);
      expect(answers()).toEqual([1000, 2000, 3700]);
      alice.answersAfter(Number.POSITIVE_INFINITY);
      await room.pass(60_000);
      expect(answers()).toEqual([1000, 2000, 3700]);
      expect(alice.pings().length).toBe(63);
      expect(await room.timers()).toBe(1);
      await alice.leaves();
      expect(await room.timers()).toBe(0);
    }),
  );
  expect(tests[0]?.sentence).toBeUndefined();
});

test('a frozen cable holds up nobody, and what it held comes when it is healed', async () => {
  const { tests } = await judge(
    PINGS,
    inRoom(async (room) => {
      const cable = await room.cable('bob');
      const [alice, bob] = [await room.connect('alice'), await room.connect('bob')];
      await room.pass(1000);
      expect([alice.pings().length, bob.pings().length]).toEqual([1, 1]);
      cable.freeze();
      await room.pass(5000);
      expect([alice.pings().length, bob.pings().length]).toEqual([6, 1]);
      cable.heal();
      await room.pass(0);
      expect(bob.pings().length).toBe(6);
      expect(bob.received().length).toBe(6);
      cable.freeze('up');
      await room.pass(2000);
      expect([bob.pings().length, bob.received().length]).toEqual([8, 6]);
      // Nobody had to wait: so time has moved from ping to ping.
      for (const { since, at } of alice.pings()) expect(since).toBe(at);
      cable.freeze();
      alice.send('end them');
      await alice.receives({ type: 'gone' });
      expect(bob.isClosed()).toBe(false);
      cable.heal();
      await room.pass(0);
      expect(bob.isClosed()).toBe(true);
    }),
  );
  expect(tests[0]?.sentence).toBeUndefined();
});

test('who was ended behind a frozen cable has ended before anything else happens', async () => {
  const { tests } = await judge(
    PINGS,
    inRoom(async (room) => {
      const cable = await room.cable('bob');
      const alice = await room.connect('alice');
      for (let times = 1; times <= 20; times += 1) {
        await room.connect('bob');
        cable.freeze();
        const heard: Promise<unknown>[] = [];
        // The server finds the message, and the question whether it has nothing left to do, at the same moment.
        await room.together(
          () => alice.send('end them'),
          () => void heard.push(alice.receives({ type: 'gone' })),
        );
        await Promise.all(heard);
        cable.heal();
      }
    }),
  );
  expect(tests[0]?.sentence).toBeUndefined();
});

test('the conversation of a failure shows the time that passes', async () => {
  const { tests } = await judge(
    PINGS,
    inRoom(async (room) => {
      const alice = await room.connect('alice');
      await room.pass(1500);
      alice.answersAfter(Number.POSITIVE_INFINITY);
      await alice.receives({ type: 'never' });
    }),
  );
  const told = tests[0]?.conversation?.flatMap((entry) =>
    entry.kind === 'happened' ? [`${entry.who} ${entry.text}`] : [],
  );
  expect(told).toEqual(['clock 1,500 ms pass', 'alice gets a ping', 'alice falls silent']);
  expect(tests[0]?.sentence).toMatch(/but nothing that fits came, and the server has nothing left to do/);
});

test('a server that looks at its watch all the time is judged all the same', async () => {
  for (const line of [
    'const soon = () => { look(); setTimeout(soon, 5); }; soon();',
    'setInterval(look, 1);',
  ]) {
    const { tests } = await judge(
      onConnection(
        '',
        TELL,
        "let last = Date.now(); const look = () => { if (Date.now() - last >= 1000) { last = Date.now(); tell('here'); } };",
        line,
      ),
      inRoom(async (room) => {
        const alice = await room.connect('alice');
        const began = room.now();
        await room.pass(4500);
        const times = alice.received().map(({ now }) => Number(now) - began);
        expect(times.length).toBeGreaterThanOrEqual(3);
        for (const [at, time] of times.entries()) {
          const wait = time - (times[at - 1] ?? 0);
          expect([wait, wait >= 1000 && wait <= 1500]).toEqual([wait, true]);
        }
      }),
    );
    expect(tests[0]?.sentence).toBeUndefined();
  }
});

test('what a timer throws is a crash, in its own line', async () => {
  const { tests } = await judge(
    onConnection('', "setTimeout(() => { throw new Error('late'); }, 3000);"),
    inRoom(async (room) => {
      await room.connect('alice');
      await room.pass(3000);
    }),
  );
  expect(tests[0]?.sentence).toMatch(/^The server crashed: Error: late \(.*server\.ts:6\)$/);
});

test('a timer that is started again and again does not change the order of others', async () => {
  const waits = [4000, 2500, 3500, 2200, 3900, 2800, 3100, 2600];
  const { tests } = await judge(
    onConnection(
      '',
      TELL,
      'const deadlines = [5000, 2100, 5200, 2300].map((ms) => setTimeout(tell, ms, "deadline " + ms));',
      'const putOff = setInterval(() => { for (const one of deadlines) one.refresh(); }, 1000);',
      'setTimeout(() => clearInterval(putOff), 4100);',
      `for (const ms of ${JSON.stringify(waits)}) setTimeout(tell, ms, String(ms));`,
      "const over = setTimeout(tell, 2000, 'was cleared'); clearTimeout(over); over.refresh();",
    ),
    inRoom(async (room) => {
      const alice = await room.connect('alice');
      const began = room.now();
      await room.pass(60_000);
      const came = alice.received().map(({ type, now }) => [type, Number(now) - began]);
      const deadlines = [2100, 2300, 5000, 5200].map((ms) => [`deadline ${ms}`, 4000 + ms]);
      expect(came).toEqual([...waits.sort((a, b) => a - b).map((ms) => [String(ms), ms]), ...deadlines]);
    }),
  );
  expect(tests[0]?.sentence).toBeUndefined();
});

test('the next server in the same process has the real clock, and only a room with a clock lets time pass', async () => {
  const before = Date.now();
  const text = onConnection(
    IMPORTS,
    TELL,
    'const began = performance.now();',
    "const end = () => tell('here', { ms: performance.now() - began });",
    "named(() => AbortSignal.timeout(20).addEventListener('abort', () => sleep(20).then(end)), 20);",
  );
  const { tests } = await judgeOnRealClock(
    text,
    inRoom(async (room) => {
      const alice = await room.connect('alice');
      const { now, ms } = await alice.receives({ type: 'here' });
      expect(Number(now)).toBeGreaterThanOrEqual(before);
      expect(Number(now)).toBeLessThanOrEqual(Date.now());
      expect(Number(ms)).toBeGreaterThan(50);
      for (const ask of [() => room.pass(1), alice.pings, () => alice.answersAfter(1)])
        expect(ask).toThrow(/This server has the real clock/);
    }) as ExerciseTest[],
  );
  expect(tests[0]?.sentence).toBeUndefined();
});
