/** The two-minute task of lesson 07, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { listOf } from '#shared/check/matchers.ts';
import { WrongAnswer } from '#shared/check/problems.ts';
import type { Room } from '#shared/check/room.ts';
import { task } from '#shared/check/task.ts';

type Client = Awaited<ReturnType<Room['connect']>>;

async function join(client: Client, username: string): Promise<void> {
  client.send({ type: 'join', username });
  await client.receives({ type: 'joined' }, `${username} is taken, so the old connection has to go.`);
}

async function isReplaced({ link }: Client): Promise<void> {
  await link.watch(() => link.state.isClosed || undefined);
  if (!link.state.isClosed)
    throw new WrongAnswer('The old connection is still open. Close it with code 4000.');
  if (link.state.code !== 4000)
    throw new WrongAnswer(
      `The old connection was closed with code ${link.state.code}. Its page stays away only with code 4000.`,
    );
}

export default await task({
  lesson: 'lessons/07',
  title: 'Let the newcomer win',
  tests: [
    test('who asks for a taken name gets it, and the old connection is closed with 4000', async ({
      connect,
    }) => {
      const old = await connect('old');
      await join(old, 'alice');
      const fresh = await connect('fresh');
      await join(fresh, 'ALICE');
      await isReplaced(old);
      fresh.send({ type: 'chat', message: 'It is me again.' });
      await fresh.receives({ type: 'chat', username: 'ALICE', message: 'It is me again.' });
    }),

    test('the name is there once, also after the old connection has ended', async ({ connect }) => {
      const old = await connect('old');
      await join(old, 'alice');
      const fresh = await connect('fresh');
      await join(fresh, 'alice');
      await isReplaced(old);
      const bob = await connect('bob');
      bob.send({ type: 'join', username: 'bob' });
      await bob.receives(
        { type: 'joined', usernames: listOf('alice', 'bob') },
        'bob wants to see alice once.',
      );
    }),

    test('one may still change the case of the own name', async ({ connect }) => {
      const alice = await connect('alice');
      await join(alice, 'alice');
      await join(alice, 'Alice');
      alice.send({ type: 'chat', message: 'still here' });
      await alice.receives({ type: 'chat', username: 'Alice', message: 'still here' });
    }),
  ],
  answer: [
    {
      find: `  if (isTaken(username, socket)) {
    refuse(socket, 'username-taken');
    return;
  }
`,
      replace: `  for (const [other, name] of usernames) {
    if (other === socket || name.toLowerCase() !== username.toLowerCase()) continue;
    usernames.delete(other);
    other.close(4000, 'replaced');
  }
`,
    },
  ],
});
