/** Judges the part server.ts: runs the tests against the learner's server, which is started anew for each. */
import type { Entry } from '#shared/lesson/conversation.ts';
import { openScene, START } from './check-clock.ts';
import { compile } from './compile.ts';
import { newDataFolder } from './data-folder.ts';
import type { Host } from './host.ts';
import { createHosts, type Hosts, type Started } from './hosts.ts';
import { openRoom } from './open-room.ts';
import type { Oracle } from './oracle.ts';
import type { ExerciseTest, PartVerdict } from './part.ts';
import { describeError, Flood, NOT_TRIED, TOO_LONG, WrongAnswer } from './problems.ts';
import type { ClockRoom } from './room.ts';
import { createPatience, type Scene } from './scene.ts';
import { shorten } from './shorten.ts';
import { untilArrived } from './silence.ts';
import type { Client } from './test-client.ts';
import { WHATEVER_ELSE } from './titles.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';
import { compareWithLesson } from './whatever-else.ts';
import { within } from './within.ts';

/** No test of a right answer comes near this, in ms: ten thousand messages that cost it 5 ms each. */
const LONGEST_TEST = 300_000;
/** From so many entries of a conversation on, what the server prints is left out. */
const MOST_ENTRIES = 1000;

/** One test that was run, or could not be. */
type Ran = { result: TestResult; entries: Entry[]; clients: Client[]; end: () => Promise<void> };

/** What else is held, after the tests. */
type Asked = { oracle: Oracle; folder: string };

/** Runs tests against the server in a file, and after them asks the oracle. No process of its is left behind. */
export async function judgeServer(
  tests: ExerciseTest<ClockRoom>[],
  file: string,
  tools: Tools,
  { asked, clock }: { asked?: Asked | undefined; clock?: 'own' | undefined } = {},
): Promise<PartVerdict> {
  let compiled: Awaited<ReturnType<typeof compile>>;
  try {
    compiled = await compile(file);
  } catch (error) {
    const problem = describeError(error, file, true);
    const titles = [...tests.map(({ title }) => title), ...(asked ? [WHATEVER_ELSE] : [])];
    return { problem, tests: titles.map((title) => ({ title, passed: false, sentence: problem })) };
  }
  const trial = createTrial(file, compiled.path, tools, clock === 'own' ? START : undefined);
  try {
    for (const test of tests) {
      if (tools.bail && trial.hasFailed()) break;
      await trial.run(test);
    }
    if (asked && !(tools.bail && trial.hasFailed())) await trial.ask(asked);
    return await trial.conclude();
  } finally {
    await Promise.all([compiled.remove(), trial.end()]);
  }
}

/** @param now what a clock of the check's shows at each start, in ms. Without it, the answer has the real one */
function createTrial(file: string, path: string, tools: Tools, now: number | undefined) {
  const patience = createPatience();
  const all: Ran[] = [];
  const hosts = createHosts(tools, (text) => note(all.at(-1), text));
  let data = newDataFolder(); // What one start of a test has kept, the next one finds.
  const startOnce = starter(hosts, path, file, now, () => data);
  const startAnew = () => {
    data = newDataFolder();
    return startOnce();
  };
  let problem: string | undefined; // Why not even the first test could begin.
  let isHopeless = false; // A server that hung or flooded once does it again, and each time costs seconds.

  function begin(title: string): Ran {
    const ran: Ran = { result: { title, passed: false }, entries: [], clients: [], end: async () => {} };
    all.push(ran);
    return ran;
  }

  /** Runs a test against the server, started anew. Gives whether the server has started. */
  async function tryOut({ run }: ExerciseTest<ClockRoom>, ran: Ran): Promise<boolean> {
    try {
      const { host, port } = await startAnew();
      const scene = openScene(host, patience, ran.entries, now);
      isHopeless = await runTest(run, ran, scene, port, file, startOnce);
      return true;
    } catch (error) {
      ran.result.sentence = describeError(error, file, true);
      isHopeless = isCostly(hosts.last());
      return false;
    }
  }

  return {
    hasFailed: () => all.some(({ result }) => !result.passed),

    async run(test: ExerciseTest<ClockRoom>): Promise<void> {
      const ran = begin(test.title);
      if (problem !== undefined || isHopeless) {
        ran.result.sentence = problem ?? NOT_TRIED;
        return;
      }
      let hasStarted = await tryOut(test, ran);
      if (!ran.result.passed && hosts.mayTryAgain()) {
        await forget(ran);
        hasStarted = await tryOut(test, ran);
      }
      if (!hasStarted && all.length === 1) problem = ran.result.sentence;
    },

    /** Whether the answer does what the lesson does, whatever people do. */
    async ask({ oracle, folder }: Asked): Promise<void> {
      const hasFailed = all.some(({ result }) => !result.passed);
      const ran = begin(WHATEVER_ELSE);
      ran.result.sentence = problem ?? NOT_TRIED;
      if (hasFailed) return;
      const failure = await compareWithLesson(oracle, {
        folder,
        start: () => startIn(hosts, startAnew),
        openHost: () => tools.takeFresh(),
        now,
      });
      noteDifference(ran, failure, file);
    },

    /** A last look at every conversation: what came after its test is over counts, too. */
    async conclude(): Promise<PartVerdict> {
      if (!isHopeless) await letFinish(hosts.last());
      const tests = all.map(lookBack);
      return problem === undefined ? { tests } : { tests, problem };
    },

    async end(): Promise<void> {
      await Promise.all(all.map((ran) => ran.end()));
      await hosts.end(isHopeless);
    },
  };
}

