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

/** Both timers run at once, from each sign of life on. */
export function createPulse({
  ask,
  onSilence,
  every = 5_000,
  patience = 3_000,
  clock = REAL_CLOCK,
}: Options): Pulse {
  let timers: unknown[] = [];

  const stop = () => {
    for (const timer of timers.splice(0)) clock.clearTimeout(timer);
  };
  const start = () => {
    stop();
    const silent = clock.setTimeout(() => {
      stop();
      onSilence();
    }, every + patience);
    timers = [silent, clock.setTimeout(ask, every)];
  };
  return { start, stop, heard: () => timers.length > 0 && start() };
}
