/**
 * The time in which a suite of tests runs. It passes with the work of this process, and where nothing is at work and
 * nothing is on its way, it jumps to the next timer. So who waits for an event has all the time of a slow machine, who
 * sleeps wakes up in no time, and whatever is due earlier comes first: on every machine, and under every load.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Activity } from './suite-activity.ts';

/** So many turns of the event loop without news: then nothing is on its way that nobody sees. */
const QUIET_TURNS = 4;
/** Who does nothing but look again, turn by turn, waits, too. */
const LOOKING_TURNS = 500;
/** In ms of the real clock: what is on its way and does not come in this time, does not come. Somebody does not read. */
const NOT_COMING = 300;
/** In ms. Who jumps farther than this looks for so long whether really nothing comes: it is somebody's time-out. */
const SHORT = 300;
const LOOK_LONGER = 20;
/** In ms of the real clock: so often it looks for what is due while there is work. */
const SOON = 2;
/** In ms of the real clock: where there is no timer, and nothing comes for so long, nothing will ever come. */
const FOR_EVER = 300;
/** After so many quiet turns this process lets the others work. */
const SPINNING_TURNS = 50;

const real = {
  setTimeout: globalThis.setTimeout,
  setImmediate: globalThis.setImmediate,
  clearImmediate: globalThis.clearImmediate,
  now: performance.now.bind(performance),
  Date: globalThis.Date,
};

type Work = { due: number; order: number; run: () => void };

/** What setTimeout gives. It can do all that node's can. */
class Timer {
  readonly id: number;
  readonly #start: () => void;
  readonly #stop: () => void;
  #hasRef = true;

