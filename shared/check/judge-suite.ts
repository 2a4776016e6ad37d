/** Judges a part that is a suite of tests: it must pass with programs that are right, and fail with each that is wrong. */
import type { Entry } from '#shared/lesson/conversation.ts';
import type { PartVerdict } from './part.ts';
import { describeError, describeProblem, NOT_TRIED, placeIn } from './problems.ts';
import type { Program, SuiteAbout } from './suite-about.ts';
import { type Crew, createCrew, type Job, type Outcome } from './suite-runs.ts';
import type { SuiteRun } from './suite-talk.ts';
import type { Tools } from './tools.ts';
import type { TestResult } from './verdict.ts';

/** In ms, in the time of the suite: so long it may wait, in all, for a program that answers at once. */
const MOST_WAITED = 6000;
/** So many lines of what a test said are shown. */
const MOST_LINES = 30;

/** What vitest says where a time-out has passed: a time that is not the learner's. */
const TIMED_OUT = /^Error: (Test|Hook) timed out in \d+ms\.[\s\S]*/;

const MOCKS = /^Error: Vitest mocker was not initialized[\s\S]*/;
const NO_MOCKS = 'vi.mock puts something else in the place of a module. Here the real ones are tested.';

/** What an assertion says, without its values. */
const KIND = /\bto (not )?(be|deeply equal|match|have|contain)\b/;

type Fault = { sentence: string; conversation?: Entry[]; traits?: string[] };

type Outcomes = Map<Job, Outcome>;

/** What is judged under one title. `find`: what is wrong, as far as one can tell from the runs so far. */
type Aspect = { title: string; jobs: Job[]; find: (outcomes: Outcomes) => Fault | undefined };

const AS_IS: Program = { name: 'the program is as it is' };

const jobsOf = (kind: Job['kind'], programs: Program[]) =>
  programs.map((program): Job => ({ kind, program }));

/** Judges the suite in a file. No process of its is left behind. */
export async function judgeSuite(
  about: SuiteAbout,
  file: string,
  tools: Tools,
  isWanted: (title: string) => boolean,
): Promise<PartVerdict> {
  const asked = aspectsOf(about, file).filter(({ title }) => isWanted(title));
  const asIs: Job = { kind: 'right', program: AS_IS };
  const crew = createCrew(file, about.folder, tools);
  try {
    const first = (await crew.run([asIs])).get(asIs);
    const fault = first && faultOf(first, file);
    return { tests: fault ? allUntried(asked, fault) : await judgeWithAll(asked, about, crew, tools.bail) };
  } catch (error) {
    const problem = describeError(error, file, true, 'suite');
    return { problem, tests: asked.map(({ title }) => ({ title, passed: false, sentence: problem })) };
  } finally {
    await crew.end();
  }
}

/** In the order of their titles. */
function aspectsOf(about: SuiteAbout, file: string): Aspect[] {
  const dead = jobsOf('dead', about.dead);
  const right = jobsOf('right', about.right.programs);
  const again: Job = { kind: 'right', program: AS_IS };
  return [
    {
      title: about.title,
      jobs: [...dead, again],
      find: (outcomes) => faultOfTests(outcomes, dead, again, file),
    },
    { title: about.right.title, jobs: right, find: (outcomes) => faultWithRight(outcomes, right, file) },
    ...about.wrong.map(({ title, missed, programs }): Aspect => {
      const jobs = jobsOf('wrong', programs);
      return { title, jobs, find: (outcomes) => faultWithWrong(outcomes, jobs, missed, file) };
    }),
  ];
}

/** A suite that fails with a program that is right says nothing about others. Why it does is said once. */
function allUntried(asked: Aspect[], fault: Fault): TestResult[] {
  return asked.map(({ title }, at) => ({
    title,
    passed: false,
    ...(at === 0 ? fault : { sentence: NOT_TRIED }),
  }));
}

async function judgeWithAll(
  asked: Aspect[],
  about: SuiteAbout,
  crew: Crew,
  bail: boolean,
): Promise<TestResult[]> {
  const isTried = ({ jobs }: Aspect, outcomes: Outcomes) => jobs.every((job) => outcomes.has(job));
  const hasFailed = (outcomes: Outcomes) =>
    bail && asked.some((one) => isTried(one, outcomes) && one.find(outcomes) !== undefined);
  // What was run first runs last, too: who counts how often it was run is found.
  const last = asked.filter(({ title }) => title === about.title);
  const order = [...asked.filter((one) => !last.includes(one)), ...last];
  const outcomes = await crew.run(
    order.flatMap(({ jobs }) => jobs),
    hasFailed,
  );

  const tests: TestResult[] = [];
  for (const one of asked) {
    const fault = one.find(outcomes) ?? (isTried(one, outcomes) ? undefined : { sentence: NOT_TRIED });
    tests.push({ title: one.title, passed: fault === undefined, ...fault });
    if (bail && fault) break;
  }
  return tests;
}

