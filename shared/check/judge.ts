/** Judges an answer, part by part, and gives a verdict. It keeps what they work with: processes and a browser. */
import type { Browser } from 'playwright-core';
import type { Answer } from '#shared/course/exercise.ts';
import { launchBrowser } from './browser.ts';
import type { Exercise } from './exercise.ts';
import { type Host, openHost } from './host.ts';
import { openSuiteProcess, type SuiteProcess } from './suite-process.ts';
import type { Tools } from './tools.ts';
import type { Verdict } from './verdict.ts';

export type JudgeLimits = {
  /** The only part to judge, and why the others are not. */
  part?: { file: string; why: string };
  /** The titles of the tests to run. */
  tests?: string[];
};

export type Judge = {
  /** @throws where the check itself fails */
  judge: (exercise: Exercise, answer: Answer, limits?: JudgeLimits) => Promise<Verdict>;
  /** Ends the processes that stand by. */
  end: () => Promise<void>;
};

export type JudgeOptions = {
  /** Whether, when the process that stands by is taken, another one gets ready for the next answer. */
  keepSpare?: boolean;
  /** Whether a process that is well judges the next answer, too: fast, for answers that we wrote ourselves. */
  reuse?: boolean;
  /** Whether to stop at the first test that fails. */
  bail?: boolean;
  /** Gives a browser that others use, too. Else the judge has one of its own. */
  browser?: () => Promise<Browser>;
};

/** After so many servers a process has had its day: what each left behind in it would one day be too much. */
const MOST_RUNS = 500;
/** The same for suites of tests, which stay in its memory. */
const MOST_SUITES = 200;

/** Gives a judge. A process stands by from now on, so that an answer is judged at once. */
export function createJudge({ keepSpare, reuse, bail = false, browser }: JudgeOptions = {}): Judge {
  const standby: Host[] = [openHost()];
  const suites: Promise<SuiteProcess>[] = [];
  let own: Promise<Browser> | undefined;

  async function closeBrowser(): Promise<void> {
    const opened = own;
    own = undefined;
    await (await opened?.catch(() => undefined))?.close();
  }

  function takeOne(isFit: (host: Host) => boolean, again?: boolean): Host {
    const at = standby.findLastIndex(isFit);
    const [host = openHost()] = at < 0 ? [] : standby.splice(at, 1);
    if ((keepSpare || again) && standby.length === 0) standby.push(openHost());
    return host;
  }

  const tools: Tools = {
    take: (again) => takeOne(() => true, again),
    takeFresh: (again) => takeOne((host) => host.runs() === 0, again),
    async giveBack(host) {
      if (reuse && host.runs() < MOST_RUNS && (await isWell(host))) standby.push(host);
      else await host.end();
    },
    takeSuiteProcess: async () => suites.pop() ?? openSuiteProcess(),
    async giveBackSuiteProcess(process) {
      const isFit = reuse && process.isFit() && process.runs() < MOST_SUITES;
      if (isFit) suites.push(Promise.resolve(process));
      else await process.end();
      // Only who needed one needs the next one.
      if (!isFit && keepSpare) suites.push(openSuiteProcess());
    },
    openBrowser() {
      if (browser) return browser();
      own ??= launchBrowser();
      return own;
    },
    bail,
  };

  async function judgeParts(
    { parts, folder }: Exercise,
    answer: Answer,
    { part: only, tests }: JudgeLimits,
    verdict: Verdict,
  ): Promise<void> {
    const isWanted = (title: string) => tests?.includes(title) ?? true;
    for (const { file, ...part } of parts) {
      if (bail && verdict.tests.some((one) => !one.passed)) return;
      if (only && only.file !== file) {
        verdict.notJudged.push({ file, why: only.why });
      } else if (part.tests.some(({ title }) => isWanted(title))) {
        const found = await part.judge(answer, tools, isWanted, folder);
        verdict.tests.push(...found.tests);
        if (found.problem !== undefined) verdict.problem ??= found.problem;
        const { whyNotJudged: why, whatNotJudged: what = file } = found;
        if (why !== undefined) verdict.notJudged.push({ file: what, why });
      }
    }
  }

  return {
    async judge(exercise, answer, limits = {}) {
      const { number, title } = exercise;
      const verdict: Verdict = { exercise: number, title, solved: false, tests: [], notJudged: [] };
      try {
        await judgeParts(exercise, answer, limits, verdict);
      } finally {
        if (!reuse) await closeBrowser();
      }
      verdict.solved = verdict.notJudged.length === 0 && verdict.tests.every((one) => one.passed);
      return verdict;
    },
    async end() {
      const all = [...standby.splice(0), ...(await Promise.all(suites.splice(0)))];
      await Promise.all([...all.map((process) => process.end()), closeBrowser()]);
    },
  };
}

/** Whether a server is still there when it has seen that all its clients have gone: that crashes some. */
async function isWell(host: Host): Promise<boolean> {
  for (let turns = 0; turns < 3 && !host.problem(); turns += 1) await host.turn().catch(() => {});
  return !host.problem();
}
