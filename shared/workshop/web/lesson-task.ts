/** The two-minute task of one lesson, for those who look at its page: their copy, what runs, and what was found. */
import { join } from 'node:path';
import type { Judge } from '#shared/check/judge.ts';
import { fileToEdit, loadTask } from '#shared/check/task.ts';
import { hasCopy, makeCopy, startCopyOver } from '#shared/course/own-copy.ts';
import { ROOT } from '#shared/course/root.ts';
import { printConversation } from '#shared/lesson/conversation.ts';
import { openTaskSession, type TaskState } from '#shared/workshop/task-session.ts';
import { openInEditor } from './exercise-wishes.ts';
import type { News, TaskNews, TaskWish } from './messages.ts';
import type { StageRunner } from './stage-runner.ts';

export type LessonTask = {
  /** None yet where it is not known in which file one works. That is other news a moment later. */
  news: () => TaskNews | undefined;
  /**
   * Does what a page asks for.
   *
   * @param answer tells something to that page
   * @throws an Error with a sentence for the person
   */
  fulfil: (wish: TaskWish, answer: (news: News) => void) => Promise<void>;
  end: () => void;
};

/**
 * Opens the task of a lesson: the copy is judged now and on every save.
 *
 * @param judge is asked for when there is something to judge
 * @param changed hears when there is other news
 */
export function openLessonTask(
  lesson: string,
  runner: StageRunner,
  judge: () => Judge,
  changed: () => void,
): LessonTask {
  let file: string | undefined;
  const known = fileToEdit(lesson).then((found) => {
    file = found;
    changed();
    return found;
  });
  const session = openTaskSession(
    lesson,
    () => loadTask(lesson),
    judge,
    ({ copy }) => {
      // Somebody has deleted it: the stage must not stay empty.
      if (copy === 'none' && runner.runsCopy()) runner.choose('lesson').then(changed);
      changed();
    },
  );

  return {
    news: () =>
      file === undefined ? undefined : { file, isOn: runner.runsCopy(), ...newsOf(session.state()) },
    async fulfil(wish, answer) {
      const note = (text: string) => answer({ type: 'note', text, about: 'task' });
      if (wish === 'try') {
        makeCopy(lesson);
        await runner.choose('copy');
      } else if (wish === 'try-stop') {
        await runner.choose('lesson');
      } else if (!hasCopy(lesson)) {
        note('There is no copy yet. Make one first.');
      } else if (wish === 'try-edit') {
        openInEditor(join(ROOT, await known), note);
      } else {
        const kept = startCopyOver(lesson);
        note(
          kept.length > 0
            ? `This is the lesson's server again. What you wrote is kept: ${kept.join(', ')}`
            : "It was the lesson's server already.",
        );
      }
      session.check();
    },
    end: session.end,
  };
}

function newsOf({ copy, isChecking, verdict, trouble }: TaskState): Omit<TaskNews, 'file' | 'isOn'> {
  const problem = trouble ?? verdict?.problem;
  const failed = verdict?.tests.find(({ passed }) => !passed);
  return {
    copy,
    isChecking,
    ...(problem !== undefined && { problem }),
    ...(verdict && { tests: verdict.tests.map(({ conversation, ...test }) => test) }),
    ...(failed?.conversation && { said: printConversation(failed.conversation) }),
  };
}
