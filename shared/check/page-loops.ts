/** Finds out that a page works for ever: by the processor time that the browser tells of. */
import { setTimeout } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { within } from './within.ts';

/** How long a page may work without a look at anything else: in ms of processor time, as a busy machine is no loop. */
const LONGEST_TASK = 1200;
/** How often to ask a page whether it still answers, in ms. */
const ASK_AGAIN = 500;

/** A page works, and answers nothing. */
export class EndlessLoop extends Error {}

/**
 * Asks pages whether they still answer, where a test takes long.
 *
 * @throws EndlessLoop as soon as one does not, and has worked for longer than any task of a page takes
 */
export async function untilOneLoops(times: CDPSession, pages: Page[], isOver: () => boolean): Promise<void> {
  for (;;) {
    // The check does not stay for this.
    await setTimeout(ASK_AGAIN, undefined, { ref: false });
    if (isOver()) return;
    const before = await processorTimes(times);
    const answers = Promise.allSettled(pages.map((page) => page.evaluate('0'))).then(() => true);
    while (!(await within(ASK_AGAIN, answers))) {
      if (isOver()) return;
      for (const [id, time] of await processorTimes(times)) {
        if (time - (before.get(id) ?? 0) > LONGEST_TASK) throw new EndlessLoop();
      }
    }
  }
}

/** How much processor time the processes have used in which pages run, in ms, by their ids. */
async function processorTimes(times: CDPSession): Promise<Map<number, number>> {
  const { processInfo } = await times.send('SystemInfo.getProcessInfo');
  return new Map(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id, cpuTime }) => [id, cpuTime * 1000]),
  );
}
