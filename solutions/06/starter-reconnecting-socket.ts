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

export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {
  const { WebSocket = globalThis.WebSocket, clock = REAL_CLOCK } = options;
  let state: State = 'connecting';

  const socket: SocketLike = new WebSocket(url);
  options.onState?.({ state, attempt: 1 });

  // In Node an error that nobody hears ends the process. A close event follows, and says it all.
  socket.addEventListener('error', () => {});
  socket.addEventListener('open', () => {
    state = 'open';
    options.onState?.({ state, attempt: 1 });
    options.onOpen?.();
    // TODO 3: send what has waited, in its order.
  });
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') options.onMessage?.(data);
  });
  socket.addEventListener('close', ({ code }) => {
    console.log('The link was lost, at %d ms on the clock.', clock.now());
    // TODO 1: wait, and connect again. How long? What is made anew then, and what is not?
    // TODO 2: when are the failures forgotten?
    // TODO 4: some codes mean "don't come back".
    state = 'closed';
    options.onState?.({ state, attempt: 1, code });
  });
  // TODO 6: a handshake without an end is given up after options.patience, on this clock.

  return {
    send(text) {
      // TODO 3: keep what cannot be sent now.
      if (state !== 'open') return false;
      socket.send(text);
      return true;
    },
    retryNow() {
      // TODO 7: connect at once, if we wait.
    },
    close(code, reason) {
      // TODO 5: in every state.
      socket.close(code, reason);
    },
    state: () => state,
  };
}
