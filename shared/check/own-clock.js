/**
 * A clock of the check's own, in the process of a server: time stands still there until the check lets it pass.
 * What waits for longer than a moment waits on this clock: setTimeout, setInterval, node:timers, node:timers/promises,
 * AbortSignal.timeout. Date, performance.now and process.hrtime show it. Immediates, ticks and microtasks stay as they are.
 * It is plain JavaScript, as what loads it.
 */
import { syncBuiltinESMExports } from 'node:module';
import { performance } from 'node:perf_hooks';
import timers from 'node:timers';
import promises from 'node:timers/promises';
import util from 'node:util';
import FakeTimers from '@sinonjs/fake-timers';

/** Milliseconds: who waits no longer than that is at work, and does not wait for time to pass. Such a timer is a real one. */
const MOMENT = 10;
/** The longest that a timer waits. A longer one runs at once, in node, too. */
const LONGEST = 2 ** 31 - 1;

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Puts the clock in the place of the real one, for all code of this process.
 *
 * @param {number} now what it shows at first, in ms
 */
export function installClock(now) {
  signals = 0;
  const clock = FakeTimers.install({
    now,
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'hrtime'],
    shouldClearNativeTimers: true,
  });
  const undo = [
    ...letMomentsBeReal(clock),
    replace(performance, 'now', () => clock.now - now),
    replace(AbortSignal, 'timeout', abortAfter),
    replace(promises.scheduler, 'wait', (/** @type {number} */ ms, /** @type {object} */ options) =>
      promises.setTimeout(ms, undefined, options),
    ),
  ];
  syncBuiltinESMExports();

  /** When the next timer is due, or -1. */
  function nextDue() {
    let next = -1;
    for (const { callAt = next } of clock.timers?.values() ?? [])
      next = next < 0 ? callAt : Math.min(next, callAt);
    return next;
  }

  return {
    look: () => ({ now: clock.now, due: nextDue(), timers: clock.countTimers() - signals }),
    /**
     * Moves on, and runs what is due until then, each at its moment.
     *
     * @param {number} to
     */
    async advance(to) {
      // It ends: no timer on this clock is due at the moment in which it was started.
      for (let due = nextDue(); due >= 0 && due <= to; due = nextDue()) {
        clock.next(); // One at a time: promises go on in between, as in node.
        await nextTurn();
      }
      if (to > clock.now) clock.tick(to - clock.now);
    },
    uninstall() {
      for (const restore of undo.reverse()) restore();
      clock.uninstall();
      syncBuiltinESMExports();
    },
  };
}

/**
 * Takes the real clock for timers that wait no longer than a moment: who waits so is at work.
 *
 * @param {import('@sinonjs/fake-timers').Clock} clock
 */
function letMomentsBeReal(clock) {
  const { setTimeout: real } = FakeTimers.timers;
  const { setTimeout: later, setInterval: again } = globalThis;
  const { setTimeout: wait, setInterval: waits } = promises;
  const realWait = clock.timersPromisesModuleMethods?.find(
    ({ methodName }) => methodName === 'setTimeout',
  )?.original;
  /** @type {(work: () => void, ms?: number, ...args: []) => unknown} */
  const start = (work, ms, ...args) => (isMoment(ms) ? real : withAll(clock, later))(work, ms, ...args);
  /** @type {(work: () => void, ms?: number, ...args: []) => unknown} */
  const repeat = (work, ms, ...args) => withAll(clock, again)(work, notNothing(ms), ...args);
  /** @type {typeof promises.setInterval} */
  const pauses = (ms, ...args) => waits(notNothing(ms), ...args);
  /** @param {unknown[]} args */
  const pause = (...args) =>
    Reflect.apply(/** @type {Function} */ (isMoment(args[0]) ? realWait : wait), undefined, args);
  Object.defineProperty(start, util.promisify.custom, { value: pause });
  return [
    replace(globalThis, 'setTimeout', start),
    replace(globalThis, 'setInterval', repeat),
    replace(timers, 'setTimeout', start),
    replace(timers, 'setInterval', repeat),
    replace(promises, 'setTimeout', pause),
    replace(promises, 'setInterval', pauses),
  ];
}

/** @param {unknown} ms */
function isMoment(ms) {
  const wait = Number(ms);
  return !(wait > MOMENT && wait <= LONGEST);
}

/**
 * How long one waits each time who waits again and again: at least 1 ms, as in node.
 *
 * @param {number | undefined} ms
 */
function notNothing(ms) {
  return isMoment(ms) ? Math.max(1, Number(ms) || 1) : ms;
}

/**
 * What a timer of node can do beside what ours can. And `refresh` anew: that of fake-timers 15.5 spoils the order of the others.
 *
 * @param {import('@sinonjs/fake-timers').Clock} clock
 * @param {(work: () => void, ms?: number, ...args: []) => object} start
 * @returns {(work: () => void, ms?: number, ...args: []) => object}
 */
function withAll(clock, start) {
  return (work, ms, ...args) => {
    let hasRun = false;
    const run = (/** @type {[]} */ ...all) => {
      hasRun = true;
      work(...all);
    };
    const begin = () => start(typeof work === 'function' ? run : work, ms, ...args);
    const timer = begin();
    let id = Number(timer);
    const close = () => void clearTimeout(id);
    return Object.assign(timer, {
      refresh() {
        // Who was cleared stays so.
        if (!hasRun && !clock.timers?.has(id)) return timer;
        clearTimeout(id);
        id = Number(begin());
        return timer;
      },
      [Symbol.toPrimitive]: () => id,
      [Symbol.dispose]: close,
      close,
    });
  };
}

/** How many signals wait for their time-out. Nobody can take back such a wait, so it is no timer that somebody has left. */
let signals = 0;

/** @param {number} ms */
function abortAfter(ms) {
  const controller = new AbortController();
  signals += 1;
  setTimeout(
    () => {
      signals -= 1;
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    },
    Math.max(ms, MOMENT + 1),
  );
  return controller.signal;
}

/**
 * Puts something in the place of a property, and gives what undoes that.
 *
 * @param {object} target
 * @param {string} name
 * @param {unknown} value
 */
function replace(target, name, value) {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: before?.enumerable ?? true,
  });
  return () => {
    if (before) Object.defineProperty(target, name, before);
    else Reflect.deleteProperty(target, name);
  };
}
