/** The two-minute task of lesson 08, and its check. You may read it; the task is in README.md. */
import { randomUUID } from 'node:crypto';
import { test } from '#shared/check/exercise.ts';
import type { Room } from '#shared/check/room.ts';
import { task } from '#shared/check/task.ts';

const COUNT = 14;
const TEXTS = Array.from({ length: COUNT }, (_, n) => `text ${n + 1}`);

/** alice has said so much, and bob has joined. Nothing was said before: each test has its own server. */
async function begin({ connect }: Room) {
  const alice = await connect('alice');
  alice.send({ type: 'join', username: 'alice' });
  for (const message of TEXTS) alice.send({ type: 'chat', id: randomUUID(), message });
  await alice.receives({ type: 'ack', seq: COUNT });
  const bob = await connect('bob');
  bob.send({ type: 'join', username: 'bob' });
  await bob.receives({ type: 'joined' });
  return { alice, bob };
}

/** For a pattern: messages with exactly these texts, in this order. */
function said(texts: string[]): (value: unknown) => boolean {
  const wanted = JSON.stringify(texts);
  const check = (value: unknown) =>
    Array.isArray(value) && JSON.stringify(value.map((one) => Object(one).message)) === wanted;
  const name = `the messages ${texts[0]} to ${texts.at(-1)}`;
  return Object.defineProperty(check, 'name', { value: name });
}

export default await task({
  lesson: 'lessons/08',
  title: 'Show a newcomer the last ten only',
  tests: [
    test('a newcomer gets the ten newest, in their order, and the number of the last', async (room) => {
      const { bob } = await begin(room);
      bob.send({ type: 'since', epoch: '', seq: 0 });
      await bob.receives(
        { type: 'snapshot', messages: said(TEXTS.slice(-10)), last: COUNT },
        'bob asks with the epoch "": he is a newcomer.',
      );
    }),

    test('who was away still gets all that was missed', async (room) => {
      const { alice, bob } = await begin(room);
      bob.send({ type: 'since', epoch: '', seq: 0 });
      const { epoch } = await bob.receives({ type: 'snapshot' });
      alice.send({ type: 'since', epoch, seq: 1 });
      await alice.receives(
        { type: 'missed', messages: said(TEXTS.slice(1)), last: COUNT },
        'alice knows the epoch, and has missed more than ten.',
      );
    }),

    test('who knows another epoch still gets the whole snapshot', async (room) => {
      const { bob } = await begin(room);
      bob.send({ type: 'since', epoch: randomUUID(), seq: 3 });
      await bob.receives(
        { type: 'snapshot', messages: said(TEXTS), last: COUNT },
        'bob comes from before a restart: he is no newcomer.',
      );
    }),
  ],
  answer: [
    {
      find: `  if (usernames.has(socket)) send(socket, { ...history.since(epoch, seq), at: now() });
  else refuse(socket, 'not-joined');
`,
      replace: `  if (!usernames.has(socket)) {
    refuse(socket, 'not-joined');
    return;
  }
  const answer = history.since(epoch, seq);
  const messages = epoch === '' ? answer.messages.slice(-10) : answer.messages;
  send(socket, { ...answer, messages, at: now() });
`,
    },
  ],
});
