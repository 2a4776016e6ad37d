/** An exercise with a part of another kind, a module and a text, is an exercise like any other: by being there. */
import { execFile } from 'node:child_process';
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { browserTest } from '#shared/testing/browser-testing.ts';
import { copyCourse } from '#shared/testing/course-copy.ts';
import { openPage, startWorkshop } from '#shared/testing/workshop.ts';

const { root, remove } = copyCourse();
afterAll(remove);

const RIGHT = 'export function double(value: number): number {\n  return value * 2;\n}\n';
const STARTER = 'export function double(value: number): number {\n  return value;\n}\n';

/** The check of a module, and of a text beside it: all that a new kind of part needs. */
const CHECK = `/** A check of a module. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { exercise, type Part } from '#shared/check/exercise.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';

const title = 'it doubles';
const titleOfText = 'the text says so';
const module: Part = {
  file: 'double.ts',
  tests: [{ title }],
  async judge(answer) {
    const { double } = await import(\`\${pathToFileURL(answer['double.ts'] ?? '').href}?\${Math.random()}\`);
    const passed = double(2) === 4 && double(3) === 6;
    return { tests: [{ title, passed, ...(passed ? {} : { sentence: \`Twice 3 is not \${double(3)}.\` }) }] };
  },
};
const text: Part = {
  file: 'words.txt',
  tests: [{ title: titleOfText }],
  async judge(answer) {
    const passed = readFileSync(answer['words.txt'] ?? '', 'utf8').includes('twice');
    return { tests: [{ title: titleOfText, passed, ...(passed ? {} : { sentence: 'There is no "twice".' }) }] };
  },
};

export default await registerWithVitest(
  exercise({ folder: 'exercises/77', title: 'Double it', parts: [module, text] }),
  import.meta.filename,
);
`;

const FILES: Record<string, string> = {
  'exercises/77/exercise.test.ts': CHECK,
  'exercises/77/README.md':
    '# Exercise 77: Double it\n\n## What is checked\n\n1. it doubles\n2. the text says so\n',
  'exercises/77/hints.md': '## it doubles\n\n1. What is twice?\n2. Multiply by two.\n',
  'exercises/77/double.ts': STARTER,
  'exercises/77/words.txt': 'nothing',
  'solutions/77/double.ts': RIGHT,
  'solutions/77/words.txt': 'twice',
  'solutions/77/starter-double.ts': STARTER,
  'solutions/77/starter-words.txt': 'nothing',
  'solutions/77/also-right/sum-double.ts': RIGHT.replace('value * 2', 'value + value'),
  'solutions/77/mistakes.ts': `export const mistakes = [
    { name: 'squares', test: 'it doubles', sentence: 'That is its square.', find: 'value * 2', replace: 'value * value' },
  ];
`,
  'solutions/77/transplants.ts': `export const transplants = { 'sum-double.ts': { squares: ['value + value', 'value * value'] } };\n`,
};
for (const [path, text] of Object.entries(FILES)) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}
const file = join(root, 'exercises/77/double.ts');

test('from the list to the solution, by commands', async () => {
  expect((await run('cli/commands', 'list')).stdout).toMatch(
    /○ 77 {2}Double it +not begun +exercises\/77\/double\.ts/,
  );
  const starter = await verdictOf('77');
  expect(starter.tests.map(({ passed }) => passed)).toEqual([false, false]);
  expect((await run('cli/commands', 'hint', '77')).stdout).toContain('Hint 1 of 2: What is twice?');

  writeFileSync(file, RIGHT.replace('* 2', '* value'));
  const squares = await verdictOf('77');
  expect(squares.tests[0]?.sentence).toBe('Twice 3 is not 9.');
  expect(squares.probably?.sentence).toBe('That is its square.');

  copyFileSync(join(root, 'solutions/77/double.ts'), file);
  expect(await verdictOf('77')).toMatchObject({ solved: false });
  copyFileSync(join(root, 'solutions/77/words.txt'), join(root, 'exercises/77/words.txt'));
  expect(await verdictOf('77')).toMatchObject({ solved: true });
  expect((await run('cli/commands', 'list')).stdout).toMatch(/✓ 77 {2}Double it +solved/);

  const { stdout } = await run('cli/commands', 'reset', '77');
  const kept = [...stdout.matchAll(/Your answer is kept: (.*)/g)].map(([, path = '']) => path);
  expect(kept.map((path) => path.replace(/.*Z-/, ''))).toEqual(['double.ts', 'words.txt']);
  expect(readFileSync(file, 'utf8')).toBe(STARTER);
});

test('--answer judges the part that a file is, and says which part it did not judge', async () => {
  const one = await verdictOf('77', '--answer', 'solutions/77/double.ts');
  expect(one).toMatchObject({ solved: false, tests: [{ title: 'it doubles', passed: true }] });
  expect(one.notJudged).toEqual([{ file: 'words.txt', why: 'Only double.ts was given.' }]);
  const also = await verdictOf('77', '--answer', 'solutions/77/also-right/sum-double.ts');
  expect(also.tests).toEqual([{ title: 'it doubles', passed: true }]);
  expect(await verdictOf('77', '--answer', 'solutions/77')).toMatchObject({ solved: true, notJudged: [] });
  const said = await run('cli/check', '77', '--answer', 'solutions/77/words.txt');
  expect(said.stdout).toContain('double.ts was not checked. Only words.txt was given.');
  expect(said.stdout).toContain('Solved, but for double.ts');
  expect(said.code).toBe(0);
});

test('its mistakes are recognised, and its reference is broken in every small way', async () => {
  const recognised = await run('../tools/recognise', '77');
  expect(recognised.stdout).toContain(
    '77: recognised 1 of 1, 1 for sure; made in another right answer 1 of 1, 1 for sure',
  );
  const mutants = await run('../tools/mutants', '77');
  expect(mutants.stdout).toMatch(/Exercise 77, double\.ts: (\d+) of \1 mutants killed/);
});

browserTest('the workshop shows it, and follows each save', async () => {
  writeFileSync(file, STARTER);
  const workshop = await startWorkshop(root);
  onTestFinished(() => workshop.end('SIGTERM'));
  const page = await openPage(`${workshop.url}/exercises/77`);
  await page.locator('#summary').getByText('2 tests, one after the other.').waitFor();
  await page.click('#compare');
  await page.getByRole('button', { name: 'Yes' }).click();
  await page.locator('#diff').getByText('+++ solutions/77/words.txt').waitFor();
  copyFileSync(join(root, 'solutions/77/words.txt'), join(root, 'exercises/77/words.txt'));
  copyFileSync(join(root, 'solutions/77/double.ts'), file);
  appendFileSync(file, '// Saved.\n');
  await page.locator('#summary').getByText('Solved: all 2 tests pass.').waitFor();
});

type Verdict = {
  solved: boolean;
  tests: { title: string; passed: boolean; sentence?: string }[];
  notJudged: { file: string; why: string }[];
  probably?: { sentence: string };
};

async function verdictOf(...args: string[]): Promise<Verdict> {
  const { stdout, stderr } = await run('cli/check', ...args, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Runs a command of the copy. */
function run(
  name: string,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const command = ['--import', 'tsx', join('shared/workshop', `${name}.ts`), ...args];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, command, { cwd: root }, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}
