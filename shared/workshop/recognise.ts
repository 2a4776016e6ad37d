/** Names what a learner probably did: a mistake that the course knows, which fails in the same way. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { answerIn, withText } from '../check/answers.ts';
import { applyEdit } from '../check/edit.ts';
import type { Exercise } from '../check/exercise.ts';
import type { Judge, Verdict } from '../check/judge.ts';
import type { Mistake } from '../check/mistake.ts';
import { ROOT } from '../root.ts';

/** What an answer looks like from outside: which tests fail, with which words, and what was said. */
export type Fingerprint = { tests: string; sentences: string; conversations: string };

export type Recognised = { mistake: Mistake; isGuess: boolean };

/** What two runs of the same answer have in common. */
export function fingerprint(verdict: Verdict): Fingerprint {
  const failed = verdict.tests.filter((test) => !test.passed);
  return {
    tests: failed.map(({ title }) => title).join('\n'),
    sentences: failed.map(({ sentence = '' }) => normalise(sentence)).join('\n'),
    conversations: failed.map(({ conversation = [] }) => normalise(conversation.join('\n'))).join('\n\n'),
  };
}

/** Takes out what differs from run to run, and from person to person: times, places in files, numbers of changes. */
function normalise(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]*(Z|…)?/g, '<time>')
    .replace(/ \([^()]*\.ts(:\d+)?\)/g, '')
    .replace(/\S*\.ts(:\d+)?/g, '<file>')
    .replace(/ It came .*? too late\./g, '')
    .replace(/\d+(\.\d+)? m?s\b/g, '<duration>')
    .replace(/ +─*▶? *server$|─+/gm, '─')
    .replace(/\b\d{5,}\b/g, '<number>');
}

/**
 * Compares what an answer looks like with what known mistakes look like.
 *
 * @param known mistakes with their fingerprints, those that people make most often first
 * @returns the one that fits. It is a guess where only the sentences fit, or where several do
 */
export function findMistake(
  own: Fingerprint,
  known: { mistake: Mistake; looks: Fingerprint }[],
): Recognised | undefined {
  if (own.tests === '') return undefined;
  const alike = known.filter(({ looks }) => looks.tests === own.tests && looks.sentences === own.sentences);
  const same = alike.filter(({ looks }) => looks.conversations === own.conversations);
  const [first, ...more] = same.length > 0 ? same : alike;
  if (!first) return undefined;
  const isGuess =
    same.length === 0 || more.some(({ mistake }) => mistake.sentence !== first.mistake.sentence);
  return { mistake: first.mistake, isGuess };
}

/** The mistakes that are known of an exercise. */
export async function loadMistakes(number: string): Promise<Mistake[]> {
  const file = join(ROOT, 'solutions', number, 'mistakes.ts');
  if (!existsSync(file)) return [];
  const { mistakes }: { mistakes: Mistake[] } = await import(pathToFileURL(file).href);
  return mistakes;
}

/**
 * Makes a mistake on purpose, and judges it.
 *
 * @param base the right answer in which it is made: 'solutions/03/server.ts', from the root
 * @throws if the mistake's edit does not fit there
 */
export async function judgeMistake(
  judge: Judge,
  exercise: Exercise,
  mistake: Mistake,
  base?: string,
): Promise<Verdict> {
  const reference = answerIn(exercise.folder.replace('exercises', 'solutions'));
  const half = mistake.file === 'client.ts' ? 'client' : 'server';
  const right = base === undefined ? (reference[half] ?? '') : join(ROOT, base);
  const wrong = applyEdit(mistake, readFileSync(right, 'utf8'), right);
  const tests = half === 'client' ? { ...exercise, tests: [] } : { ...exercise, client: undefined };
  return withText(wrong, `${half}.ts`, (file) => judge.judge(tests, { ...reference, [half]: file }));
}

/**
 * Gives what recognises the mistakes of one exercise. It judges known mistakes when they are first needed, those that
 * break the same test, and keeps what they look like.
 */
export function createRecogniser(judge: Judge, exercise: Exercise) {
  const looks = new Map<string, Promise<Fingerprint>>();

  return async (verdict: Verdict): Promise<Recognised | undefined> => {
    const first = verdict.tests.find((test) => !test.passed);
    if (!first || verdict.problem !== undefined) return undefined;
    const mistakes = await loadMistakes(exercise.folder.replace('exercises/', ''));
    const isPage = exercise.client?.tests.some(({ title }) => title === first.title) ?? false;
    const candidates = mistakes.filter(({ test }) => test === first.title);
    const known = await Promise.all(
      candidates.map(async (mistake) => {
        const judged = looks.get(mistake.name) ?? judgeMistake(judge, exercise, mistake).then(fingerprint);
        looks.set(mistake.name, judged);
        return { mistake, looks: await judged };
      }),
    );
    const half = exercise.client?.tests.map(({ title }) => title) ?? [];
    const own = verdict.tests.filter(({ title }) => half.includes(title) === isPage);
    return findMistake(fingerprint({ ...verdict, tests: own }), known);
  };
}
