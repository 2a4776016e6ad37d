/** The learner's desk: what the terminal and the web page know of the exercises, and do with them. */
import { constants, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { ROOT } from '#shared/course/root.ts';
import { hashOf, noteProgress, readProgress } from './progress.ts';

export type Desk = {
  /** '03' */
  number: string;
  title: string;
  /** The files in which the learner works, as absolute paths. */
  files: string[];
  /** 'solved before': the answer has changed since it was solved. */
  state: 'open' | 'solved' | 'solved before';
  /** Whether the course has brought another starter since the learner began. */
  hasNewStarter: boolean;
  /** Whether the learner has changed something. */
  isBegun: boolean;
};

/** The exercises, in their order. */
export function listExercises(): Desk[] {
  const progress = readProgress();
  return exerciseNumbers().map((number) => {
    const one = progress[number];
    const files = answerFiles(number);
    const state =
      one?.solved === undefined ? 'open' : one.solved === hashOf(files) ? 'solved' : 'solved before';
    const hasNewStarter = Boolean(one?.starter) && one?.starter !== hashOf(starterFiles(number));
    return { number, title: titleOf(number), files, state, hasNewStarter, isBegun: !isStarter(number) };
  });
}

/** '01', '02', … */
export function exerciseNumbers(): string[] {
  return readdirSync(join(ROOT, 'exercises'))
    .filter((name) => /^\d+$/.test(name))
    .sort();
}

/**
 * The number of an exercise as a person may write it: '3', '03'.
 * @throws if there is no such exercise
 */
export function findExercise(asked: string): string {
  const number = asked.padStart(2, '0');
  const numbers = exerciseNumbers();
  if (!numbers.includes(number)) {
    throw new Error(`There is no exercise ${asked}. There are: ${numbers.join(', ')}.`);
  }
  return number;
}

/** The files in which the learner works. */
export function answerFiles(number: string): string[] {
  return starterFiles(number).map((file) =>
    join(ROOT, 'exercises', number, basename(file) === 'starter.ts' ? 'server.ts' : 'client.ts'),
  );
}

function starterFiles(number: string): string[] {
  return ['starter.ts', 'starter-client.ts']
    .map((name) => join(ROOT, 'solutions', number, name))
    .filter((file) => existsSync(file));
}

function titleOf(number: string): string {
  const readme = readFileSync(join(ROOT, 'exercises', number, 'README.md'), 'utf8');
  return /^# Exercise \d+: (.*)$/m.exec(readme)?.[1] ?? '';
}

/** Whether the learner has changed nothing yet. */
export function isStarter(number: string): boolean {
  return hashOf(answerFiles(number)) === hashOf(starterFiles(number));
}

/** Notes that the learner has begun an exercise, and whether the answer that is there now solves it. */
export function noteVerdict(number: string, isSolved: boolean, answer = hashOf(answerFiles(number))): void {
  noteProgress(number, (one) => {
    one.starter ||= hashOf(starterFiles(number));
    if (isSolved) one.solved = answer;
    else if (one.solved === answer) delete one.solved;
  });
}

/**
 * Puts an exercise back to its starter. What was there is kept as a dated copy beside it.
 * @returns the paths of the copies, from the root
 */
export function resetExercise(number: string, now = new Date()): string[] {
  const stamp = now.toISOString().replace(/[:.]/g, '-');
  const starters = starterFiles(number);
  const copies = answerFiles(number).flatMap((file, at) => {
    const starter = starters[at] ?? '';
    if (!existsSync(file)) {
      copyFileSync(starter, file);
      return [];
    }
    if (readFileSync(file, 'utf8') === readFileSync(starter, 'utf8')) return [];
    const copy = join(ROOT, 'exercises', number, 'kept', `${stamp}-${basename(file)}`);
    mkdirSync(dirname(copy), { recursive: true });
    // Never over something: a copy that is there already stops this.
    copyFileSync(file, copy, constants.COPYFILE_EXCL);
    copyFileSync(starter, file);
    return [relative(ROOT, copy).replaceAll('\\', '/')];
  });
  noteProgress(number, (one) => {
    one.starter = hashOf(starters);
    one.hints = {};
  });
  return copies;
}

/** The hints that are shown so far, of how many. */
export type Hint = { texts: string[]; of: number };

/**
 * The hints for one test of an exercise, the gentlest first: a nudge, the concept, the place, almost the code.
 * They are the numbered list under the test's title in hints.md.
 */
export function hintsFor(number: string, title: string): string[] {
  const text = readFileSync(join(ROOT, 'exercises', number, 'hints.md'), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^\d+\. (.*)$/gm)].map(([, hint = '']) => hint);
}

/** One more hint for a test than before, and notes that it was shown. After the last one it gives the same again. */
export function nextHint(number: string, title: string): Hint | undefined {
  const hints = hintsFor(number, title);
  if (hints.length === 0) return undefined;
  const level = Math.min(shownHints(number, title) + 1, hints.length);
  noteProgress(number, (one) => {
    one.hints[title] = level;
  });
  return { texts: hints.slice(0, level), of: hints.length };
}

/** How many hints for a test were shown. */
export function shownHints(number: string, title: string): number {
  return readProgress()[number]?.hints[title] ?? 0;
}

/** How the learner's files differ from the reference, as lines of a patch: none where they do not. */
export async function diffWithReference(number: string): Promise<string[]> {
  // Loaded here: only who asks for it waits for it.
  const { createTwoFilesPatch } = await import('diff');
  return answerFiles(number).flatMap((file) => {
    const name = basename(file);
    const mine = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const right = readFileSync(join(ROOT, 'solutions', number, name), 'utf8');
    if (mine === right) return [];
    const patch = createTwoFilesPatch(
      `exercises/${number}/${name}`,
      `solutions/${number}/${name}`,
      mine,
      right,
    );
    return patch.split('\n').filter((line) => !/^(=+|\\ No newline.*)$/.test(line));
  });
}

/** Other answers that are right: their paths from the root. */
export function otherAnswers(number: string): string[] {
  return readdirSync(join(ROOT, 'solutions', number, 'also-right')).map(
    (name) => `solutions/${number}/also-right/${name}`,
  );
}
