/** The companion in a real terminal: keys, saves, and an end that leaves nothing behind. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import { describe, expect, type TestContext, test } from 'vitest';
import { hashOf } from '#shared/course/hash.ts';
import { copyCourse } from '#shared/testing/course-copy.ts';
import type { Progress } from '#shared/workshop/progress.ts';

/** Milliseconds, far more than anything here takes. */
const PATIENCE = 60_000;

/** A terminal in which somebody works on a copy of the course. */
function openTerminal(
  { onTestFinished }: TestContext,
  args: string[] = [],
  env: Record<string, string> = {},
  prepare: (root: string) => void = () => {},
) {
  const { root, remove } = copyCourse();
  prepare(root);
  const terminal: IPty = spawn(
    process.execPath,
    ['--import', 'tsx', 'shared/workshop/cli/check.ts', ...args],
    {
      cwd: root,
      cols: 90,
      rows: 40,
      env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '', VITEST: '', ...env },
    },
  );
  let printed = '';
  let look = () => {};
  terminal.onData((text) => {
    printed += text;
    look();
  });
  const exited = new Promise<number>((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  onTestFinished(async () => {
    terminal.kill();
    await exited;
    remove();
  });
  const file = join(root, 'exercises/01/server.ts');
  const reference = readFileSync(join(root, 'solutions/01/server.ts'), 'utf8');
  return {
    terminal,
    exited,
    root,
    file,
    reference,
    save: (text: string) => writeFileSync(file, text),
    raw: () => printed,
    /** What is on the screen now, without colours and links. */
    screen,
    /** Waits until the screen has a text, and gives the screen. */
    sees(what: string | ((screen: string) => boolean)): Promise<string> {
      const isIt = typeof what === 'string' ? (now: string) => now.includes(what) : what;
      return new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => reject(new Error(`Not seen: ${what}\n\n${screen()}`)), PATIENCE);
        look = () => {
          if (!isIt(screen())) return;
          clearTimeout(giveUp);
          resolve(screen());
        };
        look();
      });
    },
  };

  function screen(): string {
    const since = printed.slice(printed.lastIndexOf('\u001b[H\u001b[2J'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is controlled by them
    return since.replace(/\u001b\]8;;.*?\u001b\\|\u001b\[[\d;?]*[A-Za-z]/g, '').replaceAll('\r', '');
  }
}

/** Makes it a course of two exercises, and solves both, as the check would note it. */
function solveTwo(root: string): void {
  const progress: Progress = {};
  for (const number of readdirSync(join(root, 'exercises'))) {
    const file = join(root, 'exercises', number, 'server.ts');
    if (number > '02') {
      for (const folder of ['exercises', 'solutions'])
        rmSync(join(root, folder, number), { recursive: true });
    } else {
      copyFileSync(join(root, 'solutions', number, 'server.ts'), file);
      progress[number] = { starter: '', solved: hashOf([file]), hints: {} };
    }
  }
  writeFileSync(join(root, '.progress.json'), JSON.stringify(progress));
}

/** Conversations keep their 80 columns: cut in two they would say nothing. */
function isShort(line: string): boolean {
  return line.length <= 50 || line.startsWith('    ');
}

describe.concurrent('the companion', () => {
  test('goes from a starter to a solved exercise, with hints, and on when it is told to', async (context) => {
    const { terminal, save, sees, reference, root, exited } = openTerminal(context);
    const start = await sees('9 tests, one after the other.');
    expect(start).toContain('Exercise 01: Add timestamps');
    expect(start).toContain('exercises/01/server.ts');
    expect(start).not.toContain('n next');

    terminal.write('h');
    expect(await sees('Hint 1 of 4')).not.toContain('Hint 2');
    terminal.write('h');
    await sees('Hint 2 of 4');
    // The answer is shown after a question, and not where the answer to that is no.
    terminal.write('d');
    expect(await sees('any other key for no')).not.toContain('@@');
    terminal.write('x');
    await sees((now) => now.includes('q quit') && !now.includes('any other key'));
    terminal.write('d');
    await sees('any other key for no');
    terminal.write('y');
    expect(await sees('+++ solutions/01/server.ts')).toContain('--- exercises/01/server.ts');

    save(`${reference}\n{`);
    await sees('does not parse');
    save(reference);
    const solved = await sees('Solved: all 9 tests pass.');
    expect(solved).toContain('solutions/01/also-right/class.ts');
    expect(solved).toContain('n next');

    terminal.write('n');
    expect(await sees('Exercise 02: Broadcast to all')).not.toContain('Add timestamps');
    terminal.write('l');
    expect(await sees('03  Add nicknames')).toMatch(/✓ 01 {2}Add timestamps +solved/);
    terminal.write('q');
    expect(await exited).toBe(0);
    const progress = JSON.parse(readFileSync(join(root, '.progress.json'), 'utf8'));
    expect(progress['01'].solved).toMatch(/^[0-9a-f]{16}$/);
  });

  test('names a mistake that it knows, sees saves by looking, and fits the terminal', async (context) => {
    const { terminal, save, sees, raw, reference } = openTerminal(context, ['01', '--poll'], {
      NO_COLOR: '1',
    });
    await sees('9 tests, one after the other.');
    terminal.resize(50, 30);
    await sees((now) => now.includes('q quit') && now.split('\n').every(isShort));
    terminal.resize(90, 40);

    save(reference.replace('new Date().toISOString()', 'new Date().toLocaleString()'));
    await sees('What probably happened: The time is in the zone');
    save(reference);
    await sees('Solved: all 9 tests pass.');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are colours
    expect(raw()).not.toMatch(/\u001b\[\d+m/);
    // Ctrl-C.
    terminal.write('\u0003');
  });

  test.skipIf(process.platform === 'win32').for(['SIGTERM', 'SIGHUP'])(
    'ends when it is told to (%s), in the middle of a check in the browser, and leaves nothing behind',
    async (signal, context) => {
      const { terminal, exited, root, sees } = openTerminal(context, ['05']);
      copyFileSync(join(root, 'solutions/05/server.ts'), join(root, 'exercises/05/server.ts'));
      copyFileSync(join(root, 'solutions/05/client.ts'), join(root, 'exercises/05/client.ts'));
      await sees('Checking exercises/05');
      const mine = () => execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split(root).length - 1;
      expect(mine()).toBeGreaterThan(0);
      terminal.kill(signal);
      await exited;
      await context.expect.poll(mine, { timeout: PATIENCE }).toBe(0);
      const left = existsSync(join(root, '.answers')) ? readdirSync(join(root, '.answers')) : [];
      expect(left.filter((name) => !name.startsWith('looks'))).toEqual([]);
    },
  );

  test('checks all again at the end of the course, and opens one that is not solved any more', async (context) => {
    const { terminal, sees, root } = openTerminal(context, [], {}, solveTwo);
    await sees((now) => now.includes('Exercise 02:') && now.includes('n next'));
    terminal.write('n');
    await sees('All 2 exercises are solved, and checked once more. Well done.');
    appendFileSync(join(root, 'exercises/01/server.ts'), "\nthrow new Error('no');\n");
    terminal.write('n');
    await sees((now) => now.includes('Exercise 01: Add timestamps') && now.includes('Error: no'));
  });
});
