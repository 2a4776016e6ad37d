/** What more.md says: the same schema in Zod gives the same answers, and what each library weighs in a page. */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { brokenMessages, extraFields, junk, toText } from '#shared/testing/junk.ts';
import { type ErrorCode, parse } from './protocol.ts';
import { traits } from './traits.ts';

const FORBIDDEN_IN_NAMES = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]|^\p{M}/u;

const Username = z
  .string()
  .trim()
  .max(200, { abort: true })
  .normalize('NFKC')
  .transform((name) => name.replace(/\p{Zs}+/gu, ' ').trim())
  .refine((name) => [...name].length >= 1 && [...name].length <= 20)
  .refine((name) => !FORBIDDEN_IN_NAMES.test(name));

const Id = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

const ClientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('join'), username: Username }),
  z.object({ type: z.literal('chat'), id: Id, message: z.string().min(1).max(2000) }),
  z.object({ type: z.literal('since'), epoch: z.union([z.literal(''), Id]), seq: z.int().min(0) }),
  z.object({ type: z.literal('ping') }),
]);
type ClientMessage = z.infer<typeof ClientMessage>;

function parseWithZod(text: string): ClientMessage | ErrorCode {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not-json';
  }
  const { success, data, error } = ClientMessage.safeParse(value);
  if (success) return data;
  const isName = error.issues.every(({ code, path }) => path[0] === 'username' && code !== 'invalid_type');
  return isName ? 'bad-username' : 'bad-message';
}

test('the same schema in Zod gives the same answers', () => {
  const names = fc
    .oneof(
      fc.string({ unit: 'grapheme', maxLength: 25 }),
      fc.string({ unit: 'binary', maxLength: 25 }),
      fc.integer({ min: 0, max: 250 }).map((length) => 'a'.repeat(length)),
    )
    .map((username) => toText({ type: 'join', username }));
  const texts = fc.oneof(
    junk,
    names,
    brokenMessages(traits.fuzz).map(toText),
    fc.tuple(traits.fuzz.messages, extraFields).map(([message, extra]) => toText({ ...extra, ...message })),
  );
  fc.assert(
    fc.property(texts, (text) => {
      expect(parseWithZod(text)).toEqual(parse(text));
    }),
    { numRuns: 1_500 },
  );
});

/** In KB, minified and gzipped. */
async function sizeOf(contents: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '').length / 1000;
}

const PARSE = 'import { parseServerMessage } from "FILE"; console.log(parseServerMessage)';

test.each([
  ['the whole page', 7.8, "import './client.ts'"],
  ['Valibot with these schemas', 3.1, PARSE.replace('FILE', './protocol.ts')],
  ['the same by hand', 0.8, PARSE.replace('FILE', '../10/protocol.ts')],
  [
    'a small union with Valibot',
    1.8,
    `import * as v from 'valibot'; console.log(v.safeParse(v.variant('type', [
      v.object({ type: v.literal('a'), n: v.pipe(v.number(), v.minValue(0)) }),
      v.object({ type: v.literal('b'), text: v.pipe(v.string(), v.maxLength(9)) }),
    ]), {}))`,
  ],
  [
    'with zod/mini',
    6.2,
    `import * as z from 'zod/mini'; console.log(z.discriminatedUnion('type', [
      z.object({ type: z.literal('a'), n: z.number().check(z.minimum(0)) }),
      z.object({ type: z.literal('b'), text: z.string().check(z.maxLength(9)) }),
    ]).safeParse({}))`,
  ],
  [
    'with Zod',
    27.1,
    `import * as z from 'zod'; console.log(z.discriminatedUnion('type', [
      z.object({ type: z.literal('a'), n: z.number().min(0) }),
      z.object({ type: z.literal('b'), text: z.string().max(9) }),
    ]).safeParse({}))`,
  ],
])('%s weighs about %f KB', async (_, kilobytes, contents) => {
  const size = await sizeOf(contents);
  // A new version may weigh a little more, or less. Then the text has its time.
  expect(Math.abs(size - kilobytes) / kilobytes, `it weighs ${size}`).toBeLessThan(0.1);
});
