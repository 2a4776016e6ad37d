/** What a process of the course and whoever started it say to each other. */
import { type Report, readReport } from '#shared/lesson/experiment/report.ts';
import { readSuiteRun, type SuiteOrder, type SuiteRun } from './suite-talk.ts';

/**
 * What one asks such a process. `file` is compiled (see compile.ts), `source` what it was compiled from.
 * What the server keeps in files is in the folder `data`. With `now` the server gets a clock of the check's, which stands still there (ms); `to` moves that on, up to this moment.
 */
export type Question =
  | { type: 'start'; file: string; source: string; run: number; data: string; now?: number | undefined }
  | { type: 'turn'; id: number; to?: number | undefined }
  /** With a clock of the check's: nothing that is written to the connection of this port leaves the process, until it may. */
  | { type: 'hold'; port: number; isHeld: boolean }
  /** `collect`: after a garbage collection, where node runs with --expose-gc. */
  | { type: 'usage'; collect: boolean }
  | SuiteOrder;

/** What it tells. Processor time is in microseconds, memory in bytes. */
export type News =
  | { type: 'ready'; pid: number }
  | { type: 'listening'; port: number }
  /** What a lesson's server tells by itself: where its page is. */
  | { type: 'told'; url: string }
  /** What a program of an experiment tells. */
  | { type: 'report'; report: Report }
  | ({ type: 'turn'; id: number } & Pending)
  /** How a suite of tests went. */
  | { type: 'suite'; run: SuiteRun }
  /** `sockets`, `timers`: how many keep the process alive. */
  | { type: 'usage'; cpu: number; heap: number; rss: number; sockets: number; timers: number }
  | { type: 'crashed'; name: string; message: string; stack: string };

/** What a process is like after a turn of its event loop: what it still has to do by itself, and where it listens. */
export type Pending = {
  /** The port of the server that takes WebSockets, as far as one can see; 0 where none listens. */
  port: number;
  takesUpgrades: boolean;
  /** How many requests (files, DNS, crypto) and immediates wait. */
  work: number;
  /** In how many ms the next timer is due, or -1. */
  timer: number;
  /** Whether something works on that nobody can see from outside: a thread, zlib, a connection of its own. */
  isUnclear: boolean;
  /** Where it has a clock of the check's. */
  clock?: ClockState;
};

/** How it is in a process that has a clock of the check's (own-clock.js). */
export type ClockState = {
  /** In ms. */
  now: number;
  /** When the next timer on it is due (ms), or -1, and how many wait. */
  due: number;
  timers: number;
  /** The open connections: the port of the other end, and how many bytes were read and written. */
  lines: [port: number, read: number, written: number][];
  /** How many connections have ended, and the server has not heard of it yet. */
  closing: number;
};

/** Characters of an error's text, and of its stack. */
const LONGEST_MESSAGE = 300;
const LONGEST_STACK = 8000;

/** What came over the channel is looked at like any message: a learner's code may write to it, too. */
export function readNews(message: unknown): News | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const {
    type,
    pid,
    port,
    id,
    cpu,
    heap,
    rss,
    name,
    message: text,
    stack,
    ...rest
  } = Object.fromEntries(Object.entries(message));
  if (type === 'ready' && isCount(pid)) return { type, pid };
  if (type === 'listening' && isCount(port) && port > 0 && port < 65_536) return { type, port };
  if (type === undefined && typeof rest.url === 'string') return { type: 'told', url: rest.url };
  if (type === 'turn' && isCount(id) && isCount(port) && isCount(rest.work)) {
    const { work, timer, isUnclear, takesUpgrades } = rest;
    const clock = readClock(rest.clock);
    return {
      type,
      id,
      port,
      work,
      timer: Number(timer),
      isUnclear: isUnclear !== false,
      takesUpgrades: takesUpgrades === true,
      ...(clock && { clock }),
    };
  }
  if (type === 'suite') {
    const run = readSuiteRun(rest.run);
    return run && { type, run };
  }
  if (type === 'usage' && isCount(cpu) && isCount(heap) && isCount(rss)) {
    return { type, cpu, heap, rss, sockets: Number(rest.sockets), timers: Number(rest.timers) };
  }
  if (type === 'crashed' && typeof text === 'string') {
    return {
      type,
      name: String(name).slice(0, LONGEST_MESSAGE),
      message: text.slice(0, LONGEST_MESSAGE),
      stack: String(stack).slice(0, LONGEST_STACK),
    };
  }
  const report = readReport(message);
  return report && { type: 'report', report };
}

function readClock(value: unknown): ClockState | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { now, due, timers, lines, closing } = Object.fromEntries(Object.entries(value));
  if (!isCount(now) || !isCount(timers) || typeof due !== 'number' || !Array.isArray(lines)) return undefined;
  const read = lines.flatMap((line): ClockState['lines'] => {
    const [port, received, written] = Array.isArray(line) ? line : [];
    return isCount(port) && isCount(received) && isCount(written) ? [[port, received, written]] : [];
  });
  return { now, due, timers, lines: read, closing: isCount(closing) ? closing : 0 };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
