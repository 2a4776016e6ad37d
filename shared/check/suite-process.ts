/** A process in which suites of tests run, one after the other: it tells a slow suite from one that hangs, and ends it. */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { compile } from './compile.ts';
import { createMeter } from './meter.ts';
import { ServerProblem } from './problems.ts';
import { openProcess } from './server-process.ts';
import type { SuiteOrder, SuiteRun } from './suite-talk.ts';
import { createTurns } from './turns.ts';
import { within } from './within.ts';

const RUNNER = fileURLToPath(new URL('suite-runner.ts', import.meta.url));
/** In MiB. */
const MOST_HEAP = 512;
/** In ms. How long to wait between two looks at it. Each look is news to it: it must see quiet times between them. */
const A_WHILE = 400;
/** In ms of processor time: so much one run of a suite may take. */
const LONGEST_RUN = 15_000;

export type SuiteProcess = {
  /** Runs a compiled suite. @throws ServerProblem where it hangs, or ends the process: then the process is of no more use */
  run: (order: Omit<SuiteOrder, 'type' | 'id'>) => Promise<SuiteRun>;
  /** How many suites have run in it. */
  runs: () => number;
  /** Whether others can run in it. */
  isFit: () => boolean;
  end: () => Promise<void>;
};

let runner: Promise<{ path: string }> | undefined;

/** Starts a process that stands by, with all that a suite needs loaded. */
export async function openSuiteProcess(): Promise<SuiteProcess> {
  runner ??= compile(RUNNER);
  const { path } = await runner;
  const server = openProcess({
    file: path,
    execArgv: [`--max-old-space-size=${MOST_HEAP}`],
    env: { FORCE_COLOR: '0', NO_COLOR: '1', NODE_ENV: 'test', VITEST: 'true' },
    isQuiet: true,
  });
  const meter = createMeter(server);
  const turns = createTurns(server, meter);
  const isLoaded = server.next((news) => (news.type === 'suite' ? true : undefined));
  let runs = 0;
  let isSpoiled = false;

  return {
    async run(order) {
      await isLoaded;
      runs += 1;
      const id = randomUUID();
      const base = meter.processorTime;
      const result = server.next((news) =>
        news.type === 'suite' && news.run.id === id ? news.run : undefined,
      );
      server.ask({ ...order, type: 'suite', id });
      for (;;) {
        const run = await within(A_WHILE, result);
        if (run) {
          isSpoiled ||= run.isStuck;
          return run;
        }
        const problem = server.problem();
        if (problem) throw new ServerProblem(problem);
        if (meter.used(base) > LONGEST_RUN) turns.giveUp();
        await turns.take();
      }
    },
    runs: () => runs,
    isFit: () => !isSpoiled && server.problem() === undefined,
    end: server.end,
  };
}
