/** Ends connections whose other end is gone without a word. A link on which nothing comes may be quiet, or dead: so ask. */
import type { WebSocket } from 'ws';

/** In ms. In production 20,000 or 30,000: less than any proxy's time-out, and more than a phone's battery would like. */
const EVERY = 5_000;

/**
 * Asks each `EVERY` ms with a ping (RFC 6455, section 5.5.2), and ends the connection where the last one has no answer.
 * So a dead link is gone within twice that time. Browsers and libraries answer by themselves.
 */
export function keepAlive(socket: WebSocket): void {
  let isAlive = true;
  // A server that has restarted gets all its clients at once. Their pings must not all come at once for ever.
  let timer = setTimeout(beat, Math.random() * EVERY);

  function beat(): void {
    // Not close(): it says goodbye, and waits 30 seconds for an answer from somebody who has none.
    if (!isAlive) {
      socket.terminate();
      return;
    }
    isAlive = false;
    socket.ping();
    timer = setTimeout(beat, EVERY);
  }

  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('close', () => clearTimeout(timer));
}
