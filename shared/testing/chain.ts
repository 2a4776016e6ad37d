/** Holds the course together: which answers the check of an exercise accepts, and which it refuses. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { answerIn, withText } from '#shared/check/answers.ts';
import { type Exercise, loadExercise } from '#shared/check/exercise.ts';
import { type Answer, createJudge, type Verdict } from '#shared/check/judge.ts';
import { applyEdit } from '#shared/course/edit.ts';
import type { Mistake } from '#shared/course/mistake.ts';
import { ROOT } from '#shared/course/root.ts';
import { IS_LEFT_OUT, shareBrowser } from './browser-testing.ts';

const judge = createJudge({ reuse: true, browser: shareBrowser });
afterAll(() => judge.end());

/**
 * Registers the tests of one link of the chain. The folders are named from the root.
 *
 * @param folders exercise: 'exercises/03'; solution: 'solutions/03'; lesson, which explains it: 'lessons/04'
 */
export async function testChain(folders: {
  exercise: string;
  solution: string;
  lesson: string;
}): Promise<void> {
  const exercise = await loadExercise(folders.exercise);
  const folder = folders.solution;
  const reference = answerIn(folder);
  const starter = starterIn(folder);
  const { mistakes } = await loadMistakes(folder);
  const serverHalf = { ...exercise, client: undefined };
  const titles = [...exercise.tests, ...(exercise.client?.tests ?? [])].map(({ title }) => title);

  describe.concurrent(`${folders.exercise}: ${exercise.title}`, () => {
    test('its README lists the tests, in their order', () => {
      expect(announced(folders.exercise).map(({ title }) => title)).toEqual(titles);
    });

    test('the starter runs, and fails on the tests that the README announces', async () => {
      const verdict = await judge.judge(exercise, starter);
      expect(verdict.problem).toBeUndefined();
      expect(verdict.solved).toBe(false);
      const open = announced(folders.exercise).filter(({ holds }) => !holds);
      const checked = open.filter(({ title }) => verdict.tests.some((one) => one.title === title));
      expect(failures(verdict)).toEqual(checked.map(({ title }) => title));
    });

    test.runIf(process.env.CI)('the learner starts from the starter', () => {
      const shipped = answerIn(folders.exercise);
      expect(readFileSync(shipped.server, 'utf8')).toBe(readFileSync(starter.server, 'utf8'));
      if (shipped.client)
        expect(readFileSync(shipped.client, 'utf8')).toBe(readFileSync(starter.client ?? '', 'utf8'));
    });

    test('the reference answer passes', () => passes(reference));

    test(`${folders.lesson} passes`, () => passes(answerIn(folders.lesson)));

    const others = alsoRight(folder, reference);
    test.for(others)('$name passes, too', ({ answer, half }) => passes(answer, half));

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
      if (inClient && IS_LEFT_OUT) return skip();
      const right = (inClient && reference.client) || reference.server;
      const wrong = applyEdit(mistake, readFileSync(right, 'utf8'), right);
      const failed = await withText(wrong, inClient ? 'client.ts' : 'server.ts', async (file) => {
        const answer = { ...reference, [inClient ? 'client' : 'server']: file };
        const alone = await judge.judge(oneTest(mistake.test), answer);
        // What a server does late shows only while the tests that follow go on.
        return failures(alone.solved ? await judge.judge(serverHalf, answer) : alone);
      });
      expect(failed[0]).toBe(mistake.test);
    });

    /** One test alone: that it is the first which fails, `npm run recognise` sees. */
    function oneTest(title: string): Exercise {
      const isIt = (one: { title: string }) => one.title === title;
      const page = exercise.client?.tests.filter(isIt) ?? [];
      const client = exercise.client && page.length > 0 ? { ...exercise.client, tests: page } : undefined;
      return { ...exercise, tests: exercise.tests.filter(isIt), client };
    }

    /** Judges all of an answer, or the half in which it differs from the reference. */
    async function passes(answer: Answer, half?: 'server' | 'client'): Promise<void> {
      const tests = half === 'client' ? [] : exercise.tests;
      const client = half === 'server' ? undefined : exercise.client;
      const verdict = await judge.judge({ ...exercise, tests, client }, answer);
      expect(verdict.problem).toBeUndefined();
      expect(verdict.tests.filter((one) => !one.passed)).toEqual([]);
      const expected = [...tests, ...(verdict.notChecked.length > 0 ? [] : (client?.tests ?? []))];
      expect(verdict.tests.map(({ title }) => title)).toEqual(expected.map(({ title }) => title));
      if (process.env.CI) expect(verdict.notChecked).toEqual([]);
    }
  });
}

function failures(verdict: Verdict): string[] {
  return verdict.tests.filter((one) => !one.passed).map(({ title }) => title);
}

/** The numbered list under "What is checked" in an exercise's README. */
function announced(folder: string): { title: string; holds: boolean }[] {
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
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
function alsoRight(folder: string, reference: Answer) {
  return readdirSync(join(ROOT, folder, 'also-right')).map((name) => {
    const half = name.endsWith('-client.ts') ? ('client' as const) : ('server' as const);
    return { name, half, answer: { ...reference, [half]: join(ROOT, folder, 'also-right', name) } };
  });
}

async function loadMistakes(folder: string): Promise<{ mistakes: Mistake[] }> {
  return import(pathToFileURL(join(ROOT, folder, 'mistakes.ts')).href);
}
