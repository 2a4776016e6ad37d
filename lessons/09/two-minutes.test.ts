/** The two-minute task of lesson 09, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import type { Room } from '#shared/check/room.ts';
import { task } from '#shared/check/task.ts';

type Client = Awaited<ReturnType<Room['connect']>>;

async function joinAs(connect: Room['connect'], username: string): Promise<Client> {
  const client = await connect(username);
  client.send({ type: 'join', username });
  await client.receives({ type: 'joined', username });
  return client;
}

export default await task({
  lesson: 'lessons/09',
  title: 'Say how somebody went',
  tests: [
    test('whose link is lost is announced as lost', async ({ connect, cable }) => {
      const alice = await joinAs(connect, 'alice');
      const wire = await cable('bob');
      await joinAs(connect, 'bob');
      await alice.receives({ type: 'system', usernames: ['alice', 'bob'] });
      wire.reset();
      await alice.receives(
        { type: 'system', message: 'bob was lost.', usernames: ['alice'] },
        'bob never said goodbye: the code of the close event is 1006.',
      );
    }),

    test('who closes has left, as before', async ({ connect }) => {
      const alice = await joinAs(connect, 'alice');
      const bob = await joinAs(connect, 'bob');
      await alice.receives({ type: 'system', usernames: ['alice', 'bob'] });
      bob.close(1001);
      await alice.receives(
        { type: 'system', message: 'bob left.', usernames: ['alice'] },
        'bob said goodbye: his code is 1001.',
      );
    }),
  ],
  answer: [
    {
      find: `    announce(\`\${username} left.\`);`,
      replace: `    announce(code === 1006 ? \`\${username} was lost.\` : \`\${username} left.\`);`,
    },
  ],
});
