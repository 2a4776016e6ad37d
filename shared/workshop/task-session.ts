/** A two-minute task in work: the learner's copy, judged on every save. The terminal and the web page stand on it. */
import { join } from 'node:path';
import type { Judge } from '#shared/check/judge.ts';
import type { Task } from '#shared/check/task.ts';
import type { Verdict } from '#shared/check/verdict.ts';
import { answerIn } from '#shared/course/exercise.ts';
import { copyFolder, hasCopy, isUntouched } from '#shared/course/own-copy.ts';
import { ROOT } from '#shared/course/root.ts';
import { watchFolder } from './watch.ts';

/** 'none': there is no copy. 'untouched': it is word for word what the lesson has, so nothing is judged. */
export type TaskState = {
  copy: 'none' | 'untouched' | 'begun';
  isChecking: boolean;
  /** What the last check of a begun copy found. */
  verdict?: Verdict | undefined;
  /** Why the last check itself failed. That is no fault of the copy's. */
  trouble?: string | undefined;
};

export type TaskSession = {
  state: () => TaskState;
  /** Judges, and watches what is there now. Where a check runs, the next starts after it. */
  check: () => void;
  end: () => void;
};

/**
 * Opens the task of a lesson: judges the copy now and on every save, one check at a time.
 *
 * @param judge is asked for when there is something to judge
 * @param changed hears of each other state, once it is known
 */
export function openTaskSession(
  lesson: string,
  task: () => Promise<Task | undefined>,
  judge: () => Judge,
  changed: (state: TaskState) => void,
): TaskSession {
  let verdict: Verdict | undefined;
  let trouble: string | undefined;
  let isChecking = false;
  let again = false;
  let hasEnded = false;
  let unwatch = () => {};

  const state = (): TaskState => ({ copy: copy(), isChecking, verdict, trouble });
  const copy = () => (!hasCopy(lesson) ? 'none' : isUntouched(lesson) ? 'untouched' : 'begun');

  async function judgeNow(): Promise<void> {
    verdict = undefined;
    trouble = undefined;
    if (copy() !== 'begun') return;
    try {
      const asked = await task();
      if (asked) verdict = await judge().judge(asked, answerIn(asked, asked.folder));
    } catch (error) {
      trouble = error instanceof Error ? error.message : String(error);
    }
  }

  async function check(): Promise<void> {
    again = true;
    if (isChecking) return;
    isChecking = true;
    if (copy() === 'begun') changed(state());
    while (again && !hasEnded) {
      again = false;
      await judgeNow();
    }
    isChecking = false;
    if (!hasEnded) changed(state());
  }

  /** The folder may have come just now: a watch that was there before needs a moment to find it. */
  function look(): void {
    unwatch();
    unwatch = watchFolder(join(ROOT, copyFolder(lesson)), check, {
      isWatched: (name) => name.endsWith('.ts'),
    });
    check();
  }

  look();
  return {
    state,
    check: look,
    end() {
      hasEnded = true;
      unwatch();
    },
  };
}
