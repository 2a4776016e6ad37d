/** A client by hand: bytes that no WebSocket library would send go out on a TCP connection of their own. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { createDecoder } from '#shared/lesson/wire/frames.ts';
import { refusal } from './refusal.ts';

export type Hand = {
  /**
   * Sends bytes, after the handshake where there is no connection now.
   *
   * @throws a refusal where the server did not take the connection
   */
  send: (bytes: Buffer) => Promise<void>;
  end: () => void;
};

const MOST_BYTES = 64 * 1024;
/** In ms: a server of this machine that does not answer the handshake within this never will. */
const PATIENCE = 5000;

/** @param server where the server listens */
export function createHand({ address, port }: AddressInfo): Hand {
  let socket: Socket | undefined;
  let isOver = false;
  /** What was asked for first is sent first. */
  let turn: Promise<unknown> = Promise.resolve();

  async function send(bytes: Buffer): Promise<void> {
    if (isOver) return;
    if (!socket?.writable) {
      socket = connect({ port, host: address, noDelay: true });
      await shakeHands(socket, port);
    }
    socket.write(bytes);
  }

  return {
    send(bytes) {
      const sent = turn.then(() => send(bytes));
      turn = sent.catch(() => {});
      return sent;
    },
    end() {
      isOver = true;
      socket?.destroy();
    },
  };
}

/**
 * The handshake of RFC 6455, section 4.1. What the server sends after it is for the wire view alone, but for a close
 * frame: after that nobody listens at the other end, and what is sent next needs another connection.
 */
async function shakeHands(socket: Socket, port: number): Promise<void> {
  socket.on('error', () => socket.destroy());
  const timer = setTimeout(() => socket.destroy(), PATIENCE);
  const lines = [
    'GET /?client=hand HTTP/1.1',
    `Host: localhost:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Version: 13',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let head = Buffer.alloc(0);
  let end = -1;
  const decoder = createDecoder('server', {
    keep: () => 0,
    onFrame: ({ opcode }) => opcode === 8 && socket.end(),
  });
  socket.on('data', (bytes) => {
    if (end >= 0) return decoder.push(bytes);
    head = Buffer.concat([head, bytes]);
    end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    decoder.push(head.subarray(end + 4));
    socket.emit('answered');
  });
  socket.once('close', () => socket.emit('answered'));
  await once(socket, 'answered');
  clearTimeout(timer);
  const [status = ''] = head.toString().split('\r\n', 1);
  if (status.startsWith('HTTP/1.1 101 ')) return;
  socket.destroy();
  throw refusal(
    502,
    `The server did not take the connection. It said ${status ? `'${status}'` : 'nothing'}.`,
  );
}

/**
 * Reads bytes as people write them: two hexadecimal digits each, with or without blanks between them.
 *
 * @throws a refusal where they are none, or too many
 */
export function bytesFromHex(hex: string): Buffer {
  const digits = hex.replace(/\s+/g, '');
  if (digits === '') throw refusal(400, 'There are no bytes to send.');
  const wrong = /[^0-9a-f]/i.exec(digits)?.[0];
  if (wrong !== undefined) throw refusal(400, `"${wrong}" is no hexadecimal digit.`);
  if (digits.length % 2 === 1) throw refusal(400, 'A byte has two hexadecimal digits, and one is missing.');
  if (digits.length / 2 > MOST_BYTES) throw refusal(400, `At most ${MOST_BYTES} bytes can be sent at once.`);
  return Buffer.from(digits, 'hex');
}
