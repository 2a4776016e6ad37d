/** A clock for tests: it stands still until a test moves it. It begins at 0. All times are in ms. */
import type { Clock } from './options.ts';

export function testClock(): Clock & { advance: (ms: number) => void } {
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
