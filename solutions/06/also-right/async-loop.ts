import type { Clock, Options, ReconnectingSocket, SocketLike, State } from '../reconnecting-socket.ts';

const REAL_CLOCK: Clock = {
  now: Date.now,
  // As a method, a browser's own would not work: "Illegal invocation".
  setTimeout: (work, ms) => globalThis.setTimeout(work, ms),
  clearTimeout: (timer) => globalThis.clearTimeout(Number(timer)),
};

/** It reads like a story: connect, talk until the link is lost, wait, and again. */
export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {
  const { WebSocket = globalThis.WebSocket, random = Math.random, mostQueued = 100 } = options;
  const { base = 500, cap = 30_000, stable = 5_000, patience = 10_000 } = options;
  const { clock = REAL_CLOCK } = options;
  let outbox: string[] = [];
  let state: State = 'connecting';
  let attempt = 1;
  let socket: SocketLike | undefined;
  let hurry = () => {};

  const tell = (next: State, more = {}) => {
    state = next;
    options.onState?.({ state, attempt, ...more });
  };
  const isOver = () => state === 'closed';

  /** Resolves after so many ms, or when somebody is in a hurry. */
  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = clock.setTimeout(resolve, ms);
      hurry = () => {
        clock.clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Resolves when the link is lost, to the code, and whether it had held. */
  function talk(): Promise<{ code?: number | undefined; hasHeld: boolean }> {
    return new Promise((resolve) => {
      const mine = new WebSocket(url);
      socket = mine;
      let openedAt: number | undefined;
      let isLost = false;
      const lose = (code?: number) => {
        if (isLost) return;
        isLost = true;
        clock.clearTimeout(giveUp);
        resolve({ code, hasHeld: openedAt !== undefined && clock.now() - openedAt >= stable });
      };
      const giveUp = clock.setTimeout(() => {
        lose();
        mine.close();
      }, patience);
      hurry = () => lose(1000);
      mine.addEventListener('error', () => {});
      mine.addEventListener('close', ({ code }) => lose(code));
      mine.addEventListener('message', ({ data }) => {
        if (!isLost) options.onMessage?.(String(data));
      });
      mine.addEventListener('open', () => {
        if (isLost) return;
        clock.clearTimeout(giveUp);
        openedAt = clock.now();
        tell('open');
        options.onOpen?.();
        const waiting = outbox;
        outbox = [];
        for (const text of waiting) send(text);
      });
      tell('connecting');
    });
  }

  async function run(): Promise<void> {
    while (!isOver()) {
      const { code = 1006, hasHeld } = await talk();
      if (isOver()) return;
      if (hasHeld) attempt = 1;
      if (code === 1000 || code === 1008 || /^4\d\d\d$/.test(String(code))) {
        tell('closed', { code });
        return;
      }
      const wait = random() * Math.min(cap, base * 2 ** (attempt - 1));
      attempt += 1;
      const slept = sleep(wait);
      tell('waiting', { code, retryAt: clock.now() + wait });
      await slept;
    }
  }

  function send(text: string): boolean {
    if (isOver()) return false;
    if (state === 'open' && socket?.readyState === 1) {
      socket.send(text);
      return true;
    }
    outbox = [...outbox, text].slice(mostQueued === 0 ? 1e9 : -mostQueued);
    return mostQueued > 0;
  }

  void run();
  return {
    send,
    retryNow: () => {
      if (state === 'waiting') hurry();
    },
    close(code, reason) {
      if (isOver()) return;
      tell('closed');
      hurry();
      socket?.close(code, reason);
    },
    state: () => state,
  };
}
