/** Time as something that is given: the real one, and one that stands still until a test moves it. All times are in ms. */

export type Clock = {
  now: () => number;
  setTimeout: (work: () => void, ms: number) => unknown;
  clearTimeout: (timer: unknown) => void;
};

export const REAL_CLOCK: Clock = {
  now: () => Date.now(),
  setTimeout: (work, ms) => setTimeout(work, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** A clock of one's own. It begins at 0. */
export function createClock(): Clock & { advance: (ms: number) => void } {
  const timers = new Map<number, { due: number; work: () => void }>();
  let now = 0;
  let count = 0;

  return {
    now: () => now,
    setTimeout(work, ms) {
      count += 1;
      timers.set(count, { due: now + ms, work });
      return count;
    },
    clearTimeout: (timer) => void timers.delete(Number(timer)),
    /** Lets time pass. What is due in it happens, each at its own moment. */
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [id, timer] = [...timers].sort(([, a], [, b]) => a.due - b.due)[0] ?? [];
        if (id === undefined || timer === undefined || timer.due > end) break;
        timers.delete(id);
        now = timer.due;
        timer.work();
      }
      now = end;
    },
  };
}
