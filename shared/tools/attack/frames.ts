/** Attacks with frames that break RFC 6455, or only bend it. */
import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { BINARY, CLOSE, frame, goodbye, PING, TEXT, text } from './bytes.ts';
import { type Kind, times } from './kind.ts';
import type { Site } from './site.ts';

/** Each of these on a connection of its own. Nobody is cut but who sent it. */
async function each(site: Site, all: Buffer[]): Promise<void> {
  await Promise.all(
    all.map(async (bytes) => {
      const stranger = await site.open();
      await stranger.send(bytes);
      // After half a message nobody hears what follows.
      await stranger.isHeard(1000);
    }),
  );
}

/** A length that no message may have. */
const GIB = 2n ** 30n;

/** What grows to 256 MiB where somebody inflates it. */
const bomb = () => deflateRawSync(Buffer.alloc(256 * 1024 * 1024), { level: 9 });
let made: Buffer | undefined;

const KINDS: [name: string, bytes: (site: Site) => Buffer[]][] = [
  ['no mask', () => [frame(TEXT, 'hi', { masked: false }), frame(CLOSE, '', { masked: false })]],
  ['reserved bits', () => times(7, (n) => frame(TEXT, 'hi', { rsv: n + 1 }))],
  ['unknown opcodes', () => [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => frame(opcode, 'hi'))],
  [
    'lengths that lie',
    () =>
      [0n, 1n, 65_536n, GIB, 2n ** 53n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n].map((length) =>
        frame(BINARY, 'hi', { length }),
      ),
  ],
  [
    'too large',
    (site) => [
      frame(TEXT, Buffer.alloc((site.traits.fuzz.maxPayload ?? 65_536) + 1, 'x')),
      text('x'.repeat(8 * 1024 * 1024)),
    ],
  ],
  [
    'fragments without end',
    () => [
      Buffer.concat([
        frame(TEXT, 'x', { fin: false }),
        ...times(40_000, () => frame(0, 'x', { fin: false })),
      ]),
      Buffer.concat([frame(TEXT, '', { fin: false }), ...times(40_000, () => frame(0, '', { fin: false }))]),
    ],
  ],
  [
    'large fragments',
    () => [
      Buffer.concat([
        frame(TEXT, '', { fin: false }),
        ...times(64, () => frame(0, 'x'.repeat(60_000), { fin: false })),
      ]),
    ],
  ],
  ['control frames too long', () => [8, 9, 10].map((opcode) => frame(opcode, 'x'.repeat(126)))],
  ['control frames in pieces', () => [8, 9, 10].map((opcode) => frame(opcode, 'hi', { fin: false }))],
  ['a continuation of nothing', () => [frame(0, 'hi'), frame(0, 'hi', { fin: false })]],
  ['a message inside another', () => [Buffer.concat([frame(TEXT, 'a', { fin: false }), text('b')])]],
  [
    'invalid UTF-8',
    () =>
      ['ff', 'c3', 'c0af', 'eda080', 'f4908080', 'f8a1a1a1a1'].flatMap((hex) => [
        frame(TEXT, Buffer.from(hex, 'hex')),
        goodbye(1000, Buffer.from(hex, 'hex')),
      ]),
  ],
  [
    'bad close codes',
    () => [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535].map((code) => goodbye(code)),
  ],
  ['a close of one byte', () => [frame(CLOSE, 'x')]],
  [
    'more after a close',
    (site) => [
      Buffer.concat([
        goodbye(1000),
        site.call(),
        frame(PING),
        goodbye(1001),
        ...times(1000, () => site.call()),
      ]),
    ],
  ],
  [
    'compressed unasked',
    () => [frame(TEXT, deflateRawSync('hi'), { rsv: 4 }), frame(TEXT, randomBytes(60), { rsv: 4 })],
  ],
  ['bytes at random', () => times(40, (n) => randomBytes(20 * n + 1))],
  [
    'pings inside a message',
    () => [
      Buffer.concat(
        times(500, (n) => Buffer.concat([frame(n === 0 ? TEXT : 0, 'x', { fin: false }), frame(PING)])),
      ),
    ],
  ],
];

export const FRAMES: Kind[] = [
  ...KINDS.map(([name, bytes]): Kind => ({ name, run: (site) => each(site, bytes(site)) })),
  {
    name: 'a compressed bomb',
    async run(site) {
      made ??= bomb();
      const headers = { 'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits' };
      for (const stranger of await site.openMany(5, { headers })) {
        await stranger.send(frame(TEXT, made, { rsv: 4 }));
        await stranger.isHeard();
      }
    },
  },
  {
    name: 'half a frame',
    async run(site) {
      const whole = frame(TEXT, 'x'.repeat(4000));
      for (const [at, stranger] of (await site.openMany(50)).entries())
        await stranger.send(whole.subarray(0, at < 8 ? at + 1 : 4000));
    },
  },
];
