import type { Clock, Options, ReconnectingSocket, SocketLike, State } from '../reconnecting-socket.ts';

const DEFAULTS = { base: 500, cap: 30_000, stable: 5_000, patience: 10_000, mostQueued: 100 };
const CLOCK: Clock = {
  now: () => performance.now(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timer) => clearTimeout(Number(timer)),
};

export function openReconnectingSocket(url: string, options: Options = {}): ReconnectingSocket {
  const socket = new Reconnecting(url, options);
  return {
    send: (text) => socket.send(text),
    retryNow: () => socket.retryNow(),
    close: (code, reason) => socket.close(code, reason),
    state: () => socket.state,
  };
}

/** One try to connect, and what comes of it. A try that was dropped tells nobody anything. */
class Try {
  readonly socket: SocketLike;
  openSince = Number.POSITIVE_INFINITY;
  isDropped = false;

  constructor(socket: SocketLike, owner: Reconnecting) {
    this.socket = socket;
    socket.addEventListener('error', () => {});
    socket.addEventListener('open', () => {
      if (!this.isDropped) owner.opened(this);
    });
    socket.addEventListener('message', (event) => {
      if (!this.isDropped) owner.heard(String(event.data));
    });
    socket.addEventListener('close', (event) => {
      if (!this.isDropped) owner.lost(this, event.code);
    });
  }
}

class Reconnecting {
  state: State = 'connecting';
  private readonly url: string;
  private readonly options: Options & typeof DEFAULTS;
  private readonly clock: Clock;
  private readonly queue: string[] = [];
  private current: Try | undefined;
  private timer: unknown;
  private failures = 0;

  constructor(url: string, options: Options) {
    this.url = url;
    this.options = { ...DEFAULTS, ...options };
    this.clock = options.clock ?? CLOCK;
    this.connect();
  }

  send(text: string): boolean {
    if (this.state === 'closed') return false;
    if (this.state === 'open' && this.current?.socket.readyState === 1) {
      this.current.socket.send(text);
      return true;
    }
    if (this.options.mostQueued === 0) return false;
    this.queue.push(text);
    this.queue.splice(0, this.queue.length - this.options.mostQueued);
    return true;
  }

  retryNow(): void {
    if (this.state !== 'waiting') return;
    this.clock.clearTimeout(this.timer);
    this.connect();
  }

  close(code?: number, reason?: string): void {
    if (this.state === 'closed') return;
    const before = this.drop();
    this.enter('closed');
    before?.socket.close(code, reason);
  }

  opened(now: Try): void {
    this.clock.clearTimeout(this.timer);
    now.openSince = this.clock.now();
    this.enter('open');
    this.options.onOpen?.();
    for (const text of this.queue.splice(0)) this.send(text);
  }

  heard(text: string): void {
    this.options.onMessage?.(text);
  }

  lost(now: Try, code?: number): void {
    this.drop();
    if (code !== undefined && (code === 1000 || code === 1008 || Math.floor(code / 1000) === 4)) {
      this.enter('closed', { code });
      return;
    }
    const { stable, base, cap, random = Math.random } = this.options;
    if (this.clock.now() - now.openSince >= stable) this.failures = 0;
    const wait = random() * Math.min(cap, base * 2 ** this.failures);
    this.failures += 1;
    this.timer = this.clock.setTimeout(() => this.connect(), wait);
    this.enter('waiting', { retryAt: this.clock.now() + wait, code });
  }

  private connect(): void {
    const WebSocket = this.options.WebSocket ?? globalThis.WebSocket;
    const now = new Try(new WebSocket(this.url), this);
    this.current = now;
    this.timer = this.clock.setTimeout(() => {
      this.lost(now);
      now.socket.close();
    }, this.options.patience);
    this.enter('connecting');
  }

  /** Gives what there was until now, from which nobody hears any more. */
  private drop(): Try | undefined {
    const before = this.current;
    if (before) before.isDropped = true;
    this.current = undefined;
    this.clock.clearTimeout(this.timer);
    return before;
  }

  private enter(state: State, more: { retryAt?: number; code?: number | undefined } = {}): void {
    this.state = state;
    this.options.onState?.({ state, attempt: this.failures + 1, ...more });
  }
}
