/** The one way to run a server of the course in a process of its own: its news, its output, its end. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { ROOT } from '#shared/course/root.ts';
import { newDataFolder } from './data-folder.ts';
import { type News, type Question, readNews } from './news.ts';
import type { Problem } from './problems.ts';
import { within } from './within.ts';

const PRELOAD = fileURLToPath(new URL('preload.js', import.meta.url));

export type ServerProcess = {
  /** Asks, or tells it what to do. */
  ask: (question: Question) => void;
  /** Calls back with all news from now on, until it is told to stop. */
  hear: (listener: (news: News) => void) => () => void;
  /** The first news that `pick` makes something of. Resolves to undefined where the process fails first. */
  next: <T>(pick: (news: News) => T | undefined) => Promise<T | undefined>;
  /** Calls back with what it prints, as it comes. cutLines makes lines of it. */
  onText: (listener: (text: string, stream: 'out' | 'err') => void) => void;
  /**
   * Calls back ten times a second with the processor time that it has used so far, in ms, all its threads together, and
   * the memory that it uses now, in bytes: in the heap and outside of it.
   */
  onClock: (listener: (processorTime: number, memory: number) => void) => void;
  /** Types on its terminal: '\n' is the Enter key. */
  type: (text: string) => void;
  /** Says that it suffers from this: it is of no more use. */
  fail: (problem: Problem) => void;
  /** What it suffers from, once it does. */
  problem: () => Problem | undefined;
  failed: Promise<Problem>;
  /** How it ended, once it has, with all that it had started. */
  exited: Promise<{ code: number | null; signal: string | null }>;
  /** Sends a signal to the server's own process, which has told that it is ready. */
  signal: (name: NodeJS.Signals) => void;
  /** Kills it, and all that it has started, and resolves when they are gone. */
  end: () => Promise<void>;
};

export type Launch = {
  /** The program. Without one, the process stands by for a `start`. */
  file?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Options of node. */
  execArgv?: string[];
  /** The port on which its servers listen, whatever they ask for: 0 lets the system choose. Else they decide. */
  port?: number;
  /** Whether what it prints goes nowhere. */
  isQuiet?: boolean;
};

/** Milliseconds: how long to wait for the last words of a process that has ended. */
const LAST_WORDS = 500;
/** Characters: so much of what it printed last is kept, and so long is a line at most. */
const MOST_OUTPUT = 4000;
const LONGEST_LINE = 2000;

/**
 * Between this process and the server's stands a shell: a server that kills its parent does not kill us.
 * The server runs behind, since a shell says of one that runs in front how it was killed.
 */
const SHELL = 'exec 8<&0 9>&2; "$@" <&8 2>&9 8<&- 9>&- & exec 2>/dev/null 8<&- 9>&-; wait $!; exit $?';

/** All that run now: none is left behind. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) killGroup(child);
});

/** Starts a process. */
export function openProcess(launch: Launch): ServerProcess {
  const child = launchChild(launch);
  running.add(child);
  // Somebody has to read what its clock tells: a pipe that is full would hold up the process in the moment of its end.
  if (child.stdio[4] instanceof Readable) child.stdio[4].resume();
  const listeners = new Set<(news: News) => void>();
  let pid: number | undefined;
  child.on('message', (message) => {
    const news = readNews(message);
    if (!news) return;
    if (news.type === 'ready') pid ??= news.pid;
    if (news.type === 'crashed') fail({ ...news, kind: 'crashed' });
    for (const listener of [...listeners]) listener(news);
  });

  // Not `failed.then`: it would keep each who has ever waited, as long as the process lives.
  const waiting = new Set<() => void>();
  let problem: Problem | undefined;
  let settle: (problem: Problem) => void = () => {};
  const failed = new Promise<Problem>((resolve) => {
    settle = resolve;
  });
  function fail(found: Problem): void {
    problem ??= found;
    settle(problem);
    for (const giveUp of [...waiting]) giveUp();
  }

  const output = followOutput(child);
  const exited = untilGone(child).then((how) => {
    running.delete(child);
    fail({ kind: 'ended', ...how, printed: output.last() });
    return how;
  });

  function hear(listener: (news: News) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    ask(question) {
      if (child.connected) child.send(question, () => {});
    },
    hear,
    next(pick) {
      return new Promise((resolve) => {
        const end = (value?: Parameters<typeof resolve>[0]) => {
          stop();
          waiting.delete(end);
          resolve(value);
        };
        const stop = hear((news) => {
          const picked = pick(news);
          if (picked !== undefined) end(picked);
        });
        waiting.add(end);
        if (problem) end();
      });
    },
    onText: output.onText,
    onClock: (listener) => followClock(child, listener),
    type: (text) => child.stdin?.write(text),
    fail,
    problem: () => problem,
    failed,
    exited,
    signal(name) {
      if (pid !== undefined) kill(pid, name);
    },
    async end() {
      // The server first: the shell sees it go, and goes, too. So no dead process waits for somebody to look after it.
      if (pid !== undefined) kill(pid, 'SIGKILL');
      if (pid === undefined || !(await within(LAST_WORDS, exited))) killGroup(child);
      await exited;
    },
  };
}

