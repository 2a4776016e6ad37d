export type State = 'connecting' | 'open' | 'waiting' | 'closed';

/** In ms. What clearTimeout gets is what setTimeout gave. */
export type Clock = {
  now: () => number;
  setTimeout: (work: () => void, ms: number) => unknown;
  clearTimeout: (timer: unknown) => void;
};

/** What is needed of a socket: the browser's WebSocket has it, and that of ws. */
export type SocketLike = {
  readonly readyState: number;
  send: (text: string) => void;
  close: (code?: number, reason?: string) => void;
  addEventListener: (
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: { data?: unknown; code?: number; reason?: string }) => void,
  ) => void;
};

/** What onState hears. `retryAt` is on the clock; `code` is that of the close event. */
export type News = { state: State; attempt: number; retryAt?: number; code?: number | undefined };

export type Options = {
  WebSocket?: new (url: string) => SocketLike;
  random?: () => number;
  clock?: Clock;
  base?: number;
  cap?: number;
  stable?: number;
  patience?: number;
  mostQueued?: number;
  onOpen?: () => void;
  onMessage?: (text: string) => void;
  onState?: (news: News) => void;
};

export type ReconnectingSocket = {
  send: (text: string) => boolean;
  retryNow: () => void;
  close: (code?: number, reason?: string) => void;
  state: () => State;
};

const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timer) => clearTimeout(timer as number),
};

const OPEN = 1;

/** Opens a WebSocket that comes back by itself. */
export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {
  const { WebSocket = globalThis.WebSocket, random = Math.random, clock = REAL_CLOCK } = options;
  const { base = 500, cap = 30_000, stable = 5_000, patience = 10_000, mostQueued = 100 } = options;
  const waiting: string[] = [];
  let state: State = 'closed';
  let socket: SocketLike | undefined;
  let failures = 0;
  let timer: unknown;

  function enter(next: State, more: { retryAt?: number; code?: number | undefined } = {}): void {
    state = next;
    options.onState?.({ state, attempt: failures + 1, ...more });
  }

  function connect(): void {
    const mine = new WebSocket(url);
    socket = mine;
    // From a socket that was given up nobody wants to hear.
    const isMine = () => socket === mine;
    mine.addEventListener('open', () => isMine() && opened(mine));
    mine.addEventListener('message', ({ data }) => {
      if (isMine() && typeof data === 'string') options.onMessage?.(data);
    });
    mine.addEventListener('close', ({ code }) => isMine() && lost(code));
    mine.addEventListener('error', () => {}); // A close event follows.
    startTimer(patience, () => {
      lost(undefined);
      mine.close();
    });
    enter('connecting');
  }

  function opened(mine: SocketLike): void {
    startTimer(stable, () => {
      failures = 0;
    });
    enter('open');
    options.onOpen?.();
    while (socket === mine && mine.readyState === OPEN && waiting.length > 0)
      mine.send(waiting.shift() ?? '');
  }

  function lost(code: number | undefined): void {
    socket = undefined;
    if (code !== undefined && isFinal(code)) {
      end(code);
      return;
    }
    const wait = random() * Math.min(cap, base * 2 ** failures);
    failures += 1;
    startTimer(wait, connect);
    enter('waiting', { retryAt: clock.now() + wait, code });
  }

  function end(code?: number): void {
    socket = undefined;
    waiting.length = 0;
    clock.clearTimeout(timer);
    enter('closed', { code });
  }

  /** There is one timer: whatever comes next takes the place of what was before. */
  function startTimer(ms: number, work: () => void): void {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(work, ms);
  }

  connect();
  return {
    send(text) {
      if (state === 'closed') return false;
      if (state === 'open' && socket?.readyState === OPEN) {
        socket.send(text);
        return true;
      }
      waiting.push(text);
      if (waiting.length > mostQueued) waiting.shift();
      return mostQueued > 0;
    },
    retryNow() {
      if (state === 'waiting') connect();
    },
    close(code, reason) {
      if (state === 'closed') return;
      const last = socket;
      end();
      last?.close(code, reason);
    },
    state: () => state,
  };
}

/** With these codes the server says: don't come back. */
function isFinal(code: number): boolean {
  return code === 1000 || code === 1008 || (code >= 4000 && code <= 4999);
}
