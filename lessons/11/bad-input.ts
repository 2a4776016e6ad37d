/** Twenty kinds of bad input. None of them may do more than end the connection on which it came. */
import { randomUUID } from 'node:crypto';

/** `bytes`: the frames, as they are. No library would send some of these. */
export type BadInput = { name: string; bytes: Buffer };

const join = (username: unknown) => JSON.stringify({ type: 'join', username });
const chat = (message: unknown) => JSON.stringify({ type: 'chat', id: randomUUID(), message });

/** A frame with a mask of zeros, which changes nothing. @param first FIN, RSV and opcode */
export function frame(first: number, payload = Buffer.alloc(0)): Buffer {
  const { length } = payload;
  const header = Buffer.alloc(length < 126 ? 6 : length < 65_536 ? 8 : 14);
  header[0] = first;
  header[1] = 0x80 | (length < 126 ? length : length < 65_536 ? 126 : 127);
  if (header.length === 8) header.writeUInt16BE(length, 2);
  if (header.length === 14) header.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([header, payload]);
}

const text = (content: string) => frame(0x81, Buffer.from(content));

export const BAD_INPUTS: BadInput[] = [
  { name: 'an empty text', bytes: text('') },
  { name: 'no JSON', bytes: text('{"type":') },
  { name: 'null', bytes: text('null') },
  { name: 'a list', bytes: text('[1,2,3]') },
  { name: 'lists, 8,000 deep', bytes: text('['.repeat(8_000) + ']'.repeat(8_000)) },
  { name: 'an unknown type', bytes: text('{"type":"admin"}') },
  { name: 'a type called __proto__', bytes: text('{"type":"__proto__"}') },
  { name: 'a message inside __proto__', bytes: text(`{"__proto__":${join('mallory')}}`) },
  { name: 'a number as a name', bytes: text(join(5)) },
  { name: 'a name of 7,000 accents', bytes: text(join('\u0315\u0316'.repeat(3_500))) },
  { name: 'a name that turns the text around', bytes: text(join('\u202ebob')) },
  { name: 'a text of 2,001 characters', bytes: text(chat('x'.repeat(2_001))) },
  { name: 'a number that is none', bytes: text('{"type":"since","epoch":"","seq":1e999}') },
  { name: 'an id with a line break', bytes: text('{"type":"chat","id":"1\\n2","message":"hi"}') },
  { name: 'a binary message', bytes: frame(0x82, Buffer.from('hi')) },
  { name: 'half a letter of UTF-8', bytes: frame(0x81, Buffer.from([0xc3])) },
  { name: 'a reserved bit', bytes: frame(0xc1, Buffer.from('hi')) },
  { name: 'a frame that no opcode names', bytes: frame(0x83) },
  { name: 'a thousand fragments', bytes: Buffer.concat([frame(0x01), ...Array(999).fill(frame(0x00))]) },
  { name: 'a frame without a mask', bytes: Buffer.from([0x81, 2, 0x68, 0x69]) },
];
