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

/** Gives a pulse that does not beat yet. */
export function createPulse(options: Options): Pulse {
  const { every = 5_000, patience = 3_000, clock = REAL_CLOCK } = options;
  console.log('It asks after %d ms, and waits %d ms. It is %d now.', every, patience, clock.now());

  return {
    start() {
      // TODO 6: when nothing was heard for `every` ms, call options.ask(). Wait with this clock.
      // TODO 7: when nothing was heard for `patience` ms after that, call options.onSilence(), once.
    },
    heard() {
      // TODO 6: the other end lives. What begins anew?
    },
    stop() {
      // TODO 8: nothing may happen any more, and no timer is left. And then somebody calls start() again.
    },
  };
}