function launchChild({ file, cwd = ROOT, env = {}, execArgv = [], port, isQuiet }: Launch): ChildProcess {
  const preload = file === undefined ? [PRELOAD] : ['--import', PRELOAD, file];
  const command = [process.execPath, '--enable-source-maps', ...execArgv, ...preload];
  const isWindows = process.platform === 'win32';
  const [program = '', ...args] = isWindows ? command : ['/bin/sh', '-c', SHELL, 'sh', ...command];
  const stdout = isQuiet ? 'ignore' : 'pipe';
  return spawn(program, args, {
    cwd,
    env: {
      ...process.env,
      LESSON_DATA: newDataFolder(),
      ...env,
      ...(port === undefined ? {} : { COURSE_PORT: String(port) }),
    },
    // A group of its own, so that all that it starts can be ended with it.
    detached: !isWindows,
    stdio: ['pipe', stdout, 'pipe', 'ipc', 'pipe'],
  });
}

/** Kills a process and all that it has started. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
  else kill(-pid, 'SIGKILL');
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

/** Resolves when a process, and all that it has started, is gone. */
async function untilGone(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const disconnected = new Promise<void>((resolve) => child.once('disconnect', resolve));
  const how = await new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve(readEnd(code, signal)));
    child.once('error', () => resolve({ code: null, signal: null }));
  });
  killGroup(child);
  // A process that has left the group may hold the pipes open for ever.
  await within(LAST_WORDS, Promise.all([closed, child.connected ? disconnected : undefined]));
  for (const pipe of child.stdio) pipe?.destroy();
  return how;
}

/** A shell says 128 and the number of the signal, where one has killed the server. */
function readEnd(code: number | null, signal: string | null): { code: number | null; signal: string | null } {
  const [name] = Object.entries(constants.signals).find(([, number]) => number + 128 === code) ?? [];
  return name === undefined ? { code, signal } : { code: null, signal: name };
}

function followOutput(child: ChildProcess) {
  const listeners: ((text: string, stream: 'out' | 'err') => void)[] = [];
  let last = '';
  const isInLine = { out: false, err: false };
  for (const stream of ['out', 'err'] as const) {
    child[`std${stream}`]?.setEncoding('utf8').on('data', (text: string) => {
      last = (last + text).slice(-MOST_OUTPUT);
      for (const listener of listeners) listener(text, stream);
      isInLine[stream] = !text.endsWith('\n');
    });
    // A last line without an end ends with the process.
    child[`std${stream}`]?.once('close', () => {
      if (isInLine[stream]) for (const listener of listeners) listener('\n', stream);
    });
  }
  return {
    last: () => last,
    onText: (listener: (text: string, stream: 'out' | 'err') => void) => void listeners.push(listener),
  };
}

function followClock(child: ChildProcess, listener: (processorTime: number, memory: number) => void): void {
  const clock = child.stdio[4];
  if (!clock || !('setEncoding' in clock)) return;
  clock.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.trim().split('\n')) {
      const [processorTime, memory] = line.split(' ');
      listener(Number(processorTime), Number(memory));
    }
  });
}

/**
 * Gives what cuts a text that comes in pieces into lines. A line without an end is cut, too: it must not fill the memory.
 *
 * @param use is called with the lines of each piece
 */
export function cutLines(use: (lines: string[]) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      lines.push(rest);
      rest = '';
    }
    if (lines.length > 0) use(lines.map((line) => line.slice(0, LONGEST_LINE)));
  };
}
