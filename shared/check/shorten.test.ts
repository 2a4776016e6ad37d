/** Long conversations: what is left out of them is nothing of importance. */
import { expect, test } from 'vitest';
import type { Entry } from '#shared/lesson/conversation.ts';
import { shorten } from './shorten.ts';

const said = (count: number): Entry[] =>
  Array.from({ length: count }, (_, at) => ({ kind: 'received', who: 'alice', text: String(at), at }));
const texts = (entries: Entry[]) =>
  entries.map((entry) => ('text' in entry ? Number(entry.text) : 'count' in entry ? [entry.count] : entry));

test('a short conversation is whole, and a copy: it does not grow', () => {
  const entries = said(40);
  const short = shorten(entries);
  entries.push(...said(1));
  expect(texts(short)).toEqual(Array.from({ length: 40 }, (_, at) => at));
});

test('of a long one the beginning, the end, and what is wrong between them is shown', () => {
  const entries = said(1000);
  for (const at of [3, 500, 501]) Object.assign(entries[at] ?? {}, { differs: 'x' });
  const shown = texts(shorten(entries));
  expect(shown.slice(0, 16)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, [488], 500, 501, [480]]);
  expect(shown.slice(16)).toEqual(Array.from({ length: 18 }, (_, at) => 982 + at));
});

test('where all of it is wrong, it is still short', () => {
  const entries = said(1000).map((entry) => ({ ...entry, differs: 'x' }));
  expect(shorten(entries).length).toBeLessThanOrEqual(41);
});
