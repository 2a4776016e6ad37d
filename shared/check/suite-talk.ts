/** What the check and the process that runs a suite say to each other. */

/** Asks to run a compiled suite. */
export type SuiteOrder = {
  type: 'suite';
  /** By chance: a suite that tells of itself how it went cannot know it. */
  id: string;
  /** The compiled file, and the one that it was compiled from. */
  file: string;
  source: string;
  /** Whether to stop at the first test that fails. */
  bail: boolean;
  /** In ms, in the time of the suite: so long a test may take that has no time-out of its own. */
  timeout: number;
  /** Whether each port that the suite chooses itself is taken. */
  arePortsTaken: boolean;
};

/** How a test ended. `message` and `stack`: what went wrong, and where; empty where nothing did. */
export type SuiteTest = { name: string; state: 'pass' | 'fail' | 'skip'; message: string; stack: string };

/** How a suite ended. Times are in ms. */
export type SuiteRun = {
  id: string;
  tests: SuiteTest[];
  /** What went wrong outside of the tests: while the file was loaded, in a hook, or where nobody caught it. */
  errors: { message: string; stack: string }[];
  /** How long it waited, though nothing was on its way. */
  waited: number;
  /** Whether it waits for something that never comes, without an end. */
  isStuck: boolean;
  /** How many servers it has left open. */
  leftOpen: number;
  /** The ports that it has chosen itself. */
  ports: number[];
};

const LONGEST_MESSAGE = 2000;
const LONGEST_STACK = 8000;
const MOST_TESTS = 1000;

/** What came over the channel is looked at: a suite may write to it, too. */
export function readSuiteRun(value: unknown): SuiteRun | undefined {
  const { id, tests, errors, waited, isStuck, leftOpen, ports } = fieldsOf(value);
  if (typeof id !== 'string' || !Array.isArray(tests) || !Array.isArray(errors) || !Array.isArray(ports))
    return undefined;
  return {
    id,
    tests: tests.slice(0, MOST_TESTS).map((test) => {
      const { name, state } = fieldsOf(test);
      return {
        name: String(name),
        state: state === 'pass' || state === 'skip' ? state : 'fail',
        ...readError(test),
      };
    }),
    errors: errors.slice(0, MOST_TESTS).map(readError),
    waited: Number(waited),
    isStuck: isStuck === true,
    leftOpen: Number(leftOpen),
    ports: ports.map(Number),
  };
}

function readError(value: unknown): { message: string; stack: string } {
  const { message, stack } = fieldsOf(value);
  return {
    message: String(message ?? '').slice(0, LONGEST_MESSAGE),
    stack: String(stack ?? '').slice(0, LONGEST_STACK),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
