/** Sends what the tap sees to a page, as Server-Sent Events: a second WebSocket server would fight with the lesson's. */
import type { ServerResponse } from 'node:http';
import type { WireEvent } from './events.ts';
import type { Tap } from './tap.ts';

/** How often, in ms, and how much a page that does not read may owe, in bytes. */
const PACE = 50;
const MOST_UNREAD = 1024 * 1024;

/** What is waiting for its time is sent when the process ends: a frame that ends the server is seen, too. */
const lastWords = new Set<() => void>();
process.on('exit', () => {
  for (const send of lastWords) send();
});

/** Answers a request with all that happens on the wire, until the page goes. */
export function serveFeed(tap: Tap, response: ServerResponse, headers: Record<string, string>): void {
  response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream' });
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.flushHeaders();
  // A page whose server has gone asks again after so many ms.
  response.write('retry: 500\n\n');
  let waiting: WireEvent[] = [{ kind: 'run', run: tap.run }];
  let lost = 0;
  let told = tap.leftOut();
  const stop = tap.watch((event) => {
    waiting.push(event);
  });
  const send = () => {
    const count = tap.leftOut() - told + lost;
    told = tap.leftOut();
    if (response.writableLength > MOST_UNREAD) {
      lost = count + waiting.length;
      waiting = [];
      return;
    }
    lost = 0;
    if (count > 0) waiting.push({ kind: 'left-out', count });
    if (waiting.length > 0) response.write(`data: ${JSON.stringify(waiting)}\n\n`);
    waiting = [];
  };
  const sendLast = () => {
    send();
    // Else the write waits for a turn that does not come any more.
    response.socket?.uncork();
  };
  lastWords.add(sendLast);
  const timer = setInterval(send, PACE);
  response.on('close', () => {
    clearInterval(timer);
    lastWords.delete(sendLast);
    stop();
  });
}
