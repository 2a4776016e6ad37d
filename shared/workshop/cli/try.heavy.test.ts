/** `npm run try`: a copy that is never written over, and a check on each save. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { copyCourse } from '#shared/testing/course-copy.ts';

const { root, remove } = copyCourse();
afterAll(remove);
// The copy's own: it works on the copy's lessons.
const own: typeof import('#shared/course/own-copy.ts') = await import(
  pathToFileURL(join(root, 'shared/course/own-copy.ts')).href
);

const LESSON = 'lessons/02';
const file = join(root, LESSON, 'try/server.ts');
const lesson = readFileSync(join(root, LESSON, 'server.ts'), 'utf8');
const right = lesson
  .replace("console.log('A client arrived.');", '$&\n  let n = 0;')
  .replace('message: data.toString(), at', 'message: data.toString(), n: ++n, at');

beforeEach(() => rmSync(join(root, LESSON, 'try'), { recursive: true, force: true }));

describe('the copy', () => {
  test('has the server and its protocol, and is made again only where something is missing', () => {
    expect(own.makeCopy(LESSON)).toEqual([`${LESSON}/try/server.ts`, `${LESSON}/try/protocol.ts`]);
    expect(own.isUntouched(LESSON)).toBe(true);
    writeFileSync(file, 'mine');
    expect(own.makeCopy(LESSON)).toEqual([]);
    rmSync(join(root, LESSON, 'try/protocol.ts'));
    expect(own.makeCopy(LESSON)).toEqual([`${LESSON}/try/protocol.ts`]);
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  test('starts over, and what the learner wrote is kept', () => {
    own.makeCopy(LESSON);
    expect(own.startCopyOver(LESSON)).toEqual([]);
    writeFileSync(file, 'mine');
    const now = new Date('2026-11-22T20:16:37.123Z');
    const [kept = '', ...others] = own.startCopyOver(LESSON, now);
    expect(others).toEqual([]);
    expect(readFileSync(join(root, kept), 'utf8')).toBe('mine');
    expect(readFileSync(file, 'utf8')).toBe(lesson);
    writeFileSync(file, 'mine, too');
    expect(() => own.startCopyOver(LESSON, now)).toThrow('EEXIST');
    expect(readFileSync(file, 'utf8')).toBe('mine, too');
  });

  test('never opens what is no file', () => {
    mkdirSync(file, { recursive: true });
    expect(() => own.startCopyOver(LESSON)).toThrow('lessons/02/try/server.ts is a folder');
  });
});

test('in a pipe it makes the copy, says how to go on, checks once, and never writes over anything', async () => {
  const first = await run('2');
  expect(first.stdout).toContain('Two minutes, lesson 02: Number the echoes');
  expect(first.stdout).toContain('Your copy was made. Edit lessons/02/try/server.ts');
  expect(first.stdout).toContain('npx tsx lessons/02/try/server.ts');
  expect(first).toMatchObject({ code: 1, stderr: '' });
  expect(readFileSync(file, 'utf8')).toBe(lesson);

  writeFileSync(file, right);
  const solved = await run('02');
  expect(solved.stdout).toContain('Your copy is there already.');
  expect(solved.stdout).toContain('✓ each client has a count of its own');
  expect(solved.stdout).toContain('Done. That was the task.');
  expect(solved.code).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(right);

  writeFileSync(file, `${right}\n{`);
  expect((await run('02')).stdout).toMatch(/lessons\/02\/try\/server\.ts:\d+ does not parse/);
  expect(existsSync(join(root, '.progress.json'))).toBe(false);
});

test('where the task is about a file beside the server, it says so, and what runs is the server', async () => {
  onTestFinished(() => rmSync(join(root, 'lessons/10/try'), { recursive: true, force: true }));
  const { stdout } = await run('10');
  expect(stdout).toContain('Your copy was made. Edit lessons/10/try/chat.ts\n');
  expect(stdout).toContain('Run it: npx tsx lessons/10/try/server.ts\n');
});

test('what it can not do is a sentence', async () => {
  expect(await run()).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Which lesson\?/) });
  const unknown = await run('99');
  expect(unknown.stderr).toMatch(/^There is no two-minute task 99\. There are: 01, 02, /);
  expect(unknown.code).toBe(2);
  expect(readdirSync(join(root, 'lessons')).filter((name) => /^\d/.test(name))).not.toContain('99');
});

test('in a terminal it checks on each save, until Ctrl-C', async () => {
  const { FORCE_COLOR: _, ...env } = process.env;
  const terminal = spawn(process.execPath, ['--import', 'tsx', 'shared/workshop/cli/try.ts', '02'], {
    cwd: root,
    cols: 100,
    env: { ...env, NO_COLOR: '1' },
  });
  onTestFinished(() => terminal.kill());
  let printed = '';
  terminal.onData((text) => {
    printed += text;
  });
  const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  const sees = (text: string) => expect.poll(() => printed, { timeout: 60_000 }).toContain(text);
  await sees("It is the lesson's server so far.");
  writeFileSync(file, right.replace('++n', 'n++'));
  await sees('✗ each echo has its number in "n", from 1 on');
  await sees('its "n" is 0 and should be 1');
  writeFileSync(file, right);
  await sees('Done. That was the task.');
  terminal.write('\u0003');
  expect(await exited).toBe(130);
});

/** Runs the command as npm does. */
function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'shared/workshop/cli/try.ts', ...args],
      { cwd: root },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    onTestFinished(() => void child.kill());
  });
}
