/** Sends what the tap sees to a page, as Server-Sent Events: a second WebSocket server would fight with the lesson's. */
import type { ServerResponse } from 'node:http';
import type { WireEvent } from './events.ts';
import type { Tap } from './tap.ts';

/** How often, in ms, and how much a page that does not read may owe, in bytes. */
const PACE = 50;
const MOST_UNREAD = 1024 * 1024;

/** What sends the last events of each feed. */
const farewells = new Set<() => void>();
/** An exception comes here before it ends the process. */
const LAST_MOMENTS = ['uncaughtExceptionMonitor', 'exit'];

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
  const timer = setInterval(send, PACE);
  const forget = sendAtTheEnd(() => {
    if (response.writableEnded) return;
    send();
    // A browser may throw away the last bytes of an answer that breaks off. This one has an end.
    response.end();
    // Node holds small writes back until the next turn. There is none: now, or never.
    response.socket?.uncork();
  });
  response.on('close', () => {
    clearInterval(timer);
    forget();
    stop();
  });
}

/** The frame that kills a server is the one that people want to see. @returns a function that ends this */
function sendAtTheEnd(farewell: () => void): () => void {
  // One listener for all feeds: Node warns of more than ten.
  if (farewells.size === 0) for (const moment of LAST_MOMENTS) process.on(moment, sayFarewell);
  farewells.add(farewell);
  return () => {
    farewells.delete(farewell);
    if (farewells.size === 0) for (const moment of LAST_MOMENTS) process.off(moment, sayFarewell);
  };
}

function sayFarewell(): void {
  for (const farewell of farewells) farewell();
}
