/** The two-minute task of lesson 10, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/10',
  title: 'A fence that says more',
  file: 'chat.ts',
  tests: [
    test('a pong says that nothing was said yet: its last is 0', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'ping' });
      await alice.receives({ type: 'pong', last: 0 }, 'Nothing was said: last is 0.');
    }),

    test('a pong has the number of the newest message, for who has not joined, too', async ({ connect }) => {
      const alice = await connect('alice');
      const bob = await connect('bob');
      alice.send({ type: 'join', username: 'alice' });
      await alice.receives({ type: 'joined' });
      for (const id of ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']) {
        alice.send({ type: 'chat', id, message: 'hi' });
        await alice.receives({ type: 'ack', id });
      }
      alice.send({ type: 'ping' });
      await alice.receives({ type: 'pong', last: 2 }, 'Two messages were said: last is 2.');
      bob.send({ type: 'ping' });
      await bob.receives(
        { type: 'pong', last: 2 },
        'bob has not joined. But he may ask how many messages there are.',
      );
    }),
  ],
  answer: [
    {
      file: 'chat.ts',
      find: "send(socket, { type: 'pong', at: now() })",
      replace: "send(socket, { type: 'pong', last: room.history.since('', 0).last, at: now() })",
    },
    {
      file: 'protocol.ts',
      find: "| { type: 'pong'; at: string }",
      replace: "| { type: 'pong'; last: number; at: string }",
    },
    {
      file: 'protocol.ts',
      find: "if (type === 'pong') return { type, at };",
      replace: "if (type === 'pong' && isNumber(last)) return { type, last, at };",
    },
  ],
});
