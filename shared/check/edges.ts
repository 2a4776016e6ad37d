/** Texts, names and messages at the edges of what a task allows, and how more of them are drawn. */
import type { Arbitrary } from 'fast-check';
import { type FastCheck, PEOPLE, type Said } from './moves.ts';

/** So long is the longest message of the course. */
const MOST = 2000;

/** Texts that are easily taken for something else, or changed on the way. */
const SHORT = [
  ...['hello', 'hello', 'a', ' ', '  two  blanks  ', '\n', '\t tab \r\n', '0', '-0', '1e3', 'null', 'true'],
  ...['false', 'undefined', 'NaN', '""', '[]', '{}', '{"type":"chat"}', '{"type":"ping"}', 'ping', '/help'],
  ...['__proto__', 'constructor', 'toString', 'Anonymous', 'system', 'error', '@bob hello'],
  ...['<b>"Hi"</b> & \'', '&lt;b&gt; &amp;', 'a\\b"c"\n\t\b\f\r\u0000\u001f\u007f', '%s %d %20 \\u0041 \\n'],
  ...["$$ $& $1 $` $'", 'a,b;c|d:e=f', 'http://x.example/?a=b&c#d', '.*+?^(){}[]', "' OR 1=1 --"],
  ...[
    '👩‍🚀 ñ \u0301',
    'cafe\u0301 \ufb01 \u212b \uff21',
    '\u2028\u2029',
    '\ufeffhello\ufeff',
    'abc\u0000',
    '\u200b',
  ],
];

/** Texts as long as a message may be: of characters of one, two and three bytes, and of two UTF-16 units. */
const LONG = ['a', 'é', '世', '🎨'].flatMap((unit) =>
  [MOST - 1, MOST].map((length) => 'a'.repeat(length % unit.length) + unit.repeat(length / unit.length)),
);

/** Texts that are messages: of 1 to 2,000 characters. */
export const TEXTS = [...SHORT, ...LONG];

/** No messages of 1 to 2,000 characters: too short, and too long. */
export const NO_TEXTS = [
  '',
  'a'.repeat(MOST + 1),
  `a${'🎨'.repeat(MOST / 2)}`,
  '世'.repeat(MOST + 1),
  `a${'é'.repeat(30_000)}`,
  'x'.repeat(60_000),
];

/** What is no message in any lesson, whoever sends it. */
const NONSENSE_TEXTS = [
  ...['', ' ', 'hello', '{', '{"type":"chat"', '{"type":"chat",}', "{'type':'chat'}", '{}x', 'undefined'],
  ...['null', '0', '5', '-1.5', 'true', 'false', '""', '"hello"', '[]', '[{}]', '{}', ' {} ', '{"type":""}'],
  ...[
    '{"type":"constructor"}',
    '{"type":"__proto__"}',
    '{"type":["chat"]}',
    '{"type":null}',
    '{"type":"CHAT"}',
  ],
  ...['{"__proto__":{"type":"chat","message":"x"}}', '"{\\"type\\":\\"chat\\",\\"message\\":\\"x\\"}"'],
  ...['[{"type":"chat","message":"x"}]', '"{\\"message\\":\\"x\\"}"', '\ufeff{"message":"x"}'],
  '['.repeat(5000) + ']'.repeat(5000),
];
const NONSENSE_BYTES = [
  ...['', 'ff', '41', '7b7d', 'fffe00'],
  Buffer.from('{"type":"chat","message":"in bytes"}').toString('hex'),
];
export const NONSENSE: Said[] = [
  ...NONSENSE_TEXTS.map((text) => ({ text })),
  ...NONSENSE_BYTES.map((bytes) => ({ bytes })),
];

/** Each of these is the name of somebody else than the others. All are names. */
export const OTHER_NAMES = [
  ...['alice', 'alicé', 'al.ce', 'a+lice', 'alice1', 'al ice', 'Jose', 'Jos\u00e9', 'zoe', 'Zo\u00cb'],
  ...[
    'stra\u00dfe',
    'strasse',
    'Smith, John',
    'Smith',
    'John',
    'a;b',
    'a:b',
    '"bob"',
    "o'bob",
    '<b>',
    '$&',
    '*',
  ],
  ...[
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'null',
    'undefined',
    'true',
    '0',
    '1',
    'server',
  ],
  ...['Анна', '小明', '🎨', '𓀀'.repeat(20), 'x'.repeat(20), `${'x'.repeat(19)}y`, 'size', 'Anonymous', 'you'],
];

