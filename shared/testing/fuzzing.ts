/** What the lessons' traits are made of: values that a message may have, and the rules that `parse` must keep. */
import fc from 'fast-check';
import type { Fields } from './traits.ts';

/** Lone halves of surrogate pairs are in it: JSON can hold them. */
const utf16 = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));

export const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: utf16 }),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
);

export const chatText = fc.oneof(
  anyText.filter((text) => text.length >= 1),
  fc.constant('x'.repeat(2000)),
);

/** A time as the course writes it. */
export const time = fc
  .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Names in the spelling that the server keeps. */
export function names(normaliseUsername: (text: string) => string | undefined): fc.Arbitrary<string> {
  return anyText.map(normaliseUsername).filter((text) => text !== undefined);
}

/** Messages of one type, with these fields. */
export function message(type: string, fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Fields> {
  return fc.record({ type: fc.constant(type), ...fields });
}

/** The error messages of a protocol. */
export function errorOf({ ERROR_TEXTS }: { ERROR_TEXTS: Record<string, string> }): fc.Arbitrary<Fields> {
  return message('error', { code: fc.constantFrom(...Object.keys(ERROR_TEXTS)), message: anyText, at: time });
}

/** The rules of the design's table, in words of their own. */
export const is = (wanted: string) => (value: unknown) => value === wanted;
export const isText = (value: unknown) => typeof value === 'string';
export const isChatText = (value: unknown) =>
  typeof value === 'string' && value.length >= 1 && value.length <= 2000;
export const isName = (value: unknown) =>
  typeof value === 'string' &&
  [...value].length >= 1 &&
  [...value].length <= 20 &&
  value ===
    value
      .normalize('NFKC')
      .replace(/\p{Zs}+/gu, ' ')
      .trim() &&
  !/\p{C}|\p{Zl}|\p{Zp}|\p{Default_Ignorable_Code_Point}|[\u{2800}\u{1d159}]|^\p{M}/u.test(value);
