/** The two-minute task of lesson 12, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/12',
  title: 'Still hands',
  tests: [
    test('a point that is told again at the same place is no news', async ({ connect }) => {
      const [alice, bob] = [await connect('alice'), await connect('bob')];
      for (const client of [alice, bob]) {
        client.send({ type: 'join', username: client === alice ? 'alice' : 'bob' });
        await client.receives({ type: 'joined' });
      }
      alice.send({ type: 'point', at: [0.5, 0.25] });
      await alice.receives({ type: 'points', points: [['alice', 0.5, 0.25]] });
      alice.send({ type: 'point', at: [0.5, 0.25] });
      alice.send({ type: 'ping' });
      await alice.receives({ type: 'pong' });
      bob.send({ type: 'point', at: [0, 1] });
      await alice.receives({ type: 'points', points: [['bob', 0, 1]] }, "Alice's hand has not moved.");
    }),

    test('a point that moves is told', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'join', username: 'alice' });
      await alice.receives({ type: 'joined' });
      for (const x of [0, 0.5, 0]) {
        alice.send({ type: 'point', at: [x, 0] });
        await alice.receives({ type: 'points', points: [['alice', x, 0]] }, 'It has moved, or come back.');
      }
    }),
  ],
  answer: [
    {
      file: 'gather.ts',
      find: '      points.set(username, at);',
      replace:
        '      if (String(points.get(username)) === String(at)) return;\n      points.set(username, at);',
    },
  ],
});
