/** Stands by for servers that are checked: starts each anew, and tells a slow one from one that hangs. */
import { setImmediate, setTimeout } from 'node:timers/promises';
import { newDataFolder } from './data-folder.ts';
import { createMeter, IDLE, whileItWorks } from './meter.ts';
import type { Pending } from './news.ts';
import { type Problem, ServerProblem } from './problems.ts';
import { cutLines, openProcess, type ServerProcess } from './server-process.ts';
import { within } from './within.ts';

/** How long a server may take until it listens, in ms: it may have to wait for others. */
const START_PATIENCE = 5000;
/** How long to wait between two looks at it, in ms. */
const A_WHILE = 20;
/**
 * How long one turn of its event loop may take, in ms of processor time, since on a busy machine a server that is well
 * may have to wait for the processor.
 */
const TURN_PATIENCE = 1200;
/** The most MiB of the heap. Of what is outside of it, as buffers, node has no limit: the meter has. */
const MOST_HEAP = 512;

const CAN_STOP = process.platform !== 'win32';

export type Host = {
  /**
   * Starts the server of a compiled file, anew at each call, and gives its port. Rejects with a ServerProblem.
   *
   * @param source the file that was compiled
   * @param now what a clock of the check's shows at first (ms), which it gets then. Without it, it has the real one
   * @param data the folder where it keeps files. Without one, it is another one at each start
   */
  start: (file: string, source: string, now?: number, data?: string) => Promise<number>;
  /** How often a server was started in this process. */
  runs: () => number;
  /**
   * Resolves when the process has taken one more turn of its event loop. Rejects with a ServerProblem.
   *
   * @param progress counts what the server has sent: while this grows, it does not hang
   * @param to moves on the check's clock first, up to this moment (ms), and runs what is due until then
   */
  turn: (progress?: () => number, to?: number) => Promise<Pending>;
  /** What the process suffers from, once it does. */
  problem: () => Problem | undefined;
  /** Resolves as soon as the process has a problem. */
  failed: Promise<Problem>;
  /** Calls back with each line that the server prints. */
  onPrint: (listener: (line: string) => void) => void;
  /**
   * Stops the process while these steps are taken, one after the other: it finds all of it at the same moment.
   * (Not on Windows, where no process can be stopped.)
   */
  together: (...steps: (() => void)[]) => Promise<void>;
  /** Lets all that the server writes to a connection wait in its process, or lets it go. @param port of the other end */
  hold: (port: number, isHeld: boolean) => Promise<void>;
  /** Kills the process, and resolves when it is gone. */
  end: () => Promise<void>;
};

/** Whether a process still has to do what could make it send, within so many ms. */
export function hasWork({ work, timer, isUnclear }: Pending, horizon: number): boolean {
  return work > 0 || isUnclear || (timer >= 0 && timer <= horizon);
}

async function whileStopped(server: ServerProcess, steps: (() => void)[]): Promise<void> {
  if (CAN_STOP) server.signal('SIGSTOP');
  // A signal has no answer, but a processor that runs the process is told within microseconds.
  await setTimeout(2);
  try {
    for (const step of steps) {
      step();
      // What it says leaves this process now.
      for (let turn = 0; turn < 2; turn += 1) await setImmediate();
    }
  } finally {
    if (CAN_STOP) server.signal('SIGCONT');
  }
}

/** @param turn resolves when the process has heard all that it was told before */
async function holdLine(
  server: ServerProcess,
  port: number,
  isHeld: boolean,
  turn: () => Promise<unknown>,
): Promise<void> {
  server.ask({ type: 'hold', port, isHeld });
  await turn();
}

/** Starts a process that stands by. */
export function openHost(): Host {
  const server = openProcess({
    port: 0,
    execArgv: [`--max-old-space-size=${MOST_HEAP}`],
    // A time zone that nobody lives in by accident: a local time is then never taken for UTC.
    env: { PORT: '0', HOST: '127.0.0.1', TZ: 'Asia/Kathmandu', FORCE_COLOR: '0', VITEST: '' },
  });
  const ready = server.next((news) => news.type === 'ready' || undefined);

  const meter = createMeter(server);
  let print: (line: string) => void = () => {};
  server.onText(cutLines((lines) => lines.forEach((line) => void print(line))));

  /** @throws what the process suffers from, else this */
  function giveUp(kind: 'stuck' | 'silent'): never {
    if (kind === 'stuck') server.fail({ kind });
    throw new ServerProblem(server.problem() ?? { kind });
  }

  let turns = 0;
  /**
   * Asks for a turn of the event loop, for so many ms of processor time.
   *
   * @param base the processor time to count from. Else it is what is told after the question: what was told
   *   before is old, where this process had no time to listen
   * @param progress counts what the server has sent: each time it has grown, the patience starts anew
   * @param to where its clock moves first
   */
  async function takeTurn(
    patience: number,
    base?: number,
    progress = () => 0,
    to?: number,
  ): Promise<Pending> {
    turns += 1;
    const id = turns;
    const taken = server.next((news) => (news.type === 'turn' && news.id === id ? news : undefined));
    server.ask({ type: 'turn', id, to });
    const isGone = () => server.problem() !== undefined;
    const moves = () => progress() + meter.growth();
    return (await whileItWorks(taken, meter, isGone, patience, base, moves)) ?? giveUp('stuck');
  }

  let runs = 0;
  async function start(file: string, source: string, now?: number, data = newDataFolder()): Promise<number> {
    await ready;
    runs += 1;
    const isListening = server.next((news) => (news.type === 'listening' ? true : undefined));
    const base = meter.processorTime;
    server.ask({ type: 'start', file, source, run: runs, data, now });
    const end = Date.now() + START_PATIENCE;
    let quietTurns = 0;
    for (;;) {
      await within(A_WHILE, isListening);
      if (server.problem()) return giveUp('silent');
      const before = meter.processorTime;
      const turn = await takeTurn(START_PATIENCE, base);
      if (turn.takesUpgrades) return turn.port;
      quietTurns = hasWork(turn, end - Date.now()) ? 0 : quietTurns + 1;
      // On a busy machine it may still be loading: while it works, wait.
      const isLate = Date.now() > end && meter.used(before) < IDLE;
      if (quietTurns < 3 && !isLate) continue;
      return turn.port === 0 ? giveUp('silent') : turn.port;
    }
  }

  return {
    start,
    runs: () => runs,
    turn: (progress, to) => takeTurn(TURN_PATIENCE, undefined, progress, to),
    problem: server.problem,
    failed: server.failed,
    onPrint(listener) {
      print = listener;
    },
    together: (...steps) => whileStopped(server, steps),
    hold: (port, isHeld) => holdLine(server, port, isHeld, () => takeTurn(TURN_PATIENCE)),
    end: server.end,
  };
}
