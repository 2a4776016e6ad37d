/** Runs a learner's server in a process of its own, where a crash or an endless loop becomes a sentence. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT } from '#shared/course/root.ts';

const HOST_FILE = fileURLToPath(new URL('answer-host.js', import.meta.url));

/** What the check tells the process in which a server runs. `file` is compiled: see compile.ts. */
export type ToHost = { type: 'start'; file: string; run: number } | { type: 'turn'; id: number };

/** What that process tells the check. */
export type FromHost =
  | { type: 'ready' }
  | { type: 'listening'; port: number }
  | { type: 'imported' }
  | { type: 'turn'; id: number }
  | { type: 'crashed'; name: string; message: string; stack: string };

/** How long a server may take until it listens, in ms. */
const START_PATIENCE = 2000;
/**
 * How long one turn of its event loop may take: in ms of processor time, since on a busy machine a server
 * that is well may have to wait for the processor; and in ms by the clock, where it uses none.
 */
const TURN_PATIENCE = 1200;
const LONGEST_TURN = 10_000;
/** A process that uses less than this in 300 ms, in ms, has nothing to do. */
const IDLE = 20;
/** A process that tells its processor time so often, and has used none, does not wait for the processor: it sleeps. */
const ASLEEP = 20;

/** Why a server can't go on. */
export type Problem =
  | { kind: 'broken'; file: string; line: number; message: string }
  | { kind: 'crashed'; name: string; message: string; stack: string }
  | { kind: 'ended'; code: number | null; signal: string | null; printed: string }
  | { kind: 'stuck' }
  | { kind: 'silent' };

/** A server that does not listen, or no longer answers. */
export class HostProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export type Host = {
  /** Starts the server of a compiled file, anew at each call, and gives its port. Rejects with a HostProblem. */
  start: (file: string) => Promise<number>;
  /** Resolves when the process has taken one more turn of its event loop. Rejects with a HostProblem. */
  turn: () => Promise<void>;
  /** What the process suffers from, once it does. */
  problem: () => Problem | undefined;
  /** Resolves as soon as the process has a problem. */
  failed: Promise<Problem>;
  /** Calls back with each line that the server prints. */
  onPrint: (listener: (line: string) => void) => void;
  /** Kills the process, and resolves when it is gone. */
  end: () => Promise<void>;
};

/** All that run now: none is left behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Forks a process that stands by. */
export function openHost(): Host {
  const child: ChildProcess = fork(HOST_FILE, {
    cwd: ROOT,
    execArgv: ['--enable-source-maps', '--max-old-space-size=512'],
    // A time zone that nobody lives in by accident: a local time is then never taken for UTC.
    env: { ...process.env, PORT: '0', HOST: '127.0.0.1', TZ: 'Asia/Kathmandu', FORCE_COLOR: '0', VITEST: '' },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  });
  running.add(child);

  let printed = '';
  let printListener: (line: string) => void = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-4000);
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-4000);
      for (const line of lines) printListener(line);
    });
  }

  let processorTime = 0;
  /** How often it has told that. */
  let reports = 0;
  /** How often it has told its processor time since that has last grown. It tells it ten times a second. */
  let idleReports = 0;
  const clock = child.stdio[4];
  if (clock && 'setEncoding' in clock) {
    clock.setEncoding('utf8').on('data', (text: string) => {
      const lines = text.trim().split('\n');
      const now = Number(lines.at(-1));
      idleReports = now - processorTime < IDLE ? idleReports + lines.length : 0;
      processorTime = now;
      reports += 1;
    });
  }

  let problem: Problem | undefined;
  let fail: (problem: Problem) => void = () => {};
  const failed = new Promise<Problem>((resolve) => {
    fail = (found) => {
      problem ??= found;
      resolve(problem);
    };
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child);
      fail({ kind: 'ended', code, signal, printed });
      resolve();
    });
  });

  const listeners = new Set<(message: FromHost) => void>();
  child.on('message', (message: FromHost) => {
    if (message.type === 'crashed') fail({ ...message, kind: 'crashed' });
    for (const listener of listeners) listener(message);
  });
  const ready = next((message) => message.type === 'ready' || undefined);

  /** The first message that `pick` makes something of. Rejects when the process fails. */
  function next<T>(pick: (message: FromHost) => T | undefined): Promise<T> {
    const found = new Promise<T>((resolve, reject) => {
      const listener = (message: FromHost) => {
        const picked = pick(message);
        if (picked === undefined) return;
        listeners.delete(listener);
        resolve(picked);
      };
      listeners.add(listener);
      failed.then((problem) => reject(new HostProblem(problem)));
    });
    // Whoever stopped waiting need not hear of it.
    found.catch(() => {});
    return found;
  }

  function send(message: ToHost): void {
    if (child.connected) child.send(message, () => {});
  }

  let turns = 0;
  /**
   * Asks for a turn of the event loop, for so many ms of processor time.
   *
   * @param base the processor time to count from. Else it is what is told after the question: what was told
   *   before is old, where this process had no time to listen
   */
  async function takeTurn(patience: number, base?: number): Promise<void> {
    const told = reports;
    turns += 1;
    const id = turns;
    const taken = next((message) => (message.type === 'turn' && message.id === id) || undefined);
    send({ type: 'turn', id });
    const end = Date.now() + LONGEST_TURN;
    idleReports = 0;
    let from = base;
    do {
      if (await within(50, taken)) return;
      if (reports > told) from ??= processorTime;
    } while (processorTime - (from ?? processorTime) < patience && idleReports < ASLEEP && Date.now() < end);
    fail({ kind: 'stuck' });
    throw new HostProblem({ kind: 'stuck' });
  }

  let runs = 0;
  const host: Host = {
    async start(file) {
      await ready;
      runs += 1;
      const port = next((message) => (message.type === 'listening' ? message.port : undefined));
      const before = processorTime;
      send({ type: 'start', file, run: runs });
      const found = await within(START_PATIENCE, port);
      if (found !== undefined) return found;
      await takeTurn(START_PATIENCE, before);
      // It takes turns, so it is no endless loop. On a busy machine it may still be loading: while it works, wait.
      const end = Date.now() + LONGEST_TURN;
      for (let last = -IDLE; processorTime - last >= IDLE && Date.now() < end; ) {
        last = processorTime;
        const late = await within(300, port);
        if (late !== undefined) return late;
      }
      throw new HostProblem({ kind: 'silent' });
    },
    turn: () => takeTurn(TURN_PATIENCE),
    problem: () => problem,
    failed,
    onPrint(listener) {
      printListener = listener;
    },
    async end() {
      child.kill('SIGKILL');
      await closed;
    },
  };
  return host;
}

/** What a promise gives, or undefined where it takes longer than so many milliseconds. */
export async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
