/** The learner's desk: progress, resets, hints, and the commands. */
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { copyCourse } from '#shared/testing/course-copy.ts';

const { root, remove } = copyCourse();
afterAll(remove);
// The copy's own: they work on the copy's exercises.
const course: typeof import('#shared/course/course.ts') = await import(
  pathToFileURL(join(root, 'shared/course/course.ts')).href
);
const desk: typeof import('./desk.ts') = await import(
  pathToFileURL(join(root, 'shared/workshop/desk.ts')).href
);

/** What the tests change. */
const CHANGED = ['exercises', 'solutions/01'];
const fresh = mkdtempSync(join(tmpdir(), 'fresh-'));
afterAll(() => rmSync(fresh, { recursive: true }));
for (const folder of CHANGED) cpSync(join(root, folder), join(fresh, folder), { recursive: true });

beforeEach(() => {
  for (const folder of CHANGED) {
    rmSync(join(root, folder), { recursive: true });
    cpSync(join(fresh, folder), join(root, folder), { recursive: true });
  }
  for (const name of readdirSync(root)) if (name.startsWith('.progress.json')) rmSync(join(root, name));
});

const answer = () => join(root, 'exercises/01/server.ts');
const progressFile = () => join(root, '.progress.json');
const first = async () => (await desk.listExercises())[0];
const [one, two, last] = await Promise.all(['01', '02', '05'].map((number) => course.loadExercise(number)));
if (!one || !two || !last) throw new Error('There are too few exercises.');
const right = { solved: true, tests: [], notJudged: [] };
const wrong = { ...right, solved: false, tests: [{ title: '', passed: false }] };
const solve = () => copyFileSync(join(root, 'solutions/01/server.ts'), answer());

describe('progress', () => {
  test('is not begun, begun, solved, solved before', async () => {
    expect(course.exerciseNumbers().slice(0, 6)).toEqual(['01', '02', '03', '04', '05', '06']);
    expect(await first()).toMatchObject({ state: 'open', isBegun: false, hasNewStarter: false });
    solve();
    expect(await first()).toMatchObject({ state: 'open', isBegun: true });
    desk.noteVerdict(one, right);
    expect(await first()).toMatchObject({ state: 'solved' });
    appendFileSync(answer(), '// One more thought.\n');
    expect(await first()).toMatchObject({ state: 'solved before' });
    solve();
    expect(await first()).toMatchObject({ state: 'solved' });
    // The course has a better check now: the same answer does not pass it.
    desk.noteVerdict(one, wrong);
    expect(await first()).toMatchObject({ state: 'open' });
  });

  test('marks a starter that changed since the learner began, until it is taken', async () => {
    solve();
    desk.noteVerdict(one, wrong);
    appendFileSync(join(root, 'solutions/01/starter.ts'), '// A clearer comment.\n');
    expect(await first()).toMatchObject({ hasNewStarter: true });
    expect((await desk.listExercises()).filter(({ hasNewStarter }) => hasNewStarter).length).toBe(1);
    desk.resetExercise(one);
    expect(await first()).toMatchObject({ hasNewStarter: false, isBegun: false });
    expect(readFileSync(answer(), 'utf8')).toContain('A clearer comment');
  });

  test('a lesson that was read is noted once, beside the exercises, also in a file that knows of none', async () => {
    solve();
    desk.noteVerdict(one, right);
    const older = JSON.parse(readFileSync(progressFile(), 'utf8'));
    expect(Object.keys(older)).toEqual(['01']);
    expect(desk.listLessons().length).toBeGreaterThan(1);
    expect(desk.listLessons().filter(({ isRead }) => isRead)).toEqual([]);
    desk.noteRead('lessons/02');
    const text = readFileSync(progressFile(), 'utf8');
    const read = { starter: '', hints: {}, read: true };
    expect(JSON.parse(text)).toEqual({ ...older, 'lessons/02': read });
    expect(desk.listLessons().filter(({ isRead }) => isRead)).toMatchObject([
      { unit: { folder: 'lessons/02', title: 'Timestamps' } },
    ]);
    expect(await first()).toMatchObject({ state: 'solved' });
    const { ino } = statSync(progressFile());
    desk.noteRead('lessons/02');
    expect(statSync(progressFile()).ino).toBe(ino);
  });

  test.for([
    '',
    '{"01":',
    'null',
    '[]',
    '{"01":{"starter":5,"hints":{}}}',
    '{"01":{"starter":"","hints":{"a":"b"}}}',
    '{"lessons/01":{"starter":"","hints":{},"read":"yes"}}',
  ])('a damaged file is kept under another name: %j', async (text) => {
    writeFileSync(progressFile(), text);
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => said.mockRestore());
    expect(await first()).toMatchObject({ state: 'open' });
    const [kept = ''] = readdirSync(root).filter((name) => name.startsWith('.progress.json.'));
    expect(said.mock.calls.join()).toContain(kept);
    expect(readFileSync(join(root, kept), 'utf8')).toBe(text);
    solve();
    desk.noteVerdict(one, right);
    expect(await first()).toMatchObject({ state: 'solved' });
  });
});

