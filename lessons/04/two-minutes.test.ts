/** The two-minute task of lesson 04, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/04',
  title: 'Keep a name for the server',
  tests: [
    test('nobody may be called server, in no spelling', async ({ connect }) => {
      const mallory = await connect('mallory');
      for (const username of ['server', 'Server', 'SERVER', ' server ']) {
        mallory.send({ type: 'join', username });
        await mallory.receives(
          { type: 'error', code: 'bad-username' },
          `mallory asked for the name ${JSON.stringify(username)}.`,
        );
      }
      mallory.send({ type: 'chat', message: 'I am the server.' });
      await mallory.receives({ type: 'error', code: 'not-joined' });
    }),

    test('who has a name keeps it, when the server refuses the new one', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'join', username: 'alice' });
      await alice.receives({ type: 'joined', username: 'alice' });
      alice.send({ type: 'join', username: 'server' });
      await alice.receives({ type: 'error', code: 'bad-username' });
      alice.send({ type: 'chat', message: 'still alice' });
      await alice.receives({ type: 'chat', username: 'alice', message: 'still alice' });
    }),

    test('other names work as before', async ({ connect }) => {
      for (const username of ['bob', 'servers', 'my server']) {
        const client = await connect(username);
        client.send({ type: 'join', username });
        await client.receives({ type: 'joined', username });
      }
    }),
  ],
  answer: [
    {
      find: 'function join(socket: WebSocket, username: string): void {\n',
      replace: `function join(socket: WebSocket, username: string): void {
  if (username.toLowerCase() === 'server') {
    refuse(socket, 'bad-username');
    return;
  }
`,
    },
  ],
});