/** What is wrong with a suite that ran with a program that is right. */
function faultOf(
  outcome: Outcome,
  file: string,
  where = 'this chat is right',
  limit = MOST_WAITED,
): Fault | undefined {
  if ('problem' in outcome)
    return {
      sentence: describeProblem(outcome.problem, file, false, 'suite'),
      traits: [outcome.problem.kind],
    };
  const { tests, errors, isStuck, leftOpen, waited } = outcome;
  const [error] = errors;
  const failed = tests.find(({ state }) => state === 'fail');
  const skipped = tests.find(({ state }) => state === 'skip');
  if (failed) return told(`"${failed.name}" fails, and ${where}`, failed, file);
  if (error) return told(`Something goes wrong outside of the tests, and ${where}`, error, file);
  if (isStuck)
    return {
      sentence: `The suite waits for something that never comes, and no time-out ends that, and ${where}.`,
    };
  if (tests.length === 0) return { sentence: 'There is no test in it.' };
  if (skipped)
    return {
      sentence: `"${skipped.name}" is skipped. A test that does not run notices nothing: let each one run, or take it out.`,
      traits: ['skipped'],
    };
  if (leftOpen > 0) {
    const servers = leftOpen === 1 ? 'a server is' : `${leftOpen} servers are`;
    return {
      sentence: `After the last test ${servers} still open. Close each server where its test ends.`,
      traits: ['open'],
    };
  }
  if (waited > limit) {
    const seconds = (waited / 1000).toFixed(1);
    return {
      sentence: `The suite waited for ${seconds} s, and this chat answers at once. Wait for events, not for a time.`,
      traits: ['sleeps'],
    };
  }
  return undefined;
}

/** A sentence with what a test said, and where. What it said in more lines is shown below. */
function told(start: string, { message, stack }: { message: string; stack: string }, file: string): Fault {
  const words = message
    .replace(TIMED_OUT, 'it waits for something that does not come.')
    .replace(MOCKS, NO_MOCKS);
  const [first = '', ...more] = words.split('\n');
  const place = placeIn(stack, file);
  const entries = more
    .filter((line) => line.trim() !== '')
    .slice(0, MOST_LINES)
    .map((text): Entry => ({ kind: 'happened', who: 'suite', text, at: 0 }));
  return {
    sentence: `${start}: ${first}${place === undefined ? '' : ` (${place})`}`,
    traits: [
      start.replace(/^".*" fails/s, 'a test fails'),
      KIND.exec(first)?.[0] ?? first.split(':')[0] ?? '',
    ],
    ...(entries.length > 0 ? { conversation: entries } : {}),
  };
}

/** Whether a test of a suite that passes can't fail, or passes no second time. */
function faultOfTests(outcomes: Outcomes, dead: Job[], again: Job, file: string): Fault | undefined {
  const once = outcomes.get(again);
  const fault = once && faultOf(once, file, 'it passed when it ran the first time');
  if (fault) return fault;
  const runs = dead.flatMap((job) => outcomes.get(job) ?? []);
  const ended = runs.find((run) => 'problem' in run);
  if (ended) return faultOf(ended, file);
  const passed = runs.flatMap((run) => ('tests' in run ? [namesOf(run)] : []));
  const [first = new Set<string>(), ...others] = passed;
  const idle =
    passed.length < dead.length ? undefined : [...first].find((name) => others.every((one) => one.has(name)));
  if (idle === undefined) return undefined;
  const where = dead.map(({ program }) => `where ${program.name}`).join(' and ');
  return {
    sentence: `"${idle}" passes ${where}. So it can't fail.`,
    traits: ['idle'],
  };
}

/** The names of the tests that passed. */
function namesOf({ tests, isStuck }: SuiteRun): Set<string> {
  const failed = new Set(tests.flatMap(({ name, state }) => (state === 'pass' ? [] : [name])));
  return new Set(isStuck ? [] : tests.flatMap(({ name }) => (failed.has(name) ? [] : [name])));
}

function faultWithRight(outcomes: Outcomes, jobs: Job[], file: string): Fault | undefined {
  for (const job of jobs) {
    const outcome = outcomes.get(job);
    if (!outcome) continue;
    const { name, arePortsTaken } = job.program;
    const fault = faultOf(outcome, file, `it should pass where ${name}`, Number.POSITIVE_INFINITY);
    if (fault && arePortsTaken && 'ports' in outcome && outcome.ports.length > 0) {
      const [port] = outcome.ports;
      return {
        sentence: `The suite listens on port ${port}, and here somebody else does. Ask for port 0: then the system gives one that is free.`,
        traits: ['port'],
      };
    }
    if (fault) return fault;
  }
  return undefined;
}

function faultWithWrong(outcomes: Outcomes, jobs: Job[], missed: string, file: string): Fault | undefined {
  const tried = jobs.flatMap((job) => {
    const outcome = outcomes.get(job);
    return outcome ? [{ job, outcome }] : [];
  });
  for (const { outcome } of tried) {
    if ('problem' in outcome) return faultOf(outcome, file);
    if (outcome.isStuck)
      return { sentence: 'With a chat that is wrong the suite waits for ever: no time-out ends its wait.' };
  }
  const unnoticed = tried.filter(({ outcome }) => !hasNoticed(outcome));
  const [one] = unnoticed;
  if (!one) return undefined;
  const all = 'tests' in one.outcome ? one.outcome.tests.length : 0;
  const pass = all === 1 ? 'Your one test passes' : `All ${all} tests pass`;
  const noticed = tried.length - unnoticed.length;
  return {
    sentence: `${pass}, though ${missed}. Of ${jobs.length} chats like that your suite noticed ${noticed || 'none'}.`,
    traits: unnoticed.map(({ job }) => `${jobs.indexOf(job)}`),
  };
}

function hasNoticed(outcome: Outcome): boolean {
  if ('problem' in outcome) return false;
  return outcome.errors.length > 0 || outcome.tests.some(({ state }) => state === 'fail');
}
