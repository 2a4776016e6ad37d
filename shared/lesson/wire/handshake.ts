/** Catches a handshake as it was on the wire: the request's lines, and the response's. */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** The request as it came, its lines in their order. */
export function headersOf({ method, url, httpVersion, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let at = 0; at < rawHeaders.length; at += 2) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  return lines.join('\r\n');
}

/**
 * Calls back when the response to a handshake is written, if it accepts the connection, with its lines, and with the
 * number of bytes that have gone out at its end. Then it leaves the socket as it was.
 */
export function catchResponse(
  socket: Socket,
  onAccepted: (response: string, bytesWritten: number) => void,
): void {
  const write = socket.write;
  let response = '';
  socket.write = function (this: Socket, chunk: unknown, ...more: unknown[]): boolean {
    response += String(chunk);
    const end = response.indexOf('\r\n\r\n');
    // Taken away, not written over: so the socket is as the engine knows sockets, and as fast.
    if (end >= 0) Reflect.deleteProperty(socket, 'write');
    if (end >= 0 && response.startsWith('HTTP/1.1 101')) {
      onAccepted(response.slice(0, end), socket.bytesWritten + Buffer.byteLength(String(chunk)));
    }
    return Reflect.apply(write, this, [chunk, ...more]);
  } as typeof write;
}
