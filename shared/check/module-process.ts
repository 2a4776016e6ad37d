/** The check's end of a module's process: it asks the driver there (module-driver.ts), and hears what it tells. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Host } from './host.ts';
import {
  type Calls,
  isMissing,
  type Look,
  type Order,
  type Report,
  readLook,
  readReport,
} from './module-talk.ts';
import { ServerProblem, WrongAnswer } from './problems.ts';
import { within } from './within.ts';

/** Milliseconds: who has not answered by then is asked whether it still runs. */
const A_WHILE = 100;

export type ModuleProcess = {
  /** @throws WrongAnswer where the module exports no such function */
  make: (
    name: string,
    url: string | undefined,
    options: Record<string, unknown>,
    when: Record<string, Calls>,
  ) => Promise<void>;
  /** @throws WrongAnswer where there is no such method */
  call: (method: string, args: unknown[]) => Promise<unknown>;
  /** Moves the clock on, to the next timer at most. Gives whether one has run. */
  advance: (to: number) => Promise<boolean>;
  draw: (value: number) => Promise<void>;
  look: () => Promise<Look>;
  /** How much it has told. */
  progress: () => number;
  /** Resolves when it tells something more. */
  news: () => Promise<void>;
  /** Ends all its sockets. Nobody hears of it. */
  end: () => Promise<void>;
};

/**
 * Connects to the driver of a module.
 *
 * @param hear is called with all that it tells, in its order
 * @throws ServerProblem, here and in all that it gives, where the process is no more
 */
export async function openModuleProcess(
  port: number,
  host: Host,
  hear: (report: Report) => void,
): Promise<ModuleProcess> {
  const control = new WebSocket(`ws://127.0.0.1:${port}`);
  control.on('error', () => {});
  const answers = new Map<number, (value: unknown) => void>();
  let count = 0;
  let progress = 0;
  let wake: () => void = () => {};
  control.on('message', (data) => {
    const report = readReport(data.toString());
    if (report?.type === 'answer') {
      answers.get(report.id)?.(report.value);
      answers.delete(report.id);
    } else if (report) {
      progress += 1;
      hear(report);
      wake();
    }
  });

  /** Waits for something, and asks now and then whether the process still runs. */
  async function waitFor<T>(what: Promise<T>): Promise<T> {
    const found = what.then((value) => ({ value }));
    for (;;) {
      const here = await within(A_WHILE, found);
      if (here) return here.value;
      const problem = host.problem();
      if (problem) throw new ServerProblem(problem);
      await host.turn(() => progress);
    }
  }

  await waitFor(once(control, 'open'));

  async function ask(order: Order): Promise<unknown> {
    count += 1;
    const id = count;
    const answer = new Promise((resolve) => answers.set(id, resolve));
    if (control.readyState === WebSocket.OPEN) control.send(JSON.stringify({ ...order, id }));
    return waitFor(answer);
  }

  return {
    async make(name, url, options, when) {
      const value = await ask({ type: 'make', name, url, options, when });
      if (isMissing(value)) throw new WrongAnswer(`The module exports no function ${name}.`);
    },
    async call(method, args) {
      const value = await ask({ type: 'call', method, args });
      if (isMissing(value)) throw new WrongAnswer(`What it gives has no method ${method}.`);
      return value;
    },
    advance: async (to) => (await ask({ type: 'advance', to })) === true,
    draw: async (value) => void (await ask({ type: 'random', value })),
    look: async () => readLook(await ask({ type: 'look' })),
    progress: () => progress,
    news: () =>
      new Promise((resolve) => {
        wake = resolve;
      }),
    async end() {
      if (!host.problem()) await ask({ type: 'end' }).catch(() => {});
      control.terminate();
    },
  };
}
