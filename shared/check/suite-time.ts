/**
 * The time in which a suite of tests runs. It passes with the work of this process, and where nothing is at work and
 * nothing is on its way, it jumps to the next timer. So who waits for an event has all the time of a slow machine, who
 * sleeps wakes up in no time, and whatever is due earlier comes first: on every machine, and under every load.
 */

import { replaceTimers } from './replace-timers.ts';
import type { Activity } from './suite-activity.ts';
import { createTimers, real, type Timers } from './suite-timers.ts';

/** So many turns of the event loop without news: then nothing is on its way that nobody sees. */
const QUIET_TURNS = 4;
/** Who does nothing but look again, turn by turn, waits, too. */
const LOOKING_TURNS = 500;
/** In ms of the real clock: what is on its way and does not come in this time, does not come. Somebody does not read. */
const NOT_COMING = 300;
/** In ms of the real clock: what the system works on for longer has no end. Somebody reads what nobody writes. */
const LONGEST_WORK = 20_000;
/** In ms. Who jumps farther than this looks for so long whether really nothing comes: it is somebody's time-out. */
const SHORT = 300;
const LOOK_LONGER = 20;
/** In ms of the real clock: so often it looks for what is due while there is work. */
const SOON = 2;
/** In ms of the real clock: where there is no timer, and nothing comes for so long, nothing will ever come. */
const FOR_EVER = 300;
/** After so many quiet turns this process lets the others work. */
const SPINNING_TURNS = 50;

export type SuiteTime = {
  /** How much of it was waited for: the jumps. */
  waited: () => number;
  /** Runs the work in this time. Gives false where all that is left is to wait, and nothing will come. */
  pass: (work: Promise<unknown>) => Promise<boolean>;
  /** Lets all that is on its way arrive. No timer runs. */
  settle: () => Promise<void>;
  /** Forgets all timers and immediates. */
  clear: () => void;
};

/** Puts this time in the place of the real one: for all that is loaded from now on. */
export function installSuiteTime(activity: Activity): SuiteTime {
  const timers = createTimers();
  replaceTimers(timers);

  /** Looks until that is of no use any more. @param work what is to be over; without it, only what is on its way arrives */
  async function lookUntil(work?: Promise<unknown>): Promise<boolean> {
    let stop = () => {};
    const end = new Promise<boolean>((resolve) => {
      stop = startToLook(activity, timers, work !== undefined, resolve);
    });
    try {
      return await (work ? Promise.race([work.then(() => true), end]) : end);
    } finally {
      stop();
    }
  }

  return {
    waited: timers.skipped,
    pass: (work) => lookUntil(work),
    settle: async () => void (await lookUntil()),
    clear: timers.clear,
  };
}

/**
 * Looks in each turn of the event loop whether there is news, and what is due.
 *
 * @param runsTimers whether time passes
 * @param end is called with true where all is quiet and no time passes, with false where there is nothing to wait for
 * @returns what ends it
 */
function startToLook(
  activity: Activity,
  timers: Timers,
  runsTimers: boolean,
  end: (isWell: boolean) => void,
): () => void {
  let seen = activity.count();
  let quiet = 0;
  let quietSince = real.now();
  let ranAt = 0;
  let isStopped = false;

  function isAllQuiet(): boolean {
    if (quiet < (timers.immediates() > 0 ? LOOKING_TURNS : QUIET_TURNS)) return false;
    const quietFor = real.now() - quietSince;
    if (activity.isAtWork() && quietFor < LONGEST_WORK) return false;
    return !activity.isOnItsWay() || (quietFor > NOT_COMING && quiet > SPINNING_TURNS + 10);
  }

  function begin(): void {
    quiet = 0;
    quietSince = real.now();
  }

  function look(): void {
    if (isStopped) return;
    const count = activity.count();
    if (count === seen) quiet += 1;
    else begin();
    seen = count;
    // First the next look: what runs now may throw.
    if (quiet < SPINNING_TURNS || timers.immediates() > 0) real.setImmediate(look);
    else real.setTimeout(look, 1);
    const isQuiet = isAllQuiet();
    if (!runsTimers) {
      if (isQuiet) end(true);
      return;
    }
    // What is due while there is work can wait a little.
    if (!isQuiet && real.now() - ranAt < SOON) return;
    ranAt = real.now();
    const next = timers.next();
    const quietFor = real.now() - quietSince;
    if (!next) {
      if (isQuiet && quietFor > FOR_EVER) end(false);
      return;
    }
    if (next.wait > 0 && (!isQuiet || (next.wait > SHORT && quietFor < LOOK_LONGER))) return;
    if (next.wait > 0) timers.skip(next.wait);
    if (isQuiet) begin();
    next.run();
  }

  real.setImmediate(look);
  return () => {
    isStopped = true;
  };
}
