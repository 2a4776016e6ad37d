/** Names what a learner probably did: a mistake that the course knows, which fails in the same way. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { answerIn } from '#shared/course/exercise.ts';
import { hashOf } from '#shared/course/hash.ts';
import { loadMistakes, type Mistake, makeMistake } from '#shared/course/mistake.ts';
import { ROOT } from '#shared/course/root.ts';
import { printConversation } from '#shared/lesson/conversation.ts';
import type { Exercise } from './exercise.ts';
import type { Judge } from './judge.ts';
import { withoutQuote } from './missing.ts';
import { withText } from './scratch.ts';
import type { Verdict } from './verdict.ts';

/** What an answer looks like from outside: which tests fail, with which words, and what was said. */
export type Fingerprint = { tests: string[]; sentences: string[]; lines: string[] };

export type Recognised = { mistake: Mistake; isGuess: boolean };

/** From 0 to 1. Less than this is no likeness; from the second one on it is no guess any more. */
const ALIKE = 0.45;
const SURE = 0.85;
/** Who is liked less than this much more than the next one is only guessed. */
const LEAD = 0.03;

/** What two runs of the same answer have in common. */
export function fingerprint(verdict: Verdict): Fingerprint {
  const failed = verdict.tests.filter((test) => !test.passed);
  return {
    tests: failed.map(({ title }) => title),
    sentences: failed.map(({ title, sentence = '', traits }) => {
      const words = normalise(withoutQuote(sentence)).replace(/\d+/g, '<number>');
      return `${title}: ${traits?.join() ?? words}`;
    }),
    lines: failed.flatMap(({ title, conversation = [], traits }) =>
      (traits ?? printConversation(conversation).map(normalise)).map((line) => `${title}: ${line}`),
    ),
  };
}

/** Takes out what differs from run to run, and from person to person: times, ids, places in files, counts, names in code. */
function normalise(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\dT[\d:.]*(Z|…)?/g, '<time>')
    .replace(/[0-9a-f]{8}-[0-9a-f-]+…?|"[0-9a-f]+…/g, '<id>')
    .replace(/\b([A-Z][a-z]{2},? )+(?=\d)/g, '<day> ')
    .replace(/\b[AP]M\b/g, '<half of the day>')
    .replace(/"at":"[^"]*/g, (at) => at.replace(/\d+/g, '<number>'))
    .replace(/ \([^()]*\.ts(:\d+)?\)/g, '')
    .replace(/\S*\.ts(:\d+)?/g, '<file>')
    .replace(/\S+\.(\w+) is not a function/g, '<value>.$1 is not a function')
    .replace(/nothing (more|that fits) came/g, 'nothing came')
    .replace(/, and the server has nothing left to do| (more )?within [\d.]+ m?s/g, '')
    .replace(/\d+(\.\d+)? m?s\b/g, '<duration>')
    .replace(/ +─*▶? *server$|─+/gm, '─')
    .replace(/\b\d\d+\b/g, '<number>');
}

/**
 * Compares what an answer looks like with what known mistakes look like.
 *
 * @returns the one that is most alike. It is a guess where it is not very much alike, or another one is as much
 */
export function findMistake(
  own: Fingerprint,
  known: { mistake: Mistake; looks: Fingerprint }[],
): Recognised | undefined {
  const ranked = known
    .map(({ mistake, looks }) => ({ mistake, likeness: likeness(own, looks) }))
    .filter((one) => one.likeness >= ALIKE)
    .sort((a, b) => b.likeness - a.likeness);
  const [first] = ranked;
  if (!first) return undefined;
  const other = ranked.find(({ mistake }) => mistake.sentence !== first.mistake.sentence);
  const isGuess = first.likeness < SURE || (other !== undefined && other.likeness > first.likeness - LEAD);
  return { mistake: first.mistake, isGuess };
}

/** From 0 to 1. The first thing that goes wrong says most. */
function likeness(a: Fingerprint, b: Fingerprint): number {
  const sameStart = a.tests.length > 0 && a.sentences[0] === b.sentences[0] ? 1 : 0;
  return (
    0.25 * sameStart +
    0.3 * overlap(a.tests, b.tests) +
    0.25 * overlap(a.sentences, b.sentences) +
    0.2 * overlap(a.lines, b.lines)
  );
}

