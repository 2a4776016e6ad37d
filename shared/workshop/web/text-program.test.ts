/** A program of a text: what comes of it, whatever it does, and that nothing of it is left behind. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeScratch, removeScratch } from '#shared/check/scratch.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Change, changeFor } from './change.ts';
import type { ProgramNews } from './messages.ts';
import { createTextProgram, findProgram } from './text-program.ts';

const RESULT = {
  chart: { title: 'T', x: 'x', y: 'y', series: [{ name: 'a', points: [[0, 1]] }] },
  table: [['a'], ['1']],
};
const REPORT = `process.send?.(${JSON.stringify({ type: 'result', ...RESULT })});`;

/** Runs for ever, and writes down its process, which the test looks for. */
const HANGS = (pidFile: string) => `import { writeFileSync } from 'node:fs';
writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
process.send?.({ type: 'progress', done: 0.5, text: 'half' });
for (;;);`;

test('progress and a result come, in this order', async () => {
  const { told } = await runText(
    `process.send?.({ type: 'progress', done: 0.5, text: 'half' });
     process.send?.({ type: 'progress', done: 7, text: 'forged' });
     process.send?.({ type: 'result', chart: 'forged' });
     ${REPORT}
     console.log('x'.repeat(1_000_000));`,
  );
  expect(told).toEqual([
    { name: 'tried', state: 'running' },
    { name: 'tried', state: 'running', progress: { done: 0.5, text: 'half' } },
    { name: 'tried', state: 'done', result: RESULT },
  ]);
});

test.each([
  [
    'that throws',
    `${REPORT}\nthrow new Error('boom');`,
    /^The program crashed: Error: boom \(.*tried\.ts:2\)$/,
  ],
  [
    'that gives up',
    `${REPORT} console.error('no port'); process.exit(3);`,
    /^The program ended by itself, with exit code 3. It printed last: no port$/,
  ],
  [
    'that is killed',
    `process.kill(process.pid, 'SIGKILL');`,
    /^The program ended by itself, by the signal SIGKILL\./,
  ],
  ['without a result', `console.log('done');`, /^The program ended without a result\.$/],
  ['that does not parse', 'const = 5;', /tried\.ts:1 does not parse/],
  [
    'that imports nothing',
    `import './gone.ts';`,
    /tried\.ts:1 imports \.\/gone\.ts, but there is no such file\.$/,
  ],
])('a program %s has failed, with a sentence', async (_, text, sentence) => {
  const { told } = await runText(text);
  expect(told.at(-1)).toMatchObject({ state: 'failed', sentence: expect.stringMatching(sentence) });
});

test('a program that is not there has failed, too', async () => {
  const { told, run } = runner();
  await run('lessons/01/no-such-program.ts');
  expect(told.at(-1)?.sentence).toBe(
    'lessons/01/no-such-program.ts is not there. To bring it back: git restore lessons/01/no-such-program.ts',
  );
});

test('a program that hangs is ended, and says so', async () => {
  const { told, isRunning } = await runText(HANGS, 1500);
  expect(told.at(-1)).toEqual({
    name: 'tried',
    state: 'failed',
    sentence: 'The program did not come to its end within 1.5 seconds, and was ended.',
  });
  expect(isRunning()).toBe(false);
});

test('one that runs can be ended; until then no other may run; afterwards it may', async () => {
  const { file, isRunning } = scratchFile(HANGS);
  const { told, program, untilTold, run } = runner();
  program.run('tried', file);
  await untilTold(({ progress }) => progress !== undefined);
  expect(() => program.run('other', file)).toThrow('One program at a time');
  expect(isRunning()).toBe(true);
  await program.stop();
  expect(isRunning()).toBe(false);
  expect(told.at(-1)).toEqual({ name: 'tried', state: 'ended' });
  expect(program.news()).toEqual({ name: 'tried', state: 'ended' });
  await run(scratchFile(() => REPORT).file);
  expect(told.at(-1)?.state).toBe('done');
});

