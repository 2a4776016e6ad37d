/** Judges a part that is a module: runs the tests against it, loaded anew for each, in a process of its own. */
import type { Entry } from '#shared/lesson/conversation.ts';
import { compile } from './compile.ts';
import type { Host } from './host.ts';
import { createHosts } from './hosts.ts';
import { type ModuleRoom, openModuleRoom } from './module-room.ts';
import type { ExerciseTest, PartVerdict } from './part.ts';
import { describeError, Flood, NOT_TRIED, TOO_LONG, WrongAnswer } from './problems.ts';
import { shorten } from './shorten.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';
import { within } from './within.ts';

/** No test of a right answer comes near this, in ms. */
const LONGEST_TEST = 60_000;
/** From so many entries of a conversation on, what the module prints is left out. */
const MOST_ENTRIES = 1000;
const DRIVER = '#shared/check/module-driver.ts';

/** Runs tests against the module in a file. No process of its is left behind. */
export async function judgeModule(
  tests: ExerciseTest<ModuleRoom>[],
  file: string,
  tools: Tools,
): Promise<PartVerdict> {
  const sentenceOf = (error: unknown, starting = false) => describeError(error, file, starting, 'module');
  let compiled: Awaited<ReturnType<typeof compile>>;
  try {
    compiled = await compile(file, { driver: DRIVER });
  } catch (error) {
    const problem = sentenceOf(error, true);
    return { problem, tests: tests.map(({ title }) => ({ title, passed: false, sentence: problem })) };
  }
  let entries: Entry[] = [];
  const hosts = createHosts(tools, (text) => {
    if (entries.length < MOST_ENTRIES) entries.push({ kind: 'printed', text, at: Date.now() });
  });
  const results: TestResult[] = [];
  let problem: string | undefined; // Why not even the first test could begin.
  let isHopeless = false; // A module that hung or stormed once does it again, and each time costs seconds.

  /** Runs a test against the module, loaded anew. Gives how it went, and whether the module was loaded. */
  async function tryOnce({ title, run }: ExerciseTest<ModuleRoom>): Promise<[TestResult, boolean]> {
    entries = [];
    let isLoaded = false;
    let host: Host | undefined;
    try {
      host = await hosts.take();
      const port = await host.start(compiled.path, file);
      isLoaded = true;
      await runTest(run, port, host, entries);
      return [{ title, passed: true }, isLoaded];
    } catch (error) {
      const sentence = sentenceOf(error, !isLoaded);
      isHopeless = error instanceof Flood || host?.problem()?.kind === 'stuck';
      return [{ title, passed: false, sentence, conversation: shorten(entries) }, isLoaded];
    }
  }

  async function tryOut(test: ExerciseTest<ModuleRoom>): Promise<TestResult> {
    const { title } = test;
    if (problem !== undefined || isHopeless) return { title, passed: false, sentence: problem ?? NOT_TRIED };
    let [result, isLoaded] = await tryOnce(test);
    if (!result.passed && hosts.mayTryAgain()) [result, isLoaded] = await tryOnce(test);
    if (!isLoaded && results.length === 0) problem = result.sentence;
    return result;
  }

  try {
    for (const test of tests) {
      if (tools.bail && results.some(({ passed }) => !passed)) break;
      results.push(await tryOut(test));
    }
    return problem === undefined ? { tests: results } : { tests: results, problem };
  } finally {
    // What a wrong module has left behind in its process is no business of the next answer.
    await Promise.all([compiled.remove(), hosts.end(results.some(({ passed }) => !passed))]);
  }
}

async function runTest(
  run: ExerciseTest<ModuleRoom>['run'],
  port: number,
  host: Host,
  entries: Entry[],
): Promise<void> {
  const { room, end } = await openModuleRoom(port, host, entries);
  try {
    const done = run(room).then(() => true);
    if (!(await within(LONGEST_TEST, done))) throw new WrongAnswer(TOO_LONG);
  } finally {
    await end();
  }
}
