/** The check of one exercise, for those who look at its page: what was found, or why nothing could be. */
import { join } from 'node:path';
import type { Exercise, Part } from '#shared/check/exercise.ts';
import type { Judge } from '#shared/check/judge.ts';
import { loadExercise } from '#shared/course/course.ts';
import { whyUnreadable } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { printConversation } from '#shared/lesson/conversation.ts';
import { hintsFor, nextHint, otherPaths, shownHints } from '#shared/workshop/desk.ts';
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

  async function open(): Promise<void> {
    if (session || isOpening || hasEnded) return;
    isOpening = true;
    failure = undefined;
    try {
      const exercise: Exercise = await loadExercise<Part>(number);
      if (!hasEnded) session = openSession(exercise, judges, changed);
    } catch (error) {
      failure = messageOf(error);
      changed();
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
      const isChecking = session?.isChecking() ?? failure === undefined;
      const why = isChecking ? undefined : (failure ?? session?.trouble());
      return { isChecking, failure: why, ...(session && found ? foundNews(session.exercise, found) : {}) };
    },
    check: () => (session ? session.check() : open()),
    hint() {
      const failed = session?.found()?.verdict.tests.find((test) => !test.passed);
      if (!session || !failed || whyUnreadable(hintsFile(session.exercise)) !== undefined) return;
      nextHint(session.exercise, failed.title);
      changed();
    },
    end() {
      hasEnded = true;
      unwatch();
      session?.end();
    },
  };
}

function foundNews(
  exercise: Exercise,
  { verdict, isStarter, recognised }: Found,
): Omit<CheckNews, 'isChecking'> {
  const failed = verdict.tests.find((test) => !test.passed);
  return {
    isStarter,
    verdict: { ...verdict, tests: verdict.tests.map(({ conversation, ...test }) => test) },
    ...(failed?.conversation && { said: printConversation(failed.conversation) }),
    ...(recognised && {
      probably: { sentence: recognised.mistake.sentence, isGuess: recognised.isGuess },
    }),
    ...(failed ? { hints: shownSoFar(exercise, failed.title) } : { others: otherPaths(exercise) }),
  };
}

function shownSoFar(exercise: Exercise, title: string): NonNullable<CheckNews['hints']> {
  const why = whyUnreadable(hintsFile(exercise));
  if (why !== undefined) return { shown: [[{ text: why }]], of: 1 };
  const hints = hintsFor(exercise, title);
  const shown = hints.slice(0, shownHints(exercise, title));
  return { shown: shown.map((hint) => partsOf(hint, `${exercise.folder}/hints.md`)), of: hints.length };
}

function hintsFile({ folder }: Exercise): string {
  return join(ROOT, folder, 'hints.md');
}
