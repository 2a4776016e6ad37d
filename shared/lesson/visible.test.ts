/** What strangers wrote, on one line of a log: nothing in it can forge another. */
import { expect, test } from 'vitest';
import { quoted, visible } from './visible.ts';

test.each([
  ['plain text stays', 'Grüße, 世界 🎨', 'Grüße, 世界 🎨'],
  [
    'control characters',
    '\0\u0007\t\n\r\u001b\u007f\u009b',
    String.raw`\u0000\u0007\u0009\u000a\u000d\u001b\u007f\u009b`,
  ],
  ['marks that turn the direction', '\u202e\u2066\u200f\u061c', String.raw`\u202e\u2066\u200f\u061c`],
  ['line separators', '\u0085\u2028\u2029', String.raw`\u0085\u2028\u2029`],
  ['what nobody can see', '\u200b\ufeff\u{e0041}', String.raw`\u200b\ufeff\u{e0041}`],
])('%s', (_, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each([
  ['nothing', '', "''"],
  ['a text', 'a b', "'a b'"],
  ['a quote cannot end it', "a'. b", String.raw`'a\'. b'`],
  ['a backslash cannot look like an escape', String.raw`\u000a\'`, String.raw`'\\u000a\\\''`],
  ['a line break is no line break', 'a\n'.repeat(3), String.raw`'a\u000aa\u000aa\u000a'`],
  ['what is just short enough', 'x'.repeat(40), `'${'x'.repeat(40)}'`],
  ['what is longer', 'x'.repeat(41), `'${'x'.repeat(40)}…'`],
  ['no escape is cut in two', `${'x'.repeat(35)}\n`, `'${'x'.repeat(35)}…'`],
  ['nor a character of two halves', `${'x'.repeat(39)}🎨`, `'${'x'.repeat(39)}…'`],
])('quoted: %s', (_, text, shown) => {
  expect(quoted(text)).toBe(shown);
});
