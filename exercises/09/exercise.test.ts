/** The check of exercise 09. You may read it; the task is in README.md. */
import { exercise, suite } from '#shared/check/exercise.ts';
import { registerWithVitest } from '#shared/check/vitest.ts';
import { dead, right, wrong } from './chats.ts';

export default await registerWithVitest(
  exercise({
    folder: 'exercises/09',
    title: 'Write the tests',
    parts: [
      suite('chat.test.ts', {
        folder: 'lessons/10',
        title: 'it passes where the chat is right, and each of its tests can fail',
        dead,
        right: {
          title: 'it passes where the chat is right, but slow, talkative, or where a port is taken',
          programs: right,
        },
        wrong,
      }),
    ],
  }),
  import.meta.filename,
);
