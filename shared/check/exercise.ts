/** What an exercise.test.ts is written with: a list of tests that the check, and vitest, can run. */

import { type Client, type Message, WrongAnswer } from './test-client.ts';

/** Where a test of a server happens: the learner's server, started anew. */
export type Room = {
  /** Lets a client connect: room.connect('alice') */
  connect: (name: string) => Promise<Client>;
  /** Lets somebody connect and send a frame without a mask (RFC 6455, section 5.1), and waits until the server hangs up. */
  breakProtocol: (name: string) => Promise<void>;
};

/** Where a test of a page happens: the learner's page on a server that is right. */
export type PageRoom = {
  /** Opens the page in a browser, and waits until the server has greeted it. */
  open: (name: string) => Promise<Painter>;
  /** Lets a program connect to the same server. */
  connect: (name: string) => Promise<Client>;
};

/** Somebody in front of a page with a canvas. Places are fractions of the canvas: 0 to 1. */
export type Painter = {
  name: string;
  /** Presses the mouse button at the first place, moves over the others, and lets go. */
  drag: (points: [x: number, y: number][]) => Promise<void>;
  /** Presses what has this label: press('button', 'Clear') */
  press: (role: 'button' | 'radio', label: string) => Promise<void>;
  /** Waits until the canvas has this colour (#rrggbb; an empty canvas is #ffffff) at a place. */
  shows: (x: number, y: number, colour: string, sentence: string) => Promise<void>;
  /** The canvas as a text: two that are equal have the same pixels. */
  picture: () => Promise<string>;
  /** Waits until the canvas has exactly the pixels of a picture. */
  looksLike: (picture: string, sentence: string) => Promise<void>;
};

export type ExerciseTest<R = Room> = { title: string; run: (room: R) => Promise<void> };

export type Exercise = {
  /** The exercise's folder, named from the root: 'exercises/03' */
  folder: string;
  title: string;
  /** What is checked of server.ts. */
  tests: ExerciseTest[];
  /** What is checked of client.ts, where the exercise has one, and the server that its page runs against. */
  client?: { server: string; tests: ExerciseTest<PageRoom>[] } | undefined;
};

/** Describes one test. The title is a sentence about what the server does. */
export function test<R = Room>(title: string, run: (room: R) => Promise<void>): ExerciseTest<R> {
  return { title, run };
}

/**
 * Describes an exercise, to be the default export of exercise.test.ts.
 * Where vitest runs that file, each test is registered with vitest, too.
 */
export async function exercise(description: Exercise): Promise<Exercise> {
  if (process.env.VITEST && !isLoading) {
    const { registerWithVitest } = await import('./vitest.ts');
    registerWithVitest(description);
  }
  return description;
}

let isLoading = false;

/** Loads an exercise by its folder, named from the root: 'exercises/03'. */
export async function loadExercise(folder: string): Promise<Exercise> {
  isLoading = true;
  try {
    const { default: loaded } = await import(
      new URL(`../../${folder}/exercise.test.ts`, import.meta.url).href
    );
    return loaded;
  } finally {
    isLoading = false;
  }
}

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

export type { Client, Message };
