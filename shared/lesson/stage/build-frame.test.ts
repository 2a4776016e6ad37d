/** Frames by hand: the bytes are those of RFC 6455, and the course's own decoder reads them as they were set. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '#shared/lesson/page/wire-text.ts';
import type { Frame } from '#shared/lesson/wire/frame.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { buildFrame, type FrameChoice, fromHex } from './build-frame.ts';

const KEY = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
const PLAIN = { fin: true, rsv1: false, rsv2: false, rsv3: false, opcode: 1, masked: true };

function hexOf(choice: Partial<FrameChoice>, text = ''): string {
  const { header, payload } = buildFrame({ ...PLAIN, payload: Buffer.from(text), ...choice }, KEY);
  return `${hex(header)} | ${hex(payload)}`;
}

describe('a frame by hand', () => {
  // Section 5.7 has these as its examples.
  test.each<[string, Partial<FrameChoice>, string, string]>([
    ['a text without a mask', { masked: false }, 'Hello', '81 05 | 48 65 6c 6c 6f'],
    ['a masked text', {}, 'Hello', '81 85 37 fa 21 3d | 7f 9f 4d 51 58'],
    ['the first part of a message', { fin: false, masked: false }, 'Hel', '01 03 | 48 65 6c'],
    ['its last part', { opcode: 0, masked: false }, 'lo', '80 02 | 6c 6f'],
    ['a ping', { opcode: 9, masked: false }, 'Hello', '89 05 | 48 65 6c 6c 6f'],
  ])('is that of the standard: %s', (_, choice, text, hex) => {
    expect(hexOf(choice, text)).toBe(hex);
  });

  test('has a length of 7, 16 or 64 bits, true or not', () => {
    const header = (length: number) => hexOf({ masked: false, length }).replace(' | ', '');
    expect(header(125)).toBe('81 7d');
    expect(header(126)).toBe('81 7e 00 7e');
    expect(header(65_535)).toBe('81 7e ff ff');
    expect(header(65_536)).toBe('81 7f 00 00 00 00 00 01 00 00');
    expect(header(Number.MAX_SAFE_INTEGER)).toBe('81 7f 00 1f ff ff ff ff ff ff');
  });

  test('has each bit where it belongs', () => {
    expect(hexOf({ fin: false, opcode: 0, masked: false, rsv1: true })).toBe('40 00 | ');
    expect(hexOf({ fin: false, opcode: 0, masked: false, rsv2: true })).toBe('20 00 | ');
    expect(hexOf({ fin: false, opcode: 0, masked: false, rsv3: true })).toBe('10 00 | ');
    expect(hexOf({ opcode: 15, masked: false })).toBe('8f 00 | ');
  });

  test('is read again as it was set', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.boolean(), (payload, key, fin) => {
        const read: Frame[] = [];
        const decoder = createDecoder('client', { keep: () => 1000, onFrame: (frame) => read.push(frame) });
        const built = buildFrame({ ...PLAIN, fin, opcode: 2, payload }, key);
        decoder.push(Buffer.concat([built.header, built.payload]));
        expect(read).toEqual([expect.objectContaining({ fin, opcode: 2, masked: true, payload })]);
        expect(fromHex(hex(built.payload))).toEqual(built.payload);
      }),
    );
  });

  test.each(['8', '8g', '81 0', 'hi'])('knows that %j is no row of bytes', (text) => {
    expect(fromHex(text)).toBeUndefined();
  });
});
