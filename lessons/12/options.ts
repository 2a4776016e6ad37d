/** What a reconnecting socket may be told, and what it tells. The times are in ms. */

/** waiting: until it tries again. closed: for good, by close() or by a code that means "don't come back". */
export type State = 'connecting' | 'open' | 'waiting' | 'closed';

export type News = {
  state: State;
  /** Counts from 1, and again from 1 when a link has held. */
  attempt: number;
  /** While it waits: when it tries again, by its clock. */
  retryAt?: number;
  /** Why the last link ended. */
  code?: number;
  reason?: string;
};

export type Clock = {
  now: () => number;
  setTimeout: (work: () => void, ms: number) => unknown;
  clearTimeout: (timer: unknown) => void;
};

export type SocketEvent = { type: string; data?: unknown; code?: number; reason?: string };
export type Listener = (event: SocketEvent) => void;

/** What it needs of a socket: the browser's WebSocket has it, and that of ws. */
export type SocketLike = {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'message' | 'close' | 'error', listener: Listener): void;
};

export type Options = {
  /** Default: the global one. */
  WebSocket?: new (
    url: string,
  ) => SocketLike;
  /** From 0 to 1. Default: Math.random. */
  random?: () => number;
  /** Default: the real one. */
  clock?: Clock;
  /** 500. The first wait is random between 0 and this. With each failure it doubles. */
  base?: number;
  /** 30,000. No wait is longer. */
  cap?: number;
  /** 5,000. The failures are forgotten only when a link has held for so long. */
  stable?: number;
  /** 10,000. A handshake that takes longer is given up. */
  patience?: number;
  /** 100. So many texts are kept while it is away. Older ones are dropped. */
  mostQueued?: number;
  /** Each time it is open: say who you are. What is sent in here goes before what was kept. */
  onOpen?: () => void;
  onMessage?: (text: string) => void;
  /** For each state that it enters: for the first time before openReconnectingSocket returns. */
  onState?: (news: News) => void;
};

export type ReconnectingSocket = {
  /** Says whether the text was sent, or is kept until the link is back. */
  send: (text: string) => boolean;
  /** Tries now, if it waits: for a button, for `online` and for `visibilitychange`. */
  retryNow: () => void;
  /** The link is dead, though nobody has closed it: forgets this socket, and comes back as after a loss. */
  drop: () => void;
  /** For good, in every state. The code is 1000, or 3000 to 4999: browsers take no other. */
  close: (code?: number, reason?: string) => void;
  state: () => State;
  /** In bytes: what was sent, and has not left this machine yet. */
  waiting: () => number;
};
