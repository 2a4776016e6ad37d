/** The two-minute task of lesson 02, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/02',
  title: 'Number the echoes',
  tests: [
    test('each echo has its number in "n", from 1 on', async ({ connect }) => {
      const alice = await connect('alice');
      for (const [at, message] of ['one', 'two', 'three'].entries()) {
        alice.send(message);
        await alice.receives({ type: 'echo', message, n: at + 1 });
      }
    }),

    test('each client has a count of its own', async ({ connect }) => {
      const alice = await connect('alice');
      const bob = await connect('bob');
      alice.send('from alice');
      await alice.receives({ type: 'echo', message: 'from alice', n: 1 });
      bob.send('from bob');
      await bob.receives(
        { type: 'echo', message: 'from bob', n: 1 },
        'The count belongs to one connection: it must begin where the connection does.',
      );
      alice.send('once more');
      await alice.receives({ type: 'echo', message: 'once more', n: 2 });
    }),
  ],
  answer: [
    {
      find: "  console.log('A client arrived.');\n",
      replace: "  console.log('A client arrived.');\n  let n = 0;\n",
    },
    {
      find: "      send(socket, { type: 'echo', message: data.toString(), at });",
      replace: "      n += 1;\n      send(socket, { type: 'echo', message: data.toString(), n, at });",
    },
    {
      file: 'protocol.ts',
      find: "  | { type: 'echo'; message: string; at: string }",
      replace: "  | { type: 'echo'; message: string; n: number; at: string }",
    },
    {
      file: 'protocol.ts',
      find: '  const { type, message, at, code } = value as Record<string, unknown>;',
      replace: '  const { type, message, n, at, code } = value as Record<string, unknown>;',
    },
    {
      file: 'protocol.ts',
      find: "  if (type === 'welcome' || type === 'echo') return { type, message, at };",
      replace:
        "  if (type === 'welcome') return { type, message, at };\n  if (type === 'echo' && typeof n === 'number') return { type, message, n, at };",
    },
  ],
});
