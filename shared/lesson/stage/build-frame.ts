/** Builds the bytes of one frame (RFC 6455, section 5.2) from what somebody has set: right or wrong, as they wish. */

export type FrameChoice = {
  fin: boolean;
  rsv1: boolean;
  rsv2: boolean;
  rsv3: boolean;
  /** 0 to 15. */
  opcode: number;
  masked: boolean;
  payload: Uint8Array;
  /** What the header says of the payload's length. Undefined: the truth. */
  length?: number | undefined;
};

export type BuiltFrame = {
  /** The masking key included, where there is one. */
  header: Uint8Array;
  /** As it goes over the wire: masked, where there is a mask. */
  payload: Uint8Array;
};

/** Where the length does not fit into 16 bits it has 64, and JavaScript counts so far. */
export const LONGEST = Number.MAX_SAFE_INTEGER;

/** @param key the masking key: 4 bytes */
export function buildFrame(choice: FrameChoice, key: Uint8Array): BuiltFrame {
  const { fin, rsv1, rsv2, rsv3, opcode, masked, payload, length = payload.length } = choice;
  const first =
    (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | (rsv2 ? 0x20 : 0) | (rsv3 ? 0x10 : 0) | (opcode & 0x0f);
  const [short = 0, ...more] = lengthBytes(length);
  const header = Uint8Array.of(first, (masked ? 0x80 : 0) | short, ...more, ...(masked ? key : []));
  return { header, payload: masked ? payload.map((byte, at) => byte ^ (key[at % 4] ?? 0)) : payload };
}

/** Seven bits, and where those do not suffice 16 or 64 more: the shortest of the three (section 5.2 asks for it). */
function lengthBytes(length: number): number[] {
  if (length < 126) return [length];
  const count = length < 65_536 ? 2 : 8;
  // Not >>: that forgets all but 32 bits.
  const bytes = Array.from({ length: count }, (_, at) => Math.floor(length / 256 ** (count - 1 - at)) % 256);
  return [count === 2 ? 126 : 127, ...bytes];
}

/** Reads bytes as people write them, with or without blanks, or gives undefined where that is no row of bytes. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
