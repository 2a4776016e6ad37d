/** The two-minute task of lesson 01, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

export default await task({
  lesson: 'lessons/01',
  title: 'Let it answer in capitals',
  tests: [
    test('a text comes back in capitals', async ({ connect }) => {
      const alice = await connect('alice', 'text');
      for (const [text, answer] of [
        ['hello', 'Echo: HELLO'],
        ['Straße 5 ☂', 'Echo: STRASSE 5 ☂'],
      ]) {
        alice.send(text);
        await alice.receives({ text: answer });
      }
    }),

    test('bytes still come back as they were', async ({ connect }) => {
      const alice = await connect('alice', 'text');
      alice.send(Buffer.from('small'));
      const bytes = Buffer.from('small').toString('hex');
      await alice.receives({ bytes }, 'Only texts change: bytes need not be letters.');
    }),
  ],
  answer: [
    {
      find: 'socket.send(`Echo: ${data}`);',
      replace: 'socket.send(`Echo: ${data.toString().toUpperCase()}`);',
    },
  ],
});
