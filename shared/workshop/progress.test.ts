/** The progress file: kept whole, whoever writes to it, and whatever stands in its place. */
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { hashOf } from '#shared/course/hash.ts';
import { copyCourse } from '#shared/testing/course-copy.ts';

const { root, remove } = copyCourse();
afterAll(remove);
const module = pathToFileURL(join(root, 'shared/workshop/progress.ts')).href;
// The copy's own: it works on the copy's file.
const { noteProgress, progressTrouble, readProgress }: typeof import('./progress.ts') = await import(module);
const file = join(root, '.progress.json');
const leftovers = () => readdirSync(root).filter((name) => name.startsWith('.progress.json'));

beforeEach(() => {
  for (const name of leftovers()) rmSync(join(root, name), { recursive: true });
});

/** Runs a program in a process of its own, which waits after its start until it is told to go on. */
async function startProgram(text: string) {
  const program = join(root, `${Math.random()}.ts`);
  writeFileSync(
    program,
    `import { noteProgress } from ${JSON.stringify(module)};
     process.send?.('ready');
     process.once('message', () => { ${text}; process.disconnect(); });`,
  );
  const child = fork(program, { execArgv: ['--import', 'tsx'], cwd: root });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  const ended = once(child, 'exit');
  return () => {
    child.send('go');
    return ended;
  };
}

test('no update is lost where four processes write at full speed', async () => {
  const updates = 100;
  const programs = await Promise.all(
    [1, 2, 3, 4].map((who) =>
      startProgram(
        `for (let n = 0; n < ${updates}; n += 1) noteProgress('01', (one) => { one.hints['${who} ' + n] = n; })`,
      ),
    ),
  );
  await Promise.all(programs.map((go) => go()));
  expect(Object.keys(readProgress()['01']?.hints ?? {}).length).toBe(4 * updates);
  expect(leftovers()).toEqual(['.progress.json']);
});

test('a process that crashes while it writes stops nobody else for long', async () => {
  const crash = await startProgram(`noteProgress('01', () => process.kill(process.pid, 'SIGKILL'))`);
  await crash();
  expect(leftovers()).toEqual(['.progress.json.lock']);
  noteProgress('01', (one) => {
    one.starter = 'mine';
  });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ '01': { starter: 'mine', hints: {} } });
  expect(leftovers()).toEqual(['.progress.json']);
});

test.each([
  ['a folder', 'Move it away.', () => mkdirSync(file)],
  ['a link that leads to itself', 'Delete it.', () => symlinkSync(file, file)],
])('where the file is %s one sentence says so, and all is kept when it is mended', (what, advice, spoil) => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  const hint = (level: number) =>
    noteProgress('01', (one) => {
      one.hints.title = level;
    });
  spoil();
  expect(readProgress()).toEqual({});
  hint(1);
  hint(2);
  expect(readProgress()).toEqual({ '01': { starter: '', hints: { title: 2 } } });
  expect(said).toHaveBeenCalledOnce();
  expect(progressTrouble()).toMatch(`.progress.json is ${what}`);
  expect(progressTrouble()).toContain(advice);
  expect(said).toHaveBeenCalledWith(progressTrouble());

  rmSync(file, { recursive: true });
  expect(Object.keys(readProgress())).toEqual(['01']);
  expect(progressTrouble()).toBeUndefined();
  noteProgress('02', () => {});
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toEqual(['01', '02']);
});

test('the hash of what is no file is that of nothing', () => {
  const odd = join(root, 'odd');
  const none = hashOf([odd]);
  mkdirSync(odd);
  expect(hashOf([odd])).toBe(none);
  rmSync(odd, { recursive: true });
  symlinkSync(odd, odd);
  expect(hashOf([odd])).toBe(none);
});

test.skipIf(process.platform === 'win32')('a pipe is never opened: who opens one waits for ever', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => said.mockRestore());
  execFileSync('mkfifo', [file]);
  expect(readProgress()).toEqual({});
  expect(progressTrouble()).toContain('.progress.json is no ordinary file. Move it away.');
  expect(hashOf([file])).toBe(hashOf([join(root, 'nothing')]));
});