test('where it has ended for good, nothing runs any more: not what was about to start, either', async () => {
  const { file, isRunning } = scratchFile(HANGS);
  const { told, program } = runner();
  program.run('tried', file);
  await program.end();
  program.run('tried', file);
  await program.stop();
  expect(told.map(({ state }) => state)).toEqual(['running', 'ended']);
  expect(isRunning()).toBe(false);
});

test('with a change, a copy runs: what it and its parts say of their places is that of the files themselves', async () => {
  const { file } = scratchFile(
    () =>
      `import { words } from './part.ts';\nif (words === 'as they were') { ${REPORT} }\nthrow new Error(words);`,
  );
  const part = join(ROOT, dirname(file), 'part.ts');
  writeFileSync(part, `export const words = 'as they were';\n`);
  const change = (find: string) => ({
    name: 'other',
    edits: [{ file: 'part.ts', find, replace: 'changed' }],
  });
  const { told, run } = runner();
  await run(file, change('as they were'));
  expect(told.at(-1)).toMatchObject({
    state: 'failed',
    sentence: `The program crashed: Error: changed (${file}:3)`,
  });
  expect(readFileSync(part, 'utf8')).toBe(`export const words = 'as they were';\n`);
  await run(file, change('not in it'));
  expect(told.at(-1)?.sentence).toMatch(/^This change does not fit .*part\.ts/);
});

test('a program has the change of its own experiment, and no other', () => {
  const unit = { kind: 'lesson' as const, number: '08', title: '', idea: '', folder: 'lessons/08' };
  expect(changeFor(unit, 'storm-no-acks', 'no-acks')).toMatchObject({
    name: 'no-acks',
    edits: [{ file: 'delivery.ts' }],
  });
  for (const applied of [undefined, 'no-ids', '__proto__']) {
    expect(changeFor(unit, 'storm-no-acks', applied)).toBeUndefined();
  }
  expect(changeFor(unit, 'storm', 'no-acks')).toBeUndefined();
});

test('only what a lesson has in its text is a program', () => {
  const unit = { kind: 'lesson' as const, number: '01', title: '', idea: '', folder: 'lessons/01' };
  for (const name of [
    '',
    'no-such-name',
    'server.ts',
    'npx tsx lessons/01/server.ts',
    '../02',
    '__proto__',
  ]) {
    expect(() => findProgram(unit, name)).toThrow('no program of this name');
  }
  expect(() => findProgram({ ...unit, kind: 'exercise', folder: 'exercises/01' }, 'x')).toThrow('no program');
});

/** Gives what runs programs, and hears of them. */
function runner(longest?: number) {
  const told: ProgramNews[] = [];
  let look = () => {};
  const program = createTextProgram((news) => {
    told.push(news);
    look();
  }, longest);
  onTestFinished(() => program.end());
  const untilTold = (fits: (news: ProgramNews) => boolean) =>
    new Promise<void>((resolve) => {
      look = () => {
        const last = told.at(-1);
        if (last && fits(last)) resolve();
      };
      look();
    });
  return {
    told,
    program,
    untilTold,
    async run(file: string, change?: Change) {
      program.run('tried', file, change);
      await untilTold(({ state }) => state !== 'running');
      await program.stop(); // Its files are gone then, too.
    },
  };
}

/** Runs a text as a program, to its end. */
async function runText(text: string | ((pidFile: string) => string), longest?: number) {
  const { file, isRunning } = scratchFile(typeof text === 'string' ? () => text : text);
  const { told, run } = runner(longest);
  await run(file);
  return { told, isRunning };
}

/** @param text is given the name of a file, into which the program may write its process id */
function scratchFile(text: (pidFile: string) => string): { file: string; isRunning: () => boolean } {
  const folder = makeScratch();
  onTestFinished(() => removeScratch(folder));
  const pidFile = join(folder, 'pid');
  writeFileSync(join(folder, 'tried.ts'), text(pidFile));
  return {
    file: relative(ROOT, join(folder, 'tried.ts')),
    isRunning: () => existsSync(pidFile) && isAlive(Number(readFileSync(pidFile, 'utf8'))),
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
