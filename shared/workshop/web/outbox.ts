/** Sends news to the pages. A page that doesn't read misses lines of a log for a while, and is cut in the end. */
import { WebSocket } from 'ws';
import type { LogLine, News } from './messages.ts';

/** Bytes that wait to be sent to one page. Above this, it gets no lines of a log: they may come without end. */
const MOST_WAITING = 1024 * 1024;

/** Bytes. A page that is so far behind is cut: whoever asks without end and reads nothing must not fill the memory. */
const MOST_OWED = 2 * 1024 * 1024;

const behind = new WeakSet<WebSocket>();

/** Sends one piece of news, where the page is still there. A page that was cut comes back, and is told how all is. */
export function send(socket: WebSocket, news: News): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MOST_OWED) socket.terminate();
  else socket.send(JSON.stringify(news));
}

/**
 * Sends the new lines of a log. A page that is too far behind gets, once it has read what waits, all lines that are
 * there then.
 *
 * @param all gives all lines, or undefined where the page is no longer interested
 */
export function sendLines(socket: WebSocket, lines: LogLine[], all: () => LogLine[] | undefined): void {
  if (behind.has(socket) || socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount <= MOST_WAITING) {
    send(socket, { type: 'log', lines, all: false });
    return;
  }
  behind.add(socket);
  // The ping goes out after all that waits, and then this is called.
  socket.ping('', undefined, () => {
    behind.delete(socket);
    const now = all();
    if (now) send(socket, { type: 'log', lines: now, all: true });
  });
}
