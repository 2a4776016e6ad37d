/** What becomes of compressed messages, above all after one that cannot be inflated. */
import { constants, createDeflateRaw, type DeflateRaw, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { frameOf } from './frame.ts';
import { createInflater } from './inflate.ts';

const EARLIER = { why: expect.stringContaining('earlier messages') };
const TOO_LONG = { why: 'It is too long to be inflated here.' };

/** A compressed text as it crosses the wire, in one frame. @param kept how many of its bytes the tap has kept */
function frame(bytes: Buffer, kept = bytes.length) {
  const payload = bytes.subarray(0, -4); // RFC 7692, section 7.2.1
  return frameOf(Uint8Array.of(0xc1, 0), payload.length, payload.subarray(0, kept));
}

/** Compresses texts, each with those before it as a dictionary. */
async function compressAll(texts: string[]): Promise<Buffer[]> {
  const deflate: DeflateRaw = createDeflateRaw();
  const all: Buffer[] = [];
  for (const text of texts) {
    const parts: Buffer[] = [];
    deflate.on('data', (part: Buffer) => parts.push(part));
    deflate.write(text);
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    deflate.removeAllListeners('data');
    all.push(Buffer.concat(parts));
  }
  return all;
}

const alone = (text: string) => deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });

test('one message after the other, which refers to it', async () => {
  const inflater = createInflater(true);
  const [first, second] = await compressAll(['the same words', 'the same words']);
  if (!first || !second) throw new Error('There are no messages.');
  expect(second.length).toBeLessThan(first.length);
  expect(inflater.take(frame(first))).toEqual({ text: 'the same words' });
  expect(inflater.take(frame(second))).toEqual({ text: 'the same words' });
});

test('after one that was too long, each stands by itself where messages do not refer to others', () => {
  const inflater = createInflater(false);
  expect(inflater.take(frame(alone('a long message'), 5))).toEqual(TOO_LONG);
  expect(inflater.take(frame(alone('a short one')))).toEqual({ text: 'a short one' });
  inflater.lose();
  expect(inflater.take(frame(alone('another')))).toEqual({ text: 'another' });
});

test('after one that was too long, or was not seen, nothing can be told where messages refer to others', () => {
  const inflater = createInflater(true);
  expect(inflater.take(frame(alone('a long message'), 5))).toEqual(TOO_LONG);
  expect(inflater.take(frame(alone('a short one')))).toEqual(EARLIER);
  const late = createInflater(true);
  late.lose();
  expect(late.take(frame(alone('a short one')))).toEqual(EARLIER);
});
