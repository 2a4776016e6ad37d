/** Inflates compressed messages, for whoever looks on (RFC 7692, section 7.2.2). */
import { constants, inflateRawSync } from 'node:zlib';
import type { Frame } from './frame.ts';

export type Inflate = {
  /** Takes each frame in its order. At the end of a compressed message, it gives the text, or why it cannot. */
  take: (frame: Frame) => { text: string } | { why: string } | undefined;
  /** Frames went by unseen. */
  lose: () => void;
};

/** A message may refer to the last 32 KiB of those before it. */
const WINDOW = 32 * 1024;
/** A sender leaves these four bytes out (section 7.2.1). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** More is not worth its time, and a small message can become a huge one. */
const MOST = 1024 * 1024;
const SHOWN = 1024;

/** @param takesOver whether messages refer to those before them: context takeover (section 7.1.1) */
export function createInflater(takesOver: boolean): Inflate {
  let window = Buffer.alloc(0);
  let parts: Uint8Array[] = [];
  let isCompressed = false;
  /** Whether bytes of this message are missing. */
  let isCut = false;
  /** Whether bytes of an earlier message are missing to which this one may refer. */
  let isLost = false;

  return {
    take(frame) {
      if (frame.opcode >= 8) return undefined;
      if (frame.opcode !== 0) {
        parts = [];
        isCut = false;
        isCompressed = frame.rsv1;
      }
      if (!isCompressed) return undefined;
      if (frame.payload.length < frame.length) isCut = true;
      parts.push(frame.payload);
      if (!frame.fin) return undefined;
      if (isLost)
        return { why: 'It refers to earlier messages that were not watched, so nobody here can inflate it.' };
      if (isCut) {
        isLost = takesOver;
        return { why: 'It is too long to be inflated here.' };
      }
      try {
        const inflated = inflateRawSync(Buffer.concat([...parts, TAIL]), {
          // The message is no end of the stream.
          finishFlush: constants.Z_SYNC_FLUSH,
          maxOutputLength: MOST,
          ...(window.length > 0 && { dictionary: window }),
        });
        if (takesOver) window = Buffer.concat([window, inflated]).subarray(-WINDOW);
        return { text: inflated.subarray(0, SHOWN).toString() };
      } catch {
        isLost = takesOver;
        return { why: 'It cannot be inflated.' };
      }
    },
    lose() {
      isLost = takesOver;
    },
  };
}
