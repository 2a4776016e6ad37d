/** One exercise in work: checked now and on every save. The terminal and the web page stand on it. */
import { join } from 'node:path';
import { answerIn } from '#shared/check/answers.ts';
import { loadExercise } from '#shared/check/exercise.ts';
import type { Judge, Verdict } from '#shared/check/judge.ts';
import { ROOT } from '#shared/course/root.ts';
import { answerFiles, isStarter, noteVerdict } from './desk.ts';
import { hashOf } from './progress.ts';
import { createRecogniser, type Recognised } from './recognise.ts';
import { watchFolder } from './watch.ts';

export type Session = {
  number: string;
  /** What the last check found, and what it looks like. Undefined before the first. */
  found: () => Found | undefined;
  isChecking: () => boolean;
  /** Checks. Where a check runs, the next starts after it. */
  check: () => void;
  end: () => void;
};

export type Found = { verdict: Verdict; recognised?: Recognised };

/**
 * Opens an exercise: checks it, and checks it again on every save, one check at a time.
 *
 * @param judges answers: judges the learner's answer, with a process that stands by. known: judges mistakes that
 *   we know, to compare with
 * @param changed hears when a check begins, when there is a verdict, and when a mistake is recognised
 */
export async function openSession(
  number: string,
  judges: { answers: Judge; known: Judge },
  changed: (what: 'begins' | 'verdict' | 'recognised') => void,
  options: { poll?: boolean } = {},
): Promise<Session> {
  const exercise = await loadExercise(`exercises/${number}`);
  const recognise = createRecogniser(judges.known, exercise);
  let found: Found | undefined;
  let running = false;
  let again = false;
  let ended = false;

  async function check(): Promise<void> {
    again = running;
    if (running || ended) return;
    running = true;
    changed('begins');
    const hash = hashOf(answerFiles(number));
    const verdict = await judges.answers.judge(exercise, answerIn(exercise.folder));
    running = false;
    if (ended) return;
    found = { verdict };
    noteVerdict(number, verdict.solved, hash);
    if (again) {
      await check();
      return;
    }
    changed('verdict');
    if (verdict.solved || isStarter(number)) return;
    const mine = found;
    const recognised = await recognise(verdict, () => ended || running || found !== mine);
    if (!recognised || found !== mine) return;
    found = { verdict, recognised };
    changed('recognised');
  }

  const start = () => {
    check().catch((error: unknown) => {
      running = false;
      if (!ended) console.error(error);
    });
  };
  const unwatch = watchFolder(join(ROOT, exercise.folder), start, {
    isWatched: (name) => name.endsWith('.ts') && name !== 'exercise.test.ts',
    ...options,
  });
  start();
  return {
    number,
    found: () => found,
    isChecking: () => running,
    check: start,
    end() {
      ended = true;
      unwatch();
    },
  };
}
