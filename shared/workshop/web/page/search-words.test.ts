/** Which entries are found by what people paste. */
import { describe, expect, test } from 'vitest';
import { findEntries, wordsOf } from './search-words.ts';

const ENTRIES = [
  '1006, abnormal closure: the network went, a proxy cut',
  "Error: read ECONNRESET. Emitted 'error' event on Socket instance",
  'Invalid frame header: Invalid WebSocket frame: RSV1 must be clear, a proxy changes bytes',
  'WebSocket is closed before the connection is established',
];
const found = (asked: string) =>
  findEntries(
    ENTRIES.map((text) => ({ title: text.split(/[:.] /)[0] ?? '', text })),
    asked,
  );

test('the words of a text are without addresses, stacks and places in files', () => {
  const pasted = `WebSocket connection to 'ws://localhost:8000/link?a=b' failed: Invalid frame
    at WebSocket.send (/app/node_modules/ws/lib/websocket.js:478:13)
    connect 127.0.0.1:8080 at TCP.onStreamRead (node:internal/stream_base_commons:217:20) at async new Chat (/a b/c.js)`;
  expect(wordsOf(pasted)).toEqual(['websocket', 'connection', 'to', 'failed', 'invalid', 'frame', 'connect']);
});

describe('an entry is found', () => {
  test.each([
    ['one word, in any case', 'econnreset', [1]],
    ['the begin of a word', 'fram', [2]],
    ['several words, in any order', 'closed websocket', [3]],
    ['a word that two have', 'proxy', [0, 2]],
    ['a word that one has in its title: that comes first', 'frame bytes', [2]],
    ['a word of a title before the same word in a text', 'error', [1]],
    ['nothing', '  ', [0, 1, 2, 3]],
  ])('by %s', (_, asked, entries) => {
    expect(found(asked)).toEqual({ entries, hasAll: true });
  });

  test('by a whole message, of which an entry has most', () => {
    const pasted =
      "shop.ts:12 WebSocket connection to 'ws://shop.example/live' failed: WebSocket is closed before the connection is established.";
    expect(found(pasted)).toEqual({ entries: [3], hasAll: false });
  });
});

test.each([
  ['words that are nowhere', 'banana'],
  ['a sentence with one word that is somewhere', 'my banana websocket and the apple in the basket'],
  ['signs alone', '??? :-('],
])('nothing is found by %s', (_, asked) => {
  expect(found(asked).entries).toEqual([]);
});

test('of a megabyte only the begin is looked at', () => {
  expect(wordsOf(`first ${'x '.repeat(1000)} last`)).toEqual(['first', 'x']);
});
