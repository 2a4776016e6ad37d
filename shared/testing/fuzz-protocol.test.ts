/** Fuzzes the protocol of every lesson: whatever comes over the network, `parse` decides, and never throws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyText, errorOf, isName } from './fuzzing.ts';
import { brokenMessages, extraFields, isNoJson, junk, NAMES, toText, wrongValue } from './junk.ts';
import { type Fields, loadTraits } from './traits.ts';

const lessons = await loadTraits();

describe.each(lessons.filter(({ fuzz }) => fuzz.protocol))('the protocol of $folder', ({ folder, fuzz }) => {
  const { protocol, messages, parsed: expected = (message) => message, allowed = [], answers } = fuzz;
  const { parse, parseServerMessage, normaliseUsername, ERROR_TEXTS = {} } = protocol ?? {};
  if (!parseServerMessage || !answers)
    throw new Error(`${folder}/traits.ts must say what the server may send.`);

  if (parse) {
    test('parse never throws, and gives a known code or a message within the limits', () => {
      fc.assert(
        fc.property(fc.oneof(junk, brokenMessages(fuzz).map(toText), messages.map(toText)), (text) => {
          const parsed = parse(text);
          if (typeof parsed === 'string') {
            expect(Object.keys(ERROR_TEXTS)).toContain(parsed);
          } else {
            expect(allowed.some((fields) => hasExactly(parsed, fields))).toBe(true);
            expect(parse(toText(parsed))).toEqual(parsed);
          }
        }),
      );
    });

    test('parse takes every message of the protocol as it is, and ignores what else is in it', () => {
      fc.assert(
        fc.property(messages, extraFields, (message, extra) => {
          expect(parse(toText(message))).toEqual(expected(message));
          expect(parse(toText({ ...extra, ...message }))).toEqual(expected(message));
        }),
      );
    });

    test('parse refuses a message with one field that is missing or wrong', () => {
      fc.assert(
        fc.property(brokenMessages(fuzz), extraFields, (message, extra) => {
          expect(parse(toText({ ...extra, ...message }))).toBe('bad-message');
        }),
      );
    });

    test('parse tells what is no JSON from what is no message', () => {
      fc.assert(
        fc.property(anyText.filter(isNoJson), fc.jsonValue().filter(isNoObject), (text, value) => {
          expect(parse(text)).toBe('not-json');
          expect(parse(toText(value))).toBe('bad-message');
        }),
      );
    });
  }

  test('whatever the server can send parses to itself, and other fields are dropped', () => {
    fc.assert(
      fc.property(answers, extraFields, (answer, extra) => {
        expect(parseServerMessage(toText(answer))).toEqual(answer);
        expect(parseServerMessage(toText({ ...extra, ...answer }))).toEqual(answer);
      }),
    );
  });

  test('parseServerMessage never throws, and what it gives parses to itself', () => {
    const almost = fc
      .tuple(answers, fc.constantFrom(...NAMES), wrongValue)
      .map(([answer, key, wrong]) => toText({ ...answer, [key]: wrong }));
    const unknownCode = fc
      .tuple(
        errorOf({ ERROR_TEXTS }),
        fc.constantFrom('constructor', '__proto__', 'toString', '', 'no-such-code'),
      )
      .map(([error, code]) => toText({ ...error, code }));
    fc.assert(
      fc.property(fc.oneof(junk, almost, unknownCode, messages.map(toText)), (text) => {
        const parsed = parseServerMessage(text);
        if (parsed === undefined) return;
        expect(parseServerMessage(toText(parsed))).toEqual(parsed);
        expect([...Object.keys(ERROR_TEXTS), undefined]).toContain((parsed as Fields).code);
      }),
    );
  });

  if (normaliseUsername) {
    const names = fc.oneof(anyText, fc.string({ unit: 'grapheme', maxLength: 25 }));

    test('a name is 1 to 20 code points that can be seen, and is normalised for good', () => {
      fc.assert(
        fc.property(names, (text) => {
          const found = normaliseUsername(text);
          if (found === undefined) return;
          expect(found).toSatisfy(isName);
          expect(normaliseUsername(found)).toBe(found);
          expect(normaliseUsername(` \t${found}\u3000\n`)).toBe(found);
        }),
        { numRuns: 500 },
      );
    });

    test('letters that are seen make a name, whatever the script, up to 20', () => {
      const letters = fc.string({
        unit: fc.constantFrom('a', 'Ж', '世', '🎨', 'ß', '1', '-', '<', '\u3042'),
        minLength: 1,
        maxLength: 30,
      });
      fc.assert(
        fc.property(letters, (text) => {
          expect(normaliseUsername(text)).toBe([...text].length <= 20 ? text : undefined);
        }),
      );
    });

    test('a name with one character that cannot be seen is refused', () => {
      const unseen = fc.oneof(
        fc.constantFrom(...'\0\u0007\u001b\u007f\u0085\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u202e'),
        fc.constantFrom(...'\u2028\u2029\u2060\u2066\u3164\ufe0f\ufeff\uffa0\ufff9\ue000\uffff'),
        fc.constantFrom('\ud83c', '\udfa8', '\u{e0001}', '\u{e0100}', '\u{f0000}', '\u{10ffff}'),
      );
      fc.assert(
        fc.property(unseen, (character) => {
          expect(normaliseUsername(`a${character}b`)).toBeUndefined();
        }),
      );
    });
  }
});

function hasExactly(value: unknown, fields: Record<string, (value: unknown) => boolean>): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entries = Object.entries(value);
  return (
    entries.length === Object.keys(fields).length && entries.every(([key, field]) => fields[key]?.(field))
  );
}

function isNoObject(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value);
}
