/** What a frame of a WebSocket connection is made of (RFC 6455, section 5.2), for all who speak of frames. */

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

export const OPCODES: Record<number, string> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

/** A frame with this header: its first two bytes say most of it. */
export function frameOf(header: Uint8Array, length: number, payload: Uint8Array): Frame {
  const [first = 0, second = 0] = header;
  return {
    fin: (first & 0x80) !== 0,
    rsv1: (first & 0x40) !== 0,
    opcode: first & 0x0f,
    masked: (second & 0x80) !== 0,
    length,
    header,
    payload,
  };
}

/** The code in the payload of a close frame. 1005 stands for none (section 7.1.5). */
export function closeCode(payload: Uint8Array): number {
  const [high, low] = payload;
  return high === undefined || low === undefined ? 1005 : high * 256 + low;
}
