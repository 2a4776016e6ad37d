/** A client on bare TCP: it costs little, and it can do what no library does: not read, and yet answer. */
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * Connects, and joins. What the server sends is not read yet. It does not look for pings, and yet it sends pongs: so the
 * heartbeat takes it for well.
 *
 * @param from an address of this machine
 */
export async function joinBare(port: number, username: string, from = '127.0.0.1'): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.setNoDelay(true);
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET / HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  socket.write(maskedFrame(0x81, JSON.stringify({ type: 'join', username })));
  // The answer has come: the server knows the name.
  let got = '';
  while (!got.includes('"joined"')) got += (await once(socket, 'data'))[0];
  socket.pause();
  const pongs = setInterval(() => socket.write(PONG), 1_000).unref();
  socket.on('close', () => clearInterval(pongs));
  return socket;
}

/** A frame as a client sends it. The key of its mask is 0, so that its bytes stay as they are. */
export function maskedFrame(first: number, text: string): Buffer {
  const payload = Buffer.from(text);
  const { length } = payload;
  const head = length < 126 ? [first, 0x80 | length] : [first, 0xfe, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}

/** A pong that nobody has asked for. */
const PONG = maskedFrame(0x8a, '');

/** A chat message, with an id of its own. */
export function chatFrame(message: string): Buffer {
  return maskedFrame(0x81, JSON.stringify({ type: 'chat', id: randomUUID(), message }));
}