  constructor(id: number, start: () => void, stop: () => void) {
    this.id = id;
    this.#start = start;
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
    this.#start();
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

export type SuiteTime = {
  /** In ms. */
  now: () => number;
  /** How much of it was waited for: the jumps. */
  waited: () => number;
  /** Runs the work in this time. Gives false where all that is left is to wait, and nothing will come. */
  pass: (work: Promise<unknown>) => Promise<boolean>;
  /** Lets all that is on its way arrive. No timer runs. */
  settle: () => Promise<void>;
  /** Forgets all timers. */
  clear: () => void;
};

/** Puts this time in the place of the real one: for all that is loaded from now on. */
export function installSuiteTime(activity: Activity): SuiteTime {
  const queue = new Map<number, Work>();
  let count = 0;
  let skipped = 0;
  let immediates = 0;
  let looker: ReturnType<typeof createLooker> | undefined;

  // The processor's time, not the clock's: a machine that is busy with something else lets no time pass here.
  let used = 0;
  let asked = Number.NEGATIVE_INFINITY;
  const now = () => {
    const moment = real.now();
    if (moment - asked >= 4) {
      const { user, system } = process.cpuUsage();
      used = (user + system) / 1000;
      asked = moment;
    }
    return used + skipped;
  };

  function start(work: (...args: unknown[]) => void, ms: unknown, args: unknown[], repeats: boolean): Timer {
    if (typeof work !== 'function') throw new TypeError('The "callback" argument must be of type function.');
    const wait = Number(ms) >= 1 && Number(ms) < 2 ** 31 ? Number(ms) : 1;
    count += 1;
    const id = count;
    const begin = () => {
      count += 1;
      queue.set(id, { due: now() + wait, order: count, run });
    };
    const run = () => {
      if (repeats) begin();
      else queue.delete(id);
      work(...args);
    };
    begin();
    return new Timer(id, begin, () => queue.delete(id));
  }

  const later = (work: () => void, ms?: unknown, ...args: unknown[]) => start(work, ms, args, false);
  const again = (work: () => void, ms?: unknown, ...args: unknown[]) => start(work, ms, args, true);
  const stop = (timer: unknown) => {
    if (timer !== undefined && timer !== null)
      queue.delete(Number(timer instanceof Timer ? timer.id : timer));
  };
  const soon = (work: (...args: unknown[]) => void, ...args: unknown[]) => {
    immediates += 1;
    let isOver = false;
    const end = () => {
      if (!isOver) immediates -= 1;
      isOver = true;
    };
    const immediate = real.setImmediate(() => {
      end();
      work(...args);
    });
    ends.set(immediate, end);
    return immediate;
  };
  const ends = new WeakMap<NodeJS.Immediate, () => void>();
  const notSoon = (immediate: NodeJS.Immediate) => {
    if (immediate) ends.get(immediate)?.();
    real.clearImmediate(immediate);
  };
  replaceGlobals({ later, again, stop, soon, notSoon, now });

  /**
   * Runs what is due, or the next that will be.
   *
   * @param quietFor for so many ms nothing has come. Undefined where something is on its way: then time does not jump
   * @returns whether something was there
   */
  function runNext(quietFor: number | undefined): boolean {
    let next: Work | undefined;
    for (const work of queue.values())
      if (!next || work.due < next.due || (work.due === next.due && work.order < next.order)) next = work;
    if (!next) return false;
    const wait = next.due - now();
    if (wait > 0) {
      if (quietFor === undefined || (wait > SHORT && quietFor < LOOK_LONGER)) return false;
      skipped += wait;
    }
    next.run();
    return true;
  }

  function createLooker(done: (isOver: boolean) => void, runsTimers: boolean) {
    let seen = activity.count();
    let quiet = 0;
    let quietSince = real.now();
    let isStopped = false;
    let ranAt = 0;

    function look(): void {
      if (isStopped) return;
      const isNew = activity.count() !== seen;
      seen = activity.count();
      quiet = isNew ? 0 : quiet + 1;
      if (isNew) quietSince = real.now();
      // First the next look: what runs now may throw.
      if (quiet < SPINNING_TURNS || immediates > 0) real.setImmediate(look);
      else real.setTimeout(look, 1);
      const isQuiet = isAllQuiet(quiet, quietSince);
      if (!runsTimers) {
        if (isQuiet) done(true);
        return;
      }
      // What is due while there is work can wait a little.
      if (!isQuiet && real.now() - ranAt < SOON) return;
      ranAt = real.now();
      const hasRun = runNext(isQuiet ? real.now() - quietSince : undefined);
      if (hasRun && isQuiet) {
        quiet = 0;
        quietSince = real.now();
      }
      if (!hasRun && isQuiet && queue.size === 0 && real.now() - quietSince > FOR_EVER) done(false);
    }
    real.setImmediate(look);
    return {
      stop() {
        isStopped = true;
      },
    };
  }

  function isAllQuiet(turns: number, since: number): boolean {
    if (turns < (immediates > 0 ? LOOKING_TURNS : QUIET_TURNS)) return false;
    return !activity.isOnItsWay() || (real.now() - since > NOT_COMING && turns > SPINNING_TURNS + 10);
  }

  return {
    now,
    waited: () => skipped,
    async pass(work) {
      const stuck = new Promise<boolean>((resolve) => {
        looker = createLooker(resolve, true);
      });
      try {
        return await Promise.race([work.then(() => true), stuck]);
      } finally {
        looker?.stop();
      }
    },
    async settle() {
      await new Promise<boolean>((resolve) => {
        looker = createLooker(resolve, false);
      });
      looker?.stop();
    },
    clear() {
      queue.clear();
    },
  };
}

type Replacements = {
  later: (work: () => void, ms?: unknown, ...args: unknown[]) => Timer;
  again: (work: () => void, ms?: unknown, ...args: unknown[]) => Timer;
  stop: (timer: unknown) => void;
  soon: (work: () => void, ...args: unknown[]) => NodeJS.Immediate;
  notSoon: (immediate: NodeJS.Immediate) => void;
  now: () => number;
};

function replaceGlobals({ later, again, stop, soon, notSoon, now }: Replacements): void {
  const wait = (ms?: number, value?: unknown, options: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const timer = later(() => resolve(value), ms);
      const abort = () => {
        stop(timer);
        reject(
          Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' }),
        );
      };
      if (options?.signal?.aborted) abort();
      else options?.signal?.addEventListener('abort', abort, { once: true });
    });
  const turn = (value?: unknown) => new Promise((resolve) => soon(() => resolve(value)));
  async function* ticks(ms?: number, value?: unknown) {
    for (;;) yield await wait(ms, value);
  }
  Object.defineProperty(later, promisify.custom, { value: wait });
  Object.defineProperty(soon, promisify.custom, { value: turn });
  const all = {
    setTimeout: later,
    setInterval: again,
    clearTimeout: stop,
    clearInterval: stop,
    setImmediate: soon,
    clearImmediate: notSoon,
  };
  Object.assign(globalThis, all);
  Object.assign(timers, all);
  Object.assign(timersPromises, { setTimeout: wait, setImmediate: turn, setInterval: ticks });
  Object.assign(timersPromises.scheduler, { wait, yield: turn });
  syncBuiltinESMExports();

  const epoch = real.Date.now() - now();
  const date = () => Math.floor(epoch + now());
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, args, self) => Reflect.construct(target, args.length > 0 ? args : [date()], self),
    apply: () => new real.Date(date()).toString(),
    get: (target, key, self) => (key === 'now' ? date : Reflect.get(target, key, self)),
  });
  performance.now = now;
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    later(
      () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      ms,
    );
    return controller.signal;
  };
}
