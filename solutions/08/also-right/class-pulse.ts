export type Clock = {
  now: () => number;
  setTimeout: (work: () => void, ms: number) => unknown;
  clearTimeout: (timer: unknown) => void;
};

/** All times are in ms. */
export type Options = {
  /** Asks the other end for a sign of life. */
  ask: () => void;
  /** No sign came: the link is dead, though nobody has closed it. Told once; `start` begins anew. */
  onSilence: () => void;
  /** 5,000. After so long without a message it asks. */
  every?: number;
  /** 3,000. So long an answer may take. */
  patience?: number;
  /** Default: the real one. */
  clock?: Clock;
};

export type Pulse = {
  /** The link is open. */
  start: () => void;
  /** Something came, whatever it was: so the other end lives. */
  heard: () => void;
  /** The link has ended: no timer is left. */
  stop: () => void;
};

const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timer) => clearTimeout(timer as number), // A number in a browser, an object in Node.
};

type State = 'still' | 'listening' | 'asking';

class Heart implements Pulse {
  private state: State = 'still';
  private readonly timers = new Set<unknown>();
  private readonly options: Options;
  private readonly clock: Clock;

  constructor(options: Options) {
    this.options = options;
    this.clock = options.clock ?? REAL_CLOCK;
  }

  /** Leaves what was, and waits for what comes after so many ms. */
  private enter(state: State, ms?: number, next?: () => void): void {
    for (const timer of this.timers) this.clock.clearTimeout(timer);
    this.timers.clear();
    this.state = state;
    if (ms !== undefined && next) this.timers.add(this.clock.setTimeout(next, ms));
  }

  start(): void {
    this.enter('listening', this.options.every ?? 5_000, () => this.asks());
  }

  private asks(): void {
    this.enter('asking', this.options.patience ?? 3_000, () => {
      this.stop();
      this.options.onSilence();
    });
    this.options.ask();
  }

  heard(): void {
    if (this.state !== 'still') this.start();
  }

  stop(): void {
    this.enter('still');
  }
}

export function createPulse(options: Options): Pulse {
  return new Heart(options);
}
