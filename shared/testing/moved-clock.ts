/** A clock for tests: it stands still until a test says how much time passes. */

type Timer = { at: number; work: () => void };

export function createClock() {
  let time = 0;
  const timers = new Set<Timer>();
  return {
    now: () => time,
    setTimeout: (work: () => void, ms: number) => {
      const timer = { at: time + ms, work };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: unknown) => {
      for (const one of timers) if (one === timer) timers.delete(one);
    },
    /** How many timers still run. */
    pending: () => timers.size,
    /** Lets time pass. What is due in it happens, each at its own moment. */
    pass(ms: number) {
      const end = time + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        timers.delete(next);
        time = next.at;
        next.work();
      }
      time = end;
    },
  };
}
