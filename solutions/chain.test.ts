/** Holds the course together: for each exercise, which answers its check accepts and which it refuses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { answerIn, ROOT, withText } from '#shared/check/answers.ts';
import { findBrowser, NO_BROWSER } from '#shared/check/browser.ts';
import { loadExercise } from '#shared/check/exercise.ts';
import { type Answer, createJudge, type Verdict } from '#shared/check/judge.ts';
import { type Mistake, makeMistake } from '#shared/check/mistake.ts';

const judge = createJudge({ reuse: true });
afterAll(() => judge.end());

const numbers = readdirSync(join(ROOT, 'exercises')).filter((name) => /^\d+$/.test(name));

for (const number of numbers) {
  const exercise = await loadExercise(`exercises/${number}`);
  const folder = `solutions/${number}`;
  const reference = answerIn(folder);
  const starter = starterIn(folder);
  const { mistakes } = await loadMistakes(folder);
  const titles = [...exercise.tests, ...(exercise.client?.tests ?? [])].map(({ title }) => title);

  describe.concurrent(`exercise ${number}: ${exercise.title}`, () => {
    test('its README lists the tests, in their order', () => {
      expect(announced(number).map(({ title }) => title)).toEqual(titles);
    });

    test('the starter runs, and fails on the tests that the README announces', async () => {
      const verdict = await judge.judge(exercise, starter);
      expect(verdict.problem).toBeUndefined();
      expect(verdict.solved).toBe(false);
      const open = announced(number).filter(({ holds }) => !holds);
      const checked = open.filter(({ title }) => verdict.tests.some((one) => one.title === title));
      expect(failures(verdict)).toEqual(checked.map(({ title }) => title));
    });

    test.runIf(process.env.CI)('the learner starts from the starter', () => {
      const shipped = answerIn(`exercises/${number}`);
      expect(readFileSync(shipped.server, 'utf8')).toBe(readFileSync(starter.server, 'utf8'));
      if (shipped.client)
        expect(readFileSync(shipped.client, 'utf8')).toBe(readFileSync(starter.client ?? '', 'utf8'));
    });

    test('the reference answer passes', () => passes(reference));

    test(`lesson ${next(number)} passes`, () => passes(answerIn(`lessons/${next(number)}`)));

    const others = alsoRight(folder, reference);
    test.for(others)('$name passes, too', ({ answer }) => passes(answer));

    test('at least three other answers are known to be right', () => {
      expect(others.filter(({ answer }) => answer.server !== reference.server).length).toBeGreaterThanOrEqual(
        3,
      );
    });

    test('each mistake has a name and a sentence of its own test', () => {
      expect(mistakes.length).toBeGreaterThanOrEqual(8);
      expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
      for (const mistake of mistakes) expect(titles).toContain(mistake.test);
    });

    test.for(mistakes)('the check refuses: $name', async (mistake, { skip }) => {
      const inClient = mistake.file === 'client.ts';
      if (inClient && !findBrowser()) {
        if (process.env.CI) throw new Error(NO_BROWSER);
        return skip(NO_BROWSER);
      }
      const right = (inClient && reference.client) || reference.server;
      const wrong = makeMistake(mistake, readFileSync(right, 'utf8'));
      const verdict = await withText(wrong, inClient ? 'client.ts' : 'server.ts', (file) =>
        judge.judge(exercise, { ...reference, [inClient ? 'client' : 'server']: file }),
      );
      expect(failures(verdict)[0]).toBe(mistake.test);
    });

    async function passes(answer: Answer): Promise<void> {
      const verdict = await judge.judge(exercise, answer);
      expect(verdict.problem).toBeUndefined();
      expect(verdict.tests.filter((one) => !one.passed)).toEqual([]);
      expect(verdict.tests.map(({ title }) => title)).toEqual(
        verdict.notChecked.length > 0 ? exercise.tests.map(({ title }) => title) : titles,
      );
      if (process.env.CI) expect(verdict.notChecked).toEqual([]);
    }
  });
}

function failures(verdict: Verdict): string[] {
  return verdict.tests.filter((one) => !one.passed).map(({ title }) => title);
}

function next(number: string): string {
  return String(Number(number) + 1).padStart(2, '0');
}

/** The numbered list under "What is checked" in an exercise's README. */
function announced(number: string): { title: string; holds: boolean }[] {
  const readme = readFileSync(join(ROOT, 'exercises', number, 'README.md'), 'utf8');
  const section = readme.split(/^## What is checked$/m)[1]?.split(/^## /m)[0] ?? '';
  return [...section.matchAll(/^\d+\. (.*)$/gm)].map(([, item = '']) => ({
    title: item.replace(/ \(holds already\)$/, ''),
    holds: item.endsWith(' (holds already)'),
  }));
}

function starterIn(folder: string): Answer {
  const client = join(ROOT, folder, 'starter-client.ts');
  return { server: join(ROOT, folder, 'starter.ts'), ...(existsSync(client) ? { client } : {}) };
}

/** The answers in also-right/: NAME.ts takes the place of server.ts, NAME-client.ts of client.ts. */
function alsoRight(folder: string, reference: Answer): { name: string; answer: Answer }[] {
  return readdirSync(join(ROOT, folder, 'also-right')).map((file) => ({
    name: file,
    answer: {
      ...reference,
      [file.endsWith('-client.ts') ? 'client' : 'server']: join(ROOT, folder, 'also-right', file),
    },
  }));
}

async function loadMistakes(folder: string): Promise<{ mistakes: Mistake[] }> {
  return import(pathToFileURL(join(ROOT, folder, 'mistakes.ts')).href);
}
