/** What the tests of an exercise expect with: patterns for messages, and sentences where they do not hold. */
import { randomBytes } from 'node:crypto';
import { WrongAnswer } from './problems.ts';

/** Fails the test with a sentence for the learner, if the condition does not hold. */
export function expect(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new WrongAnswer(sentence);
}

/** For a pattern: a time as the course writes it, ISO 8601 in UTC with milliseconds. */
export function isTime(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  );
}
Object.defineProperty(isTime, 'name', { value: 'a time in UTC, as 2026-11-22T20:16:37.123Z' });

/** For a pattern: a time as the course writes it, not before a moment (ms), and not after another one. Without that: after now. */
export function timeSince(moment: number, last?: number): (value: unknown) => boolean {
  const check = (value: unknown) =>
    isTime(value) && Date.parse(String(value)) >= moment && Date.parse(String(value)) <= (last ?? Date.now());
  return Object.defineProperty(check, 'name', { value: 'the time when this happened, in UTC' });
}

/**
 * Fails the test unless a time that the server wrote lies between a moment and now.
 *
 * @param before the moment, in ms: what Date.now() gave
 * @param what what happened then, for the learner: 'the echo'
 */
export function expectTime(at: unknown, before: number, what: string): void {
  const time = Date.parse(String(at));
  expect(
    time >= before && time <= Date.now(),
    `The time of ${what} is ${at}, but it happened at ${new Date(before).toISOString()}. Is it the time of something else?`,
  );
}

/** Waits until the clock shows another millisecond, and gives it: what comes now can be told from what was. */
export async function nextMillisecond(): Promise<number> {
  const start = Date.now();
  while (Date.now() === start) await new Promise((resolve) => setImmediate(resolve));
  return Date.now();
}

/** A word that is drawn anew for each run: what must not be passed on. No server says it by itself. */
export function secretWord(): string {
  return `secret-${randomBytes(6).toString('hex')}`;
}

/** What a client sent, short enough for a sentence. */
export function show(sent: unknown): string {
  if (Buffer.isBuffer(sent)) return 'bytes';
  const text = typeof sent === 'string' ? sent : JSON.stringify(sent);
  if (text === '') return 'an empty text';
  return text.length <= 60 ? text : `${text.slice(0, 30)}… (${text.length} characters)`;
}

/** For a pattern: a text, and not an empty one. */
export function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
Object.defineProperty(isText, 'name', { value: 'a text' });

/** For a pattern: a text in which each of the words occurs. */
export function textWith(...words: string[]): (value: unknown) => boolean {
  const check = (value: unknown) => typeof value === 'string' && words.every((word) => value.includes(word));
  return Object.defineProperty(check, 'name', {
    value: `a text with ${words.map((word) => `"${word}"`).join(' and ')}`,
  });
}

/** For a pattern: a list of exactly these texts, in any order. */
export function listOf(...items: string[]): (value: unknown) => boolean {
  const wanted = JSON.stringify([...items].sort());
  const check = (value: unknown) => Array.isArray(value) && JSON.stringify([...value].sort()) === wanted;
  return Object.defineProperty(check, 'name', { value: `${JSON.stringify(items)} in any order` });
}
