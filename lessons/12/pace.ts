/** For when it was too much at once: waits, and then does one thing after the other, with a short pause between any two. */
import type { Clock } from './options.ts';

/** All times are in ms. */
export type Options = {
  /** Does one thing. Says whether there is another one. */
  next: () => boolean;
  /** 1,000. So long it waits first, and by chance up to as long again: others were refused in the same moment. */
  pause?: number;
  /** 200. The server lets ten pass in a second. */
  every?: number;
  /** Default: the real one. */
  clock?: Clock;
  /** From 0 to 1. Default: Math.random. */
  random?: () => number;
};

export type Pace = {
  /** It was too much: whatever else is to be done waits, until `next` has nothing left. */
  slow: () => void;
  isSlow: () => boolean;
  /** The link has ended: no timer is left. */
  stop: () => void;
};

const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timer) => clearTimeout(timer as number), // A number in a browser, an object in Node.
};

export function createPace({
  next,
  pause = 1_000,
  every = 200,
  clock = REAL_CLOCK,
  random = Math.random,
}: Options): Pace {
  let isSlow = false;
  let timer: unknown;

  function step(): void {
    isSlow = next();
    if (isSlow) timer = clock.setTimeout(step, every);
  }

  return {
    slow() {
      isSlow = true;
      clock.clearTimeout(timer);
      timer = clock.setTimeout(step, pause + random() * pause);
    },
    isSlow: () => isSlow,
    stop() {
      isSlow = false;
      clock.clearTimeout(timer);
    },
  };
}
