/** The check of one exercise, for those who look at its page: what was found, or why nothing could be. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Exercise } from '#shared/check/exercise.ts';
import type { Judge, Verdict } from '#shared/check/judge.ts';
import { ROOT } from '#shared/course/root.ts';
import { answerFiles, hintsFor, nextHint, otherAnswers, shownHints } from '#shared/workshop/desk.ts';
import { whyUnreadable } from '#shared/workshop/regular-file.ts';
import { type Found, openSession, type Session } from '#shared/workshop/session.ts';
import { watchFolder } from '#shared/workshop/watch.ts';
import { type CheckNews, messageOf } from './messages.ts';
import { partsOf } from './text.ts';

export type ExerciseCheck = {
  news: () => CheckNews;
  check: () => void;
  /** Shows one more hint for the first test that fails. */
  hint: () => void;
  end: () => void;
};

/**
 * Checks an exercise now and on every save. It never throws: what goes wrong is in the news.
 *
 * @param judges answers: judges the learner's answer. known: judges mistakes that we know
 * @param changed hears when there is other news
 */
export function openCheck(
  number: string,
  judges: { answers: Judge; known: Judge },
  changed: () => void,
): ExerciseCheck {
  const folder = join(ROOT, 'exercises', number);
  let session: Session | undefined;
  let failure: string | undefined;
  let isOpening = false;
  let hasEnded = false;

  const fail = (error: unknown) => {
    failure = messageOf(error);
    changed();
  };
  const answers: Judge = {
    ...judges.answers,
    async judge(exercise, answer) {
      const problem = whyNoAnswer(number);
      if (problem !== undefined) return notJudged(exercise, problem);
      try {
        return await judges.answers.judge(exercise, answer);
      } catch (error) {
        fail(error);
        throw error;
      }
    },
  };

  async function open(): Promise<void> {
    if (session || isOpening || hasEnded) return;
    isOpening = true;
    failure = undefined;
    try {
      const why = whyUnreadable(join(folder, 'exercise.test.ts'));
      if (why !== undefined) throw new Error(`${why} Bring it back: git restore exercises/${number}`);
      session = await openSession(number, { answers, known: judges.known }, (what) => {
        if (what === 'begins') failure = undefined;
        changed();
      });
      if (hasEnded) session.end();
    } catch (error) {
      fail(error);
    } finally {
      isOpening = false;
    }
  }

  // What could not be opened is tried again when one of its files has changed.
  const unwatch = watchFolder(folder, open, { isWatched: (name) => name.endsWith('.ts') });
  open();
  return {
    news() {
      const found = session?.found();
      const isChecking = failure === undefined && (session?.isChecking() ?? true);
      return { isChecking, failure, ...(found ? foundNews(number, found) : {}) };
    },
    check: () => (session ? session.check() : open()),
    hint() {
      const failed = session?.found()?.verdict.tests.find((test) => !test.passed);
      if (!failed || whyUnreadable(hintsFile(number)) !== undefined) return;
      nextHint(number, failed.title);
      changed();
    },
    end() {
      hasEnded = true;
      unwatch();
      session?.end();
    },
  };
}

function foundNews(number: string, { verdict, recognised }: Found): Omit<CheckNews, 'isChecking'> {
  const failed = verdict.tests.find((test) => !test.passed);
  return {
    verdict,
    ...(recognised && {
      probably: { sentence: recognised.mistake.sentence, isGuess: recognised.isGuess },
    }),
    ...(failed ? { hints: shownSoFar(number, failed.title) } : { others: otherAnswers(number) }),
  };
}

function shownSoFar(number: string, title: string): NonNullable<CheckNews['hints']> {
  const why = whyUnreadable(hintsFile(number));
  if (why !== undefined) return { shown: [[{ text: why }]], of: 1 };
  const hints = hintsFor(number, title);
  const shown = hints.slice(0, shownHints(number, title));
  return { shown: shown.map((hint) => partsOf(hint, `exercises/${number}/hints.md`)), of: hints.length };
}

function hintsFile(number: string): string {
  return join(ROOT, 'exercises', number, 'hints.md');
}

/** Why there is nothing to check: a sentence, or undefined where there is an answer. */
function whyNoAnswer(number: string): string | undefined {
  const [why] = answerFiles(number).flatMap((file) => whyUnreadable(file) ?? []);
  if (why === undefined) return undefined;
  return existsSync(join(ROOT, 'exercises', number))
    ? `${why} "Start over" brings the starter back.`
    : `${why} Bring it back: git restore exercises/${number}`;
}

function notJudged(exercise: Exercise, problem: string): Verdict {
  const tests = [...exercise.tests, ...(exercise.client?.tests ?? [])];
  return {
    exercise: exercise.folder.replace('exercises/', ''),
    title: exercise.title,
    solved: false,
    problem,
    tests: tests.map(({ title }) => ({ title, passed: false, sentence: problem })),
    notChecked: [],
  };
}