describe('a reset', () => {
  test('keeps what was there as a dated copy, and never writes over one', async () => {
    const now = new Date('2026-11-22T20:16:37.123Z');
    expect(desk.resetExercise(one, now)).toEqual({ kept: [], isChanged: false });
    solve();
    const right = readFileSync(answer(), 'utf8');
    expect(desk.resetExercise(one, now).kept).toEqual([
      'exercises/01/kept/2026-11-22T20-16-37-123Z-server.ts',
    ]);
    writeFileSync(answer(), 'another answer');
    expect(() => desk.resetExercise(one, now)).toThrow('EEXIST');
    expect(readFileSync(answer(), 'utf8')).toBe('another answer');
    const [kept = '', ...others] = readdirSync(join(root, 'exercises/01/kept'));
    expect(others).toEqual([]);
    expect(readFileSync(join(root, 'exercises/01/kept', kept), 'utf8')).toBe(right);
  });

  test('never opens what is no file', () => {
    rmSync(answer());
    mkdirSync(answer());
    expect(() => desk.resetExercise(one)).toThrow('exercises/01/server.ts is a folder');
  });

  test('brings back an answer that was deleted, and keeps both files of two', async () => {
    writeFileSync(join(root, 'exercises/05/server.ts'), 'mine');
    writeFileSync(join(root, 'exercises/05/client.ts'), 'mine, too');
    expect(desk.resetExercise(last).kept.map((path) => readFileSync(join(root, path), 'utf8'))).toEqual([
      'mine',
      'mine, too',
    ]);
    expect((await desk.listExercises()).at(-1)).toMatchObject({ isBegun: false });
  });
});

test('hints come one at a time, each test has its own, and a reset forgets them', async () => {
  const [, title = '', other = ''] =
    /^## (.*)$[\s\S]*?^## (.*)$/m.exec(readFileSync(join(root, 'exercises/01/hints.md'), 'utf8')) ?? [];
  const all = desk.hintsFor(one, title);
  expect(all.length).toBeGreaterThanOrEqual(3);
  for (let level = 1; level <= all.length + 1; level += 1) {
    expect(desk.nextHint(one, title)).toEqual({ texts: all.slice(0, level), of: all.length });
  }
  expect(desk.shownHints(one, other)).toBe(0);
  expect(desk.nextHint(one, 'no such test')).toBeUndefined();
  desk.resetExercise(one);
  expect(desk.shownHints(one, title)).toBe(0);
});

test('npm run list, hint and reset', async () => {
  solve();
  desk.noteVerdict(one, right);
  appendFileSync(answer(), '\n// One more thought.\n');
  desk.noteRead('lessons/01');
  const listed = await run('list');
  expect(listed.stdout).toMatch(/✓ 01 {2}Echo +read +lessons\/01\/README\.md\n +● 01 {2}Add timestamps/);
  expect(listed.stdout).toMatch(/○ 02 {2}Timestamps +not read +lessons\/02\/README\.md/);
  expect(listed.stdout).toMatch(/● 01 {2}Add timestamps +solved before +exercises\/01\/server\.ts/);
  expect(listed.stdout).toMatch(/○ 05 {2}Share a canvas +not begun +exercises\/05\/server\.ts/);
  expect(listed.stdout).toContain('npm run check 01');

  expect((await run('hint', '1')).stdout).toContain('It is solved. You need no hint.');
  const [hint, again] = [await run('hint', '2'), await run('hint', '02')];
  expect(hint.stdout).toMatch(/✗ .*\n\n {2}Hint 1 of \d: /);
  expect(again.stdout).toContain('Hint 2 of');
  expect(existsSync(join(root, 'exercises/01/kept'))).toBe(false);

  const { stdout } = await run('reset', '01');
  const [, path = ''] = /Your answer is kept: (.*)/.exec(stdout) ?? [];
  expect(readFileSync(join(root, path), 'utf8')).toContain('One more thought');
  for (const [args, sentence] of [
    [['reset', '99'], /^There is no exercise 99\. There are: 01, /],
    [['hint'], /^Which exercise\? npm run hint 03$/],
  ] as const) {
    const { code, stderr } = await run(...args);
    expect(stderr.trim()).toMatch(sentence);
    expect(code).toBe(1);
  }
});

/** Runs one of the learner's commands as npm does. */
function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ['--import', 'tsx', 'shared/workshop/cli/commands.ts', ...args],
      { cwd: root },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
    onTestFinished(() => void child.kill());
  });
}
