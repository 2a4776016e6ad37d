/** Answers that are broken on purpose, and a judge for them. Each notes its process, so that a test sees whether it has gone. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import {
  type Exercise,
  exercise,
  test as exerciseTest,
  module as modulePart,
  server as serverPart,
} from '#shared/check/exercise.ts';
import { createJudge, type Judge } from '#shared/check/judge.ts';
import { isText } from '#shared/check/matchers.ts';
import type { ModuleRoom } from '#shared/check/module-room.ts';
import type { ExerciseTest, Part } from '#shared/check/part.ts';
import type { ClockRoom } from '#shared/check/room.ts';
import { withText } from '#shared/check/scratch.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { shareBrowser } from './browser-testing.ts';

/** Three tests are enough to see what a broken answer does to the first test and to those that follow. */
export const THREE_TESTS = [
  exerciseTest('it greets', async ({ connect }) => {
    await (await connect('alice')).receives({ type: 'welcome' });
  }),
  exerciseTest('it echoes', async ({ connect }) => {
    const alice = await connect('alice');
    alice.send('hello');
    await alice.receives({ type: 'echo', message: isText });
  }),
  exerciseTest('it serves two', async ({ connect }) => {
    await connect('alice');
    await (await connect('bob')).receives({ type: 'welcome' });
  }),
];

/** An exercise with these tests of a server. */
export function exerciseOf(tests = THREE_TESTS): Exercise {
  return exerciseWith(serverPart(tests));
}

function exerciseWith(part: Part): Exercise {
  return exercise({ folder: 'exercises/broken', title: 'Broken', parts: [part] });
}

const NOTE_PID =
  "import { appendFileSync } from 'node:fs'; appendFileSync(process.env.PIDS ?? '', process.pid + '\\n');";
export const LISTEN =
  "import { WebSocketServer } from 'ws'; const wss = new WebSocketServer({ port: 8080 }); let clients = 0;";
export const WELCOME = `socket.send('{"type":"welcome"}');`;

/** A server whose connection handler has these lines. The first of them is line 4 of the file. */
export function server(...lines: string[]): string {
  return [NOTE_PID, LISTEN, "wss.on('connection', (socket) => {", ...lines, '});'].join('\n');
}

/** A file with these lines. The first of them is line 2 of the file. */
export function program(...lines: string[]): string {
  return [NOTE_PID, ...lines].join('\n');
}

export type Bench = {
  /** A folder outside the course, with a space in its name. */
  folder: string;
  /** Whatever an answer does to its process, this judges the next one all the same. */
  shared: Judge;
  /** Judges the text of a server by some tests. */
  judge: (text: string, tests?: typeof THREE_TESTS) => Promise<Verdict>;
  /** The same, and the server has a clock of the check's. */
  judgeTimed: (text: string, tests: ExerciseTest<ClockRoom>[]) => Promise<Verdict>;
  /** Judges the text of a module by some tests. */
  judgeModule: (text: string, tests: ExerciseTest<ModuleRoom>[]) => Promise<Verdict>;
};

/**
 * Sets up what the tests of one file need. After them, no process of any answer may be left.
 *
 * @param least so many answers note their process, at least
 */
export function useBench(least: number): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'an answer '));
  const noted = join(folder, 'pids');
  writeFileSync(noted, '');
  process.env.PIDS = noted;
  const shared = createJudge({ reuse: true, browser: shareBrowser });
  afterAll(async () => {
    await shared.end();
    const pids = readFileSync(noted, 'utf8').split('\n').filter(Boolean).map(Number);
    expect(pids.length).toBeGreaterThanOrEqual(least);
    // Each check waited for the end of its processes.
    expect(pids.filter(isAlive)).toEqual([]);
    rmSync(folder, { recursive: true, force: true });
  });
  const judgeText = (text: string, about: Exercise, name = 'server.ts') =>
    withText(text, name, (file) => shared.judge(about, { [name]: file }));
  return {
    folder,
    shared,
    judge: (text, tests) => judgeText(text, exerciseOf(tests)),
    judgeTimed: (text, tests) =>
      judgeText(text, exerciseWith(serverPart(tests, undefined, { clock: 'own' }))),
    judgeModule: (text, tests) => judgeText(text, exerciseWith(modulePart('module.ts', tests)), 'module.ts'),
  };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
