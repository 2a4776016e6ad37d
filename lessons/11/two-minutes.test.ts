/** The two-minute task of lesson 11, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

const IDS = ['1', '2', '3', '4'].map((n) => `${n.repeat(8)}-1111-4111-8111-111111111111`);

export default await task({
  lesson: 'lessons/11',
  title: 'No empty words',
  tests: [
    test('a text of blanks alone is a bad-message', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'join', username: 'alice' });
      await alice.receives({ type: 'joined' });
      for (const [n, message] of [' ', ' \t\n', '\u3000\u00a0'].entries()) {
        alice.send({ type: 'chat', id: IDS[n], message });
        await alice.receives({ type: 'error', code: 'bad-message' }, 'Nobody can see anything of this text.');
      }
    }),

    test('a text with blanks around it stays as it is', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'join', username: 'alice' });
      await alice.receives({ type: 'joined' });
      alice.send({ type: 'chat', id: IDS[3], message: '\n  hi ' });
      await alice.receives({ type: 'chat', message: '\n  hi ' }, 'The text is checked. It is not changed.');
    }),
  ],
  answer: [
    {
      file: 'protocol.ts',
      find: 'v.maxLength(2000));',
      replace: 'v.maxLength(2000), v.regex(/\\S/));',
    },
  ],
});
