/** What the decoder makes of bytes: of right ones, of wrong ones, and of those of another implementation. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainHeader } from './explain.ts';
import { closeCode, type Frame, type Sender } from './frame.ts';
import { areWholeFrames, createDecoder } from './frames.ts';

type Sent = { fin: boolean; opcode: number; payload: Uint8Array; key: Uint8Array | undefined };

/** A frame's bytes, written from the RFC's figure: another hand than the decoder's. */
function encode({ fin, opcode, payload, key }: Sent): Buffer {
  const { length } = payload;
  const mask = key ? 0x80 : 0;
  const head = [(fin ? 0x80 : 0) | opcode];
  if (length < 126) head.push(mask | length);
  else if (length < 65_536) head.push(mask | 126, length >> 8, length & 255);
  else
    head.push(mask | 127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255);
  const masked = payload.map((byte, at) => byte ^ (key?.[at % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), key ?? Buffer.alloc(0), masked]);
}

function decode(from: Sender, pieces: Uint8Array[], keep = 1e6, deflate = false): Frame[] {
  const frames: Frame[] = [];
  const decoder = createDecoder(from, { keep: () => keep, onFrame: (frame) => frames.push(frame), deflate });
  for (const piece of pieces) decoder.push(piece);
  return frames;
}

/** Long values are compared as texts: it is a hundred times faster. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function cut(bytes: Buffer, places: number[]): Buffer[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort(
    (a, b) => a - b,
  );
  return sorted.slice(1).map((end, at) => bytes.subarray(sorted[at], end));
}

const payloads = fc.oneof(
  { weight: 20, arbitrary: fc.uint8Array({ maxLength: 130 }) },
  fc.constantFrom(125, 126, 127, 65_535, 65_536).map((length) => Buffer.alloc(length, length)),
);

/** Messages of one or more frames, with control frames in between. */
const traffic = (from: Sender) =>
  fc
    .array(
      fc.record({
        opcode: fc.constantFrom(1, 2),
        parts: fc.array(payloads, { minLength: 1, maxLength: 3 }),
        control: fc.option(
          fc.record({ opcode: fc.constantFrom(9, 10), payload: fc.uint8Array({ maxLength: 125 }) }),
        ),
        key: from === 'client' ? fc.uint8Array({ minLength: 4, maxLength: 4 }) : fc.constant(undefined),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((messages) =>
      messages.flatMap(({ opcode, parts, control, key }) =>
        parts.flatMap((payload, at): Sent[] => [
          { fin: at === parts.length - 1, opcode: at === 0 ? opcode : 0, payload, key },
          ...(control ? [{ fin: true, ...control, key }] : []),
        ]),
      ),
    );

describe.each(['client', 'server'] as const)('what a %s sends', (from) => {
  test('comes out as it went in, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(traffic(from), fc.array(fc.nat(), { maxLength: 20 }), (sent, places) => {
        const frames = decode(from, cut(Buffer.concat(sent.map(encode)), places));
        expect(
          frames.map(({ fin, opcode, payload, length, masked, error }) => [
            fin,
            opcode,
            hex(payload),
            length,
            masked,
            error,
          ]),
        ).toEqual(
          sent.map(({ fin, opcode, payload, key }) => [
            fin,
            opcode,
            hex(payload),
            payload.length,
            key !== undefined,
            undefined,
          ]),
        );
        expect(Buffer.concat(frames.map(({ header }) => header)).length).toBe(
          Buffer.concat(sent.map(encode)).length - sent.reduce((sum, { payload }) => sum + payload.length, 0),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('is followed from frame to frame, too, where nothing is kept', () => {
    fc.assert(
      fc.property(traffic(from), (sent) => {
        const frames = decode(from, [Buffer.concat(sent.map(encode))], 0);
        expect(frames.map(({ length, payload }) => [length, payload.length])).toEqual(
          sent.map(({ payload }) => [payload.length, 0]),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('may be any bytes: there is one error at most, and nothing after it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (pieces) => {
        const frames = decode(from, pieces);
        expect(frames.slice(0, -1).filter(({ error }) => error)).toEqual([]);
        expect(decode(from, [Buffer.concat(pieces)])).toEqual(frames);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a frame that breaks the protocol is shown on the byte where it does', () => {
  const cases: [name: string, from: Sender, bytes: number[], byte: number, section: string][] = [
    ['a reserved bit', 'server', [0x91, 0], 0, '5.2'],
    ['RSV1 without compression', 'server', [0xc1, 0], 0, '5.2'],
    ['an opcode that is not defined', 'server', [0x83, 0], 0, '5.2'],
    ['a ping in fragments', 'server', [0x09, 0], 0, '5.5'],
    ['a continuation of nothing', 'server', [0x80, 0], 0, '5.4'],
    ['a text inside of a text', 'server', [0x01, 0, 0x81, 0], 0, '5.4'],
    ['a client without a mask', 'client', [0x81, 0], 1, '5.1'],
    ['a server with a mask', 'server', [0x81, 0x80, 1, 2, 3, 4], 1, '5.1'],
    ['a long ping', 'server', [0x89, 126, 0, 126], 1, '5.5'],
    ['a length of 5 in 16 bits', 'server', [0x81, 126, 0, 5], 2, '5.2'],
    ['a length of 5 in 64 bits', 'server', [0x81, 127, 0, 0, 0, 0, 0, 0, 0, 5], 2, '5.2'],
    ['a length of more than 63 bits', 'server', [0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], 2, '5.2'],
    ['half a close code', 'server', [0x88, 1, 3], 2, '7.4'],
    ['the close code 1005', 'server', [0x88, 2, 3, 0xed], 2, '7.4'],
  ];

  test.each(cases)('%s', (_, from, bytes, byte, section) => {
    const frames = decode(from, [Buffer.from([...bytes, 0x89, 0])]);
    expect(frames.at(-1)?.error).toMatchObject({ byte, section });
    expect(frames.slice(0, -1).map(({ error }) => error)).toEqual(frames.slice(0, -1).map(() => undefined));
  });

  test('RSV1 is right where compression was agreed on, but not on a control frame', () => {
    expect(decode('server', [Buffer.from([0xc1, 0])], 10, true)[0]).toMatchObject({ rsv1: true });
    expect(decode('server', [Buffer.from([0xc1, 0])], 10, true)[0]?.error).toBeUndefined();
    expect(decode('server', [Buffer.from([0xc9, 0])], 10, true)[0]?.error).toMatchObject({ byte: 0 });
  });
});

test('each bit of a header is named, in order', () => {
  const [frame] = decode('client', [
    encode({ fin: true, opcode: 1, payload: Buffer.alloc(300), key: Buffer.from([1, 2, 3, 4]) }),
  ]);
  if (!frame) throw new Error('There is no frame.');
  const parts = explainHeader(frame);
  expect(parts.map(({ name, bits, bytes }) => [name, bits, bytes])).toEqual([
    ['FIN', '1', [0, 1]],
    ['RSV1', '0', [0, 1]],
    ['RSV2, RSV3', '00', [0, 1]],
    ['opcode', '0001', [0, 1]],
    ['MASK', '1', [1, 2]],
    ['payload length', '1111110', [1, 2]],
    ['extended length', '', [2, 4]],
    ['masking key', '', [4, 8]],
  ]);
  expect(parts[6]?.value).toBe('300 bytes');
});

/** A Python that has the websockets library, or undefined. */
const python = ['/usr/bin/python3', 'python3', 'python'].find(
  (command) => spawnSync(command, ['-c', 'import websockets.frames']).status === 0,
);
if (!python)
  console.warn('Frames of another implementation are left out: install python3-websockets (Debian).');

test.skipIf(!python && !process.env.CI)(
  'frames of another implementation, python3-websockets, are read as it meant them',
  () => {
    const script = `
import json, sys
from websockets.frames import Frame, OP_TEXT, OP_BINARY, OP_CONT, OP_PING, OP_CLOSE, Close
frames = [Frame(OP_TEXT, 'héllo'.encode(), True), Frame(OP_BINARY, bytes(range(256)) * 300, True), Frame(OP_TEXT, b'a' * 126, False),
  Frame(OP_PING, b'are you there', True), Frame(OP_CONT, b'', True), Frame(OP_CLOSE, Close(1001, 'bye').serialize(), True)]
json.dump([[f.fin, int(f.opcode), f.data.hex(), f.serialize(mask=True).hex(), f.serialize(mask=False).hex()] for f in frames], sys.stdout)`;
    const { stdout, stderr } = spawnSync(python ?? 'python3', ['-c', script], { encoding: 'utf8' });
    expect(stderr).toBe('');
    const meant: [boolean, number, string, string, string][] = JSON.parse(stdout);
    for (const [from, at] of [
      ['client', 3],
      ['server', 4],
    ] as const) {
      const frames = decode(from, [Buffer.concat(meant.map((one) => Buffer.from(one[at], 'hex')))]);
      expect(frames.map(({ fin, opcode, payload, error }) => [fin, opcode, hex(payload), error])).toEqual(
        meant.map(([fin, opcode, data]) => [fin, opcode, data, undefined]),
      );
      expect(closeCode(frames.at(-1)?.payload ?? new Uint8Array())).toBe(1001);
    }
  },
);

describe('who begins to listen in the middle', () => {
  test('knows whole frames from parts of them', () => {
    fc.assert(
      fc.property(traffic('client'), fc.nat(), (sent, place) => {
        const bytes = Buffer.concat(
          sent.map((frame, n) => encode({ ...frame, key: Uint8Array.of(n, 1, 2, 3) })),
        );
        expect(areWholeFrames(bytes)).toBe(true);
        expect(areWholeFrames(bytes.subarray(0, place % bytes.length))).toBe(
          endsOf(sent).includes(place % bytes.length),
        );
      }),
    );
  });

  test('takes one letter, again and again, for no frames: their keys would be the same', () => {
    const frame = encode({
      fin: true,
      opcode: 1,
      payload: Buffer.from('abcdef'),
      key: Uint8Array.of(1, 2, 3, 4),
    });
    expect(areWholeFrames(frame)).toBe(true);
    expect(areWholeFrames(Buffer.concat([frame, frame]))).toBe(false);
  });

  test('takes a message that has begun before as it is', () => {
    const key = Uint8Array.of(1, 2, 3, 4);
    const rest = encode({ fin: true, opcode: 0, payload: Buffer.from('the rest'), key });
    const frames: Frame[] = [];
    const onFrame = (frame: Frame) => frames.push(frame);
    createDecoder('client', { keep: () => 100, onFrame, isLate: true }).push(rest);
    createDecoder('client', { keep: () => 100, onFrame }).push(rest);
    expect(frames.map(({ error }) => error?.section)).toEqual([undefined, '5.4']);
  });
});

/** Where each frame ends, in bytes from the start; and the start itself, where nothing has come yet. */
function endsOf(sent: Sent[]): number[] {
  const ends = [0];
  for (const frame of sent) ends.push((ends.at(-1) ?? 0) + encode(frame).length);
  return ends;
}
