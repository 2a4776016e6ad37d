/** That known mistakes are recognised, whoever makes them. */
import { afterAll, describe, expect, test } from 'vitest';
import type { Part } from '#shared/check/exercise.ts';
import { createJudge } from '#shared/check/judge.ts';
import { createRecogniser, findMistake, fingerprint } from '#shared/check/recognise.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { loadExercise } from '#shared/course/course.ts';
import { answerIn } from '#shared/course/exercise.ts';
import { loadMistakes } from '#shared/course/mistake.ts';
import { surveyMistakes } from './survey.ts';

const judge = createJudge({ reuse: true });
afterAll(() => judge.end());

function verdict(...failed: [title: string, sentence: string, conversation: string][]): Verdict {
  const tests = failed.map(([title, sentence, conversation]) => ({
    title,
    passed: false,
    sentence,
    conversation: [{ kind: 'received', who: 'alice', text: conversation, at: 0 } as const],
  }));
  return { exercise: '01', title: '', solved: false, tests, notJudged: [] };
}

function known(name: string, ...failed: Parameters<typeof verdict>) {
  const mistake = { name, sentence: `You did: ${name}`, test: '', find: '', replace: '' };
  return { mistake, looks: fingerprint(verdict(...failed)) };
}

const MADE_HERE = [
  'the time is a number',
  'an empty text is not echoed',
  'the echo goes to everyone',
  'binary is turned into text',
];

describe('a mistake', () => {
  test('is recognised whatever the time, the place in the file, and the pace', () => {
    const first = known('a', ['t', 'It crashed (exercises/01/server.ts:3)', '2026-11-22T20:16:37.123Z']);
    const own = fingerprint(verdict(['t', 'It crashed (mine/server.ts:99)', '2027-01-02T03:04:05.678Z']));
    expect(findMistake(own, [first])).toEqual({ mistake: first.mistake, isGuess: false });
  });

  test('is recognised whatever words the server has for what came', () => {
    const of = (came: string) =>
      ['t', `bob waits for {}, but nothing came. The last message that came: ${came}`, 'x'] as const;
    const first = known('a', [...of('{"type":"error","message":"No."}')]);
    const own = fingerprint(verdict([...of('{"message":"Go away. This came: x","type":"error"}')]));
    expect(findMistake(own, [first])).toEqual({ mistake: first.mistake, isGuess: false });
  });

  test('is a guess where two look the same, and nothing where none is alike', () => {
    const a = known('a', ['t', 'wrong', 'x']);
    const b = known('b', ['t', 'wrong', 'x']);
    expect(findMistake(a.looks, [a, b])?.isGuess).toBe(true);
    expect(findMistake(a.looks, [a, known('c', ['u', 'other', 'y'])])?.isGuess).toBe(false);
    expect(findMistake(a.looks, [known('c', ['u', 'other', 'y'])])).toBeUndefined();
    expect(findMistake(fingerprint(verdict()), [a, b])).toBeUndefined();
  });

  test('is recognised where one is made, in another answer, too', async () => {
    // `npm run recognise` does this with all of them. CI runs it.
    const exercise = await loadExercise<Part>('01');
    const mistakes = await loadMistakes(exercise);
    const some = mistakes.filter(({ name }) => MADE_HERE.includes(name));
    expect(some.length).toBe(MADE_HERE.length);
    const surveys = await surveyMistakes(judge, exercise, some);
    expect(surveys.length).toBe(2 * some.length);
    expect(surveys.filter(({ isRight }) => !isRight)).toEqual([]);
  });

  test('is never seen in a right answer', async () => {
    const exercise = await loadExercise<Part>('01');
    const right = await judge.judge(exercise, answerIn(exercise, exercise.solution));
    expect(await createRecogniser(judge, exercise)(right)).toBeUndefined();
  });
});
