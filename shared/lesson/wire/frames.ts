/**
 * Finds the frames in the bytes of a WebSocket connection (RFC 6455, section 5.2). It knows nothing of sockets:
 * bytes go in, in pieces of any size, and frames come out. The server's tap and the page use it alike.
 */

/** Who sent a frame. What is a mistake depends on it: a client must mask, a server must not. */
export type Sender = 'client' | 'server';

export type Frame = {
  /** FIN: this is the last frame of its message. */
  fin: boolean;
  /** RSV1: with permessage-deflate, the message is compressed (RFC 7692, section 6). */
  rsv1: boolean;
  opcode: number;
  masked: boolean;
  /** The bytes of the payload, as the header says. */
  length: number;
  /** The header as it was on the wire, the masking key included: 2 to 14 bytes. */
  header: Uint8Array;
  /** The start of the payload, without its mask: as much as was asked for. */
  payload: Uint8Array;
  /** What is wrong with it, where it breaks the protocol. */
  error?: FrameError;
};

/** The first byte of a frame at which it breaks the protocol. After it, no byte means anything. */
export type FrameError = { byte: number; sentence: string; section: string };

export type Decoder = {
  /** Takes the next bytes. */
  push: (bytes: Uint8Array) => void;
};

export const OPCODES: Record<number, string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

