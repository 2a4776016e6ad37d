/** Puts timers of one's own in the place of node's: wherever a program may get them from. */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { promisify } from 'node:util';
import { real, type Timers } from './suite-timers.ts';

/** Replaces all of node's that waits, or tells the time, for what is loaded from now on. */
export function replaceTimers({ later, again, stop, soon, notSoon, now }: Timers): void {
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
