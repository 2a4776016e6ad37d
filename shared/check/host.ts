/** Stands by for servers that are checked: starts each anew, and tells a slow one from one that hangs. */
import { type Problem, ServerProblem } from './problems.ts';
import { cutLines, openProcess, type Pending } from './server-process.ts';
import { within } from './within.ts';

/** How long a server may take until it listens, in ms: it may have to wait for others. */
const START_PATIENCE = 5000;
/** How long to wait between two looks at it, in ms. */
const A_WHILE = 20;
/**
 * How long one turn of its event loop may take: in ms of processor time, since on a busy machine a server
 * that is well may have to wait for the processor; and in ms by the clock, where it uses none.
 */
const TURN_PATIENCE = 1200;
const LONGEST_TURN = 10_000;
/** A process that uses less processor time than this between two reports, in ms, has nothing to do. */
const IDLE = 20;
/** A process that tells its processor time so often, and has used none, does not wait for the processor: it sleeps. */
const ASLEEP = 20;

export type Host = {
  /**
   * Starts the server of a compiled file, anew at each call, and gives its port. Rejects with a ServerProblem.
   *
   * @param source the file that was compiled
   */
  start: (file: string, source: string) => Promise<number>;
  /** Resolves when the process has taken one more turn of its event loop. Rejects with a ServerProblem. */
  turn: () => Promise<Pending>;
  /** What the process suffers from, once it does. */
  problem: () => Problem | undefined;
  /** Resolves as soon as the process has a problem. */
  failed: Promise<Problem>;
  /** Calls back with each line that the server prints. */
  onPrint: (listener: (line: string) => void) => void;
  /** Kills the process, and resolves when it is gone. */
  end: () => Promise<void>;
};

/** Whether a process still has to do what could make it send, within so many ms. */
export function hasWork({ work, timer, isUnclear }: Pending, horizon: number): boolean {
  return work > 0 || isUnclear || (timer >= 0 && timer <= horizon);
}

/** Starts a process that stands by. */
export function openHost(): Host {
  const server = openProcess({
    port: 0,
    execArgv: ['--max-old-space-size=512'],
    // A time zone that nobody lives in by accident: a local time is then never taken for UTC.
    env: { PORT: '0', HOST: '127.0.0.1', TZ: 'Asia/Kathmandu', FORCE_COLOR: '0', VITEST: '' },
  });
  const ready = server.next((news) => news.type === 'ready' || undefined);

  let printListener: (line: string) => void = () => {};
  const cut = cutLines((lines) => {
    for (const line of lines) printListener(line);
  });
  server.onText(cut);

  let processorTime = 0;
  /** How often it has told that. */
  let reports = 0;
  /** How often it has told its processor time since that has last grown. It tells it ten times a second. */
  let idleReports = 0;
  server.onClock((now) => {
    idleReports = now - processorTime < IDLE ? idleReports + 1 : 0;
    processorTime = now;
    reports += 1;
  });

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
   */
  async function takeTurn(patience: number, base?: number): Promise<Pending> {
    const told = reports;
    turns += 1;
    const id = turns;
    const taken = server.next((news) => (news.type === 'turn' && news.id === id ? news : undefined));
    server.ask({ type: 'turn', id });
    const end = Date.now() + LONGEST_TURN;
    idleReports = 0;
    let from = base;
    do {
      const pending = await within(50, taken);
      if (pending) return pending;
      if (server.problem()) break;
      if (reports > told) from ??= processorTime;
    } while (processorTime - (from ?? processorTime) < patience && idleReports < ASLEEP && Date.now() < end);
    return giveUp('stuck');
  }

  let runs = 0;
  async function start(file: string, source: string): Promise<number> {
    await ready;
    runs += 1;
    const isListening = server.next((news) => (news.type === 'listening' ? true : undefined));
    const base = processorTime;
    server.ask({ type: 'start', file, source, run: runs });
    const end = Date.now() + START_PATIENCE;
    let quietTurns = 0;
    for (;;) {
      await within(A_WHILE, isListening);
      if (server.problem()) return giveUp('silent');
      const before = processorTime;
      const turn = await takeTurn(START_PATIENCE, base);
      if (turn.takesUpgrades) return turn.port;
      quietTurns = hasWork(turn, end - Date.now()) ? 0 : quietTurns + 1;
      // On a busy machine it may still be loading: while it works, wait.
      const isLate = Date.now() > end && processorTime - before < IDLE;
      if (quietTurns < 3 && !isLate) continue;
      return turn.port === 0 ? giveUp('silent') : turn.port;
    }
  }

  return {
    start,
    turn: () => takeTurn(TURN_PATIENCE),
    problem: server.problem,
    failed: server.failed,
    onPrint(listener) {
      printListener = listener;
    },
    end: server.end,
  };
}
