/** Does every experiment of a lesson's text, and holds what the text says about it against what happens. */
import { describe, expect, test } from 'vitest';
import { type Experiment, lessonText, readExperiments } from '#shared/course/experiments.ts';
import type { Bench } from './bench.ts';
import { browserTest, IS_LEFT_OUT } from './browser-testing.ts';
import { openTerminalBench } from './terminal-bench.ts';
import { useWorkshop } from './workshop.ts';
import { openWorkshopBench } from './workshop-bench.ts';

export type { Bench } from './bench.ts';

/** Does an experiment. Gives for each outcome of its guess, in their order, whether it happened: without a guess, nothing. */
export type Play = (bench: Bench) => Promise<boolean[]>;

/**
 * `npm test` does them in a terminal, and `npm run verify` in the workshop: that takes twice as long. A program takes
 * many seconds by its nature: it is for `npm run verify` alone.
 */
const IS_HEAVY = Boolean(process.env.HEAVY);
const isProgram = ({ blocks }: Experiment) => blocks.some(({ info: [language] }) => language === 'sh');

/**
 * Tests each experiment of a lesson, in each place where it can be done.
 *
 * @param folder the lesson, named from the root: 'lessons/01'
 * @param plays by the experiment's name, which is that of its first block
 * @param slow the names of those that wait for seconds, by what they show: for `npm run verify` alone
 */
export function testExperiments(folder: string, plays: Record<string, Play>, slow: string[] = []): void {
  const experiments = readExperiments(lessonText(folder));

  test(`${folder}: each experiment is done, and is in the text`, () => {
    expect(experiments.map(({ name }) => name).sort()).toEqual(Object.keys(plays).sort());
  });

  const isSlow = (experiment: Experiment) => isProgram(experiment) || slow.includes(experiment.name);
  const isMeant = (experiment: Experiment) => isSlow(experiment) === IS_HEAVY;
  const now = experiments.filter(isMeant);
  if (now.length > 0) inTerminal(folder, now, plays);
  if (IS_HEAVY) inWorkshop(folder, experiments, plays);
}

function inTerminal(folder: string, experiments: Experiment[], plays: Record<string, Play>): void {
  describe(`${folder}, in a terminal`, () => {
    for (const [experiment, play] of played(experiments, plays)) {
      browserTest(`${experiment.title} (${experiment.name})`, async () => {
        const bench = await openTerminalBench(folder);
        try {
          expectRight(await play(bench), experiment);
        } finally {
          await bench.close();
        }
      });
    }
  });
}

function inWorkshop(folder: string, experiments: Experiment[], plays: Record<string, Play>): void {
  describe.skipIf(IS_LEFT_OUT)(`${folder}, in the workshop`, () => {
    const workshop = useWorkshop();
    for (const [experiment, play] of played(experiments, plays)) {
      test(`${experiment.title} (${experiment.name})`, async () => {
        const bench = await openWorkshopBench(`${workshop.url}/${folder}`, experiment);
        try {
          if (experiment.guess) await bench.guess(1);
          expectRight(await play(bench), experiment);
          const verdict = await bench.verdict();
          if (!experiment.guess) expect(verdict).toBe('');
          else if (experiment.guess.right === 1) expect(verdict).toBe('Your guess held.');
          else expect(verdict).toMatch(/^It went otherwise: \S/);
        } finally {
          await bench.close();
        }
      });
    }
  });
}

function played(experiments: Experiment[], plays: Record<string, Play>): [Experiment, Play][] {
  return experiments.flatMap((experiment) => {
    const play = plays[experiment.name];
    return play ? [[experiment, play]] : [];
  });
}

/** What happened must be the one outcome that the text calls right. */
function expectRight(happened: boolean[], { guess }: Experiment): void {
  expect(happened, 'what happened, of the outcomes that the text names').toEqual(
    (guess?.outcomes ?? []).map((_, index) => index === (guess?.right ?? 0) - 1),
  );
}
