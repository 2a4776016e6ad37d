/** The check's end of a server's clock: lets time pass there, step by step, and waits after each for all that comes of it. */
import { type Entry, inWords } from '#shared/lesson/conversation.ts';
import type { Host } from './host.ts';
import { ServerProblem } from './problems.ts';
import type { Clock, Patience, Scene } from './scene.ts';
import { untilStill } from './stillness.ts';

/** What the clock of each server shows at its start, in ms: a verdict is the same at any time of the day. */
export const START = Date.UTC(2026, 10, 22, 20, 16, 37, 123);

/**
 * Time moves from one timer to the next. Where there are more of them than so many a second, it moves so many ms at once:
 * a server may look at its watch a thousand times a second.
 */
const PER_SECOND = 20;
const AT_FIRST = 100;
const STRIDE = 100;
/** A server that never comes to rest looks at its watch all the time. It is shown so many ms at once: that is slow enough. */
const RESTLESS_STRIDE = 250;

/**
 * Gives what the clients of one test share.
 *
 * @param start what the server's clock shows at first (ms), where that is the check's. Without it, it has the real one
 */
export function openScene(host: Host, patience: Patience, entries: Entry[], start?: number): Scene {
  const round = { from: 0, isOver: false };
  const said = { messages: 0, characters: 0 };
  const links: Scene['links'] = new Set();
  const scene: Scene = { host, patience, entries, round, links, said, progress: 0, hasOthers: false };
  return start === undefined ? scene : Object.assign(scene, { clock: createClock(scene, start) });
}

function createClock(scene: Scene, start: number): Clock {
  const own: { at: number; work: () => void }[] = [];
  let now = start;
  let since = start;

  /** Moves on to a moment. @param isExact whether nothing was due before it */
  async function move(to: number, isExact: boolean): Promise<void> {
    since = isExact ? to : now;
    now = to;
    const told = await scene.host.turn(() => scene.progress, to);
    for (const one of own.filter(({ at }) => at <= to)) {
      own.splice(own.indexOf(one), 1);
      one.work();
    }
    await untilStill(scene, undefined, told);
    const problem = scene.host.problem();
    if (problem) throw new ServerProblem(problem);
    since = to;
  }

  const clock: Clock = {
    now: () => now,
    moment: () => ({ since, at: now }),
    async pass(ms) {
      if (ms > 0)
        scene.entries.push({ kind: 'happened', who: 'clock', text: `${inWords(ms)} pass`, at: Date.now() });
      const began = now;
      const end = now + ms;
      await untilStill(scene);
      for (let steps = 0; now < end; steps += 1) {
        const isExact = !clock.isRestless && steps < AT_FIRST + ((now - began) / 1000) * PER_SECOND;
        const due = clock.state?.due ?? -1;
        const stride = now + (clock.isRestless ? RESTLESS_STRIDE : STRIDE);
        const next = isExact ? (due < 0 ? end : Math.max(due, now)) : stride;
        await move(Math.min(end, next, ...own.map(({ at }) => at)), isExact);
      }
    },
    after(ms, work) {
      own.push({ at: now + ms, work });
    },
    state: undefined,
    isRestless: false,
    isClogged: false,
  };
  return clock;
}
