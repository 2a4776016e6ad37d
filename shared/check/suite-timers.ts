/** Timers and immediates of a time that does not pass by itself, and what is due in it next. */

/** The real ones. */
export const real = {
  setTimeout: globalThis.setTimeout,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  now: performance.now.bind(performance),
  Date: globalThis.Date,
};

/** In ms of the real clock: so often it asks for the processor's time, which costs more than the clock. */
const ASK_EVERY = 4;

type Work = { due: number; order: number; run: () => void };
type Callback = (...args: unknown[]) => void;

export type Timers = {
  /** In ms: the processor's time, and all that was skipped. */
  now: () => number;
  /** How much was skipped. */
  skipped: () => number;
  /** setTimeout, setInterval, and what ends both. */
  later: (work: Callback, ms?: unknown, ...args: unknown[]) => Timer;
  again: (work: Callback, ms?: unknown, ...args: unknown[]) => Timer;
  stop: (timer: unknown) => void;
  /** setImmediate, and what ends it. */
  soon: (work: Callback, ...args: unknown[]) => NodeJS.Immediate;
  notSoon: (immediate: NodeJS.Immediate) => void;
  /** What is due next, and in how many ms; less than 0 where it should have been. */
  next: () => { wait: number; run: () => void } | undefined;
  skip: (ms: number) => void;
  /** How many immediates wait for the next turn. */
  immediates: () => number;
  /** Forgets all. */
  clear: () => void;
};

/** What setTimeout gives. It can do all that node's can. */
class Timer {
  readonly id: number;
  readonly #refresh: () => void;
  readonly #stop: () => void;
  #hasRef = true;

  constructor(id: number, refresh: () => void, stop: () => void) {
    this.id = id;
    this.#refresh = refresh;
    this.#stop = stop;
  }
  ref(): this {
    this.#hasRef = true;
    return this;
  }
  unref(): this {
    this.#hasRef = false;
    return this;
  }
  hasRef(): boolean {
    return this.#hasRef;
  }
  refresh(): this {
    this.#refresh();
    return this;
  }
  close(): this {
    this.#stop();
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.id;
  }
  [Symbol.for('nodejs.dispose')](): void {
    this.#stop();
  }
}

/** Gives timers of their own. None runs by itself. */
export function createTimers(): Timers {
  const queue = new Map<number, Work>();
  const immediates = createImmediates();
  let count = 0;
  let skipped = 0;
  let used = 0;
  let asked = Number.NEGATIVE_INFINITY;

  // The processor's time, not the clock's: a machine that is busy with something else lets no time pass here.
  function now(): number {
    const moment = real.now();
    if (moment - asked >= ASK_EVERY) {
      const { user, system } = process.cpuUsage();
      used = (user + system) / 1000;
      asked = moment;
    }
    return used + skipped;
  }

  function start(work: Callback, ms: unknown, args: unknown[], repeats: boolean): Timer {
    if (typeof work !== 'function') throw new TypeError('The "callback" argument must be of type function.');
    const wait = Number(ms) >= 1 && Number(ms) < 2 ** 31 ? Number(ms) : 1;
    count += 1;
    const id = count;
    const begin = () => {
      count += 1;
      queue.set(id, { due: now() + wait, order: count, run });
    };
    let hasRun = false;
    const run = () => {
      if (repeats) begin();
      else hasRun = queue.delete(id);
      work(...args);
    };
    const refresh = () => {
      // Who was cleared stays so.
      if (hasRun || queue.has(id)) begin();
    };
    const end = () => {
      hasRun = false;
      queue.delete(id);
    };
    begin();
    return new Timer(id, refresh, end);
  }

  return {
    now,
    skipped: () => skipped,
    later: (work, ms, ...args) => start(work, ms, args, false),
    again: (work, ms, ...args) => start(work, ms, args, true),
    stop(timer) {
      if (timer === undefined || timer === null) return;
      if (timer instanceof Timer) timer.close();
      else queue.delete(Number(timer));
    },
    soon: immediates.soon,
    notSoon: immediates.notSoon,
    next() {
      let next: Work | undefined;
      for (const work of queue.values())
        if (!next || work.due < next.due || (work.due === next.due && work.order < next.order)) next = work;
      return next && { wait: next.due - now(), run: next.run };
    },
    skip(ms) {
      skipped += ms;
    },
    immediates: immediates.count,
    clear() {
      queue.clear();
      immediates.clear();
    },
  };
}

/** Immediates run by themselves, in node's next turn: these are known until then. */
function createImmediates() {
  const waiting = new Set<NodeJS.Immediate>();

  function notSoon(immediate: NodeJS.Immediate): void {
    waiting.delete(immediate);
    real.clearImmediate(immediate);
  }

  return {
    soon(work: Callback, ...args: unknown[]): NodeJS.Immediate {
      const immediate = real.setImmediate(() => {
        waiting.delete(immediate);
        work(...args);
      });
      waiting.add(immediate);
      return immediate;
    },
    notSoon,
    count: () => waiting.size,
    clear() {
      for (const immediate of waiting) notSoon(immediate);
    },
  };
}
