/** What the check and the driver of a module (module-driver.ts) say to each other: types, and how to read them. */

/** Methods to call, each with its arguments. */
export type Calls = [method: string, ...args: unknown[]][];

/** What is asked of the driver. Each is answered once. */
export type Order =
  /**
   * Calls a function that the module exports, and keeps what it gives. `url`: where it takes one, before its options.
   * `when`: what to call from within each callback.
   */
  | {
      type: 'make';
      name: string;
      url: string | undefined;
      options: Record<string, unknown>;
      when: Record<string, Calls>;
    }
  | { type: 'call'; method: string; args: unknown[] }
  /** Moves the clock to this moment, or, if one is due before, to the first timer, which then runs. */
  | { type: 'advance'; to: number }
  | { type: 'random'; value: number }
  | { type: 'look' }
  /** The test is over: nothing that still happens to a socket may reach the module. */
  | { type: 'end' };

/** What the driver tells by itself, in the order in which it happened. */
export type Report =
  | { type: 'answer'; id: number; value: unknown }
  /** A socket was made while so many others were connecting or open. */
  | { type: 'made'; socket: number; url: string; others: number }
  | { type: 'closed'; socket: number; code: number; reason: string }
  | { type: 'called'; name: string; args: unknown[] };

/** How it is in the module's process: the clock, its timers, and its sockets. */
export type Look = {
  now: number;
  /** How many timers wait, and when the next one is due: -1 where there is none. */
  timers: number;
  due: number;
  /** The readyState of each socket that was made. */
  states: number[];
};

/** In place of the value of a call: there is no such function. */
export const NO_FUNCTION = { isMissing: true };

/** What came from the driver's process. A learner's module could have sent it, too. */
export function readReport(text: string): Report | undefined {
  const report: unknown = JSON.parse(text);
  if (typeof report !== 'object' || report === null) return undefined;
  const { type, id, value, socket, url, others, code, reason, name, args } = Object.fromEntries(
    Object.entries(report),
  );
  if (type === 'answer' && typeof id === 'number') return { type, id, value };
  if (type === 'called' && typeof name === 'string' && Array.isArray(args)) return { type, name, args };
  if (typeof socket !== 'number') return undefined;
  if (type === 'made') return { type, socket, url: String(url), others: Number(others) };
  if (type === 'closed') return { type, socket, code: Number(code), reason: String(reason) };
  return undefined;
}

/** Reads the answer to `look`. */
export function readLook(value: unknown): Look {
  const { now, timers, due, states } = Object.fromEntries(Object.entries(Object(value)));
  return {
    now: Number(now),
    timers: Number(timers),
    due: Number(due),
    states: Array.isArray(states) ? states.map(Number) : [],
  };
}

/** Whether a call found no function of its name. */
export function isMissing(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'isMissing' in value;
}
