/** What goes out. Whoever reads too slowly is ended: what waits for a client is kept in our memory, not in theirs. */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { ServerMessage } from './protocol.ts';

/** In bytes. Who has more than this waiting does not keep up, and will not. */
const MOST_WAITING = 1024 * 1024;

/** In bytes. For who has more than this waiting, news of the state is old when it arrives. */
const BUSY = 64 * 1024;

/** The TCP connection below each WebSocket: the request for the handshake came over it. */
const links = new WeakMap<WebSocket, Socket>();

/** Each connection is made known before anything is sent to all. */
export function setLink(socket: WebSocket, link: Socket): void {
  links.set(socket, link);
}

/** Sends to this one. */
export function send(socket: WebSocket, message: ServerMessage): void {
  if (keepsUp(socket)) socket.send(JSON.stringify(message));
}

/** Sends the same to all of these. It is encoded once, and framed once: they all get the same bytes. */
export function sendAll(sockets: Iterable<WebSocket>, message: ServerMessage): void {
  const frame = frameOf(JSON.stringify(message));
  for (const socket of sockets) {
    // Past ws, and what it may still hold. It holds nothing: without compression each `send` writes at once.
    if (keepsUp(socket)) links.get(socket)?.write(frame);
  }
}

/** Whether something more may be sent to this one. Who does not keep up is ended, and may come back. */
function keepsUp(socket: WebSocket): boolean {
  if (socket.readyState !== WebSocket.OPEN) return false;
  if (socket.bufferedAmount <= MOST_WAITING) return true;
  // Not close(): its goodbye would wait behind all that is not read.
  socket.terminate();
  return false;
}

/** Whether so much waits for this one that it should get no state now. It gets the newest later. */
export function isBusy(socket: WebSocket): boolean {
  return socket.bufferedAmount > BUSY;
}

/** A text as one frame (RFC 6455, section 5.2): FIN and opcode 1, the length, no mask, the text. */
export function frameOf(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame.writeUInt8(0x81);
  frame.writeUInt8(head === 2 ? length : head === 4 ? 126 : 127, 1);
  if (head === 4) frame.writeUInt16BE(length, 2);
  if (head === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.write(text, head);
  return frame;
}
