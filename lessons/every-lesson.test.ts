/** What holds for every lesson's server: its log cannot be forged, and TypeScript tells it of new messages. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ROOT } from '#shared/course/root.ts';
import { connectRecording } from '#shared/testing/recording-client.ts';
import { startServer } from '#shared/testing/start-server.ts';
import { addressFor, loadTraitsOf } from '#shared/testing/traits.ts';
import { typeErrors } from '#shared/testing/type-errors.ts';

const LESSONS = readdirSync(`${ROOT}lessons`).filter((name) => /^\d\d$/.test(name));

/** Close reasons that want to be more than a part of one line. Each has at most 123 bytes. */
const REASONS: [reason: string, shown: string][] = [
  ['a b', "'a b'"],
  ["'.\nA client arrived.\n", String.raw`'\'.\u000aA client arrived.\u000a'`],
  [`A long text in two lines.\n${'x'.repeat(90)}`, String.raw`'A long text in two lines.\u000axxxxxxxxx…'`],
  ['\r\u001b[2K\u001b[1AA client arrived.', String.raw`'\u000d\u001b[2K\u001b[1AA client arrived…'`],
  ['\u202e.dne\u2066\u2028\u2029\u0085', String.raw`'\u202e.dne\u2066\u2028\u2029\u0085'`],
  ['\\u000a', String.raw`'\\u000a'`],
  ["\\'", String.raw`'\\\''`],
];

test.each(LESSONS)(
  'whoever leaves lesson %s is one line in its log, whatever reason they give',
  async (number) => {
    const server = await startServer(`lessons/${number}/server.ts`);
    const { door } = await loadTraitsOf(`lessons/${number}`);
    try {
      for (const [index, [reason, shown]] of REASONS.entries()) {
        const mallory = await connectRecording(await addressFor(door, server.socketUrl, 'mallory'));
        await mallory.close(1000, reason);
        const lines = () => server.output().split(/\n/);
        await expect
          .poll(() => lines().length, { timeout: 20_000, interval: 5 })
          .toBeGreaterThan(2 * index + 2);
        expect(lines().slice(2 * index)).toEqual([
          'A client arrived.',
          `A client left: code 1000, reason ${shown}.`,
          '',
        ]);
      }
    } finally {
      await server.stop();
    }
  },
);

test('a type that is new in a protocol is an error in each server that does not handle it', () => {
  const servers = [
    'lessons/04/server.ts',
    'lessons/05/server.ts',
    'lessons/06/server.ts',
    'lessons/07/server.ts',
    'lessons/08/server.ts',
    'lessons/10/chat.ts',
    'lessons/11/chat.ts',
    'lessons/12/chat.ts',
    'lessons/13/chat.ts',
    'solutions/03/server.ts',
    'solutions/04/server.ts',
  ];
  const added = "{ type: 'new'; username: string; to: string; message: string }";
  const addType = (text: string) =>
    text.replace('type ClientMessage =', `$& ${added} | OldMessage;\ntype OldMessage =`);
  const changes = Object.fromEntries(
    ['04', '05', '06', '07', '08', '10', '11', '12', '13'].map((n) => [`lessons/${n}/protocol.ts`, addType]),
  );
  expect(typeErrors(servers, changes)).toEqual(
    servers.map((file) => expect.stringMatching(`^${file}: Type '{ type: "new"; .*expected type 'never'`)),
  );
});
