/** Processes that servers run in: whatever an answer does in its own, ours goes on, and nothing of it is left. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { isAlive, program, server, useBench, WELCOME } from '#shared/testing/broken-answers.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import { startServer } from '#shared/testing/start-server.ts';
import { test as exerciseTest } from './exercise.ts';
import { withText } from './scratch.ts';
import { openProcess } from './server-process.ts';

const { judge, folder } = useBench(6);

const GREETS = [
  exerciseTest('it greets', async ({ connect }) => {
    await (await connect('alice')).receives({ type: 'welcome' });
  }),
];

const right = (...before: string[]) => [...before, server(WELCOME)].join('\n');

describe('an answer', () => {
  test.skipIf(process.platform === 'win32').for(['inherit', 'ignore'])(
    'that starts a process of its own with stdio "%s" is judged, and leaves nothing behind',
    async (stdio) => {
      const noted = join(folder, `child-${stdio}`);
      const verdict = await judge(
        right(
          "import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';",
          `const child = spawn('sleep', ['1000'], { stdio: '${stdio}' }); writeFileSync(${JSON.stringify(noted)}, String(child.pid));`,
        ),
        GREETS,
      );
      expect(verdict.solved).toBe(true);
      // It goes with the process that judges, which goes on for now.
      const child = Number(readFileSync(noted, 'utf8'));
      expect(child).toBeGreaterThan(0);
      const crash = await judge(right(`process.kill(process.pid, 'SIGKILL');`), GREETS);
      expect(crash.problem).toContain('by the signal SIGKILL');
      await expect.poll(() => isAlive(child), { timeout: 20_000 }).toBe(false);
    },
  );

  test.for([
    'null',
    '5',
    '[]',
    "{ type: 'crashed' }",
    "{ type: 'listening' }",
    "{ type: 'listening', port: 'x' }",
    "{ type: 'listening', port: 1e9 }",
    "{ type: 'turn', id: {} }",
    "{ type: 'ready' }",
  ])('that sends %s to its parent is judged all the same', async (garbage) => {
    expect(await judge(right(`process.send?.(${garbage});`), GREETS)).toMatchObject({ solved: true });
  });

  test.skipIf(process.platform === 'win32').for(['SIGTERM', 'SIGKILL', 'SIGINT', 'SIGHUP'])(
    'that sends %s to its parent ends itself, and not the check',
    async (signal) => {
      // On a busy machine a signal takes its time, and the server would greet before.
      const untilGone = 'while (process.ppid === parent);';
      const kills = `const parent = process.ppid; process.kill(parent, '${signal}'); ${untilGone}`;
      const verdict = await judge(right(kills), GREETS);
      expect(verdict.solved).toBe(false);
      expect(verdict.tests[0]?.sentence).toContain(`by the signal ${signal}`);
    },
  );

  test('that ends with a code, or by a signal, is said to', async () => {
    expect((await judge(program('process.exit(3);'), GREETS)).problem).toContain('with exit code 3');
    expect((await judge(program('process.abort();'), GREETS)).problem).toContain('by the signal SIGABRT');
  });

  test.for([
    ['in the heap, slowly', 'const all = []; setInterval(() => all.push(new Array(2 ** 22).fill(1)), 20);'],
    ['outside of it, in one go', 'const all = []; for (;;) all.push(Buffer.alloc(2 ** 25, 1));'],
    ['outside of it, slowly', 'const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 26, 1)), 20);'],
  ])('that uses more and more memory %s is ended, and said to', async ([, eats = '']) => {
    const text = server(WELCOME, `socket.on('message', () => { ${eats} });`);
    const verdict = await judge(text, [
      exerciseTest('it echoes', async ({ connect }) => {
        const alice = await connect('alice');
        alice.send('eat');
        await alice.receives({ type: 'echo' });
      }),
      ...GREETS,
    ]);
    expect(verdict.tests[0]?.sentence).toMatch(
      /^The server ran out of memory\. Does something in .*server\.ts grow without end\?$/,
    );
  });

  test('with an error text of a megabyte crashes with the start of it', async () => {
    const verdict = await judge(program("throw new Error('x'.repeat(1e6) + '.ts');"), GREETS);
    expect(verdict.problem).toMatch(/^The server crashed at its start: Error: x{100,300} \(/);
  });
});

test('a process ends by itself also where nobody listens to its clock, which has told much', async () => {
  const full = `import { writeSync } from 'node:fs';
    for (let line = 0; line < 100_000; ) try { writeSync(4, '1000 100000000\\n'); line += 1; } catch {}
    process.exit(5);`;
  await withText(full, 'program.mjs', async (file) => {
    const running = openProcess({ file, isQuiet: true });
    onTestFinished(() => running.end());
    expect(await running.exited).toMatchObject({ code: 5 });
  });
});

describe('a server of a test', () => {
  const text = [
    "import { WebSocketServer } from 'ws';",
    "const wss = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1' });",
    "wss.on('connection', (socket) => socket.send(String(process.pid)));",
    "process.on('SIGTERM', () => { console.log('It was told to go.'); process.exit(7); });",
  ].join('\n');
  const start = (file: string) => startServer(relative(ROOT, file));
  const pidOf = async (socketUrl: string) => {
    const alice = await connectRecording(socketUrl);
    const pid = await alice.next();
    await alice.close();
    return pid;
  };

  test('can be one of several, gets a signal, and comes back at the same address', async () => {
    await withText(text, 'server.ts', async (file) => {
      const [one, other] = await Promise.all([start(file), start(file)]);
      onTestFinished(() => other.stop());
      const pids = [await pidOf(one.socketUrl), await pidOf(other.socketUrl)];
      expect(pids[0]).not.toBe(pids[1]);
      const again = await one.restart();
      onTestFinished(() => again.stop());
      expect(again.url).toBe(one.url);
      expect(pids).not.toContain(await pidOf(again.socketUrl));
      again.signal('SIGTERM');
      expect(await again.exited).toBe(7);
      expect(again.output()).toContain('It was told to go.');
      expect(await pidOf(other.socketUrl)).toBe(pids[1]);
    });
  });

  test('that ends before it listens is an error with what it printed', async () => {
    await withText("console.log('No luck.'); process.exit(3);", 'server.ts', async (file) => {
      await expect(start(file)).rejects.toThrow(/ended with 3: No luck\./);
    });
  });
});
