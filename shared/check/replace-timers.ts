/** Puts timers of one's own in the place of node's: wherever a program may get them from. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { real, type Timers } from './suite-timers.ts';

type WaitOptions = { signal?: AbortSignal };

const NANOSECONDS = 1_000_000_000n;

/** Replaces all of node's that waits, or tells the time, for what is loaded from now on. */
export function replaceTimers({ later, again, stop, soon, notSoon, now }: Timers): void {
  const wait = (ms?: number, value?: unknown, { signal }: WaitOptions = {}) =>
    new Promise((resolve, reject) => {
      const timer = later(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }, ms);
      const abort = () => {
        stop(timer);
        reject(
          Object.assign(new Error('The operation was aborted'), { name: 'AbortError', code: 'ABORT_ERR' }),
        );
      };
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort, { once: true });
    });
  const turn = (value?: unknown) => new Promise((resolve) => soon(() => resolve(value)));
  async function* ticks(...args: Parameters<typeof wait>) {
    for (;;) yield await wait(...args);
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
  Object.assign(timersPromises.scheduler, {
    wait: (ms?: number, options?: WaitOptions) => wait(ms, undefined, options),
    yield: turn,
  });

  const epoch = real.Date.now() - now();
  const date = () => Math.floor(epoch + now());
  globalThis.Date = new Proxy(real.Date, {
    construct: (target, args, self) => Reflect.construct(target, args.length > 0 ? args : [date()], self),
    apply: () => new real.Date(date()).toString(),
  });
  // Not a trap of the proxy: a suite may put something else in its place.
  real.Date.now = date;
  performance.now = now;
  process.hrtime = createHrtime(now);
  syncBuiltinESMExports();
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    later(
      () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
      ms,
    );
    return controller.signal;
  };
}

/** Gives what process.hrtime is, with this for the time in ms. */
function createHrtime(now: () => number): typeof process.hrtime {
  const bigint = () => BigInt(Math.floor(now() * 1e6));
  const hrtime = ([seconds, nanoseconds]: [number, number] = [0, 0]): [number, number] => {
    const passed = bigint() - BigInt(seconds) * NANOSECONDS - BigInt(nanoseconds);
    const rest = ((passed % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
    return [Number((passed - rest) / NANOSECONDS), Number(rest)];
  };
  return Object.assign(hrtime, { bigint });
}
