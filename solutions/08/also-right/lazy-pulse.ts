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

/** A message costs no timer here: it is noted when it came, and the timer that runs looks at that. */
export function createPulse(options: Options): Pulse {
  const { every = 5_000, patience = 3_000, clock = REAL_CLOCK } = options;
  /** When the last sign of life came, and when it has asked since. */
  let heardAt: number | undefined;
  let askedAt: number | undefined;
  let timer: unknown;

  function look(): void {
    if (heardAt === undefined) return;
    const due = askedAt === undefined ? heardAt + every : askedAt + patience;
    const left = due - clock.now();
    if (left > 0) {
      timer = clock.setTimeout(look, left);
    } else if (askedAt === undefined) {
      askedAt = clock.now();
      timer = clock.setTimeout(look, patience);
      options.ask();
    } else {
      stop();
      options.onSilence();
    }
  }

  function stop(): void {
    clock.clearTimeout(timer);
    heardAt = undefined;
    askedAt = undefined;
  }

  return {
    start() {
      stop();
      heardAt = clock.now();
      look();
    },
    heard() {
      if (heardAt === undefined) return;
      heardAt = clock.now();
      if (askedAt === undefined) return;
      askedAt = undefined;
      clock.clearTimeout(timer);
      look();
    },
    stop,
  };
}
