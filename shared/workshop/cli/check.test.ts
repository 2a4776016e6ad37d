/** `npm run check`, as a person runs it: exit codes, sentences, the learner's own paths. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judgeAnswerAt } from '#shared/check/answer-at.ts';
import type { Part } from '#shared/check/exercise.ts';
import { withText } from '#shared/check/scratch.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { loadExercise } from '#shared/course/course.ts';
import { ROOT } from '#shared/course/root.ts';
import { isAlive, program, useBench } from '#shared/testing/broken-answers.ts';

const { folder: FOLDER, shared } = useBench(0);
const exercise = await loadExercise<Part>('01');

const CLI = ['--import', 'tsx', join(ROOT, 'shared/workshop/cli/check.ts')];

/** For what takes moments, and may take long on a busy machine. */
const WAIT = { timeout: 30_000, interval: 50 };

describe.concurrent('npm run check', () => {
  const right = readFileSync(join(ROOT, 'solutions/01/server.ts'), 'utf8');

  test('a right answer outside the course: exit code 0, and the verdict as JSON', async () => {
    const path = await outside('right', right);
    const { code, verdict } = await checkJson('01', '--answer', path);
    expect(verdict).toEqual({
      exercise: '01',
      title: 'Add timestamps',
      solved: true,
      notJudged: [],
      tests: verdict.tests.map(({ title }) => ({ title, passed: true })),
    });
    expect(verdict.tests.length).toBeGreaterThanOrEqual(5);
    expect(code).toBe(0);
  });

  test('a folder with a right answer', async () => {
    const path = await outside('folder', right);
    expect(await judgeAt(join(path, '..'))).toMatchObject({ solved: true });
  });

  test('a server that does not parse: the learner’s own path and line', async () => {
    const path = await outside('no parse', program('', 'const port = ;'));
    const verdict = await judgeAt(path);
    expect(verdict.problem).toBe(`${path}:3 does not parse: Unexpected ";"`);
    expect(verdict.solved).toBe(false);
    expect(verdict.tests.length).toBeGreaterThanOrEqual(5);
  });

  test('a server that crashes: the learner’s own path and line, and what was said', async () => {
    const text = right.replace('if (isBinary) {', "if (isBinary) {\n      throw new Error('no luck');");
    const line = text.slice(0, text.indexOf('no luck')).split('\n').length;
    const path = await outside('crash', text);
    const { code, verdict } = await checkJson('01', '--answer', path);
    const failed = verdict.tests.filter(({ passed }) => !passed);
    expect(failed.map(({ sentence }) => sentence)).toEqual([
      `The server crashed: Error: no luck (${path}:${line})`,
      'Not tried: mend the tests above first.',
    ]);
    expect(failed[0]?.conversation?.[0]).toMatchObject({ kind: 'connected', who: 'alice' });
    expect(failed[0]?.conversation).toContainEqual(
      expect.objectContaining({ kind: 'sent', who: 'alice', text: expect.stringMatching(/^<binary/) }),
    );
    expect(JSON.stringify(verdict)).not.toContain('.answers');
    expect(code).toBe(1);
  });

  test('a message that is wrong: what was expected, and the messages whole', async () => {
    const text = right.replace(
      "type: 'echo', message: ",
      "type: 'echo', more: 'x'.repeat(500), message: 'no' + ",
    );
    const { verdict } = await checkJson('01', '--answer', await outside('wrong', text));
    const failed = verdict.tests.find(({ passed }) => !passed);
    expect(failed?.expected).toMatch(/^\{"type":"echo",.*\}$/);
    expect(failed?.conversation).toContainEqual(
      expect.objectContaining({ kind: 'received', text: expect.stringContaining('x'.repeat(500)) }),
    );
  });

  test('a file that is not there: the learner’s own path', async () => {
    const path = await outside('no import', program("import './nothing.ts';"));
    const verdict = await judgeAt(path);
    expect(verdict.problem).toBe(`${path}:2 imports ./nothing.ts, but there is no such file.`);
  });

  test('for a person: every test, what is wrong, and no colours in a pipe', async () => {
    const path = await outside('colour', "throw new Error('\\u001b[31mred\\u0007');");
    const { code, stdout, stderr } = await check('1', '--once', '--answer', path);
    expect(stdout).toContain('Exercise 01: Add timestamps');
    expect(stdout).toContain('The server crashed at its start: Error: \\u001b[31mred\\u0007');
    expect(stdout).toContain('- a client that connects gets a welcome as JSON, with a message');
    expect(stdout).not.toMatch(/(?!\n)\p{Cc}/u);
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test('an answer that is not there', async () => {
    await expect(judgeAt('no/such/file.ts')).rejects.toThrow(/^There is no answer at no\/such\/file\.ts\.$/);
  });

  test.for([
    [['99'], /^There is no exercise 99\. There are: 01, 02, /],
    [['--answer', 'solutions/01'], /^Which exercise is this an answer to\?/],
    [['01', '--nonsense'], /--nonsense/],
  ] as const)('could not check: %j', async ([args, sentence]) => {
    const { code, stdout, stderr } = await check(...args);
    expect(stderr.trim()).toMatch(sentence);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('--help says how, and checks nothing', async () => {
    const { code, stdout } = await check('--help');
    expect(stdout).toContain('npm run check 03');
    expect(code).toBe(0);
  });

  test.skipIf(process.platform === 'win32')(
    'an answer that starts a process with our output: the check ends, and the process with it',
    async ({ expect }) => {
      const noted = join(FOLDER, 'child');
      const start = `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
        writeFileSync(${JSON.stringify(noted)}, String(spawn('sleep', ['1000'], { stdio: 'inherit' }).pid));`;
      const path = await outside('child process', `${start}\n${right}`);
      expect(await checkJson('01', '--answer', path)).toMatchObject({ code: 0, verdict: { solved: true } });
      await expect.poll(() => isAlive(Number(readFileSync(noted, 'utf8'))), WAIT).toBe(false);
    },
  );

  test('output that nobody reads to its end is no error', async () => {
    const child = spawn(process.execPath, [...CLI, '--help'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let wrong = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      wrong += text;
    });
    await once(child, 'close');
    expect(wrong).toBe('');
  });

  test.skipIf(process.platform === 'win32')(
    'a check that is killed leaves no process behind, and no files for long',
    async ({ expect }) => {
      const pidFile = join(FOLDER, 'killed');
      const loop = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(pidFile)}, \`\${process.pid}\`); for (;;);`;
      await withText(loop, 'server.ts', async (path) => {
        const child = spawn(process.execPath, [...CLI, '01', '--answer', path], {
          cwd: ROOT,
          stdio: 'ignore',
        });
        const ended = new Promise((resolve) => child.once('close', resolve));
        await expect.poll(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8'), WAIT).toMatch(/^\d+$/);
        child.kill('SIGKILL');
        await ended;
        await expect.poll(() => isAlive(Number(readFileSync(pidFile, 'utf8'))), WAIT).toBe(false);
        // What it had compiled goes with the next check.
        const left = join(ROOT, '.answers', String(child.pid));
        expect(existsSync(left)).toBe(true);
        await checkJson('01', '--answer', await outside('after a kill', right));
        expect(existsSync(left)).toBe(false);
      });
    },
  );
});

/** Judges an answer as the check does that is given its path. */
function judgeAt(path: string): Promise<Verdict> {
  return judgeAnswerAt(path, exercise, shared);
}

/** Writes an answer to a folder of its own outside the course, and gives its path. */
async function outside(name: string, text: string): Promise<string> {
  const path = join(FOLDER, name, 'server.ts');
  await mkdir(join(FOLDER, name));
  await writeFile(path, text);
  return path;
}

type Checked = { code: number | null; stdout: string; stderr: string };

/** Runs the check as a person does, from the root of the course. */
function check(...args: string[]): Promise<Checked> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [...CLI, ...args], { cwd: ROOT }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

async function checkJson(...args: string[]): Promise<Checked & { verdict: Verdict }> {
  const checked = await check(...args, '--json');
  expect(checked.stderr).toBe('');
  return { ...checked, verdict: JSON.parse(checked.stdout) };
}
