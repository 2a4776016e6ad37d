/** Follows what a process uses of the processor and of the memory: so a slow one can be told from one that hangs. */
import type { ServerProcess } from './server-process.ts';
import { within } from './within.ts';

/** In ms by the clock, where a process uses no processor time: so long it may need for one turn of its event loop. */
const LONGEST_TURN = 10_000;
/**
 * A process that uses less processor time than this between two reports, in ms, has nothing to do. One of forty who want a
 * processor gets as much.
 */
export const IDLE = 3;
/** A process that tells its processor time so often, and has used none, does not wait for the processor: it sleeps. */
const ASLEEP = 20;
/** The most MiB of all memory. */
const MOST_MEMORY = 1024;
/** A server that uses so many MiB more does not hang yet: it fills its memory, and that has an end. */
const GROWTH = 64;
const MIB = 1024 * 1024;

export type Meter = {
  /** In MiB: the most that it has used. */
  memory: number;
  /** In ms, all threads together. */
  processorTime: number;
  /** How often it was told, and how often since it has last grown. */
  reports: number;
  idleReports: number;
  /** How much was used since it was this: none where nobody knows. */
  used: (since?: number) => number;
  /** Grows as its memory does. Who fills its memory does not hang yet, and that has an end. */
  growth: () => number;
};

/** Follows what a process tells ten times a second: its processor time, and its memory. One that uses too much is ended. */
export function createMeter(server: ServerProcess): Meter {
  const meter: Meter = {
    memory: 0,
    processorTime: 0,
    reports: 0,
    idleReports: 0,
    used: (since = meter.processorTime) => meter.processorTime - since,
    growth: () => Math.floor(meter.memory / GROWTH),
  };
  server.onClock((now, memory) => {
    meter.memory = Math.max(meter.memory, memory / MIB);
    if (meter.memory > MOST_MEMORY && !server.problem()) {
      server.fail({ kind: 'greedy' });
      void server.end();
    }
    meter.idleReports = meter.used(now) > -IDLE ? meter.idleReports + 1 : 0;
    meter.processorTime = now;
    meter.reports += 1;
  });
  return meter;
}

/** Waits for an answer as long as the process may still be at work on it. Undefined where none came. */
export async function whileItWorks<T>(
  answer: Promise<T>,
  meter: Meter,
  isGone: () => boolean,
  patience: number,
  base: number | undefined,
  progress: () => number,
): Promise<T | undefined> {
  const told = meter.reports;
  let end = Date.now() + LONGEST_TURN;
  meter.idleReports = 0;
  let from = base;
  // Reports that waited while this process had no time come all at once: they count as one.
  let [seen, asleep] = [told, 0];
  let before = progress();
  do {
    const found = await within(50, answer);
    if (found) return found;
    if (isGone()) return undefined;
    if (progress() !== before) {
      before = progress();
      from = meter.processorTime;
      end = Date.now() + LONGEST_TURN;
    }
    if (meter.reports > told) from ??= meter.processorTime;
    if (meter.reports > seen) asleep = meter.idleReports > 0 ? asleep + 1 : 0;
    seen = meter.reports;
  } while (meter.used(from) < patience && asleep < ASLEEP && Date.now() < end);
  return undefined;
}