const LONGEST_HEADER = 14;
const MOST_IN_CONTROL_FRAME = 125;

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
        for (let offset = 0; offset < wanted; offset += 1) {
          const byte = bytes[at + offset] ?? 0;
          // Byte i is masked with byte i modulo 4 of the key (section 5.3). The key ends the header.
          frame.payload[kept] = frame.masked ? byte ^ (header[needed - 4 + (kept & 3)] ?? 0) : byte;
          kept += 1;
        }
        left -= part;
        at += part;
      }
      if (frame !== undefined && left === 0) endFrame();
    }
  }

  function startFrame(): void {
    const [first = 0, second = 0] = header;
    const length = payloadLength(header);
    const opcode = first & 0x0f;
    const found: Frame = {
      fin: (first & 0x80) !== 0,
      rsv1: (first & 0x40) !== 0,
      opcode,
      masked: (second & 0x80) !== 0,
      length,
      header: header.slice(0, needed),
      payload: new Uint8Array(0),
    };
    const error = findError(found, from, isInMessage, options.deflate ?? false);
    if (error) {
      isBroken = true;
      options.onFrame({ ...found, error });
      return;
    }
    found.payload = new Uint8Array(Math.min(length, options.keep(opcode)));
    frame = found;
    left = length;
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

/**
 * Whether bytes are whole frames of a client, from the first byte to the last. Whoever begins to listen in the middle
 * knows by this where a frame begins: bytes from within a payload hardly ever look like this.
 */
export function areWholeFrames(bytes: Uint8Array): boolean {
  let at = 0;
  while (at + 6 <= bytes.length) {
    const header = bytes.subarray(at, at + LONGEST_HEADER);
    const [first = 0, second = 0] = header;
    const isFrame = (first & 0x30) === 0 && OPCODES[first & 0x0f] !== undefined && (second & 0x80) !== 0;
    if (!isFrame || header.length < headerLength(header)) return false;
    at += headerLength(header) + payloadLength(header);
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

function findError(
  { opcode, fin, rsv1, masked, length, header }: Frame,
  from: Sender,
  isInMessage: boolean | undefined,
  deflate: boolean,
): FrameError | undefined {
  const [first = 0, second = 0] = header;
  const short = second & 0x7f;
  const isControl = opcode >= 8;
  if ((first & 0x30) !== 0 || (rsv1 && (!deflate || isControl || opcode === 0))) {
    return {
      byte: 0,
      sentence: 'A reserved bit is set, and nobody agreed on what it means.',
      section: '5.2',
    };
  }
  if (OPCODES[opcode] === undefined) {
    return { byte: 0, sentence: `There is no opcode ${opcode}.`, section: '5.2' };
  }
  if (isControl && !fin) {
    return { byte: 0, sentence: 'A control frame must not be fragmented.', section: '5.5' };
  }
  if (opcode === 0 && isInMessage === false) {
    return { byte: 0, sentence: 'This continues a message, but none has begun.', section: '5.4' };
  }
  if ((opcode === 1 || opcode === 2) && isInMessage) {
    return { byte: 0, sentence: 'A new message begins before the last one has ended.', section: '5.4' };
  }
  if (masked !== (from === 'client')) {
    const sentence =
      from === 'client' ? 'A client must mask its frames.' : 'A server must not mask its frames.';
    return { byte: 1, sentence, section: '5.1' };
  }
  if (isControl && short > MOST_IN_CONTROL_FRAME) {
    return { byte: 1, sentence: 'A control frame has at most 125 bytes of payload.', section: '5.5' };
  }
  if ((short === 126 && length < 126) || (short === 127 && length < 65_536)) {
    return { byte: 2, sentence: 'The length must be written in as few bytes as possible.', section: '5.2' };
  }
  if (short === 127 && ((header[2] ?? 0) & 0x80) !== 0) {
    return { byte: 2, sentence: 'The highest bit of a 64-bit length must be 0.', section: '5.2' };
  }
  return undefined;
}

/** A close frame has no payload, or a code of two bytes, and then a reason (sections 5.5.1 and 7.4). */
function findCloseError({ header, length, payload }: Frame): FrameError | undefined {
  const section = '7.4';
  if (length === 1) return { byte: header.length, sentence: 'A close code has two bytes, not one.', section };
  if (payload.length < 2) return undefined;
  const code = closeCode(payload);
  const isGood =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code <= 4999);
  return isGood
    ? undefined
    : { byte: header.length, sentence: `The close code must not be ${code}.`, section };
}

/** The code in the payload of a close frame. 1005 stands for none (section 7.1.5). */
export function closeCode(payload: Uint8Array): number {
  const [high, low] = payload;
  return high === undefined || low === undefined ? 1005 : high * 256 + low;
}

/** A part of a header: which bytes it covers, its name, what it says here, and where the RFC explains it. */
export type Part = {
  bytes: [first: number, end: number];
  bits: string;
  name: string;
  value: string;
  section: string;
};

/** Names each bit of a frame's header, in order. */
export function explainHeader(frame: Frame): Part[] {
  const { header, opcode, masked, length } = frame;
  const [first = 0, second = 0] = header;
  const bit = (byte: number, mask: number) => ((byte & mask) === 0 ? '0' : '1');
  const short = second & 0x7f;
  const key = header.length - (masked ? 4 : 0);
  const parts: Part[] = [
    {
      bytes: [0, 1],
      bits: bit(first, 0x80),
      name: 'FIN',
      value: frame.fin ? 'the last frame of its message' : 'more of this message follows',
      section: '5.2',
    },
    {
      bytes: [0, 1],
      bits: bit(first, 0x40),
      name: 'RSV1',
      value: frame.rsv1 ? 'compressed (RFC 7692)' : 'not compressed',
      section: '5.2',
    },
    {
      bytes: [0, 1],
      bits: bit(first, 0x20) + bit(first, 0x10),
      name: 'RSV2, RSV3',
      value: 'no meaning yet',
      section: '5.2',
    },
    {
      bytes: [0, 1],
      bits: opcode.toString(2).padStart(4, '0'),
      name: 'opcode',
      value: `${opcode}, ${OPCODES[opcode] ?? 'not defined'}`,
      section: opcode >= 8 ? '5.5' : '5.6',
    },
    {
      bytes: [1, 2],
      bits: bit(second, 0x80),
      name: 'MASK',
      value: masked ? 'the payload is masked, as a client must' : 'the payload is as it is',
      section: '5.3',
    },
    {
      bytes: [1, 2],
      bits: short.toString(2).padStart(7, '0'),
      name: 'payload length',
      value:
        short < 126 ? bytesOf(length) : `${short}: the length is in the next ${short === 126 ? 2 : 8} bytes`,
      section: '5.2',
    },
  ];
  if (short >= 126) {
    parts.push({
      bytes: [2, key],
      bits: '',
      name: 'extended length',
      value: bytesOf(length),
      section: '5.2',
    });
  }
  if (masked) {
    parts.push({
      bytes: [key, header.length],
      bits: '',
      name: 'masking key',
      value: 'each byte of the payload is combined (XOR) with one of these',
      section: '5.3',
    });
  }
  return parts;
}

/** 1 byte, 2 bytes. */
export function bytesOf(count: number): string {
  return count === 1 ? '1 byte' : `${count.toLocaleString('en')} bytes`;
}
