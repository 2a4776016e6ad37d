/** What people do to a server, move by move, and how such scripts are drawn. */
import type { Arbitrary } from 'fast-check';

/** A text, or bytes in hexadecimal digits. */
export type Said = { text: string } | { bytes: string };

/** Who has not connected does so with the first word. All else needs a connection. */
export type Move =
  | { does: 'connects'; who: string }
  /** Several at once arrive together. */
  | { does: 'says'; who: string; what: Said[] }
  /** With a close code. 1005 stands for none. */
  | { does: 'leaves'; who: string; code: number }
  | { does: 'vanishes'; who: string }
  /** All vanish, at once. */
  | { does: 'ends'; who: '' }
  /** Says goodbye and never hangs up: the server's socket is CLOSING from now on, and stays so. */
  | { does: 'lingers'; who: string }
  /** Sends a frame without a mask (RFC 6455, section 5.1), which ends the connection. */
  | { does: 'breaks'; who: string };

export type FastCheck = typeof import('fast-check').default;

/** Who takes part. */
export const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

/** Close codes that a client may leave with. 1005 stands for none. */
export const CODES = [1000, 1001, 1005, 3000, 4999];

/** The seed of every check, so that a verdict never changes by itself. Others: ORACLE_SEED=7 */
export const SEED = Number(process.env.ORACLE_SEED ?? 20);

/**
 * Draws scripts, always the same for the same seed.
 *
 * @param says draws what one of the people says
 */
export async function drawScripts(
  says: (fc: FastCheck, who: string) => Arbitrary<Said>,
  count: number,
  seed = SEED,
): Promise<Move[][]> {
  const { default: fc } = await import('fast-check');
  const move = fc.constantFrom(...PEOPLE, ...PEOPLE.slice(0, 3)).chain((who): Arbitrary<Move> => {
    const said = says(fc, who);
    return fc.oneof(
      { weight: 12, arbitrary: said.map((one) => ({ does: 'says' as const, who, what: [one] })) },
      { weight: 2, arbitrary: said.map((one) => ({ does: 'says' as const, who, what: [one, one] })) },
      {
        weight: 3,
        arbitrary: fc
          .array(said, { minLength: 2, maxLength: 5 })
          .map((what) => ({ does: 'says' as const, who, what })),
      },
      { weight: 2, arbitrary: fc.constant({ does: 'connects' as const, who }) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(...CODES).map((code) => ({ does: 'leaves' as const, who, code })),
      },
      {
        weight: 3,
        arbitrary: fc.constantFrom('vanishes', 'lingers', 'breaks').map((does) => ({ does, who }) as const),
      },
    );
  });
  return fc.sample(fc.array(move, { minLength: 4, maxLength: 12 }), { seed, numRuns: count });
}

/** So long is the longest message of the course. */
const MOST = 2000;

/** Texts at the edges: blanks, markup, JSON, and lengths in characters of one, two and three bytes and of two UTF-16 units. */
export const TEXTS = [
  ...[
    'hello',
    'hello',
    ' ',
    '  two  blanks  ',
    '\n',
    '0',
    'null',
    'true',
    '{"type":"chat"}',
    '__proto__',
    'constructor',
  ],
  ...[
    '<b>"Hi"</b> & \'',
    'a\\b"c"\n\t\b\f\r\u0000\u001f\u007f',
    '👩‍🚀 ñ \u0301',
    '\u2028\u2029\ufeff',
    '%s \\u0041',
  ],
  ...['a', 'é', '世', '🎨'].flatMap((unit) =>
    [MOST - 1, MOST].map((length) => 'a'.repeat(length % unit.length) + unit.repeat(length / unit.length)),
  ),
];

/** No messages of 1 to 2,000 characters: too short, and too long. */
export const NO_TEXTS = [
  '',
  'a'.repeat(MOST + 1),
  `a${'🎨'.repeat(MOST / 2)}`,
  '世'.repeat(MOST + 1),
  'x'.repeat(60_000),
];

/** What is no message in any lesson, whoever sends it. */
export const NONSENSE: Said[] = [
  ...[
    '',
    'hello',
    '{',
    '{"type":"chat"',
    'null',
    '5',
    'true',
    '"hello"',
    '[]',
    '[{}]',
    '{}',
    '{"type":"constructor"}',
  ].map((text) => ({ text })),
  ...['{"type":["chat"]}', '{"type":null}', '{"__proto__":{"type":"chat","message":"x"}}'].map((text) => ({
    text,
  })),
  { text: '['.repeat(5000) + ']'.repeat(5000) },
  ...['', '7b7d', 'fffe00', Buffer.from('{"type":"chat","message":"in bytes"}').toString('hex')].map(
    (bytes) => ({ bytes }),
  ),
];

/** A word that only fields have which nobody asked for. Nobody must hear it. */
export const LEAK = 'a field that nobody asked for';

/** Values where another kind of value is due. */
export const WRONG_VALUES: unknown[] = [null, true, 5, -1, '', 'x', [], {}, ['hello'], [[1, 2]], 1e308];

/** One of the people says these things, all at once: texts as they are, anything else as JSON. */
export function says(who: string, ...what: unknown[]): Move {
  return { does: 'says', who, what: what.map(toSaid) };
}

function toSaid(what: unknown): Said {
  if (typeof what === 'object' && what !== null && ('text' in what || 'bytes' in what)) return what as Said;
  return { text: typeof what === 'string' ? what : JSON.stringify(what) };
}

export const connects = (who: string): Move => ({ does: 'connects', who });
export const vanishes = (who: string): Move => ({ does: 'vanishes', who });
export const lingers = (who: string): Move => ({ does: 'lingers', who });
export const breaks = (who: string): Move => ({ does: 'breaks', who });
export const leaves = (who: string, code = 1000): Move => ({ does: 'leaves', who, code });

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
  const units = ['a', 'é', '世', '🎨', '\u0001', '"', '\\', '\n', '\u2028'];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...TEXTS.slice(0, 16)) },
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...units), maxLength: 12 }) },
    { weight: 1, arbitrary: fc.constantFrom(...TEXTS.slice(16), ...NO_TEXTS) },
  );
}

/** Names as people write them: their own, those of others in another spelling, and what can be nobody's. */
export function names(fc: FastCheck): Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...PEOPLE) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        'Alice',
        'ALICE',
        ' alice ',
        '\uff21lice',
        'Bob',
        'BOB',
        'Zoé',
        'zoe',
        'ZOÉ',
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('constructor', '__proto__', 'toString', 'Алиса', '0', '<b>', '𓀀'.repeat(20)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', ' ', 'x'.repeat(20), 'x'.repeat(21), 'a\u200bb', 'two\nlines', 'nobody'),
    },
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
