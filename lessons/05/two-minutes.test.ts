/** The two-minute task of lesson 05, and its check. You may read it; the task is in README.md. */
import { randomUUID } from 'node:crypto';
import { test } from '#shared/check/exercise.ts';
import type { Room } from '#shared/check/room.ts';
import { task } from '#shared/check/task.ts';

/** Somebody who has joined. */
async function join({ connect }: Room, username: string) {
  const client = await connect(username);
  client.send({ type: 'join', username });
  await client.receives({ type: 'joined', username });
  return client;
}

export default await task({
  lesson: 'lessons/05',
  title: 'Tell that they whisper',
  tests: [
    test('everybody hears that alice whispers to bob', async (room) => {
      const alice = await join(room, 'alice');
      const bob = await join(room, 'bob');
      const carol = await join(room, 'carol');
      alice.send({ type: 'private', to: 'bob', message: 'psst' });
      for (const client of [carol, bob, alice]) {
        await client.receives({ type: 'system', message: 'alice whispers to bob.' });
      }
    }),

    test('the words stay between the two', async (room) => {
      const alice = await join(room, 'alice');
      const bob = await join(room, 'bob');
      const carol = await join(room, 'carol');
      const secret = randomUUID();
      alice.send({ type: 'private', to: 'BOB', message: secret });
      await bob.receives({ type: 'private', from: 'alice', to: 'bob', message: secret });
      await alice.receives({ type: 'private', from: 'alice', to: 'bob', message: secret });
      await carol.receives({ type: 'system', message: 'alice whispers to bob.' });
      carol.neverHears(secret, 'carol heard the words that were for bob alone.');
    }),

    test('nobody hears of a message that reached nobody', async (room) => {
      const alice = await join(room, 'alice');
      const bob = await join(room, 'bob');
      alice.send({ type: 'private', to: 'nobody', message: 'psst' });
      await alice.receives({ type: 'error', code: 'unknown-user' });
      alice.send({ type: 'chat', message: 'after it' });
      await bob.receives({ type: 'chat', message: 'after it' });
      bob.never(
        { message: 'alice whispers to nobody.' },
        'Nobody got this message, so there was no whisper.',
      );
    }),
  ],
  answer: [
    {
      find: `  else send(new Set([receiver, socket]), { type: 'private', from, to: receiverName, message, at: now() });`,
      replace: `  else {
    send(new Set([receiver, socket]), { type: 'private', from, to: receiverName, message, at: now() });
    announce(\`\${from} whispers to \${receiverName}.\`);
  }`,
    },
  ],
});
