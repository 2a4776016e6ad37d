/** A program that a lesson's text has: it runs for those who look at the text, one at a time, and never for ever. */
import { basename, dirname, join } from 'node:path';
import { compile } from '#shared/check/compile.ts';
import { describeProblem, type Problem, ServerProblem } from '#shared/check/problems.ts';
import { openProcess, type ServerProcess } from '#shared/check/server-process.ts';
import { within } from '#shared/check/within.ts';
import { programOf } from '#shared/course/blocks.ts';
import { findBlock } from '#shared/course/experiments.ts';
import type { Unit } from '#shared/course/outline.ts';
import { whyUnreadable } from '#shared/course/regular-file.ts';
import { ROOT } from '#shared/course/root.ts';
import { type Result, readResult } from '#shared/lesson/experiment/report.ts';
import { type Change, makeVariant, type Variant } from './change.ts';
import { messageOf, type ProgramNews } from './messages.ts';

/** Milliseconds. A program says how long it takes: 40 seconds at most. A busy machine needs more. */
const LONGEST = 120_000;
/** Milliseconds between two progress reports that are passed on. A program may send them without end. */
const PAUSE = 50;

type Limits = { longest: number; signal: AbortSignal };
type Outcome = { result: Result } | { problem: Problem } | { sentence: string };

export type TextProgram = {
  /** Undefined where none was run yet. */
  news: () => ProgramNews | undefined;
  /**
   * Runs one. What goes wrong with it is news.
   *
   * @param file named from the root
   * @param change with which a copy of it runs
   * @throws a sentence where one runs already
   */
  run: (name: string, file: string, change?: Change) => void;
  /** Ends the one that runs, and resolves when it is gone. */
  stop: () => Promise<void>;
  /** Ends it for good: nothing is run any more. */
  end: () => Promise<void>;
};

/**
 * Finds a program in a lesson's text.
 *
 * @returns its file, named from the root
 * @throws a sentence where the text has none of this name: a page may ask for anything
 */
export function findProgram({ kind, folder }: Unit, name: string): string {
  const block = kind === 'lesson' ? findBlock(folder, 'sh', name) : undefined;
  const file = block && programOf(block, folder);
  if (file === undefined) throw new Error('The text here has no program of this name.');
  return file;
}

/**
 * Gives what runs the programs of one text. Nothing runs yet.
 *
 * @param tell hears of each change
 * @param longest milliseconds, after which a program is ended
 */
export function createTextProgram(tell: (news: ProgramNews) => void, longest = LONGEST): TextProgram {
  let news: ProgramNews | undefined;
  let hasEnded = false;
  /** The one that runs: how to end it, and when it is gone. */
  let current: { stop: () => void; gone: Promise<void> } | undefined;

  const say = (next: ProgramNews) => {
    news = next;
    tell(next);
  };
  async function stop(): Promise<void> {
    current?.stop();
    await current?.gone;
  }

  return {
    news: () => news,
    run(name, file, change) {
      if (hasEnded) return;
      if (current) throw new Error('One program at a time: end the one that runs, or wait for it.');
      const abort = new AbortController();
      const gone = runProgram({ name, file, change }, { longest, signal: abort.signal }, say).finally(() => {
        current = undefined;
      });
      current = { stop: () => abort.abort(), gone };
    },
    stop,
    async end() {
      hasEnded = true;
      await stop();
    },
  };
}

/** Runs a program to its end. Never rejects. @param say hears how it does */
async function runProgram(
  { name, file, change }: { name: string; file: string; change: Change | undefined },
  { longest, signal }: Limits,
  say: (news: ProgramNews) => void,
): Promise<void> {
  const own = join(ROOT, file);
  let variant: Variant | undefined;
  const path = () => variant?.path ?? own;
  const fail = (sentence: string) =>
    say({ name, state: 'failed', sentence: variant?.named(sentence) ?? sentence });
  say({ name, state: 'running' });
  const why = whyUnreadable(own);
  if (why !== undefined) {
    fail(`${why} To bring it back: git restore ${file}`);
    return;
  }
  try {
    variant = change && (await makeVariant(dirname(file), change, basename(file)));
    const compiled = await compile(path());
    try {
      const program = signal.aborted ? undefined : openProcess({ file: compiled.path, isQuiet: true });
      const ended =
        program &&
        (await follow(program, { longest, signal }, (progress) => say({ name, state: 'running', progress })));
      if (!ended) say({ name, state: 'ended' });
      else if ('result' in ended) say({ name, state: 'done', result: ended.result });
      else if ('problem' in ended) fail(describe(ended.problem, path()));
      else fail(ended.sentence);
    } finally {
      await compiled.remove();
    }
  } catch (error) {
    fail(error instanceof ServerProblem ? describe(error.problem, path()) : messageOf(error));
  } finally {
    await variant?.remove();
  }
}

/** Waits for the end of a program, or ends it. @returns what came of it, or undefined where somebody ended it */
async function follow(
  program: ServerProcess,
  { longest, signal }: Limits,
  progressed: (progress: ProgramNews['progress'] & {}) => void,
): Promise<Outcome | undefined> {
  let result: Result | undefined;
  let shownAt = 0;
  program.hear((news) => {
    if (news.type !== 'report') return;
    if (news.report.type === 'result') result = readResult(news.report);
    else if (Date.now() - shownAt >= PAUSE) {
      shownAt = Date.now();
      const { type, ...progress } = news.report;
      progressed(progress);
    }
  });
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const how = await within(longest, Promise.race([program.exited, aborted]));
  await program.end();
  if (signal.aborted) return undefined;
  if (!how) {
    return {
      sentence: `The program did not come to its end within ${longest / 1000} seconds, and was ended.`,
    };
  }
  if (how.code !== 0) return { problem: program.problem() ?? { kind: 'ended', ...how, printed: '' } };
  return result ? { result } : { sentence: 'The program ended without a result.' };
}

/** The sentences are about servers: all that is said here is true of any program. */
function describe(problem: Problem, path: string): string {
  return describeProblem(problem, path, false).replace(/^The server(?:'s process)?/, 'The program');
}
