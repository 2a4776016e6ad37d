/** Notices that the other end has gone silent. Whoever hears nothing for a while asks; whoever gets no answer is alone. */

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
export function createPulse({
  ask,
  onSilence,
  every = 5_000,
  patience = 3_000,
  clock = REAL_CLOCK,
}: Options): Pulse {
  let isRunning = false;
  let timer: unknown;

  function wait(): void {
    clock.clearTimeout(timer);
    timer = clock.setTimeout(() => {
      timer = clock.setTimeout(() => {
        stop();
        onSilence();
      }, patience);
      ask();
    }, every);
  }

  function stop(): void {
    isRunning = false;
    clock.clearTimeout(timer);
  }

  return {
    start() {
      isRunning = true;
      wait();
    },
    heard() {
      if (isRunning) wait();
    },
    stop,
  };
}
