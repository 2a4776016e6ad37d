/** One direction of one connection through a cable: takes bytes at one end, and lets them out as the wire allows. */
import type { Socket } from 'node:net';

/** How a cable carries bytes in one direction, now. All connections look at the same one. */
export type Wire = {
  isFrozen: boolean;
  /** In ms. */
  delay: number;
  /** In ms: so much is added to the delay at most. */
  jitter: number;
  /** Draws the next number from 0 to 1, for the jitter. */
  random: () => number;
  /** In bytes per second. */
  rate: number;
  isSplit: boolean;
  /** After so many more bytes the connection is cut that carries the last of them. */
  cutAfter: number;
};

export const PLAIN: Wire = {
  isFrozen: false,
  delay: 0,
  jitter: 0,
  random: () => 0,
  rate: Number.POSITIVE_INFINITY,
  isSplit: false,
  cutAfter: Number.POSITIVE_INFINITY,
};

/** What is on its way, since when, and its share of the jitter. The end of a connection travels behind its bytes. */
type Item = { what: Buffer | 'end' | 'reset'; at: number; luck: number };

/**
 * Breaks a connection with a reset. One that is just being ended can't be reset: node would not close it, and never say so.
 */
export function breakOff(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}

/** So many bytes wait in a pipe at most. Then its source has to wait, as with a real wire that is full. */
const MOST_HELD = 256 * 1024;

/**
 * Joins two sockets in one direction.
 *
 * @param cut is called when the wire has let through what `cutAfter` allows
 * @returns a function to call when the wire has changed: it looks at what may go out now
 */
export function createPipe(source: Socket, sink: Socket, wire: Wire, cut: () => void): () => void {
  let items: Item[] = [];
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  let isResting = false;
  /** The last bytes that went out: they keep a throttled wire busy for a while. */
  let last = { at: 0, count: 0 };

  function take(what: Item['what']): void {
    items.push({ what, at: performance.now(), luck: wire.random() });
    if (typeof what !== 'string') held += what.length;
    pump();
  }

  function pump(): void {
    clearTimeout(timer);
    if (sink.destroyed) drop();
    while (!wire.isFrozen && !isResting && !sink.writableNeedDrain && items[0] !== undefined) {
      const [item] = items;
      const due = item.at + wire.delay + wire.jitter * item.luck;
      const start = Math.max(due, last.at + (last.count / wire.rate) * 1000);
      const wait = start - performance.now();
      if (wait > 0) {
        timer = setTimeout(pump, wait);
        break;
      }
      pass(item, start);
    }
    if (wire.isFrozen || held >= MOST_HELD) source.pause();
    else source.resume();
  }

  function pass(item: Item, at: number): void {
    const { what } = item;
    if (typeof what === 'string') {
      items.shift();
      if (what === 'end') sink.end();
      else breakOff(sink);
      return;
    }
    // A throttled wire carries ten milliseconds' worth at a time.
    const most = wire.isSplit ? 1 : Math.max(1, Math.floor(wire.rate / 100));
    const count = Math.min(what.length, most, wire.cutAfter);
    if (count > 0) sink.write(what.subarray(0, count));
    if (count === what.length) items.shift();
    else item.what = what.subarray(count);
    held -= count;
    last = { at, count };
    wire.cutAfter -= count;
    if (wire.cutAfter === 0) {
      drop();
      cut();
    } else if (wire.isSplit) rest();
  }

  /** Gives the other end time to read: else it would find all the bytes at once. */
  function rest(): void {
    isResting = true;
    setImmediate(() => {
      isResting = false;
      pump();
    });
  }

  function drop(): void {
    items = [];
    held = 0;
  }

  source.on('data', take);
  source.on('end', () => take('end'));
  source.on('close', (hadError) => hadError && take('reset'));
  sink.on('drain', pump);
  sink.on('close', pump);
  pump();
  return pump;
}
