/** What people do to a server, move by move, and how such scripts are drawn. */
import type { Arbitrary } from 'fast-check';

/** A text, or bytes in hexadecimal digits. */
export type Said = { text: string } | { bytes: string };

export type Move =
  | { does: 'connects'; who: string }
  /** Several at once arrive together. */
  | { does: 'says'; who: string; what: Said[] }
  /** With a close code. 1005 stands for none. */
  | { does: 'leaves'; who: string; code: number }
  | { does: 'vanishes'; who: string };

export type FastCheck = typeof import('fast-check').default;

/** Who takes part. Who has not connected does so with the first word. */
export const PEOPLE = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank'];

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
        arbitrary: fc
          .constantFrom(1000, 1001, 1005, 3000, 4999)
          .map((code) => ({ does: 'leaves' as const, who, code })),
      },
      { weight: 1, arbitrary: fc.constant({ does: 'vanishes' as const, who }) },
    );
  });
  return fc.sample(fc.array(move, { minLength: 4, maxLength: 12 }), { seed, numRuns: count });
}

/** Texts at the edges: lengths, scripts, blanks, markup, JSON. */
export function texts(fc: FastCheck, most = 2000): Arbitrary<string> {
  const units = ['a', 'é', '世', '🎨', '\u0001', '"', '\\', '\n', '\u2028', '\ud83c'];
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom('hello', 'hello', 'again', ' ', '  two  blanks  ', '0', 'null', ''),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        '<b>"Hi"</b> & \'',
        'a\\b"c"\n\t\u0000\u001f',
        '👩‍🚀 ñ \u0301',
        '{"type":"chat"}',
        '__proto__',
        '\u2028\u2029\ufeff',
      ),
    },
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...units), maxLength: 12 }) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('a', 'é', '世', '🎨'), fc.constantFrom(most - 1, most, most + 1))
        .map(
          ([unit, length]) =>
            unit.repeat(Math.floor(length / unit.length)) + 'a'.repeat(length % unit.length),
        ),
    },
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

/** The text of a JSON message, or a thing that is nearly one. */
export function asJson(fc: FastCheck, message: Arbitrary<Record<string, unknown>>): Arbitrary<Said> {
  const wrong = fc.constantFrom<unknown>(null, true, 5, '', 'x', [], {}, ['hello'], -1, undefined);
  const keys = (value: Record<string, unknown>) => fc.constantFrom(...Object.keys(value));
  const text = (value: unknown): Said => ({ text: JSON.stringify(value) ?? '' });
  return fc.oneof(
    { weight: 14, arbitrary: message.map(text) },
    {
      weight: 2,
      arbitrary: message.chain((value) =>
        fc.tuple(keys(value), wrong).map(([key, other]) => text({ ...value, [key]: other })),
      ),
    },
    {
      weight: 2,
      arbitrary: message.map((value) =>
        text({
          ...value,
          at: '2000-01-01T00:00:00.000Z',
          from: 'alice',
          username: 'alice',
          seq: 7,
          online: 7,
          extra: 'x',
          ...value,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: message.map((value) => ({ bytes: Buffer.from(JSON.stringify(value)).toString('hex') })),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Said>(
        { text: '' },
        { text: 'hello' },
        { text: '{' },
        { text: 'null' },
        { text: '5' },
        { text: '"hello"' },
        { text: '[]' },
        { text: '{}' },
        { text: '{"type":"constructor"}' },
        { bytes: '' },
        { bytes: 'fffe00' },
      ),
    },
  );
}
