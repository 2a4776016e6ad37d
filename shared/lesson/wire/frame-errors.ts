/** Finds where a frame breaks the protocol: what one side may send, and what it must not. */
import { closeCode, type Frame, type FrameError, OPCODES, type Sender } from './frame.ts';

const MOST_IN_CONTROL_FRAME = 125;

/** What is wrong with a frame by its header. @param isInMessage undefined where nobody knows */
export function findError(
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
export function findCloseError({ header, length, payload }: Frame): FrameError | undefined {
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
