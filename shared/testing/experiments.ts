/** Does every experiment of a lesson's text, and holds what the text says about it against what happens. */
import { describe, expect, test } from 'vitest';
import { type Experiment, lessonText, readExperiments } from '#shared/course/experiments.ts';
import type { Bench, OpenBench } from './bench.ts';
import { browserTest } from './browser-testing.ts';
import { openTerminalBench } from './terminal-bench.ts';

export type { Bench } from './bench.ts';

/** Does an experiment. Gives for each outcome of its guess, in their order, whether it happened. */
export type Play = (bench: Bench) => Promise<boolean[]>;

/**
 * Tests each experiment of a lesson in each place where it can be done.
 *
 * @param folder the lesson, named from the root: 'lessons/01'
 * @param plays by the experiment's name, which is that of its first block
 */
export function testExperiments(folder: string, plays: Record<string, Play>): void {
  const experiments = readExperiments(lessonText(folder));

  test(`${folder}: each experiment is done, and is in the text`, () => {
    expect(experiments.map(({ name }) => name).sort()).toEqual(Object.keys(plays).sort());
  });

  for (const experiment of experiments) {
    const play = plays[experiment.name];
    if (!play) continue;
    describe(`${folder}: ${experiment.title} (${experiment.name})`, () => {
      browserTest('in a terminal', async () => {
        await done(await openTerminalBench(folder), play, experiment);
      });
    });
  }
}

async function done(bench: OpenBench, play: Play, { outcomes, right }: Experiment): Promise<void> {
  try {
    const happened = await play(bench);
    expect(happened, 'what happened, of the outcomes that the text names').toEqual(
      outcomes.map((_, index) => index === right - 1),
    );
  } finally {
    await bench.close();
  }
}
