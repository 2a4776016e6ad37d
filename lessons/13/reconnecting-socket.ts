/** A WebSocket that comes back by itself: later each time, and not all clients at once. For browsers and for Node. */
import type { Clock, News, Options, ReconnectingSocket, SocketLike, State } from './options.ts';

export type * from './options.ts';

const OPEN = 1;
const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timer) => clearTimeout(timer as number), // A number in a browser, an object in Node.
};

export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {
  const { WebSocket = globalThis.WebSocket, random = Math.random, clock = REAL_CLOCK } = options;
  const { base = 500, cap = 30_000, stable = 5_000, patience = 10_000, mostQueued = 100 } = options;
  const queue: string[] = [];
  let state: State = 'connecting';
  let socket: SocketLike | undefined;
  let failures = 0;
  let openedAt = 0;
  let timer: unknown; // One is enough: it ends the wait, or a handshake that takes too long.

  function connect(): void {
    const mine = new WebSocket(url);
    socket = mine;
    timer = clock.setTimeout(drop, patience);
    // The socket before this one may still speak. Nobody hears it any more.
    listen(mine, () => socket === mine, { open: opened, message: options.onMessage, close: ended });
    enter({ state: 'connecting' });
  }

  function opened(): void {
    clock.clearTimeout(timer);
    openedAt = clock.now();
    enter({ state: 'open' });
    if (state === 'open') options.onOpen?.();
    for (const text of queue.splice(0)) send(text);
  }

  function ended(code = 1006, reason = ''): void {
    forget();
    if (isFinal(code)) {
      enter({ state: 'closed', code, reason });
      return;
    }
    // To be open for a moment proves nothing: a server may accept, and close at once.
    if (state === 'open' && clock.now() - openedAt >= stable) failures = 0;
    const wait = random() * Math.min(cap, base * 2 ** failures);
    failures += 1;
    timer = clock.setTimeout(connect, wait);
    enter({ state: 'waiting', retryAt: clock.now() + wait, code, reason });
  }

  /** From now on no timer runs, and the socket is not ours. Gives it, to be closed. */
  function forget(): SocketLike | undefined {
    const last = socket;
    socket = undefined;
    clock.clearTimeout(timer);
    return last;
  }

  function enter(news: Omit<News, 'attempt'>): void {
    state = news.state;
    options.onState?.({ attempt: failures + 1, ...news });
  }

  function send(text: string): boolean {
    if (state === 'open' && socket?.readyState === OPEN) socket.send(text);
    else if (state === 'closed' || mostQueued < 1) return false;
    // Without a bound, a day away costs a day's memory, and then floods the server.
    else if (queue.push(text) > mostQueued) queue.shift();
    return true;
  }

  function retryNow(): void {
    if (state !== 'waiting') return;
    clock.clearTimeout(timer);
    connect();
  }

  /** To close it takes a browser a minute, where nobody answers. So the socket is forgotten, and closes alone. */
  function drop(): void {
    if (state !== 'connecting' && state !== 'open') return;
    forget()?.close();
    ended();
  }

  function close(code?: number, reason?: string): void {
    if (state === 'closed') return;
    forget()?.close(code, reason);
    enter({ state: 'closed' });
  }

  connect();
  return { send, retryNow, drop, close, state: () => state, waiting: () => socket?.bufferedAmount ?? 0 };
}

type Heard = {
  open: () => void;
  message: Options['onMessage'];
  close: (code?: number, reason?: string) => void;
};

/** One set of listeners for one socket. They are called as long as it is ours. */
function listen(socket: SocketLike, isOurs: () => boolean, on: Heard): void {
  socket.addEventListener('open', () => isOurs() && on.open());
  socket.addEventListener(
    'message',
    ({ data }) => isOurs() && typeof data === 'string' && on.message?.(data),
  );
  socket.addEventListener('close', ({ code, reason }) => isOurs() && on.close(code, reason));
  // A close event follows, and says it all. But in Node an error to which nobody listens ends the process.
  socket.addEventListener('error', () => {});
}

/** Codes that mean "don't come back": all is said, it is not allowed, and an application's own. */
function isFinal(code: number): boolean {
  return code === 1000 || code === 1008 || (code >= 4000 && code <= 4999);
}
