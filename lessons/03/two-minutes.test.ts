/** The two-minute task of lesson 03, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/03',
  title: 'To all but the sender',
  tests: [
    test('what alice says goes to bob and carol, and not back to her', async ({ connect }) => {
      const alice = await connect('alice');
      const bob = await connect('bob');
      const carol = await connect('carol');
      alice.send({ username: 'alice', message: 'from alice' });
      await bob.receives({ type: 'chat', username: 'alice', message: 'from alice' });
      await carol.receives({ type: 'chat', username: 'alice', message: 'from alice' });
      // Through the same handler: when this has come, the other one would have come, too.
      bob.send({ username: 'bob', message: 'from bob' });
      await alice.receives({ type: 'chat', username: 'bob', message: 'from bob' });
      alice.never({ message: 'from alice' }, 'alice got what she said herself.');
    }),

    test('what is wrong is still answered, and to its sender alone', async ({ connect }) => {
      const alice = await connect('alice');
      const bob = await connect('bob');
      alice.send('no JSON');
      await alice.receives({ type: 'error', code: 'not-json' });
      alice.send({ username: 'alice', message: 'after it' });
      await bob.receives({ type: 'chat', message: 'after it' });
      bob.never({ type: 'error' }, 'bob got the error for what alice sent.');
    }),
  ],
  answer: [
    {
      find: 'message: received.message, at });',
      replace: 'message: received.message, at }, socket);',
    },
  ],
});
