/**
 * Runs suites of tests, one after the other, in a process of its own: with all that vitest has for tests, but in a time
 * that jumps, and with nothing left of the one before.
 */

import { watchActivity } from './suite-activity.ts';
import { keepGlobals } from './suite-globals.ts';
import { watchPorts } from './suite-ports.ts';
import type { SuiteOrder, SuiteRun } from './suite-talk.ts';
import { installSuiteTime } from './suite-time.ts';
import { createVitest } from './suite-vitest.ts';

const activity = watchActivity();
const ports = watchPorts();
const time = installSuiteTime(activity);
// As it is now: a suite may put something else in its place.
const send = process.send?.bind(process);
const tell = (message: object) => send?.(message, undefined, undefined, () => {});

let errors: SuiteRun['errors'] = [];
const note = (error: unknown) => {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  errors.push({ message: `${name}: ${message}`, stack });
};
process.on('uncaughtException', note);
process.on('unhandledRejection', note);
process.exit = (code) => {
  throw new Error(`process.exit(${code ?? ''}) was called: a suite ends by itself.`);
};

// Loaded after the time was put in: vitest and ws must have no other.
const vitest = await createVitest();
await import('ws');

async function run({ id, arePortsTaken, ...order }: SuiteOrder): Promise<SuiteRun> {
  errors = [];
  ports.begin(arePortsTaken);
  const before = time.waited();
  let found: SuiteRun['tests'] = [];
  const running = vitest.run(order).then(({ tests, ...more }) => {
    found = tests;
    errors.push(...more.errors);
  }, note);
  const isOver = await time.pass(running);
  const waited = time.waited() - before;
  // What was closed may still be closing, and what nobody has caught comes a little later.
  if (isOver) await time.settle();
  const result = {
    id,
    tests: found,
    errors,
    waited,
    isStuck: !isOver,
    leftOpen: ports.open(),
    ports: ports.chosen(),
  };
  vitest.reset();
  ports.close();
  activity.cut();
  time.clear();
  restore();
  await time.settle();
  return result;
}

// It lives as long as the check does.
process.channel?.ref();
let queue = Promise.resolve();
process.on('message', (order: SuiteOrder) => {
  if (order.type !== 'suite') return;
  queue = queue.then(async () => {
    const result = await run(order);
    tell({ type: 'suite', run: result });
  });
});
// Only now: what is there already stays.
const restore = keepGlobals(await vitest.classes());
tell({ type: 'suite', run: { id: '', tests: [], errors: [], ports: [] } });