/** Lets a process that is well do what it has begun. */
async function letFinish(host: Host | undefined): Promise<void> {
  if (host && !host.problem()) await host.turn().catch(() => {});
}

/**
 * Gives what starts the answer in a process of its own: at this moment on a clock of the check's, where it has one.
 *
 * @param data gives the folder in which it keeps its files
 */
function starter(hosts: Hosts, path: string, file: string, now: number | undefined, data: () => string) {
  return async (at = now): Promise<Started> => {
    const host = await hosts.take();
    return { host, port: await host.start(path, file, at, data()) };
  };
}

/** Starts the answer: once more, where its process has spoiled that, and not the answer. */
async function startIn(hosts: Hosts, start: () => Promise<Started>): Promise<Started> {
  return start().catch((error: unknown) => {
    if (hosts.mayTryAgain()) return start();
    throw error;
  });
}

/** Runs one test, and notes how it went. Gives whether the server is of no more use. */
async function runTest(
  run: ExerciseTest<ClockRoom>['run'],
  ran: Ran,
  scene: Scene,
  port: number,
  file: string,
  startAgain: (now?: number) => Promise<Started>,
): Promise<boolean> {
  const { room, clients, end } = openRoom(port, scene, startAgain);
  Object.assign(ran, { clients, end });
  try {
    const done = run(room).then(() => true);
    if (!(await within(LONGEST_TEST, done))) throw new WrongAnswer(TOO_LONG);
    // A server may answer, and send more, or crash right after.
    await untilArrived(scene);
    ran.result.passed = true;
    return false;
  } catch (error) {
    ran.result.sentence = describeError(error, file);
    if (error instanceof WrongAnswer && error.expected !== undefined) ran.result.expected = error.expected;
    return error instanceof Flood || isCostly(scene.host);
  }
}

function noteDifference(
  { result, entries }: Ran,
  failure: Awaited<ReturnType<typeof compareWithLesson>>,
  file: string,
): void {
  delete result.sentence;
  result.passed = failure === undefined;
  if (failure === undefined) return;
  entries.push(...failure.entries);
  result.sentence = describeError(failure.error, file);
}

/** Forgets how a test went: it begins once more. */
async function forget(ran: Ran): Promise<void> {
  await ran.end();
  ran.entries.length = 0;
  delete ran.result.sentence;
  Object.assign(ran, { clients: [], end: async () => {} });
}

/** Whether a process has a problem that costs seconds each time. */
function isCostly(host: Host | undefined): boolean {
  const kind = host?.problem()?.kind;
  return kind === 'stuck' || kind === 'greedy';
}

/** A server that prints without end must not fill the memory of the check. */
function note(ran: Ran | undefined, text: string): void {
  if (ran && ran.entries.length < MOST_ENTRIES) ran.entries.push({ kind: 'printed', text, at: Date.now() });
}

function lookBack({ result, entries, clients }: Ran): TestResult {
  const broken = clients.flatMap((client) => client.brokenRules())[0];
  if (result.passed && broken !== undefined) {
    result.passed = false;
    result.sentence = broken;
  }
  if (!result.passed && entries.length > 0) result.conversation = shorten(entries);
  return result;
}
