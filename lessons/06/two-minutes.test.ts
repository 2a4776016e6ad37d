/** The two-minute task of lesson 06, and its check. You may read it; the task is in README.md. */
import { test } from '#shared/check/exercise.ts';
import { task } from '#shared/check/task.ts';

// Fractions that a computer keeps exactly: 1 - 0.25 is 0.75, to the last digit.
const PEN = { color: '#0a6b45', width: 5 };
const DRAWN = { from: [0.25, 0.125], to: [0.5, 1], ...PEN };
const MIRRORED = { from: [0.75, 0.125], to: [0.5, 1], ...PEN };

export default await task({
  lesson: 'lessons/06',
  title: 'Mirror every line',
  tests: [
    test('after each line comes its mirror image, to everybody', async ({ connect }) => {
      const alice = await connect('alice');
      const bob = await connect('bob');
      alice.send({ type: 'line', ...DRAWN });
      for (const client of [alice, bob]) {
        await client.receives({ type: 'line', seq: 1, ...DRAWN });
        await client.receives(
          { type: 'line', seq: 2, ...MIRRORED },
          'The mirror image is a change of its own, right after the line: x becomes 1 - x.',
        );
      }
    }),

    test('who comes late has both on the canvas', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'line', ...DRAWN });
      await alice.receives({ type: 'line', seq: 2, ...MIRRORED });
      const carol = await connect('carol');
      await carol.receives({ type: 'canvas', lines: [DRAWN, MIRRORED], seq: 2 });
    }),

    test('a clear still leaves an empty canvas', async ({ connect }) => {
      const alice = await connect('alice');
      alice.send({ type: 'line', ...DRAWN });
      alice.send({ type: 'clear' });
      await alice.receives({ type: 'clear' });
      const carol = await connect('carol');
      await carol.receives({ type: 'canvas', lines: [] });
    }),
  ],
  answer: [
    {
      find: `    else if (received.type === 'line') draw(received);
`,
      replace: `    else if (received.type === 'line') drawTwice(received);
`,
    },
    {
      find: 'function clear(): void {',
      replace: `function drawTwice(line: Line): void {
  const [[x1, y1], [x2, y2]] = [line.from, line.to];
  draw(line);
  draw({ ...line, from: [1 - x1, y1], to: [1 - x2, y2] });
}

function clear(): void {`,
    },
  ],
});
