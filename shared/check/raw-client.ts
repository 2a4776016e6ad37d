/** A WebSocket client on a bare TCP socket: it can send what a WebSocket library refuses to send. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Frame } from '#shared/lesson/wire/frame.ts';
import { createDecoder } from '#shared/lesson/wire/frames.ts';

/**
 * Opens a TCP connection, does the handshake of RFC 6455 section 4.1, and gives the socket.
 *
 * @param socketUrl where to: 'ws://localhost:8080/?ticket=a1'
 * @param headers more request headers, or others in place of the usual: { Origin: 'http://other.example' }
 * @param localAddress the address that it comes from: '127.0.0.2'
 * @returns the socket, the response's status code, its head (the status line and the headers), and whatever
 *   followed; the socket waits until it is read (rawFrames, a 'data' listener or resume()), and has no
 *   'end' before that
 */
export async function rawConnect(
  socketUrl: string,
  headers: Record<string, string> = {},
  localAddress?: string,
): Promise<{ socket: Socket; status: number; head: string; rest: Buffer }> {
  const { hostname, port, host, pathname, search } = new URL(socketUrl);
  const address = hostname === 'localhost' ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  const socket = connect({ port: Number(port), host: address, ...(localAddress ? { localAddress } : {}) });
  socket.on('error', () => socket.destroy());
  const all: Record<string, string> = {
    Host: host,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  let received = Buffer.alloc(0);
  while (!received.includes('\r\n\r\n')) {
    // Not 'data': after a 'data' listener is removed the socket flows on, and what comes next is lost.
    await once(socket, 'readable');
    const chunk: Buffer | null = socket.read();
    if (chunk === null) throw new Error('The server closed the connection before it answered the handshake.');
    received = Buffer.concat([received, chunk]);
  }
  const end = received.indexOf('\r\n\r\n');
  const head = received.subarray(0, end).toString();
  return { socket, status: Number(head.slice(9, 12)), head, rest: received.subarray(end + 4) };
}

export type FrameOptions = { fin?: boolean; rsv?: number; masked?: boolean };

/**
 * Builds one frame (RFC 6455, section 5.2), a wrong one where asked for: `masked: false` from a client,
 * or reserved bits.
 *
 * @param opcode 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong
 * @param payload the bytes, or a text to encode
 */
export function rawFrame(opcode: number, payload: string | Buffer = '', options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = options;
  const body = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let header: Buffer;
  if (body.length < 126) {
    header = Buffer.from([first, maskBit | body.length]);
  } else if (body.length < 65_536) {
    header = Buffer.from([first, maskBit | 126, 0, 0]);
    header.writeUInt16BE(body.length, 2);
  } else {
    header = Buffer.from([first, maskBit | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeBigUInt64BE(BigInt(body.length), 2);
  }
  if (!masked) return Buffer.concat([header, body]);
  const mask = randomBytes(4);
  const maskedBody = body.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([header, mask, maskedBody]);
}

/**
 * Gives the frames that a server sends, one after the other, until the connection ends.
 * After one that breaks the protocol nothing more comes.
 *
 * @param from what rawConnect gave: the socket, and what followed the response's headers
 */
export async function* rawFrames(from: {
  socket: Socket;
  rest: Buffer;
}): AsyncGenerator<{ opcode: number; payload: Buffer; frame: Buffer }> {
  const frames: Frame[] = [];
  const decoder = createDecoder('server', {
    keep: () => Number.POSITIVE_INFINITY,
    onFrame: (frame) => frames.push(frame),
    deflate: true,
  });
  decoder.push(from.rest);
  // Not `for await`: that would end the socket with the generator.
  const chunks: AsyncIterator<Buffer> = from.socket[Symbol.asyncIterator]();
  for (;;) {
    for (const { opcode, header, payload } of frames.splice(0)) {
      yield { opcode, payload: Buffer.from(payload), frame: Buffer.concat([header, payload]) };
    }
    const chunk = await chunks.next();
    if (chunk.done) return;
    decoder.push(chunk.value);
  }
}
