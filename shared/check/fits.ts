/** Compares messages with patterns, and prints patterns. */
import { isDeepStrictEqual } from 'node:util';

/** A JSON object that came from the server. */
export type Message = Record<string, unknown>;

/**
 * What a message should look like: it has these fields with these values, and may have more.
 * A function is asked about the value; its name, in words, is what a failure prints.
 */
export type Pattern = Record<string, unknown>;

/** Whether a value has all fields of a pattern. */
export function fits(value: unknown, pattern: Pattern): boolean {
  if (!isMessage(value)) return false;
  return Object.entries(pattern).every(([key, expected]) => fieldFits(fieldOf(value, key), expected));
}

/** The fields of a pattern that a message has not, or with another value. */
export function wrongFields(message: Message, pattern: Pattern): [key: string, expected: unknown][] {
  return Object.entries(pattern).filter(([key, expected]) => !fieldFits(fieldOf(message, key), expected));
}

/** A field of a message. Undefined where it has none of its own. */
export function fieldOf(message: Message, key: string): unknown {
  return Object.hasOwn(message, key) ? message[key] : undefined;
}

function fieldFits(actual: unknown, expected: unknown): boolean {
  return typeof expected === 'function' ? expected(actual) === true : isDeepStrictEqual(actual, expected);
}

/** A pattern as a learner reads it: {"type":"chat","at":<a time in UTC>} */
export function printPattern(pattern: Pattern): string {
  return `{${Object.entries(pattern)
    .map(([key, value]) => `${JSON.stringify(key)}:${printExpected(value)}`)
    .join(',')}}`;
}

/** What a pattern has for one field, as a learner reads it. */
export function printExpected(expected: unknown): string {
  return typeof expected === 'function' ? `<${expected.name}>` : JSON.stringify(expected);
}

/** The start of a long text: so many characters at most. */
export function short(text: string, most = 120): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** What a text is as JSON. Undefined where it is none. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is a JSON object. */
export function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
