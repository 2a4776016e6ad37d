/** Finds out that nothing more can come: all that was said is read, the server has nothing left to do, and all that it sent is here. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { hasWork } from './host.ts';
import type { Link, Scene } from './scene.ts';
import { untilStill } from './stillness.ts';
import { within } from './within.ts';

/** Milliseconds: what comes at all comes sooner, most of the time. So nobody need ask. */
const GRACE = 4;
/** Milliseconds of one wait for a server that is still at work. */
const A_WHILE = 5;
/** A server that answers no ping by then never does, in ms. */
const LONGEST_PING = 1000;
/** What is on its way needs so many turns of both ends, where no ping can tell. */
export const TURNS = 4;

/**
 * Resolves when what somebody waits for cannot come any more ('quiet'), or when the patience is over though
 * the server is still at work ('slow'). Each sign of progress starts the patience anew.
 *
 * @param waiting who waits
 * @param isOver whether nobody wants to know any more
 * @param grace ms before the first question: what comes at once needs none
 */
export async function untilSilent(
  scene: Scene,
  waiting: Link[],
  isOver: () => boolean,
  grace = GRACE,
): Promise<'quiet' | 'slow'> {
  if (scene.clock) return untilStill(scene, isOver);
  const { host, patience } = scene;
  let { progress } = scene;
  /**
   * The patience is counted in short waits, after each of which the server has taken a turn. The clock runs on where
   * this process, or the server's, has no processor; this count does not.
   */
  let waits = 0;
  const left = () => patience.now - waits * A_WHILE;
  async function endWait(): Promise<void> {
    await host.turn(() => scene.progress);
    waits += 1;
  }
  async function wait(): Promise<void> {
    await setTimeout(A_WHILE);
    await endWait();
  }
  function isLate(): boolean {
    if (scene.progress !== progress) waits = 0;
    progress = scene.progress;
    return isOver() || host.problem() !== undefined || left() <= 0;
  }
  async function pingAll(links: Iterable<Link>): Promise<void> {
    const answered = Promise.all([...links].map((link) => link.ping())).then(() => true);
    while (!isLate() && !(await within(A_WHILE, answered))) await endWait();
  }

  if (grace > 0) await setTimeout(grace);
  while (scene.hasOthers && !isLate()) await wait();
  while (!isLate()) {
    const before = scene.progress;
    // The frames of all are read in their order: who has an answer to the ping was heard before.
    await pingAll(scene.links);
    if (await isBusy(scene, waiting, left())) {
      await wait();
      continue;
    }
    await pingAll(waiting);
    if (scene.progress === before && !isLate()) return 'quiet';
  }
  return 'slow';
}

/** Whether the server still has to do what could make it send within so many ms. */
async function isBusy(scene: Scene, waiting: Link[], horizon: number): Promise<boolean> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    if (hasWork(await scene.host.turn(() => scene.progress), horizon)) return true;
    await setImmediate();
    if (waiting.every((link) => link.isReading())) return false;
  }
  return false;
}

/**
 * Lets all that was sent so far arrive, at both ends. What the server does later does not count.
 *
 * @param turns how many turns the server takes first, for what it does in turns of its own
 */
export async function untilArrived(scene: Scene, turns = 1): Promise<void> {
  const { host, links } = scene;
  if (scene.clock) {
    await untilStill(scene);
    return;
  }
  const ping = () => within(LONGEST_PING, Promise.all([...links].map((link) => link.ping())));
  await ping();
  if (turns === 0) return;
  for (let turn = 0; turn < turns; turn += 1) await host.turn(() => scene.progress);
  await ping();
}
