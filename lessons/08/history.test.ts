/** What history.ts promises: numbers without a gap, each id once, and an end to what it keeps. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHistory } from './history.ts';

const AT = '2026-11-29T20:16:37.123Z';

/** A history with so many messages in it, and what it says of its epoch. */
function historyOf(count: number, most?: number, page?: number) {
  const history = createHistory(most, page);
  for (let n = 1; n <= count; n += 1)
    history.add(`id ${n}`, { username: 'alice', message: `text ${n}`, at: AT });
  const first = history.since('', 0);
  return { ...history, epoch: first.type === 'snapshot' ? first.epoch : '' };
}

/** The kind of an answer, the numbers in it, and the newest there is. */
function read({ type, messages, last }: ReturnType<ReturnType<typeof createHistory>['since']>) {
  return [type, messages.map(({ seq }) => seq), last];
}

test('numbers begin at 1, and have no gap', () => {
  const { add } = createHistory();
  const said = { username: 'alice', message: 'hi', at: AT };
  expect([1, 2, 3].map(() => add(randomUUID(), said))).toEqual([
    { seq: 1, isNew: true },
    { seq: 2, isNew: true },
    { seq: 3, isNew: true },
  ]);
});

test('the same id is the same message: it has its old number, and is kept as it first came', () => {
  const { add, since, epoch } = historyOf(3);
  expect(add('id 2', { username: 'alice', message: 'sent again', at: AT })).toEqual({ seq: 2, isNew: false });
  expect(since(epoch, 1)).toEqual({
    type: 'missed',
    messages: [
      { seq: 2, username: 'alice', message: 'text 2', at: AT },
      { seq: 3, username: 'alice', message: 'text 3', at: AT },
    ],
    last: 3,
  });
});

test('an id is known as long as its message is kept, and no longer', () => {
  const { add } = historyOf(4, 3);
  const said = { username: 'alice', message: 'again', at: AT };
  expect(add('id 2', said)).toEqual({ seq: 2, isNew: false });
  expect(add('id 1', said)).toEqual({ seq: 5, isNew: true });
});

test('an answer is a page of what came after the number; who has all hears so', () => {
  const { since, epoch } = historyOf(5, 10, 2);
  expect(read(since(epoch, 0))).toEqual(['missed', [1, 2], 5]);
  expect(read(since(epoch, 2))).toEqual(['missed', [3, 4], 5]);
  expect(read(since(epoch, 4))).toEqual(['missed', [5], 5]);
  expect(read(since(epoch, 5))).toEqual(['missed', [], 5]);
});

test('a number that says nothing here gets the newest page: another epoch, too old, or from the future', () => {
  const { since, epoch } = historyOf(5, 3, 2);
  expect(read(since(epoch, 2))).toEqual(['missed', [3, 4], 5]);
  expect(read(since(epoch, 1))).toEqual(['snapshot', [4, 5], 5]);
  expect(read(since(epoch, 6))).toEqual(['snapshot', [4, 5], 5]);
  expect(read(since('', 4))).toEqual(['snapshot', [4, 5], 5]);
  expect(read(since(historyOf(5).epoch, 4))).toEqual(['snapshot', [4, 5], 5]);
  expect(read(historyOf(0).since('', 0))).toEqual(['snapshot', [], 0]);
});

test('by itself it keeps 1,000 messages, and answers with 100', () => {
  const { since, epoch } = historyOf(1001);
  expect(read(since(epoch, 0))[0]).toBe('snapshot');
  const answer = since(epoch, 1);
  expect(answer.type).toBe('missed');
  expect(answer.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, n) => n + 2));
});