/** Pairs of spellings of one name. */
export const SAME_NAMES = [
  ['alice', 'ALICE'],
  ['Alice', '  aLiCe '],
  ['alice', '\uff21lice'],
  ['Jos\u00e9', 'jose\u0301'],
  ['a b c', 'A  b   c'],
  ['ZO\u00cb', 'zo\u00eb'],
  ['\u0410\u043d\u043d\u0430', '\u0430\u043d\u043d\u0430'],
] as const;

/** What can be nobody's name. */
export const NO_NAMES = [
  ...['', ' ', '\n', 'x'.repeat(21), '𓀀'.repeat(21), 'x'.repeat(5000), 'two\nlines', 'a\tb', 'a\u200bb'],
  ...['\u202e', '\ud83c', '\u2800', 'a\u0000', '\u0301'],
];

/** A word that only fields have which nobody asked for. Nobody must hear it. */
export const LEAK = 'a field that nobody asked for';

/** Values where another kind of value is due. */
const WRONG_VALUES: unknown[] = [
  null,
  true,
  5,
  0,
  -1,
  '',
  'x',
  [],
  {},
  ['hello'],
  [[1, 2]],
  { length: 5 },
  1e308,
];

/** A message with one field that is missing, or has a value that it cannot have: each field with each of these in turn. */
export function nearlyMessages(message: Record<string, unknown>): Record<string, unknown>[] {
  return Object.keys(message).flatMap((key) => {
    const { [key]: _, ...others } = message;
    return [others, ...WRONG_VALUES.map((value) => ({ ...message, [key]: value }))];
  });
}

/** A message with fields more, which nobody asked for. */
export function withMore(message: Record<string, unknown>): Record<string, unknown> {
  const more = { at: LEAK, from: LEAK, name: LEAK, extra: LEAK, seq: 7000, online: 7000, usernames: [LEAK] };
  return { ...more, ...message, toJSON: LEAK, constructor: LEAK, note: { deep: LEAK } };
}

/** Draws texts, most of the time from the edges. */
export function texts(fc: FastCheck): Arbitrary<string> {
  const units = ['a', 'é', '世', '🎨', '\u0001', '"', '\\', '\n', '\u2028', '$', '&', '\u0301'];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...SHORT) },
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...units), maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom(...LONG, ...NO_TEXTS) },
  );
}

/** Names as people write them: their own, those of others in another spelling, and what can be nobody's. */
export function names(fc: FastCheck): Arbitrary<string> {
  const spelled = ['Alice', 'ALICE', ' alice ', '\uff21lice', 'Bob', 'BOB', ...SAME_NAMES.flat()];
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PEOPLE) },
    { weight: 3, arbitrary: fc.constantFrom(...spelled) },
    { weight: 2, arbitrary: fc.constantFrom(...OTHER_NAMES) },
    { weight: 1, arbitrary: fc.constantFrom(...NO_NAMES, 'nobody') },
  );
}

/** To join: most of the time under one's own name. */
export function joins(fc: FastCheck, who: string): Arbitrary<{ type: 'join'; username: string }> {
  const username = fc.oneof({ weight: 3, arbitrary: fc.constant(who) }, { weight: 3, arbitrary: names(fc) });
  return fc.record({ type: fc.constant('join' as const), username });
}

/** Draws the text of a JSON message, or of something that is nearly one. */
export function asJson(fc: FastCheck, message: Arbitrary<Record<string, unknown>>): Arbitrary<Said> {
  const text = (value: unknown): Said => ({ text: JSON.stringify(value) });
  return fc.oneof(
    { weight: 16, arbitrary: message.map(text) },
    { weight: 2, arbitrary: message.map((value) => text(withMore(value))) },
    { weight: 1, arbitrary: message.chain((value) => fc.constantFrom(...nearlyMessages(value))).map(text) },
    { weight: 1, arbitrary: fc.constantFrom(...NONSENSE) },
  );
}
