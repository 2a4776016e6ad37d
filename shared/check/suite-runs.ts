/** Runs a suite against many programs: each is compiled with it, and two processes share the work. */
import { join, relative } from 'node:path';
import { applyEdit } from '#shared/course/edit.ts';
import { ROOT } from '#shared/course/root.ts';
import { compile } from './compile.ts';
import { type Problem, ServerProblem } from './problems.ts';
import type { Program } from './suite-about.ts';
import type { SuiteProcess } from './suite-process.ts';
import type { SuiteRun } from './suite-talk.ts';
import type { Tools } from './tools.ts';

/** The machine that this must be fast on has two cores. */
const PROCESSES = 2;

/** In ms, in the time of the suite: so long a test may take. With a right program that is slow it may need long. */
const TIMEOUT = { right: 600_000, wrong: 5_000, dead: 5_000 };

export type Job = {
  program: Program;
  /** Of a wrong program one test that fails is enough. */
  kind: keyof typeof TIMEOUT;
};

/** How a suite went with a program: or what its process suffered from. */
export type Outcome = SuiteRun | { problem: Problem };

export type Crew = {
  /**
   * Runs a suite against some programs.
   *
   * @param stop is asked before each run: whether the rest is not wanted any more
   * @returns how it went with each; those that were not tried are missing. Who has hung once does it again: nothing is
   *   tried after it
   * @throws ServerProblem where the suite cannot be compiled
   */
  run: (jobs: Job[], stop?: (outcomes: Map<Job, Outcome>) => boolean) => Promise<Map<Job, Outcome>>;
  end: () => Promise<void>;
};

/** Gives the processes in which one suite runs. @param folder where the program is, named from the root */
export function createCrew(file: string, folder: string, tools: Tools): Crew {
  const processes = Array.from({ length: PROCESSES }, () => tools.takeSuiteProcess());

  /** Compiles the suite with a program, and runs it. */
  async function runOne(process: SuiteProcess, { kind, program }: Job): Promise<Outcome> {
    const compiled = await compile(file, { change: changeOf(program, folder) });
    try {
      const arePortsTaken = program.arePortsTaken === true;
      const order = { file: compiled.path, source: file, arePortsTaken };
      return await process.run({ ...order, bail: kind === 'wrong', timeout: TIMEOUT[kind] });
    } catch (error) {
      if (error instanceof ServerProblem) return { problem: error.problem };
      throw error;
    } finally {
      await compiled.remove();
    }
  }

  return {
    async run(jobs, stop = () => false) {
      const outcomes = new Map<Job, Outcome>();
      const waiting = [...jobs];
      let isHopeless = false;
      const work = async (process: SuiteProcess) => {
        for (let job = waiting.shift(); job && !isHopeless && !stop(outcomes); job = waiting.shift()) {
          const outcome = await runOne(process, job);
          outcomes.set(job, outcome);
          isHopeless ||= 'problem' in outcome;
        }
      };
      await Promise.all(processes.map(async (process) => work(await process)));
      return outcomes;
    },
    async end() {
      await Promise.all(processes.map(async (process) => tools.giveBackSuiteProcess(await process)));
    },
  };
}

/** Makes the changes of a program while it is compiled. */
function changeOf({ edits = [] }: Program, folder: string) {
  return (path: string, text: string) => {
    const file = relative(join(ROOT, folder), path).replaceAll('\\', '/');
    return edits
      .filter((edit) => edit.file === file)
      .reduce((changed, edit) => applyEdit(edit, changed, `${folder}/${file}`), text);
  };
}
