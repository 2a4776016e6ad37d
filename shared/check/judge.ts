/** Judges an answer: starts the server, runs the exercise's tests against it, and gives a verdict. */
import { relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { ROOT } from '#shared/course/root.ts';
import { type Entry, printConversation, seconds } from '#shared/lesson/conversation.ts';
import { launchBrowser } from './browser.ts';
import { compile } from './compile.ts';
import type { Exercise, Room } from './exercise.ts';
import { type Host, HostProblem, openHost, type Problem, within } from './host.ts';
import { rawConnect, rawFrame } from './raw-client.ts';
import { type Client, connectClient, Flood, type Patience, ServerGone, WrongAnswer } from './test-client.ts';
import type { TestResult, Verdict } from './verdict.ts';

/** The files of an answer, as absolute paths. */
export type Answer = { server: string; client?: string };

export type { TestResult, Verdict };

export type Judge = {
  judge: (exercise: Exercise, answer: Answer) => Promise<Verdict>;
  /** Ends the processes that stand by. */
  end: () => Promise<void>;
};

/** Milliseconds. */
const FIRST_PATIENCE = 1000;
const LATER_PATIENCE = 250;
/** No test of a right answer comes near this. */
const LONGEST_TEST = 20_000;
/** From so many entries of a conversation on, what the server prints is left out. */
const MOST_ENTRIES = 1000;

/**
 * Gives a judge. A process stands by from now on, so that an answer is judged at once.
 *
 * @param options keepSpare: whether, when that process is taken, another one gets ready for the next answer.
 *   reuse: whether a process that is well judges the next answer, too: fast, for answers that we wrote ourselves.
 *   bail: whether to stop at the first test that fails. browser: what gives a browser that others use, too;
 *   else the judge has one of its own
 */
export function createJudge(
  options: { keepSpare?: boolean; reuse?: boolean; bail?: boolean; browser?: () => Promise<Browser> } = {},
): Judge {
  const standby: Host[] = [openHost()];

  function takeHost(again = false): Host {
    const host = standby.pop() ?? openHost();
    if ((options.keepSpare || again) && standby.length === 0) standby.push(openHost());
    return host;
  }

  async function giveBack(host: Host): Promise<void> {
    if (options.reuse && (await isWell(host))) standby.push(host);
    else await host.end();
  }

  let browser: Promise<Browser> | undefined;

  async function closeBrowser(): Promise<void> {
    const opened = browser;
    browser = undefined;
    await (await opened?.catch(() => undefined))?.close();
  }

  const tools: Tools = {
    take: takeHost,
    giveBack,
    openBrowser: () => {
      if (options.browser) return options.browser();
      browser ??= launchBrowser();
      return browser;
    },
    bail: options.bail ?? false,
  };
  return {
    async judge(exercise, answer) {
      const verdict: Verdict = {
        exercise: exercise.folder.replace('exercises/', ''),
        title: exercise.title,
        solved: false,
        tests: [],
        notChecked: [],
      };
      const server = await judgeServer(exercise, answer.server, tools);
      verdict.tests = server.tests;
      if (server.problem !== undefined) verdict.problem = server.problem;
      const { client: half } = exercise;
      if (half && answer.client && !(tools.bail && verdict.tests.some((test) => !test.passed))) {
        const { judgeClient } = await import('./judge-client.ts');
        const client = await judgeClient(half, answer.client, tools);
        if (!options.reuse) await closeBrowser();
        verdict.tests = [...verdict.tests, ...client.tests];
        if (client.whyNotChecked !== undefined) {
          verdict.notChecked = ['client'];
          verdict.whyNotChecked = client.whyNotChecked;
        }
      }
      verdict.solved = verdict.tests.every((test) => test.passed);
      return verdict;
    },
    async end() {
      await Promise.all([...standby.splice(0).map((host) => host.end()), closeBrowser()]);
    },
  };
}

/** What both halves of a check work with. */
export type Tools = {
  /** Where processes come from, and where they go when they are no longer used. `again`: who crashed once will need more. */
  take: (again?: boolean) => Host;
  giveBack: (host: Host) => Promise<void>;
  openBrowser: () => Promise<Browser>;
  /** Whether to stop at the first test that fails. */
  bail: boolean;
};

type Ran = { result: TestResult; entries: Entry[]; clients: Client[] };

async function judgeServer(
  exercise: Exercise,
  file: string,
  tools: Tools,
): Promise<{ tests: TestResult[]; problem?: string }> {
  let compiled: Awaited<ReturnType<typeof compile>>;
  try {
    compiled = await compile(file);
  } catch (error) {
    if (!(error instanceof HostProblem)) throw error;
    const problem = describeProblem(error.problem, file, true);
    return {
      problem,
      tests: exercise.tests.map(({ title }) => ({ title, passed: false, sentence: problem })),
    };
  }
  const patience = createPatience();
  const hosts: Host[] = [];
  const all: Ran[] = [];
  let host: Host | undefined;
  let entries: Entry[] = [];
  let dead: string | undefined;
  /** A server that hung or flooded once does it again, and each time costs seconds. */
  let isHopeless = false;

  for (const { title, run } of exercise.tests) {
    if (tools.bail && all.some(({ result }) => !result.passed)) break;
    const clients: Client[] = [];
    entries = [];
    const ran: Ran = { result: { title, passed: false }, entries, clients };
    all.push(ran);
    if (dead !== undefined) {
      ran.result.sentence = dead;
      continue;
    }
    if (isHopeless) {
      ran.result.sentence = 'Not tried: mend the tests above first.';
      continue;
    }
    if (!host || host.problem()) {
      host = tools.take(hosts.length > 0);
      hosts.push(host);
      host.onPrint((text) => {
        // A server that prints without end must not fill the memory of the check.
        if (entries.length < MOST_ENTRIES) entries.push({ kind: 'printed', text, at: Date.now() });
      });
    }
    const current = host;
    let port: number;
    try {
      port = await current.start(compiled.path);
    } catch (error) {
      if (!(error instanceof HostProblem)) throw error;
      ran.result.sentence = describeProblem(error.problem, file, true);
      if (all.length === 1) dead = ran.result.sentence;
      isHopeless = error.problem.kind === 'stuck';
      continue;
    }
    const room: Room = {
      async connect(name) {
        const client = await connectClient(name, port, current, entries, patience);
        entries.push({ kind: 'connected', who: name, at: Date.now() });
        moveConnectedFirst(entries, name);
        clients.push(client);
        return client;
      },
      async breakProtocol(name) {
        const raw = await within(
          LONGEST_TEST,
          rawConnect(`ws://127.0.0.1:${port}`).catch(() => undefined),
        );
        if (!raw) {
          await current.turn();
          throw new WrongAnswer(
            `${name} could not connect: the server did not accept the WebSocket handshake.`,
          );
        }
        const { socket } = raw;
        entries.push({ kind: 'connected', who: name, at: Date.now() });
        const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
        entries.push({ kind: 'sent', who: name, text: '<a frame without a mask>', at: Date.now() });
        socket.resume().write(rawFrame(1, 'hi', { masked: false }));
        await within(FIRST_PATIENCE, Promise.race([closed, current.failed]));
        socket.destroy();
      },
    };
    try {
      const isDone = await within(
        LONGEST_TEST,
        run(room).then(() => true),
      );
      if (!isDone) throw new WrongAnswer('This took too long: the check gave up on it.');
      // A server may answer, and crash right after.
      await current.turn();
      ran.result.passed = true;
    } catch (error) {
      ran.result.sentence = sentenceOf(error, file);
      isHopeless = error instanceof Flood || current.problem()?.kind === 'stuck';
    }
  }

  // A last look at every conversation: what came after its test is over counts, too.
  if (host && !host.problem() && !isHopeless) await host.turn().catch(() => {});
  const tests = all.map(({ result, entries: said, clients }) => {
    const late = clients.map((client) => client.lateBy()).find((by) => by !== undefined);
    const broken = clients.flatMap((client) => client.brokenRules())[0];
    if (result.passed && broken !== undefined) {
      result.passed = false;
      result.sentence = broken;
    } else if (late !== undefined) {
      result.sentence = `${result.sentence} It came ${seconds(late)} too late.`;
    }
    if (!result.passed && said.length > 0) result.conversation = printConversation(shorten(said));
    return result;
  });
  for (const { clients } of all) for (const client of clients) client.end();
  await Promise.all([
    compiled.remove(),
    ...hosts.map((used) => (isHopeless ? used.end() : tools.giveBack(used))),
  ]);
  return dead === undefined ? { tests } : { tests, problem: dead };
}

/** Whether a server is still there when it has seen that all its clients have gone: that crashes some. */
async function isWell(host: Host): Promise<boolean> {
  for (let turns = 0; turns < 3 && !host.problem(); turns += 1) await host.turn().catch(() => {});
  return !host.problem();
}

/** The patience of one check: the first thing that is missing is awaited longer than later ones. */
export function createPatience(first = FIRST_PATIENCE, later = LATER_PATIENCE): Patience {
  return {
    now: first,
    shorten() {
      this.now = later;
    },
  };
}

/** A client that greets at once may be heard before its connection is noted: the connection comes first. */
function moveConnectedFirst(entries: Entry[], name: string): void {
  const connected = entries.pop();
  const first = entries.findIndex((entry) => 'who' in entry && entry.who === name);
  if (connected) entries.splice(first < 0 ? entries.length : first, 0, connected);
}

/** The first and the last entries of a long conversation. */
function shorten(entries: Entry[]): Entry[] {
  if (entries.length <= 40) return entries;
  const left = entries.length - 39;
  return [
    ...entries.slice(0, 20),
    { kind: 'printed', text: `… ${left} more lines …`, at: 0 },
    ...entries.slice(-19),
  ];
}

function sentenceOf(error: unknown, file: string): string {
  if (error instanceof WrongAnswer) return error.message;
  if (error instanceof ServerGone || error instanceof HostProblem)
    return describeProblem(error.problem, file, false);
  throw error;
}

/** What happened to a server, in a sentence with the learner's own file and line. */
export function describeProblem(problem: Problem | undefined, file: string, starting: boolean): string {
  const name = displayPath(file);
  switch (problem?.kind) {
    case 'broken': {
      const place = `${displayPath(problem.file)}:${problem.line}`;
      const missing = /^Could not resolve "(.*)"$/.exec(problem.message)?.[1];
      if (missing !== undefined) return `${place} imports ${missing}, but there is no such file.`;
      return `${place} does not parse: ${problem.message}`;
    }
    case 'crashed': {
      const line = lineIn(problem.stack, file);
      const what = `${problem.name}: ${problem.message.split('\n')[0]?.replaceAll(ROOT, '')}`;
      return `The server crashed${starting ? ' at its start' : ''}: ${what} (${line ?? name})`;
    }
    case 'ended': {
      const last = problem.printed.trim().split('\n').at(-1);
      if (problem.printed.includes('heap out of memory')) {
        return `The server ran out of memory. Does something in ${name} grow without end?`;
      }
      const how =
        problem.signal === null ? `with exit code ${problem.code}` : `by the signal ${problem.signal}`;
      return `The server's process ended by itself, ${how}.${last ? ` It printed last: ${last}` : ''}`;
    }
    case 'stuck':
      return `The server does not answer any more: is there an endless loop in ${name}?`;
    default:
      return `${name} runs, but it never listens. Is there a server, and does it listen?`;
  }
}

function lineIn(stack: string, file: string): string | undefined {
  const url = pathToFileURL(file).href;
  const at = stack.split('\n').find((line) => line.includes(file) || line.includes(url));
  const position = at && /:(\d+):\d+\)?$/.exec(at.replace(/\?run=\d+/, ''));
  return position ? `${displayPath(file)}:${position[1]}` : undefined;
}

/** A file's path as a learner knows it: from the root of the course, where it is in there. */
function displayPath(file: string): string {
  const fromRoot = relative(ROOT, file);
  return fromRoot.startsWith('..') ? file : fromRoot.replaceAll('\\', '/');
}
