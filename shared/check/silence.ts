/** Finds out that nothing more can come: all that was said is read, the server has nothing left to do, and all that it sent is here. */

import { hasWork } from './host.ts';
import type { Link, Scene } from './scene.ts';
import { within } from './within.ts';

/** Milliseconds: what comes at all comes sooner, most of the time. So nobody need ask. */
const GRACE = 4;
/** Milliseconds between two looks at a server that is still at work. */
const A_WHILE = 5;
/** A server that answers no ping by then never does, in ms. */
const LONGEST_PING = 1000;
/** What is on its way needs so many turns of both ends, where no ping can tell. */
const TURNS = 4;

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
  const { host, patience } = scene;
  let since = Date.now();
  let progress = scene.progress;
  /** Waits for something, and for no longer than the patience. */
  async function patiently(what: Promise<unknown>): Promise<void> {
    const done = what.then(() => true);
    while (!(await within(A_WHILE, done)) && !isLate());
  }
  function isLate(): boolean {
    if (scene.progress !== progress) since = Date.now();
    progress = scene.progress;
    return isOver() || host.problem() !== undefined || Date.now() - since > patience.now;
  }

  if (grace > 0) await wait(grace);
  while (scene.hasOthers && !isLate()) await wait(A_WHILE);
  while (!isLate()) {
    const before = scene.progress;
    // The frames of all are read in their order: who has an answer to the ping was heard before.
    await patiently(Promise.all([...scene.links].map((one) => one.ping())));
    let isBusy = false;
    for (let turn = 0; turn < TURNS && !isBusy && !isLate(); turn += 1) {
      isBusy = hasWork(await host.turn(), patience.now - (Date.now() - since));
      await new Promise((resolve) => setImmediate(resolve));
      if (waiting.every((link) => link.isReading())) break;
    }
    if (isBusy) {
      await wait(A_WHILE);
      continue;
    }
    await patiently(Promise.all(waiting.map((link) => link.ping())));
    if (scene.progress === before && !isLate()) return 'quiet';
  }
  return 'slow';
}

/** Lets all that was sent so far arrive, at both ends. What the server does later does not count. */
export async function untilArrived({ host, links }: Scene): Promise<void> {
  const ping = () => within(LONGEST_PING, Promise.all([...links].map((link) => link.ping())));
  await ping();
  await host.turn();
  await ping();
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
