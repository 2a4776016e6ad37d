/** Frames that are worth a try: most of them break the protocol, and each in another way. */

export type Preset = {
  title: string;
  fin: boolean;
  rsv1: boolean;
  opcode: number;
  masked: boolean;
  text: string;
  length?: number;
  /** What to look for on the wire. */
  look: string;
};

const PLAIN = { fin: true, rsv1: false, opcode: 1, masked: true, text: 'hi' };

export const PRESETS: Record<string, Preset> = {
  'no-mask': {
    ...PLAIN,
    title: 'hi without a mask',
    masked: false,
    look: 'A client must mask. The server closes this connection with 1002, or dies of it.',
  },
  'reserved-bit': {
    ...PLAIN,
    title: 'A reserved bit',
    rsv1: true,
    look: 'Nobody has agreed on what RSV1 means here: 1002.',
  },
  half: {
    ...PLAIN,
    title: 'Half a message',
    fin: false,
    text: 'the first half, ',
    look: 'Without FIN the message goes on. The server waits: send a continuation with FIN to end it.',
  },
  ping: {
    ...PLAIN,
    title: 'A ping',
    opcode: 9,
    text: 'are you there?',
    look: 'A pong comes back with the same payload. No code of the lesson had a part in it.',
  },
  close: {
    ...PLAIN,
    title: 'A close without a code',
    opcode: 8,
    text: '',
    look: 'The server says goodbye, too. In its log the code is 1005: there was none.',
  },
  length: {
    ...PLAIN,
    title: 'A length that lies',
    length: 20,
    look: 'The server waits for 18 bytes more. What you send next is taken for them.',
  },
};
