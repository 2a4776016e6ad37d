/** The schemas of lesson 11 are the rules of the lessons before: the same inputs have the same answers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { brokenMessages, extraFields, junk, NAMES, toText, wrongValue } from '#shared/testing/junk.ts';
import { loadTraits } from '#shared/testing/traits.ts';
import { parse, parseServerMessage } from './protocol.ts';
import { traits } from './traits.ts';

/** The lesson before has the same messages, and reads them by hand. */
const [before] = (await loadTraits()).filter(({ folder }) => folder === 'lessons/10');
const byHand = before?.fuzz.protocol;
const { messages } = traits.fuzz;
/** It knows all that this server says, but for one error code. */
const answers = before?.fuzz.answers ?? messages;

/** Names that are none, or nearly none, and those that change when they are normalised. */
const names = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 25 }),
    fc.string({ unit: 'binary', maxLength: 25 }),
    fc.integer({ min: 0, max: 250 }).map((length) => 'a'.repeat(length)),
    fc.integer({ min: 190, max: 210 }).map((length) => ` ${'\u0301'.repeat(length)} `),
    fc.constantFrom('\ufdfa\ufdfa', '\u00b4', 'Ann \u00b4Lee', ' \u3000', '\u2800', '__proto__', 'A\u0301'),
  )
  .map((username) => toText({ type: 'join', username }));

const fromClients = fc.oneof(
  junk,
  brokenMessages(traits.fuzz).map(toText),
  names,
  fc.tuple(messages, extraFields).map(([message, extra]) => toText({ ...extra, ...message })),
);
const fromServers = fc.oneof(
  junk,
  fc.tuple(answers, extraFields).map(([answer, extra]) => toText({ ...extra, ...answer })),
  fc
    .tuple(answers, fc.constantFrom(...NAMES), wrongValue)
    .map(([answer, key, wrong]) => toText({ ...answer, [key]: wrong })),
);

describe('the same as what was written by hand', () => {
  test('for whatever a client may send', () => {
    fc.assert(
      fc.property(fromClients, (text) => {
        expect(parse(text)).toEqual(byHand?.parse?.(text));
      }),
      { numRuns: 1_500 },
    );
  });

  test('for whatever a server may send', () => {
    fc.assert(
      fc.property(fromServers, (text) => {
        expect(parseServerMessage(text)).toEqual(byHand?.parseServerMessage(text));
      }),
      { numRuns: 1_500 },
    );
  });
});

test('a name that is no text makes a bad message, and a text that is no name a bad name', () => {
  const join = (username: unknown) => parse(toText({ type: 'join', username }));
  expect([join(5), join(undefined), join(['a'])]).toEqual(Array(3).fill('bad-message'));
  expect([join(''), join('a\nb'), join('x'.repeat(30_000))]).toEqual(Array(3).fill('bad-username'));
});

test('30,000 accents cost nothing: what is too long is not normalised any more', () => {
  const text = toText({ type: 'join', username: '\u0315\u0316'.repeat(15_000) });
  const begin = performance.now();
  expect(parse(text)).toBe('bad-username');
  // To normalise them takes a second, or many on a busy machine.
  expect(performance.now() - begin).toBeLessThan(400);
});

test('what was parsed has no other prototype, whatever the text says', () => {
  const parsed = parse('{"type":"ping","__proto__":{"isAdmin":true},"constructor":{"prototype":{}}}');
  expect(parsed).toEqual({ type: 'ping' });
  expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  expect('isAdmin' in {}).toBe(false);
});
