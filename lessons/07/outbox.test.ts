/** What outbox.ts promises: nothing overtakes, nothing goes out twice, and what waits is shown. */
import { expect, test } from 'vitest';
import { createOutbox, MOST_WAITING } from './outbox.ts';

function setUp() {
  const sent: string[] = [];
  let shown: string[] = [];
  const outbox = createOutbox(
    (text) => sent.push(text) > 0,
    (texts) => {
      shown = texts;
    },
  );
  return { outbox, sent, shown: () => shown };
}

test('what is sent at once is not shown, and nobody knows what became of it when the link is lost', () => {
  const { outbox, sent, shown } = setUp();
  for (const text of ['1', '2', '3']) outbox.write(text, true);
  expect(sent).toEqual(['1', '2', '3']);
  expect(outbox.confirmed()?.text).toBe('1');
  expect(shown()).toEqual([]);
  expect(outbox.lost(false)).toEqual(['2', '3']);
  expect(outbox.lost(false)).toEqual([]);
});

test('what is kept stays where the link is lost again, and is shown until it comes back', () => {
  const { outbox, shown } = setUp();
  outbox.write('kept', false);
  expect(outbox.lost(false)).toEqual([]);
  outbox.opened();
  expect(shown()).toEqual(['kept']);
  outbox.confirmed();
  expect(shown()).toEqual([]);
});

test('without a name all is held, in its order, and what is written meanwhile does not overtake', () => {
  const { outbox, sent, shown } = setUp();
  outbox.write('1', false);
  outbox.write('2', false);
  outbox.opened();
  outbox.notJoined();
  outbox.notJoined();
  outbox.lost(false);
  outbox.write('3', false);
  outbox.opened();
  outbox.write('4', true);
  expect(sent).toEqual(['1', '2']);
  expect(shown()).toEqual(['1', '2', '3', '4']);
  outbox.joined();
  expect(sent.slice(2)).toEqual(['1', '2', '3', '4']);
  outbox.joined();
  expect(sent.length).toBe(6);
});

test('there is a bound, and closed for good gives everything back', () => {
  const { outbox } = setUp();
  const texts = Array.from({ length: MOST_WAITING }, (_, index) => `${index}`);
  expect(texts.every((text) => outbox.write(text, false))).toBe(true);
  expect(outbox.write('one more', false)).toBe(false);
  expect(outbox.lost(true)).toEqual(texts);
  expect(outbox.write('free again', false)).toBe(true);
});
