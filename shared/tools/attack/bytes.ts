/** The bytes that strangers send: frames that keep no rule, and handshakes. Fast to make, since there are many of them. */
import { randomBytes } from 'node:crypto';

type Options = {
  fin?: boolean;
  /** The three reserved bits, as a number. */
  rsv?: number;
  masked?: boolean;
  /** What the header says, where it lies. */
  length?: bigint;
};

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** One frame (RFC 6455, section 5.2). Its mask is of zeros, which changes nothing. */
export function frame(opcode: number, payload: string | Buffer = '', options: Options = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = options;
  const body = Buffer.from(payload);
  const length = options.length ?? BigInt(body.length);
  const size = options.length !== undefined || length > 65_535n ? 10 : length > 125n ? 4 : 2;
  const header = Buffer.alloc(size + (masked ? 4 : 0));
  header[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  header[1] = (masked ? 0x80 : 0) | (size === 10 ? 127 : size === 4 ? 126 : Number(length));
  if (size === 4) header.writeUInt16BE(Number(length), 2);
  if (size === 10) header.writeBigUInt64BE(length, 2);
  return Buffer.concat([header, body]);
}

export function text(content: string): Buffer {
  return frame(TEXT, content);
}

/** A close frame. */
export function goodbye(code: number, reason: string | Buffer = ''): Buffer {
  return frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(reason)]));
}

/** A request for an upgrade, with other headers, or without some, where asked for. */
export function handshake(
  host: string,
  path = '/',
  headers: Record<string, string | undefined> = {},
): string {
  const all = {
    Host: host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}`,
  );
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
}
