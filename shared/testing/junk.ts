/**
 * What comes over a network and is no message, or nearly one.
 * The values are the same in every run, so that a failure can be repeated. Others: FUZZ_SEED=7 FUZZ_RUNS=500 npx vitest run shared/testing/fuzz --testTimeout 600000
 */
import fc from 'fast-check';
import { anyText } from './fuzzing.ts';
import type { Fields, Fuzzing } from './traits.ts';

const { FUZZ_SEED = '20', FUZZ_RUNS } = process.env;
fc.configureGlobal({ seed: Number(FUZZ_SEED), numRuns: Number(FUZZ_RUNS ?? 150) });

/** Against a server there is no shrinking: one that died of the first value fails on each smaller one, too. */
export const AGAINST_SERVER = { numRuns: Number(FUZZ_RUNS ?? 10), endOnFailure: true };

/** Not a value that any field of any message may have, and not one that a name may come from. */
export const wrongValue = fc.constantFrom<unknown>(
  null,
  true,
  {},
  [],
  [0.5],
  -1,
  51,
  1e308,
  [0, 2],
  undefined,
);

export const NAMES = [
  'type',
  'username',
  'message',
  'to',
  'from',
  'color',
  'width',
  'seq',
  'lines',
  'at',
  'online',
  'id',
  'epoch',
  'messages',
  'last',
  'joined',
  'left',
  'points',
];
const TYPES = [
  'join',
  'chat',
  'private',
  'line',
  'clear',
  'joined',
  'system',
  'error',
  'canvas',
  'welcome',
  'since',
  'ack',
  'missed',
  'snapshot',
  'presence',
  'point',
  'points',
];

/** Fields that no lesson knows. The names that an object has by birth are among them. */
export const extraFields = fc.dictionary(
  fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'toJSON'),
    fc.string().map((text) => `x${text}`),
  ),
  fc.jsonValue(),
);

/** Any text: no JSON, any JSON, and JSON with fields that have the right names and any value. */
export const junk = fc.oneof(
  anyText,
  fc.json(),
  fc
    .dictionary(fc.constantFrom(...NAMES), fc.oneof(fc.jsonValue(), fc.constantFrom(...TYPES), anyText))
    .map((value) => JSON.stringify(value)),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
);

/** A message that is right but for one field, which is missing, or has a value that it cannot have. */
export function brokenMessages({ messages, optional, allowed = [] }: Fuzzing): fc.Arbitrary<Fields> {
  // What is wrong in most fields may be right in one: an epoch is a text, and may be an empty one.
  const isRight = (message: Fields) =>
    allowed.some((fields) => Object.entries(fields).every(([key, isField]) => isField(message[key])));
  return fc
    .tuple(messages, fc.nat(), wrongValue)
    .map(([message, n, wrong]) => {
      const keys = Object.keys(message).filter((key) => !(wrong === undefined && key === optional));
      return { ...message, [keys[n % keys.length] ?? 'message']: wrong };
    })
    .filter((message) => !isRight(message));
}

export function toText(value: unknown): string {
  return JSON.stringify(value);
}

export function isNoJson(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
