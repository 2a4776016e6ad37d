/** One exercise in work: checked now and on every save. The terminal and the web page stand on it. */
import { join } from 'node:path';
import type { Exercise } from '#shared/check/exercise.ts';
import type { Judge } from '#shared/check/judge.ts';
import { createRecogniser, type Recognised } from '#shared/check/recognise.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { answerFiles, answerIn } from '#shared/course/exercise.ts';
import { hashOf } from '#shared/course/hash.ts';
import { ROOT } from '#shared/course/root.ts';
import { isStarter, noteVerdict } from './desk.ts';
import { watchFolder } from './watch.ts';

export type Session = {
  exercise: Exercise;
  /** What the last check found, and what it looks like. Undefined before the first, and where that failed. */
  found: () => Found | undefined;
  /** Why the last check itself failed, where it did. That is no fault of the answer's. */
  trouble: () => string | undefined;
  isChecking: () => boolean;
  /** Checks. Where a check runs, the next starts after it. */
  check: () => void;
  end: () => void;
};

/** `isStarter`: of an answer in which nothing was changed yet. */
export type Found = { verdict: Verdict; isStarter: boolean; recognised?: Recognised };

/**
 * Opens an exercise: checks it, and checks it again on every save, one check at a time.
 *
 * @param judges answers: judges the learner's answer, with a process that stands by. known: judges mistakes that
 *   we know, to compare with
 * @param changed hears when a check begins, when there is a verdict (or trouble), and when a mistake is recognised
 */
export function openSession(
  exercise: Exercise,
  judges: { answers: Judge; known: Judge },
  changed: (what: 'begins' | 'verdict' | 'recognised') => void,
  options: { poll?: boolean } = {},
): Session {
  const recognise = createRecogniser(judges.known, exercise);
  let found: Found | undefined;
  let trouble: string | undefined;
  let running = false;
  let again = false;
  let ended = false;

  async function check(): Promise<void> {
    again = running;
    if (running || ended) return;
    running = true;
    changed('begins');
    const hash = hashOf(answerFiles(exercise));
    const isUntouched = isStarter(exercise);
    try {
      const verdict = await judges.answers.judge(exercise, answerIn(exercise, exercise.folder));
      if (ended) return;
      found = { verdict, isStarter: isUntouched };
      trouble = undefined;
      noteVerdict(exercise, verdict, hash);
    } catch (error) {
      found = undefined;
      trouble = error instanceof Error ? error.message : String(error);
    } finally {
      running = false;
    }
    if (ended) return;
    if (again) return check();
    changed('verdict');
    await nameMistake();
  }

  async function nameMistake(): Promise<void> {
    const mine = found;
    if (!mine || mine.verdict.solved || mine.isStarter) return;
    const recognised = await recognise(mine.verdict, () => ended || running || found !== mine);
    if (!recognised || found !== mine) return;
    found = { ...mine, recognised };
    changed('recognised');
  }

  const start = () => {
    // What fails here is the comparison with known mistakes: the verdict stands without it.
    check().catch((error: unknown) => {
      if (!ended) console.error(error);
    });
  };
  const unwatch = watchFolder(join(ROOT, exercise.folder), start, {
    isWatched: (name) => name.endsWith('.ts') && name !== 'exercise.test.ts',
    ...options,
  });
  start();
  return {
    exercise,
    found: () => found,
    trouble: () => trouble,
    isChecking: () => running,
    check: start,
    end() {
      ended = true;
      unwatch();
    },
  };
}