/** How many texts two lists share, of all that are in them: 0 to 1. Their order does not count: messages overtake. */
function overlap(a: string[], b: string[]): number {
  const left = new Map<string, number>();
  for (const text of b) left.set(text, (left.get(text) ?? 0) + 1);
  let shared = 0;
  for (const text of a) {
    const times = left.get(text) ?? 0;
    if (times === 0) continue;
    left.set(text, times - 1);
    shared += 1;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 1 : shared / all;
}

/**
 * Makes a mistake on purpose, and judges it.
 *
 * @param base the right answer in which it is made, from the root, where it is not the reference
 * @throws if the mistake's edit does not fit there
 */
export async function judgeMistake(
  judge: Judge,
  exercise: Exercise,
  mistake: Mistake,
  base?: string,
): Promise<Verdict> {
  const { part, text } = makeMistake(exercise, mistake, base);
  const parts = exercise.parts.filter(({ file }) => file === part);
  const reference = answerIn(exercise, exercise.solution);
  return withText(text, part, (file) => judge.judge({ ...exercise, parts }, { ...reference, [part]: file }));
}

/** So many known mistakes are judged at once: more would be slower. */
const AT_ONCE = 4;

/**
 * Gives what recognises the mistakes of one exercise. It judges known mistakes when they are first needed, and keeps
 * what they look like: in a file that git ignores, so that it is done once.
 */
export function createRecogniser(judge: Judge, exercise: Exercise) {
  const looks = readLooks(exercise);

  /** @param isStale whether nobody wants to know any more, since the answer has changed */
  return async (verdict: Verdict, isStale = () => false): Promise<Recognised | undefined> => {
    const failed = verdict.tests.filter((test) => !test.passed).map(({ title }) => title);
    const [first = ''] = failed;
    if (failed.length === 0 || verdict.problem !== undefined) return undefined;
    const part = exercise.parts.find(({ tests }) => tests.some(({ title }) => title === first));
    const tests = verdict.tests.filter(({ title }) => part?.tests.some((one) => one.title === title));
    const own = fingerprint({ ...verdict, tests });
    const mistakes = await loadMistakes(exercise);

    // Those that fail on the same test first are the likely ones. Often one of them fits, and that is all.
    let found: Recognised | undefined;
    for (const caughtBy of [[first], failed]) {
      const candidates = mistakes.filter(({ test }) => caughtBy.includes(test));
      const waiting = candidates.filter(({ name }) => !looks.has(name));
      const work = async () => {
        for (let mistake = waiting.pop(); mistake && !isStale(); mistake = waiting.pop()) {
          looks.set(mistake.name, fingerprint(await judgeMistake(judge, exercise, mistake)));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      writeLooks(exercise, looks);
      if (isStale()) return undefined;
      const known = candidates.flatMap((mistake) => {
        const looksLike = looks.get(mistake.name);
        return looksLike ? [{ mistake, looks: looksLike }] : [];
      });
      found = findMistake(own, known);
      if (found && !found.isGuess) break;
    }
    return found;
  };
}

/** What else belongs to the check of an exercise: all that stands in its folder and is no answer. */
function checkFiles({ folder, parts }: Exercise): string[] {
  const isAnswer = (name: string) => parts.some(({ file }) => file === name);
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.ts') && !isAnswer(name));
  return names.map((name) => join(ROOT, folder, name));
}

/** Where it is kept what the mistakes of an exercise look like. Another name where a mistake or the check has changed. */
function looksFile(exercise: Exercise): string {
  const { number, solution } = exercise;
  const check = readdirSync(join(ROOT, 'shared/check')).map((name) => join(ROOT, 'shared/check', name));
  const sources = [
    ...Object.values(answerIn(exercise, solution)),
    ...[`${solution}/mistakes.ts`, 'shared/lesson/conversation.ts'].map((path) => join(ROOT, path)),
    ...checkFiles(exercise),
    ...check,
  ];
  return join(ROOT, '.answers', `looks-${number}-${hashOf(sources)}.json`);
}

function readLooks(exercise: Exercise): Map<string, Fingerprint> {
  try {
    // Only this program writes the file. One that is cut off does not parse, and is made anew.
    return new Map(JSON.parse(readFileSync(looksFile(exercise), 'utf8')));
  } catch {
    return new Map();
  }
}

function writeLooks(exercise: Exercise, looks: Map<string, Fingerprint>): void {
  const file = looksFile(exercise);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify([...looks]));
}
