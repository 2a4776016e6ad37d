/**
 * Finds the frames in the bytes of a WebSocket connection (RFC 6455, section 5.2). It knows nothing of sockets:
 * bytes go in, in pieces of any size, and frames come out. All who read frames use it: the tap, tests, the bench.
 */
import { type Frame, frameOf, OPCODES, type Sender } from './frame.ts';
import { findCloseError, findError } from './frame-errors.ts';

export type Decoder = {
  /** Takes the next bytes. */
  push: (bytes: Uint8Array) => void;
};

const LONGEST_HEADER = 14;
const NOTHING = new Uint8Array(0);

/**
 * Gives a decoder for one direction of one connection.
 *
 * @param from who sends these bytes
 * @param options keep: how many bytes of the next payload to keep, asked once for each frame; 0 copies nothing.
 *   deflate: whether permessage-deflate was agreed on, so that RSV1 may be set.
 *   isLate: whether there were frames before these bytes, so that the first one may continue a message.
 *   onFrame: is called when the whole frame has come, or as soon as it breaks the protocol.
 */
export function createDecoder(
  from: Sender,
  options: {
    keep: (opcode: number) => number;
    onFrame: (frame: Frame) => void;
    deflate?: boolean;
    isLate?: boolean;
  },
): Decoder {
  const header = new Uint8Array(LONGEST_HEADER);
  let have = 0;
  /** How long this header is: known from its second byte on. */
  let needed = 2;
  let frame: Frame | undefined;
  let left = 0;
  let kept = 0;
  /** Undefined where nobody knows. */
  let isInMessage = options.isLate ? undefined : false;
  let isBroken = false;

  function push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !isBroken) {
      if (frame === undefined) {
        header[have] = bytes[at] ?? 0;
        have += 1;
        at += 1;
        if (have === 2) needed = headerLength(header);
        if (have < needed) continue;
        startFrame();
      } else {
        const part = Math.min(left, bytes.length - at);
        const wanted = Math.min(part, frame.payload.length - kept);
        if (wanted > 0) copyPayload(frame, kept, bytes, at, wanted);
        kept += wanted;
        left -= part;
        at += part;
      }
      if (frame !== undefined && left === 0) endFrame();
    }
  }

  function startFrame(): void {
    const found = frameOf(header.slice(0, needed), payloadLength(header), NOTHING);
    const error = findError(found, from, isInMessage, options.deflate ?? false);
    if (error) {
      isBroken = true;
      options.onFrame({ ...found, error });
      return;
    }
    const size = Math.min(found.length, options.keep(found.opcode));
    if (size > 0) found.payload = new Uint8Array(size);
    frame = found;
    left = found.length;
    kept = 0;
  }

  function endFrame(): void {
    if (frame === undefined) return;
    // Control frames may come between the frames of a message, and leave it as it is (section 5.4).
    if (frame.opcode < 8) isInMessage = !frame.fin;
    const error = frame.opcode === 8 ? findCloseError(frame) : undefined;
    if (error) isBroken = true;
    options.onFrame(error ? { ...frame, error } : frame);
    frame = undefined;
    have = 0;
    needed = 2;
  }

  return { push };
}

/** Copies bytes into a frame's payload, behind those that it has, and takes the mask off. */
function copyPayload(frame: Frame, have: number, bytes: Uint8Array, from: number, count: number): void {
  const { payload, header, masked } = frame;
  const key = header.length - 4;
  for (let at = 0; at < count; at += 1) {
    const byte = bytes[from + at] ?? 0;
    // Byte i is masked with byte i modulo 4 of the key (section 5.3). The key ends the header.
    payload[have + at] = masked ? byte ^ (header[key + ((have + at) & 3)] ?? 0) : byte;
  }
}

/**
 * Whether bytes are whole frames of a client, from the first byte to the last. Whoever begins to listen in the middle
 * knows by this where a frame begins: bytes from within a payload hardly ever look like this.
 */
export function areWholeFrames(bytes: Uint8Array): boolean {
  let at = 0;
  let lastKey = '';
  while (at + 6 <= bytes.length) {
    const header = bytes.subarray(at, at + LONGEST_HEADER);
    const [first = 0, second = 0] = header;
    const isFrame = (first & 0x30) === 0 && OPCODES[first & 0x0f] !== undefined && (second & 0x80) !== 0;
    const end = headerLength(header);
    if (!isFrame || header.length < end) return false;
    // Each frame has a new masking key (section 5.3). One letter, repeated, looks the same again and again.
    const key = header.subarray(end - 4, end).join();
    if (key === lastKey) return false;
    lastKey = key;
    at += end + payloadLength(header);
  }
  return at === bytes.length;
}

/** 2 bytes, 2 or 8 more for a long payload, and 4 for the masking key. */
function headerLength([, second = 0]: Uint8Array): number {
  const short = second & 0x7f;
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
}

/** Seven bits hold a length up to 125. 126 says that 16 bits follow, 127 that 64 do: the highest byte comes first. */
function payloadLength(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset);
  const short = view.getUint8(1) & 0x7f;
  if (short === 126) return view.getUint16(2);
  if (short === 127) return view.getUint32(2) * 2 ** 32 + view.getUint32(6);
  return short;
}
