/** Holds the course together: which answers the check of an exercise accepts, and which it refuses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { browserTests, type Exercise, withoutBrowser } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import { withText } from '#shared/check/scratch.ts';
import { WHATEVER_ELSE } from '#shared/check/titles.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { loadExercise } from '#shared/course/course.ts';
import { type Answer, answerIn, fileOf, otherAnswers, starterOf } from '#shared/course/exercise.ts';
import { loadMistakes, type Mistake, makeMistake } from '#shared/course/mistake.ts';
import { ROOT } from '#shared/course/root.ts';
import { IS_LEFT_OUT, shareBrowser } from './browser-testing.ts';

const judge = createJudge({ reuse: true, browser: shareBrowser });
afterAll(() => judge.end());

/**
 * Registers the tests of one link of the chain.
 *
 * @param number of the exercise: '03'
 * @param lesson the lesson that explains it, named from the root: 'lessons/04'
 */
export async function testChain(number: string, lesson: string): Promise<void> {
  const exercise: Exercise = await loadExercise(number);
  const reference = answerIn(exercise, exercise.solution);
  const mistakes = await loadMistakes(exercise);
  const titles = exercise.parts.flatMap(({ tests }) => tests.map(({ title }) => title));
  const inBrowser = browserTests(exercise);

  describe.concurrent(`${exercise.folder}: ${exercise.title}`, () => {
    test('its README lists the tests, in their order', () => {
      expect(announced(exercise).map(({ title }) => title)).toEqual(titles);
    });

    test('the starter runs, and fails on the tests that the README announces', () => testStarter(exercise));

    test.runIf(process.env.CI)('the learner starts from the starter', () => {
      const shipped = Object.entries(answerIn(exercise, exercise.folder));
      for (const [part, file] of shipped) {
        expect(readFileSync(file, 'utf8')).toBe(readFileSync(fileOf(starterOf(exercise), part), 'utf8'));
      }
    });

    test('the reference answer passes', () => passes(exercise, reference));

    test(`${lesson} passes`, () => passes(exercise, answerIn(exercise, lesson)));

    const others = otherAnswers(exercise);
    test.for(others)('$name passes, too', ({ answer, part }) =>
      passes(
        exercise,
        answer,
        part,
        process.env.HEAVY ? titles : titles.filter((one) => one !== WHATEVER_ELSE),
      ),
    );

    test('at least three other answers are known to be right', () => {
      const [first] = exercise.parts;
      expect(others.filter(({ part }) => part === first?.file).length).toBeGreaterThanOrEqual(3);
    });

    test('each mistake has a name and a sentence of its own test', () => {
      expect(mistakes.length).toBeGreaterThanOrEqual(8);
      expect(new Set(mistakes.map(({ name }) => name)).size).toBe(mistakes.length);
      for (const mistake of mistakes) expect(titles).toContain(mistake.test);
    });

    // Each test once; with HEAVY, all.
    const seen = new Set<string>();
    const some = mistakes.filter((one) => process.env.HEAVY || (!seen.has(one.test) && seen.add(one.test)));
    test.for(some)('the check refuses: $name', async (mistake, { skip }) => {
      if (inBrowser.has(mistake.test) && IS_LEFT_OUT) return skip();
      expect((await failuresOf(exercise, mistake))[0]).toBe(mistake.test);
    });
  });
}

async function testStarter(exercise: Exercise): Promise<void> {
  const verdict = await judge.judge(exercise, starterOf(exercise));
  expect(verdict.problem).toBeUndefined();
  expect(verdict.solved).toBe(false);
  const open = announced(exercise).filter(({ holds }) => !holds);
  const judged = open.filter(({ title }) => verdict.tests.some((one) => one.title === title));
  expect(failures(verdict)).toEqual(judged.map(({ title }) => title));
}

/** Judges all of an answer, or the part in which it differs from the reference. */
async function passes(exercise: Exercise, answer: Answer, part?: string, tests?: string[]): Promise<void> {
  const parts = exercise.parts.filter(({ file }) => part === undefined || file === part);
  const verdict = await judge.judge({ ...exercise, parts }, answer, tests && { tests });
  expect(verdict.problem).toBeUndefined();
  const failed = verdict.tests.filter((one) => !one.passed);
  expect(failed.map(({ title, sentence }) => `${title}: ${sentence}`)).toEqual([]);
  const judged = verdict.notJudged.length > 0 ? withoutBrowser({ ...exercise, parts }).parts : parts;
  const all = judged.flatMap((one) => one.tests.map(({ title }) => title));
  const expected = tests ? all.filter((title) => tests.includes(title)) : all;
  expect(verdict.tests.map(({ title }) => title)).toEqual(expected);
  if (process.env.CI) expect(verdict.solved).toBe(true);
}

/** The tests on which a mistake fails, in their order. That it is the first which fails, `npm run recognise` sees. */
function failuresOf(exercise: Exercise, mistake: Mistake): Promise<string[]> {
  const { part, text } = makeMistake(exercise, mistake);
  const parts = exercise.parts.filter(({ file }) => file === part);
  return withText(text, part, async (file) => {
    const answer = { ...answerIn(exercise, exercise.solution), [part]: file };
    const alone = await judge.judge({ ...exercise, parts }, answer, { tests: [mistake.test] });
    // What a server does late shows only while the tests that follow go on.
    return failures(alone.solved ? await judge.judge({ ...exercise, parts }, answer) : alone);
  });
}

function failures(verdict: Verdict): string[] {
  return verdict.tests.filter((one) => !one.passed).map(({ title }) => title);
}

/** The numbered list under "What is checked" in an exercise's README. */
function announced({ folder }: Exercise): { title: string; holds: boolean }[] {
  const readme = readFileSync(join(ROOT, folder, 'README.md'), 'utf8');
  const section = readme.split(/^## What is checked$/m)[1]?.split(/^## /m)[0] ?? '';
  return [...section.matchAll(/^\d+\. (.*)$/gm)].map(([, item = '']) => ({
    title: item.replace(/ \(holds already\)$/, ''),
    holds: item.endsWith(' (holds already)'),
  }));
}
