/** Explains the header of a frame, bit by bit (RFC 6455, section 5.2). */
import { type Frame, OPCODES } from './frame.ts';

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
